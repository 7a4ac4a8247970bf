"""From our names to those of a portal's catalogue, for many vehicles with few queries.

Order: the dealer's mapping, the mapping for everyone, the same name (case and accents folded).
A mapped model or version counts only if it lies inside the brand and model found: one that leads
elsewhere is as good as none, so changing a model's mapping re-opens what hung on it, also where the
new model has a child of the same key. Styles are no things but words that every model's list
repeats: one mapping serves all lists, by key. By body and by year mappings are told apart only
where the portal's flags say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db.models import Q, QuerySet

from config.lib.folding import fold
from inventory.models import Optional, Vehicle
from portals.connectors.registry import traits_of
from portals.connectors.types import ResolvedName
from portals.models import CatalogueEntry, Mapping, Portal
from portals.services.source_keys import NESTED, Wanted, wanted_name, wanted_optional

LEVELS = (("model",), ("version", "style"))
STRICT = frozenset({"model", "version"})  # what is a thing of its own, not a word of a list
_COLUMNS = ("kind", "pk", "remote_key", "folded")
_MappingKey = tuple[int, str, str]  # vehicle type, kind, source key


class _Entry(NamedTuple):
    """What is needed of an entry: thousands are read, and rows as models cost five times more."""

    pk: int
    remote_key: str


@dataclass(slots=True)
class _Names:
    """Entries of one list (all colours, the models of one brand …) by key and by folded name."""

    by_key: dict[str, _Entry] = field(default_factory=dict)
    by_id: dict[int, _Entry] = field(default_factory=dict)
    by_name: dict[str, _Entry] = field(default_factory=dict)

    def add(self, entry: _Entry, folded: str) -> None:
        self.by_key[entry.remote_key] = entry
        self.by_id[entry.pk] = entry
        self.by_name.setdefault(folded, entry)


@dataclass(slots=True)
class _Case:
    """One vehicle on its way through the levels."""

    vehicle: Vehicle
    wanted: dict[str, Wanted]
    optionals: tuple[Wanted, ...]
    entries: dict[str, _Entry] = field(default_factory=dict)
    names: dict[str, ResolvedName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The names and optionals of one vehicle."""

    names: dict[str, ResolvedName]
    optionals: tuple[ResolvedName, ...]


