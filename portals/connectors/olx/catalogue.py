"""The portal's catalogue by ids (POST /autoupload/car_info, moto_info, moto_cubiccms_info). Pure.

A key is an id, and means something only under its brand and model. All ids were given anew once,
so what is read again may have other keys under the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portals.connectors.olx.fields import CAR, CAR_LISTS, CAR_STYLES, MOTORCYCLE
from portals.connectors.types import CatalogueNode

INFO: Mapping[int, str] = {CAR: "/autoupload/car_info", MOTORCYCLE: "/autoupload/moto_info"}
DISPLACEMENTS = "/autoupload/moto_cubiccms_info"
LEVELS = ("brand", "model", "version")


def roots() -> Iterator[tuple[int, str, str]]:
    """Yield (vehicle type, kind, path) of the lists that are read without a parent."""
    for vehicle_type, path in INFO.items():
        yield vehicle_type, "brand", path
    yield MOTORCYCLE, "displacement", DISPLACEMENTS


def fixed() -> Iterator[CatalogueNode]:
    """Yield the closed lists of the document, which no call tells."""
    for kind, names in CAR_LISTS.items():
        for number, name in names.items():
            yield CatalogueNode(vehicle_type=CAR, kind=kind, key=str(number), name=name)


def styles() -> Iterator[CatalogueNode]:
    """Yield the bodies of cars, for below every model."""
    for number, name in CAR_STYLES.items():
        yield CatalogueNode(vehicle_type=CAR, kind="style", key=str(number), name=name)


def read_nodes(data: Any, *, vehicle_type: int, kind: str) -> list[CatalogueNode] | None:
    """Return the names of {"status": "ok", "data": {name: id}}; None if that is not there.

    0 and what is no id cannot be sent and is left out; of two names for one id the first counts.
    """
    names = data.get("data") if isinstance(data, Mapping) else None
    if not isinstance(names, Mapping) or str(data.get("status", "ok")).lower() != "ok":
        return None if names != [] else []
    nodes: dict[str, CatalogueNode] = {}
    for name, value in names.items():
        key = _id(value)
        if key and str(name).strip():
            nodes.setdefault(
                key,
                CatalogueNode(
                    vehicle_type=vehicle_type,
                    kind=kind,
                    key=key,
                    name=str(name).strip(),
                    has_children=kind in ("brand", "model"),
                ),
            )
    return list(nodes.values())


def _id(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and int(text) else ""
