"""The project's own files, as the tests of the architecture walk them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "accounts", "inventory", "portals", "leads", "office", "sandbox")
PLACES = (*ROOMS, "tests", "templates", "static", "deploy", "docs")


def files(*suffixes: str, places: tuple[str, ...] = PLACES) -> Iterator[Path]:
    """Yield the files with one of the suffixes, the few at the top of the tree included."""
    for place in (ROOT, *(ROOT / name for name in places)):
        found = place.glob("*") if place == ROOT else place.rglob("*")
        yield from sorted(path for path in found if path.suffix in suffixes and path.is_file())


def name(path: Path) -> str:
    """Return a path as it is spoken of: relative to the checkout, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed source of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted module of every import of a file; `from a import b` yields `a.b`."""
    package = name(path).removesuffix(".py").removesuffix("/__init__").split("/")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
