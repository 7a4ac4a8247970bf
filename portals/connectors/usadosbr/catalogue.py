"""Which catalogue reads there are and how their answers are paged. Pure.

Reference: "API de Estoque", section "Endpoints de Consulta".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from portals.connectors.usadosbr.fields import CHANNELS, ROOTS
from portals.connectors.usadosbr.reading import number_of, objects, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One GET of the catalogue; `last` names the list ("marcas")."""

    vehicle_type: int
    kind: str
    path: str
    last: str
    is_nested: bool = False


def roots() -> Iterator[Read]:
    """Yield the reads that need no parent, per vehicle type."""
    for vehicle_type, lists in ROOTS.items():
        for kind, last in lists.items():
            path = f"/{CHANNELS[vehicle_type]}/consultar/{last}"
            yield Read(vehicle_type=vehicle_type, kind=kind, path=path, last=last)


def children(vehicle_type: int, path: tuple[str, ...]) -> Iterator[Read]:
    """Yield the reads below (brand,) or (brand, model); names are percent-encoded, "/" too."""
    lists = {1: {"model": "modelos"}, 2: {"version": "versoes", "style": "estilos"}}
    names = "/".join(quote(name, safe="") for name in path)
    for kind, last in lists.get(len(path), {}).items():
        yield Read(
            vehicle_type=vehicle_type,
            kind=kind,
            path=f"/{CHANNELS[vehicle_type]}/consultar/{last}/{names}",
            last=last,
            is_nested=True,
        )


def last_page(data: Any) -> int | None:
    """Return the number of the last page, None if the answer does not tell."""
    for item in _with_meta(data):
        number = number_of(value_of(item, ("lastpage", "totalpages", "totalpaginas", "paginas")))
        if number is not None:
            return number
        total = number_of(value_of(item, ("total",)))
        per_page = number_of(value_of(item, ("perpage", "porpagina")))
        if total is not None and per_page:
            return -(-total // per_page)
    return None


def _with_meta(data: Any) -> Iterator[Mapping[str, Any]]:
    for item in objects(data):
        yield item
        meta = value_of(item, ("meta", "pagination", "paginacao"))
        if isinstance(meta, Mapping):
            yield meta


def is_empty_envelope(data: Any) -> bool:
    """Whether an answer says plainly that there is nothing: {"data": null} and the like.

    An empty object says nothing at all and is not taken for it.
    """
    if not isinstance(data, Mapping):
        return False
    by_key = {str(key).lower(): value for key, value in data.items()}
    names = {"data", "dados", "veiculo", "carro", "moto", "anuncio"} & by_key.keys()
    return bool(names) and all(by_key[name] in (None, [], {}) for name in names)
