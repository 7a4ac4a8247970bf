"""Writes what was read of a portal's catalogue: few queries per batch, one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.lib.folding import fold
from portals.connectors.types import CatalogueNode
from portals.models import CatalogueEntry

NAME_LENGTH = 200
WRITTEN = ("name", "folded", "year_first", "year_last", "snapshot", "retired_at")
_Key = tuple[int | None, int, str, str]  # parent, vehicle type, kind, remote key


@dataclass(slots=True, kw_only=True)
class Piece:
    """What was read below `parent` (None = everything without a parent)."""

    parent: CatalogueEntry | None
    nodes: list[CatalogueNode]
    read_at: datetime


@dataclass(slots=True)
class Written:
    """How many entries changed."""

    added: int = 0
    renamed: int = 0
    retired: int = 0


def write_pieces(
    pieces: Sequence[Piece], *, portal_id: int, environment: str, now: datetime
) -> Written:
    """Bring the children of these parents to what was read; vanished ones are retired.

    An entry that came back counts as added. Keys longer than the column cannot be sent anyway and
    are left out.
    """
    told = {
        _key(piece, node): node
        for piece in pieces
        for node in piece.nodes
        if max(len(node.key), len(node.name)) <= NAME_LENGTH
    }
    snapshot = int(now.timestamp())
    with transaction.atomic():
        known = _known(pieces, portal_id=portal_id, environment=environment)
        written = Written()
        new, changed = [], []
        for key, node in told.items():
            entry = known.get(key)
            if entry is None:
                new.append(_entry(key, node, portal_id, environment, snapshot))
                continue
            kind_of_change = _change(entry, node, snapshot)
            if kind_of_change:
                changed.append(entry)
            written.added += kind_of_change == "back"
            written.renamed += kind_of_change == "renamed"
        gone = [
            entry.pk for key, entry in known.items() if key not in told and entry.retired_at is None
        ]
        written.added += len(new)
        written.retired = CatalogueEntry.objects.filter(pk__in=gone).update(retired_at=now)
        # Somebody else may be reading the same catalogue right now for another dealer.
        CatalogueEntry.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
        CatalogueEntry.objects.bulk_update(changed, WRITTEN, batch_size=200)
        _stamp(pieces)
    return written


def _key(piece: Piece, node: CatalogueNode) -> _Key:
    parent_id = None if piece.parent is None else piece.parent.pk
    return (parent_id, node.vehicle_type, node.kind, node.key)


def _known(
    pieces: Sequence[Piece], *, portal_id: int, environment: str
) -> dict[_Key, CatalogueEntry]:
    """Return all entries, retired ones too, that lie where the pieces lie."""
    rows = CatalogueEntry.objects.filter(portal_id=portal_id, environment=environment)
    parents = [piece.parent.pk for piece in pieces if piece.parent is not None]
    if len(parents) == len(pieces):
        rows = rows.filter(parent_id__in=parents)
    else:
        rows = rows.filter(parent__isnull=True)
    return {(row.parent_id, row.vehicle_type, row.kind, row.remote_key): row for row in rows}


def _entry(
    key: _Key, node: CatalogueNode, portal_id: int, environment: str, snapshot: int
) -> CatalogueEntry:
    return CatalogueEntry(
        portal_id=portal_id,
        environment=environment,
        vehicle_type=node.vehicle_type,
        kind=node.kind,
        parent_id=key[0],
        remote_key=node.key,
        name=node.name,
        folded=fold(node.name)[:NAME_LENGTH],
        year_first=node.year_first,
        year_last=node.year_last,
        snapshot=snapshot,
    )


def _change(entry: CatalogueEntry, node: CatalogueNode, snapshot: int) -> str:
    """Bring an entry to what was read; returns "back", "renamed" or '' for no change."""
    told = (node.name, node.year_first, node.year_last)
    is_back = entry.retired_at is not None
    is_renamed = told != (entry.name, entry.year_first, entry.year_last)
    if not (is_back or is_renamed):
        return ""
    entry.name, entry.year_first, entry.year_last = told
    entry.folded = fold(node.name)[:NAME_LENGTH]
    entry.snapshot, entry.retired_at = snapshot, None
    return "back" if is_back else "renamed"


def _stamp(pieces: Sequence[Piece]) -> None:
    """Note when the children of each parent were read."""
    parents = []
    for piece in pieces:
        if piece.parent is not None:
            piece.parent.children_read_at = piece.read_at
            parents.append(piece.parent)
    CatalogueEntry.objects.bulk_update(parents, ["children_read_at"], batch_size=200)
