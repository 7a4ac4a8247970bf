"""Copies decisions from another portal or environment, where the same names exist: seen first.

What is ours (brands, models, values, texts) is the same everywhere; what is theirs is found again
by its words, up to the brand. Where the words differ a person has to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.services.changes import By
from portals.connectors.registry import traits_of
from portals.models import CatalogueEntry, Mapping
from portals.models.decisions import BatchKind
from portals.services.catalogue_index import CatalogueNames, Row, catalogue_names
from portals.services.deciding import Decided, Decision, accept_many
from portals.services.places import Place, Scope, label_of, of_scope, rows_at, seen_token


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """One decision that could be copied: what it would become ("new", "same", "changed", "missing"
    = the same name is not there, or not once) and the token of what is there."""

    place: Place
    entry: CatalogueEntry | None
    status: str
    seen: str = "none"
    now: str = ""


def preview_copy(source: Scope, target: Scope) -> list[CopyRow]:
    """Return what copying the decisions of one scope to another would do; writes nothing.

    Left out is what the target does not ask for: levels it has no mapping of, and narrowings that
    its flags do not provide.
    """
    rows = [
        (row, place)
        for row in of_scope(source)
        .select_related("entry__parent__parent")
        .order_by("vehicle_type", "kind", "source_key", "body", "year")
        if (place := _place(row, target)) is not None
    ]
    there = rows_at(target, [place for _, place in rows]) if rows else {}
    found = [(place, row, _same_words(row, target)) for row, place in rows]
    entries = CatalogueEntry.objects.select_related("parent__parent").in_bulk(
        {same.pk for _, _, same in found if same is not None}
    )
    return [
        _copy_row(place, row, entries.get(same.pk) if same else None, there.get(place.key))
        for place, row, same in found
    ]


def copy(source: Scope, target: Scope, rows: Sequence[CopyRow], *, by: By) -> Decided:
    """Copy these rows of a preview as one batch; what was changed since is left and told."""
    del source
    chosen = [
        Decision(place=row.place, entry=row.entry, seen=row.seen)
        for row in rows
        if row.status in ("new", "changed")
    ]
    return accept_many(chosen, by=by, dealer=target.dealer, kind=BatchKind.COPY)


def _place(row: Mapping, target: Scope) -> Place | None:
    traits = traits_of(target.portal.slug)
    asked = (*traits.kinds.get(row.vehicle_type, ()), "optional")
    counts = traits.counts(row.kind, row.vehicle_type, row.body, row.year)
    if row.kind not in asked or not counts:
        return None
    return Place(
        portal=target.portal,
        environment=target.environment,
        vehicle_type=row.vehicle_type,
        kind=row.kind,
        source_key=row.source_key,
        body=row.body,
        year=row.year,
    )


def _same_words(row: Mapping, target: Scope) -> Row | None:
    """Return the one name of the target's catalogue with the same words, the parents' included."""
    if row.entry is None:
        return None
    catalogue = catalogue_names(target.portal, target.environment, row.vehicle_type)
    found = list(_below(row.entry, catalogue))
    return found[0] if len(found) == 1 else None


def _below(entry: CatalogueEntry, catalogue: CatalogueNames) -> Sequence[Row]:
    parents: Sequence[Row | None] = (
        [None] if entry.parent is None else _below(entry.parent, catalogue)
    )
    return [
        row
        for parent in parents
        for row in catalogue.below(None if parent is None else parent.pk, entry.kind)
        if row.folded == entry.folded
    ]


def _copy_row(
    place: Place, source: Mapping, entry: CatalogueEntry | None, today: Mapping | None
) -> CopyRow:
    if source.entry_id is not None and entry is None:
        status = "missing"
    elif today is None:
        status = "new"
    else:
        status = "same" if today.entry_id == (entry.pk if entry else None) else "changed"
    return CopyRow(
        place=place, entry=entry, status=status, seen=seen_token(today), now=label_of(today)
    )
