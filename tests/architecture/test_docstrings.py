"""Whoever opens a file is told what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOMS, files, name, tree

OWN_CODE = [
    path
    for path in files(".py", places=ROOMS)
    if "migrations" not in path.parts and path.stat().st_size
]


def public_things(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Yield the public classes and functions at the top of a module, each with its place."""
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield f"{name(path)}:{node.lineno} {node.name}", node


def test_every_module_says_why_it_exists():
    assert [name(path) for path in OWN_CODE if not ast.get_docstring(tree(path))] == []


def test_every_test_module_says_what_it_is_about():
    modules = [path for path in files(".py", places=("tests",)) if path.stat().st_size]

    assert [name(path) for path in modules if not ast.get_docstring(tree(path))] == []


def test_every_public_function_and_class_says_what_it_is_for():
    silent = [
        place
        for path in OWN_CODE
        for place, node in public_things(path)
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not ast.get_docstring(node)
    ]

    assert silent == []
