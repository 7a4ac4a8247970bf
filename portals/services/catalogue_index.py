"""A portal's catalogue in memory, for asking which of its names is meant; kept per process.

What is kept is given up when the catalogue changes. `names_stamp` of the portal tells when to look:
it also grows with every decision, after which a single query finds that the catalogue is the same.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet, Sum

from inventory.matching import Name, NameIndex
from portals.models import CatalogueEntry, Portal

KEPT = 6  # catalogues of one process: a big one takes some 20 MB
_Place = tuple[int, str, int]  # portal, environment, vehicle type
_Print = tuple[object, ...]


class Row(NamedTuple):
    """What is kept of an entry."""

    pk: int
    parent_id: int | None
    kind: str
    remote_key: str
    name: str
    folded: str
    year_first: int
    year_last: int


@dataclass(slots=True)
class CatalogueNames:
    """All names of one vehicle type that are in force, by id, by place and by words."""

    category: int
    rows: dict[int, Row] = field(default_factory=dict)
    children: dict[tuple[int | None, str], list[Row]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _indexes: dict[int, NameIndex] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows in."""
        for row in rows:
            self.rows[row.pk] = row
            self.children[row.parent_id, row.kind].append(row)

    def below(self, parent_id: int | None, kind: str) -> Sequence[Row]:
        """Return the names of a kind directly below an entry (None = without parent)."""
        return self.children.get((parent_id, kind), ())

    def find(self, path: Sequence[str]) -> Row | None:
        """Return the brand or model that a path of keys names, None if there is none."""
        found: Row | None = None
        for kind, key in zip(("brand", "model"), path, strict=False):
            rows = self.below(None if found is None else found.pk, kind)
            found = next((row for row in rows if row.remote_key == key), None)
            if found is None:
                return None
        return found

    def path_of(self, row: Row) -> tuple[Row, ...]:
        """Return the entries above one, the brand first."""
        above: list[Row] = []
        parent = self.rows.get(row.parent_id or 0)
        while parent is not None:
            above.insert(0, parent)
            parent = self.rows.get(parent.parent_id or 0)
        return tuple(above)

    def index_of(self, brand: Row) -> NameIndex:
        """Return the matcher's index of a brand's versions, made when it is first needed."""
        if brand.pk not in self._indexes:
            self._indexes[brand.pk] = NameIndex.build(self._versions(brand))
        return self._indexes[brand.pk]

    def _versions(self, brand: Row) -> Iterable[Name]:
        for model in self.below(brand.pk, "model"):
            for version in self.below(model.pk, "version"):
                yield Name(
                    key=version.pk,
                    category=self.category,
                    brand=brand.name,
                    model=model.name,
                    version=version.name,
                    year_first=version.year_first,
                    year_last=version.year_last,
                )


@dataclass(slots=True)
class _Kept:
    stamp: int
    print: _Print
    names: CatalogueNames


_KEPT: OrderedDict[_Place, _Kept] = OrderedDict()
_LOCK = Lock()


def catalogue_names(portal: Portal, environment: str, vehicle_type: int) -> CatalogueNames:
    """Return a catalogue's names; none, one or two queries. Do not change what is returned."""
    place = (portal.pk, environment, vehicle_type)
    with _LOCK:
        kept = _KEPT.get(place)
    if kept is not None and kept.stamp == portal.names_stamp:
        return kept.names
    rows = CatalogueEntry.objects.filter(
        portal_id=portal.pk, environment=environment, vehicle_type=vehicle_type
    )
    seen = _print_of(rows)
    if kept is None or kept.print != seen:
        kept = _Kept(portal.names_stamp, seen, _read(rows, vehicle_type))
    kept.stamp = portal.names_stamp
    with _LOCK:
        _KEPT[place] = kept
        _KEPT.move_to_end(place)
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    return kept.names


def forget_catalogues() -> None:
    """Give up what is kept (tests, whose databases come and go)."""
    with _LOCK:
        _KEPT.clear()


def _print_of(rows: QuerySet[CatalogueEntry]) -> _Print:
    """Return what changes with every change of a catalogue: each sets the entry's snapshot."""
    told = rows.aggregate(Count("pk"), Max("pk"), Sum("snapshot"), Count("retired_at"))
    return (*told.values(), rows.aggregate(Max("retired_at"))["retired_at__max"])


def _read(rows: QuerySet[CatalogueEntry], vehicle_type: int) -> CatalogueNames:
    names = CatalogueNames(category=vehicle_type)
    found = rows.filter(retired_at__isnull=True).order_by("pk")
    columns = ("pk", "parent_id", "kind", "remote_key", "name", "folded", "year_first", "year_last")
    names.add(
        Row(pk, parent, kind, key, name, folded, first or 0, last or 0)
        for pk, parent, kind, key, name, folded, first, last in found.values_list(*columns)
    )
    return names
