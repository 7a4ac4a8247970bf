"""Writes what was read of a portal's catalogue: few queries per batch, one short transaction.

New and renamed names count at once. What was not seen any more is only known by the number of the
reading that last saw it: it is taken out of use when all is read (catalogue_finishing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from config.lib.folding import fold
from portals.connectors.types import CatalogueNode
from portals.models import CatalogueChange, CatalogueEntry
from portals.models.snapshots import ChangeKind
from portals.services.catalogue_snapshots import Reading, state_of

NAME_LENGTH = 200
IDS_PER_UPDATE = 5000
WRITTEN = ("name", "folded", "year_first", "year_last", "retired_at")
_Key = tuple[int | None, int, str, str]  # parent, vehicle type, kind, remote key


@dataclass(slots=True, kw_only=True)
class Piece:
    """What was read below `parent` (None = everything without a parent)."""

    parent: CatalogueEntry | None
    nodes: list[CatalogueNode]
    read_at: datetime


@dataclass(slots=True)
class Written:
    """How many entries are new (or came back), and how many are called otherwise."""

    added: int = 0
    renamed: int = 0


def write_pieces(pieces: Sequence[Piece], *, reading: Reading) -> Written:
    """Bring the children of these parents to what was read, and note what is new in it.

    An entry that came back counts as added. Keys longer than the column cannot be sent anyway and
    are left out.
    """
    told = {
        _key(piece, node): node
        for piece in pieces
        for node in piece.nodes
        if max(len(node.key), len(node.name)) <= NAME_LENGTH
    }
    with transaction.atomic():
        known = _known(pieces, reading)
        notes = _Notes(reading)
        new, changed, seen = [], [], []
        for key, node in told.items():
            entry = known.get(key)
            if entry is None:
                new.append(_entry(key, node, reading))
                continue
            seen.append(entry.pk)
            before = state_of(entry)
            kind_of_change = _change(entry, node)
            if kind_of_change:
                changed.append(entry)
                notes.add(entry, kind_of_change, before)
        # Somebody else may be reading the same catalogue right now for another dealer.
        CatalogueEntry.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
        CatalogueEntry.objects.bulk_update(changed, WRITTEN, batch_size=200)
        _mark_seen(seen, reading.number)
        notes.add_new(new, pieces)
        notes.write()
        _stamp(pieces)
    return Written(added=len(new) + len(changed) - notes.renamed, renamed=notes.renamed)


class _Notes:
    """Collects the changes of one batch; a first reading has none to be kept."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.rows: list[CatalogueChange] = []
        self.renamed = 0

    def add(self, entry: CatalogueEntry, what: str, before: dict[str, Any]) -> None:
        """Note an entry that is there and was otherwise."""
        self.renamed += what == ChangeKind.RENAMED
        self._note(entry, what, before if what == ChangeKind.RENAMED else {})

    def add_new(self, new: Sequence[CatalogueEntry], pieces: Sequence[Piece]) -> None:
        """Note entries just created; their ids are read, since the creation does not tell them."""
        types = {entry.vehicle_type for entry in new}
        if all(self.reading.snapshot(each).is_baseline for each in types):
            return
        keys = {_own_key(entry) for entry in new}
        rows = _places(pieces, self.reading).filter(snapshot=self.reading.number)
        for row in rows:
            if _own_key(row) in keys:
                self._note(row, ChangeKind.ADDED, {})

    def _note(self, entry: CatalogueEntry, what: str, before: dict[str, Any]) -> None:
        snapshot = self.reading.snapshot(entry.vehicle_type)
        if not snapshot.is_baseline:
            self.rows.append(
                CatalogueChange(
                    snapshot=snapshot, entry=entry, what=what, before=before, after=state_of(entry)
                )
            )

    def write(self) -> None:
        """Write the notes; what changed twice during a reading keeps how it was at first."""
        CatalogueChange.objects.bulk_create(
            self.rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["snapshot", "entry", "what"],
            update_fields=["after"],
        )


def _key(piece: Piece, node: CatalogueNode) -> _Key:
    parent_id = None if piece.parent is None else piece.parent.pk
    return (parent_id, node.vehicle_type, node.kind, node.key)


def _own_key(entry: CatalogueEntry) -> _Key:
    return (entry.parent_id, entry.vehicle_type, entry.kind, entry.remote_key)


def _places(pieces: Sequence[Piece], reading: Reading) -> QuerySet[CatalogueEntry]:
    """Return all entries, retired ones too, that lie where the pieces lie."""
    parents = [piece.parent.pk for piece in pieces if piece.parent is not None]
    where = Q(parent_id__in=parents)
    if len(parents) < len(pieces):
        where |= Q(parent__isnull=True)
    return CatalogueEntry.objects.filter(
        where, portal_id=reading.portal_id, environment=reading.environment
    )


def _known(pieces: Sequence[Piece], reading: Reading) -> dict[_Key, CatalogueEntry]:
    return {_own_key(row): row for row in _places(pieces, reading)}


def _mark_seen(ids: Sequence[int], number: int) -> None:
    for start in range(0, len(ids), IDS_PER_UPDATE):
        part = ids[start : start + IDS_PER_UPDATE]
        CatalogueEntry.objects.filter(pk__in=part).exclude(snapshot=number).update(snapshot=number)


def _entry(key: _Key, node: CatalogueNode, reading: Reading) -> CatalogueEntry:
    return CatalogueEntry(
        portal_id=reading.portal_id,
        environment=reading.environment,
        vehicle_type=node.vehicle_type,
        kind=node.kind,
        parent_id=key[0],
        remote_key=node.key,
        name=node.name,
        folded=fold(node.name)[:NAME_LENGTH],
        year_first=node.year_first,
        year_last=node.year_last,
        snapshot=reading.number,
    )


def _change(entry: CatalogueEntry, node: CatalogueNode) -> str:
    """Bring an entry to what was read; returns what changed, '' for nothing."""
    told = (node.name, node.year_first, node.year_last)
    is_back = entry.retired_at is not None
    is_renamed = told != (entry.name, entry.year_first, entry.year_last)
    if not (is_back or is_renamed):
        return ""
    entry.name, entry.year_first, entry.year_last = told
    entry.folded = fold(node.name)[:NAME_LENGTH]
    entry.retired_at = None
    return ChangeKind.ADDED if is_back else ChangeKind.RENAMED


def _stamp(pieces: Sequence[Piece]) -> None:
    """Note when the children of each parent were read: none later than the first of the batch."""
    parents = [piece.parent for piece in pieces if piece.parent is not None]
    if not parents:
        return
    read_at = min(piece.read_at for piece in pieces)
    for parent in parents:
        parent.children_read_at = read_at
    CatalogueEntry.objects.filter(pk__in=[each.pk for each in parents]).update(
        children_read_at=read_at
    )
