"""What a portal does to its names over night: rename, retire, renumber. Nobody is told.

`POST _catalogue` takes `{"rename": [{"type", "path", "to"}], "retire": [{"type", "path"}],
"renumber": [type]}`. A path is names as the portal writes them: a brand, a brand and its model,
these and a version or, with `"list"`, what else hangs on a model ("estilos"); with the name of a
short list ("cores" …) one name. Types and lists are called as the portal calls them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.catalogue import Catalogue


class ChangeRefused(ValueError):
    """A change that makes no sense; `field` says which."""

    def __init__(self, field: str, reason: str) -> None:
        """Name the key at fault and what is wrong with it."""
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class _Names:
    """Names and what hangs on each, if only a number, in the order they are answered in."""

    nodes: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.nodes

    def rename(self, old: str, new: str) -> None:
        """Keep place, number and what lies below."""
        kept = {new if name == old else name: node for name, node in self.nodes.items()}
        self.nodes.clear()
        self.nodes.update(kept)

    def retire(self, name: str) -> None:
        """Forget it with all that lies below."""
        del self.nodes[name]


_Act = tuple[_Names, str, str | None]  # the list, the name, its new name (None: it goes)


def apply_changes(body: object, *, catalogue: Catalogue) -> int:
    """Do what a body says, all or nothing; returns how many names changed.

    Raises ChangeRefused naming the key.
    """
    if not isinstance(body, dict) or set(body) - {"rename", "retire", "renumber"}:
        raise ChangeRefused("body", "rename, retire and renumber are understood")
    catalogue.remember()
    acts = [*_renames(body, catalogue), *_retirements(body, catalogue)]
    kinds = _list(body, "renumber")
    if unknown := [kind for kind in kinds if kind not in catalogue.brands]:
        raise ChangeRefused("renumber", f"no such type: {unknown[0]}")
    for names, old, new in acts:
        if old not in names:
            continue  # an earlier act of the same body took it
        if new is None:
            names.retire(old)
        else:
            names.rename(old, new)
    changed = len(acts) + sum(catalogue.renumber(kind) for kind in kinds)
    catalogue.changed()
    return changed


def _renames(body: dict[str, Any], catalogue: Catalogue) -> Iterator[_Act]:
    for number, item in enumerate(_list(body, "rename")):
        names, old = _found(item, f"rename.{number}", catalogue)
        new = item.get("to")
        if not isinstance(new, str) or not new or new in names:
            raise ChangeRefused(f"rename.{number}.to", "a name that is not there yet")
        yield names, old, new


def _retirements(body: dict[str, Any], catalogue: Catalogue) -> Iterator[_Act]:
    for number, item in enumerate(_list(body, "retire")):
        yield *_found(item, f"retire.{number}", catalogue), None


def _list(body: dict[str, Any], key: str) -> list[Any]:
    value = body.get(key, [])
    if not isinstance(value, list):
        raise ChangeRefused(key, "not a list")
    return value


def _found(item: object, where: str, catalogue: Catalogue) -> tuple[_Names, str]:
    """Return the list a path leads to, and the name in it."""
    if not isinstance(item, dict) or item.get("type") not in catalogue.brands:
        raise ChangeRefused(f"{where}.type", " or ".join(catalogue.brands))
    path = item.get("path")
    if not isinstance(path, list) or not path or not all(isinstance(each, str) for each in path):
        raise ChangeRefused(f"{where}.path", "a list of names")
    inside = catalogue.INSIDE
    kind, wanted = str(item["type"]), item.get("list", next(iter(inside)))
    if wanted not in inside:
        names = _short_list(catalogue, kind, str(wanted), where)
        path = path[-1:]
    else:
        names = _tree(catalogue, kind, path[:-1], inside[wanted], where)
    if path[-1] not in names:
        raise ChangeRefused(f"{where}.path", f"no such name: {path[-1]}")
    return names, path[-1]


def _short_list(catalogue: Catalogue, kind: str, name: str, where: str) -> _Names:
    try:
        return _Names(catalogue.short_list(kind, name))
    except KeyError:
        raise ChangeRefused(f"{where}.list", f"no such list: {name}") from None


def _tree(catalogue: Catalogue, kind: str, parents: list[str], inside: str, where: str) -> _Names:
    brands = catalogue.brands[kind]
    if not parents:
        return _Names(brands)
    brand = brands.get(parents[0])
    if brand is None or len(parents) > 2:
        raise ChangeRefused(f"{where}.path", f"no such brand: {parents[0]}")
    if len(parents) == 1:
        return _Names(brand.models)
    model = brand.models.get(parents[1])
    if model is None:
        raise ChangeRefused(f"{where}.path", f"no such model: {parents[1]}")
    return _Names(getattr(model, inside))
