"""The catalogue by ids: brands, models and trims, accessories and other infos. Pure but for `rows`.

Reference: "Vehicle API v2", reads below `/vehicles`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from portals.connectors.chavesnamao.fields import INFO_PREFIX, TYPES, fixed_nodes, is_id
from portals.connectors.chavesnamao.reading import named, type_of
from portals.connectors.types import CatalogueNode


class Rows(Protocol):
    """Reads a list of the catalogue, all pages of it."""

    def __call__(self, path: str, *, may_be_gone: bool = False) -> Iterator[Any]:
        """Yield its rows; none if it may be gone and is."""
        ...


def roots(rows: Rows) -> Iterator[CatalogueNode]:
    """Yield everything without a parent, for cars and motorcycles."""
    yield from fixed_nodes()
    yield from _both("brand", rows("/vehicles/brands"))
    for category, letter in TYPES.items():
        # A portal that does not know the parameter gives one list for both.
        yield from _of_type("optional", rows(f"/vehicles/accessories?type={letter}"), category)
        infos = rows(f"/vehicles/otherinfo?type={letter}")
        yield from _of_type("optional", infos, category, prefix=INFO_PREFIX)


def _both(kind: str, rows: Iterator[Any]) -> Iterator[CatalogueNode]:
    """Yield each row for the type it names, for both if it names none."""
    found = list(rows)
    for category in TYPES:
        yield from _of_type(kind, iter(found), category)


def _of_type(
    kind: str, rows: Iterator[Any], category: int, *, prefix: str = ""
) -> Iterator[CatalogueNode]:
    """Yield the rows that name this type, or none."""
    for row in rows:
        found = named(row)
        if found is not None and type_of(row) in ("", TYPES[category]):
            yield CatalogueNode(
                vehicle_type=category,
                kind=kind,
                key=f"{prefix}{found[0]}",
                name=found[1],
                has_children=kind == "brand",
            )


def children(rows: Rows, vehicle_type: int, path: tuple[str, ...]) -> Iterator[CatalogueNode]:
    """Yield the models of (brand,) or the trims of (brand, model); nothing below what is no id."""
    if not path or len(path) > 2 or not all(is_id(key) for key in path):
        return
    kind, address = "model", f"/vehicles/brands/{path[-1]}/models"
    if len(path) == 2:
        kind, address = "version", f"/vehicles/models/{path[-1]}/trims"
    for row in rows(address, may_be_gone=True):
        found = named(row)
        if found is not None and type_of(row) in ("", TYPES.get(vehicle_type)):
            yield CatalogueNode(
                vehicle_type=vehicle_type,
                kind=kind,
                key=found[0],
                name=found[1],
                has_children=kind == "model",
            )
