"""Compares a complete reading with what was known: what vanished, and what of it is there again.

A vanished entry is paired with a new one only if nothing else could be meant: the same name, once
before and once after, below the same brand and model (which may themselves have been renumbered).
The same holds for an entry whose key now carries another name while its own name has another key.
Of a portal whose keys are its names, a new spelling of a vanished name is the same name too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from config.lib.folding import fold
from portals.models import CatalogueChange, CatalogueEntry, CatalogueSnapshot
from portals.models.catalogue import CatalogueKind
from portals.models.snapshots import ChangeKind
from portals.services.catalogue_snapshots import state_of
from portals.services.catalogue_writing import NAME_LENGTH
from portals.services.spelling import spelling_keys

PARENTS_PER_CHUNK = 100
LEVELS = (None, CatalogueKind.BRAND, CatalogueKind.MODEL)
_List = tuple[int | None, str]  # parent, kind


def compare(snapshot: CatalogueSnapshot, *, late: Callable[[], bool]) -> bool:
    """Note what vanished and what was renumbered; False = the time was over, go on later.

    Parents first, since a name below a renumbered brand is looked for below its successor. Each
    chunk of parents is a short transaction; those compared already are left alone.
    """
    for kind in LEVELS:
        for parents in _parents(snapshot, kind):
            if late():
                return False
            with transaction.atomic():
                _Comparison(snapshot, parents).write()
    return True


def vanished(snapshot: CatalogueSnapshot) -> Q:
    """Return the condition on entries that a reading looked for and did not see."""
    was_read = Q(parent__isnull=True) | Q(parent__children_read_at__gte=snapshot.started_at)
    return was_read & Q(snapshot__lt=snapshot.number)


def entries_of(snapshot: CatalogueSnapshot) -> QuerySet[CatalogueEntry]:
    """Return the entries of a snapshot's portal, environment and vehicle type, retired ones too."""
    return CatalogueEntry.objects.filter(
        portal_id=snapshot.portal_id,
        environment=snapshot.environment,
        vehicle_type=snapshot.vehicle_type,
    )


def lost_changes(snapshot: CatalogueSnapshot) -> QuerySet[CatalogueChange]:
    """Return the changes whose entry is no longer what its old name means."""
    return CatalogueChange.objects.filter(snapshot=snapshot).filter(
        Q(what__in=(ChangeKind.RETIRED, ChangeKind.RENUMBERED)) | Q(successor__isnull=False)
    )


def _parents(snapshot: CatalogueSnapshot, kind: str | None) -> Iterable[Sequence[int | None]]:
    """Yield chunks of parents of a kind below which something vanished or is called otherwise."""
    if kind is None:
        yield [None]
        return
    renamed = CatalogueChange.objects.filter(
        snapshot=snapshot, what=ChangeKind.RENAMED, entry=OuterRef("pk")
    )
    gone = lost_changes(snapshot).filter(
        entry=OuterRef("parent"), entry__snapshot__lt=snapshot.number
    )
    rows = entries_of(snapshot).filter(
        vanished(snapshot) | Q(Exists(renamed)) | Q(Exists(gone)),
        parent__kind=kind,
        retired_at__isnull=True,
    )
    after = 0
    while True:
        ids = list(
            rows.filter(parent_id__gt=after)
            .order_by("parent_id")
            .values_list("parent_id", flat=True)
            .distinct()[:PARENTS_PER_CHUNK]
        )
        if not ids:
            return
        yield ids
        after = ids[-1] or 0


@dataclass(slots=True)
class _Identity:
    """An entry under a name it has or had."""

    entry: CatalogueEntry
    name: str
    folded: str

    def is_alike(self, other: _Identity) -> bool:
        """Tell whether both names are one, spelled otherwise."""
        return bool(spelling_keys(self.name) & spelling_keys(other.name))