class NameResolver:
    """Resolves names of one dealer's vehicles at one portal; keeps what it has read.

    Without a dealer only the mappings for everyone count.
    `stamp` is the portal's names_stamp when the resolver was made: drop it when the stamp moved.
    """

    def __init__(self, portal: Portal, environment: str, dealer_id: int | None) -> None:
        self.portal, self.environment, self.dealer_id = portal, environment, dealer_id
        self.stamp = portal.names_stamp
        self._traits = traits_of(portal.slug)
        self._roots: dict[tuple[int, str], _Names] = {}
        self._root_types: set[int] = set()
        self._children: dict[tuple[int, str], _Names] = {}
        self._parents_read: set[int] = set()
        self._mappings: dict[_MappingKey, list[Mapping]] = {}

    def resolve(
        self,
        vehicles: Iterable[Vehicle],
        *,
        kinds: dict[int, tuple[str, ...]],
        optionals: dict[int, Sequence[Optional]],
    ) -> dict[int, Resolved]:
        """Return the names of each vehicle by its id, in at most four queries for them all.

        `kinds` says per category which names are needed, `optionals` what each vehicle has. Reads
        version, model and brand of the vehicles, which should be loaded.
        """
        cases = [self._case(vehicle, kinds, optionals.get(vehicle.pk, ())) for vehicle in vehicles]
        self._read_roots({case.vehicle.category for case in cases})
        self._read_mappings(cases)
        for case in cases:
            for kind in case.wanted:
                if kind not in NESTED:
                    self._settle(case, kind, self._root(case, kind))
        for level in LEVELS:
            self._read_children(cases, level)
            for case in cases:
                for kind in level:
                    if kind in case.wanted:
                        self._settle_nested(case, kind)
        return {case.vehicle.pk: self._result(case) for case in cases}

    def _case(
        self, vehicle: Vehicle, kinds: dict[int, tuple[str, ...]], optionals: Sequence[Optional]
    ) -> _Case:
        wanted = {kind: wanted_name(vehicle, kind) for kind in kinds.get(vehicle.category, ())}
        return _Case(vehicle, wanted, tuple(wanted_optional(item) for item in optionals))

    def _result(self, case: _Case) -> Resolved:
        names = _root_or_empty(self._roots, case.vehicle.category, "optional")
        found = tuple(self._look(case.vehicle, wanted, names)[0] for wanted in case.optionals)
        return Resolved(names=self._narrowed(case), optionals=found)

    def _narrowed(self, case: _Case) -> dict[str, ResolvedName]:
        """Say body and year with the names that depend on them at this portal."""
        category = case.vehicle.category
        for kind, name in case.names.items():
            by_body = self._traits.by_body(kind, category)
            by_year = self._traits.by_year(kind, category)
            if by_body or by_year:
                body = _body_of(case.vehicle) if by_body else ""
                year = (case.vehicle.year_model or 0) if by_year else 0
                case.names[kind] = replace(name, body=body, year=year)
        return case.names

    def _settle_nested(self, case: _Case, kind: str) -> None:
        parents = NESTED[kind]
        wanted = case.wanted[kind]
        path = tuple(case.entries[name].remote_key for name in parents if name in case.entries)
        if len(path) < len(parents):
            missing = "empty" if wanted.is_empty else "parent"
            case.names[kind] = _missing(wanted, missing, path)
            return
        parent = case.entries[parents[-1]]
        names = self._children.get((parent.pk, kind)) or _Names()
        self._settle(case, kind, names, path=path)

    def _settle(self, case: _Case, kind: str, names: _Names, *, path: tuple[str, ...] = ()) -> None:
        name, entry = self._look(case.vehicle, case.wanted[kind], names, path=path)
        case.names[kind] = name
        if entry is not None:
            case.entries[kind] = entry

    def _look(
        self, vehicle: Vehicle, wanted: Wanted, names: _Names, *, path: tuple[str, ...] = ()
    ) -> tuple[ResolvedName, _Entry | None]:
        """Return what a name leads to among the valid names of its place."""
        if wanted.is_empty:
            return _missing(wanted, "empty", path), None
        rows = self._mappings.get((vehicle.category, wanted.kind, wanted.source_key), [])
        mapping = _narrowest(rows, vehicle)
        if mapping is not None and mapping.entry is None:
            return _missing(wanted, "none", path), None
        entry = None
        if mapping is not None and mapping.entry is not None:
            if wanted.kind in STRICT:
                entry = names.by_id.get(mapping.entry.pk)
            else:
                entry = names.by_key.get(mapping.entry.remote_key)
        entry = entry or _same_name(wanted, names)
        if entry is None:
            return _missing(wanted, "unknown" if wanted.placed else "unplaced", path), None
        found = ResolvedName(
            kind=wanted.kind,
            ours=wanted.ours,
            key=entry.remote_key,
            source_key=wanted.source_key,
            path=path,
        )
        return found, entry

    # -- which world: NamesBefore looks at an earlier one -----------------------------------------
    def _called(self, _pk: int, folded: str) -> str:
        return folded

    def _is_in_use(self, entry: CatalogueEntry) -> bool:
        return entry.retired_at is None

    # -- reading ---------------------------------------------------------------------------------
    def _root(self, case: _Case, kind: str) -> _Names:
        return _root_or_empty(self._roots, case.vehicle.category, kind)

    def _entries(self) -> QuerySet[CatalogueEntry]:
        return CatalogueEntry.objects.filter(
            portal=self.portal, environment=self.environment, retired_at__isnull=True
        ).order_by("id")

    def _read_roots(self, types: set[int]) -> None:
        new = types - self._root_types
        if not new:
            return
        self._root_types |= new
        rows = self._entries().filter(vehicle_type__in=new, parent__isnull=True)
        for vehicle_type, kind, pk, key, folded in rows.values_list("vehicle_type", *_COLUMNS):
            names = self._roots.setdefault((vehicle_type, kind), _Names())
            names.add(_Entry(pk, key), self._called(pk, folded))

    def _read_children(self, cases: list[_Case], level: tuple[str, ...]) -> None:
        parent_kind = NESTED[level[0]][-1]
        parents = {case.entries[parent_kind].pk for case in cases if parent_kind in case.entries}
        new = parents - self._parents_read
        if not new:
            return
        self._parents_read |= new
        rows = self._entries().filter(parent_id__in=new)
        for parent_id, kind, pk, key, folded in rows.values_list("parent_id", *_COLUMNS):
            names = self._children.setdefault((parent_id, kind), _Names())
            names.add(_Entry(pk, key), self._called(pk, folded))

    def _read_mappings(self, cases: list[_Case]) -> None:
        needed: set[_MappingKey] = set()
        for case in cases:
            for wanted in (*case.wanted.values(), *case.optionals):
                if not wanted.is_empty:
                    needed.add((case.vehicle.category, wanted.kind, wanted.source_key))
        new = needed - self._mappings.keys()
        if not new:
            return
        self._mappings.update((key, []) for key in new)
        rows = Mapping.objects.filter(
            Q(dealer__isnull=True) | Q(dealer_id=self.dealer_id),
            portal=self.portal,
            environment=self.environment,
            source_key__in={source_key for _, _, source_key in new},
        ).select_related("entry")
        for row in rows:
            key = (row.vehicle_type, row.kind, row.source_key)
            counts = self._traits.counts(row.kind, row.vehicle_type, row.body, row.year)
            if key in new and counts and (row.entry is None or self._is_in_use(row.entry)):
                self._mappings[key].append(row)


def _root_or_empty(roots: dict[tuple[int, str], _Names], vehicle_type: int, kind: str) -> _Names:
    return roots.get((vehicle_type, kind)) or _Names()


def _missing(wanted: Wanted, missing: str, path: tuple[str, ...]) -> ResolvedName:
    return ResolvedName(
        kind=wanted.kind,
        ours=wanted.ours,
        key=None,
        missing=missing,
        source_key=wanted.source_key,
        path=path,
    )


def _same_name(wanted: Wanted, names: _Names) -> _Entry | None:
    for spelling in wanted.spellings:
        entry = names.by_name.get(fold(spelling))
        if entry is not None:
            return entry
    return None


def _body_of(vehicle: Vehicle) -> str:
    return vehicle.body or (vehicle.version.body if vehicle.version else "")


def _narrowest(rows: list[Mapping], vehicle: Vehicle) -> Mapping | None:
    """Return the mapping that fits a vehicle best: the dealer's own, then by body, then by year."""
    if not rows:
        return None
    body = _body_of(vehicle)
    fitting = [
        row for row in rows if row.body in ("", body) and row.year in (0, vehicle.year_model)
    ]
    return max(
        fitting,
        key=lambda row: (row.dealer_id is not None, row.body != "", row.year != 0),
        default=None,
    )
