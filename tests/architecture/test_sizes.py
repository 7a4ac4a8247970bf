"""Files and functions stay small enough to be read at one sitting."""

from __future__ import annotations

import ast

from tests.architecture.source import ROOMS, files, name, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
VAGUE_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "constants.py"}


def test_no_file_is_longer_than_a_reader_can_hold():
    lengths = {
        name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(".py", ".html", ".css", ".js")
        if "migrations" not in path.parts
    }

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen():
    lengths = {
        f"{name(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in files(".py", places=ROOMS)
        if "migrations" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_module_has_a_name_that_says_nothing():
    assert [name(path) for path in files(".py") if path.name in VAGUE_NAMES] == []