class _Comparison:
    """One chunk of parents (None = what has no parent), before and after."""

    def __init__(self, snapshot: CatalogueSnapshot, parents: Sequence[int | None]) -> None:
        self.snapshot, self.parents = snapshot, parents
        self.heirs = self._heirs()
        self.gone_parents = self._gone_parents()
        rows = self._rows()
        self.changes: dict[int, dict[str, CatalogueChange]] = defaultdict(dict)
        changes = CatalogueChange.objects.filter(snapshot=snapshot, entry__in=[r.pk for r in rows])
        for change in changes:
            self.changes[change.entry_id][change.what] = change
        self.before: dict[_List, list[_Identity]] = defaultdict(list)
        self.after: dict[_List, list[_Identity]] = defaultdict(list)
        for row in rows:
            self._place(row)

    def _heirs(self) -> dict[int | None, int | None]:
        """Return where each parent's children are to be looked for now."""
        heirs = {parent: parent for parent in self.parents}
        lost = lost_changes(self.snapshot).filter(entry__in=[p for p in self.parents if p])
        heirs.update(lost.values_list("entry", "successor"))
        return heirs

    def _gone_parents(self) -> set[int | None]:
        lost = lost_changes(self.snapshot).filter(
            entry__in=[p for p in self.parents if p], entry__snapshot__lt=self.snapshot.number
        )
        return set(lost.values_list("entry", flat=True))

    def _rows(self) -> list[CatalogueEntry]:
        places = {*self.parents, *self.heirs.values()}
        where = Q(parent__in=[place for place in places if place is not None])
        if None in self.parents:
            where = Q(parent__isnull=True)
        rows = entries_of(self.snapshot).filter(where, retired_at__isnull=True)
        unseen = ExpressionWrapper(vanished(self.snapshot), output_field=BooleanField())
        return list(rows.annotate(unseen=unseen).order_by("pk"))

    def _place(self, row: CatalogueEntry) -> None:
        key = (row.parent_id, row.kind)
        if ChangeKind.ADDED not in self.changes[row.pk]:
            name = self._old_name(row)
            self.before[key].append(_Identity(row, name, fold(name)[:NAME_LENGTH]))
        if not self._is_gone(row):
            self.after[key].append(_Identity(row, row.name, row.folded))

    def _old_name(self, row: CatalogueEntry) -> str:
        changes = self.changes[row.pk].values()
        return next((str(each.before["name"]) for each in changes if each.before), row.name)

    def _is_gone(self, row: CatalogueEntry) -> bool:
        return bool(getattr(row, "unseen", False)) or row.parent_id in self.gone_parents

    def write(self) -> None:
        """Write a change for each entry that is not any more what it was."""
        made: list[CatalogueChange] = []
        settled: list[int] = []
        for (parent, kind), identities in self.before.items():
            if parent not in self.heirs:
                continue
            for identity in identities:
                change = self._judge(identity, kind, identities)
                if change is not None:
                    made.append(change)
                    settled.append(identity.entry.pk)
        CatalogueChange.objects.filter(
            snapshot=self.snapshot, entry__in=settled, what=ChangeKind.RENAMED
        ).delete()
        CatalogueChange.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)

    def _judge(
        self, old: _Identity, kind: str, siblings: Sequence[_Identity]
    ) -> CatalogueChange | None:
        """Return what became of an entry, None if nothing that was not noted already."""
        gone = self._is_gone(old.entry)
        if self._is_settled(old.entry) or not (gone or old.folded != old.entry.folded):
            return None
        heir = self.heirs[old.entry.parent_id]
        now: Sequence[_Identity] = ()
        if heir is not None or None in self.parents:
            now = self.after[heir, kind]
        found = self._same_name(old, siblings, now)
        what = ChangeKind.RENUMBERED
        if found is None and gone and not any(each.folded == old.folded for each in now):
            found, what = self._same_spelling(old, siblings, now), ChangeKind.RENAMED
        if found is None and not gone:
            return None  # still there under its key: it is only called otherwise
        return CatalogueChange(
            snapshot=self.snapshot,
            entry=old.entry,
            successor=None if found is None else found.entry,
            what=ChangeKind.RETIRED if found is None else what,
            before={**state_of(old.entry), "name": old.name},
            after={} if found is None else state_of(found.entry),
        )

    def _is_settled(self, entry: CatalogueEntry) -> bool:
        return any(
            change.what in (ChangeKind.RETIRED, ChangeKind.RENUMBERED) or change.successor_id
            for change in self.changes[entry.pk].values()
        )

    def _same_name(
        self, old: _Identity, siblings: Sequence[_Identity], now: Sequence[_Identity]
    ) -> _Identity | None:
        was = [each for each in siblings if each.folded == old.folded]
        found = [each for each in now if each.folded == old.folded]
        return self._only(old, was, found)

    def _same_spelling(
        self, old: _Identity, siblings: Sequence[_Identity], now: Sequence[_Identity]
    ) -> _Identity | None:
        was = [each for each in siblings if each.is_alike(old)]
        found = [each for each in now if each.is_alike(old)]
        return self._only(old, was, found)

    def _only(
        self, old: _Identity, was: Sequence[_Identity], found: Sequence[_Identity]
    ) -> _Identity | None:
        """Return what was found if it is one, is new under this name, and only `old` was it."""
        if len(was) != 1 or len(found) != 1 or found[0].entry.pk == old.entry.pk:
            return None
        row = found[0].entry
        was_here = ChangeKind.ADDED not in self.changes[row.pk]
        return None if was_here and fold(self._old_name(row)) == fold(row.name) else found[0]
