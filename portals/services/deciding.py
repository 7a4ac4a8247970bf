"""Decisions about names: one or many at once, always as one batch that can be taken back.

A decision is written only if what its maker saw still holds: of two people on one queue the second
is told, and nothing of the first is lost. Decisions of one portal are made one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_changes
from portals.models import CatalogueEntry, Mapping, MappingBatch, MappingStep, Portal
from portals.models.catalogue import MappingOrigin
from portals.models.decisions import BatchKind
from portals.services.blast_radius import touched_listings
from portals.services.marking import Marked, mark_listings
from portals.services.places import (
    Place,
    Scope,
    check_entry,
    check_place,
    label_of,
    rows_at,
    seen_token,
    state_of,
)
from portals.services.proposals import Proposal, reasons_of

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where one name leads: to an entry, or (None) to nothing on purpose.

    `proposal` is the one that was accepted, None when decided by hand. `seen` is the seen_token of
    what was there when it was decided; None = whatever is there.
    """

    place: Place
    entry: CatalogueEntry | None
    proposal: Proposal | None = None
    seen: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place that somebody changed meanwhile and that was left alone; `mapping` is what lies there
    now (with its entry and who decided it), None = nothing any more."""

    place: Place
    mapping: Mapping | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of decisions. `batch` None = nothing changed. `marked` is whom to wake."""

    batch: MappingBatch | None = None
    changed: int = 0
    same: int = 0
    conflicts: tuple[Conflict, ...] = ()
    listings: int = 0
    marked: Marked = field(default_factory=Marked)


def accept(
    decision: Decision, *, by: By, dealer: Dealer | None = None, kind: str = BatchKind.DECISION
) -> Decided:
    """Decide one name, for a dealer or (None) for everyone; see accept_many."""
    return accept_many([decision], by=by, dealer=dealer, kind=kind)


def accept_many(
    decisions: Sequence[Decision],
    *,
    by: By,
    dealer: Dealer | None = None,
    kind: str = BatchKind.BULK,
    threshold: float | None = None,
    origin: str = "",
    batch: MappingBatch | None = None,
) -> Decided:
    """Decide names of one portal and environment together; exactly what they touch is marked due.

    What is there already is counted as the same, what somebody changed since it was seen is left
    alone and returned as a conflict. `origin` defaults to confirmed (with a proposal) or by hand.
    `batch` goes on with one made before. Raises ValidationError naming the field; then nothing at
    all is decided.
    """
    if not decisions:
        return Decided()
    for decision in decisions:
        check_place(decision.place)
        if decision.entry is not None:
            check_entry(decision.place, decision.entry)
    writing = _Writing(_scope_of([d.place for d in decisions], dealer), by=by)
    with transaction.atomic():
        writing.begin([decision.place for decision in decisions])
        for decision in decisions:
            writing.decide(decision, origin)
        return writing.finish(kind=kind, threshold=threshold, batch=batch)


def take_back(
    places: Sequence[Place],
    *,
    by: By,
    dealer: Dealer | None = None,
    seen: Sequence[str | None] = (),
) -> Decided:
    """Take decisions back: the same name, or a wider decision, counts again.

    `seen` may say per place which decision was seen, as in Decision.
    """
    if not places:
        return Decided()
    writing = _Writing(_scope_of(places, dealer), by=by)
    tokens = list(seen) or [None] * len(places)
    with transaction.atomic():
        writing.begin(places)
        for place, token in zip(places, tokens, strict=True):
            writing.remove(place, token)
        return writing.finish(kind=BatchKind.DECISION)


def lock_portal(portal_id: int) -> None:
    """Have decisions of a portal wait for each other; inside a transaction only."""
    # FOR NO KEY UPDATE: rows that refer to the portal can still be written by others.
    list(Portal.objects.select_for_update(no_key=True).filter(pk=portal_id).values("pk"))


def grow_stamp(portal_id: int) -> None:
    """Let running drains drop the names they have loaded."""
    Portal.objects.filter(pk=portal_id).update(names_stamp=F("names_stamp") + 1)


def _scope_of(places: Sequence[Place], dealer: Dealer | None) -> Scope:
    first = places[0]
    if any((p.portal, p.environment) != (first.portal, first.environment) for p in places):
        raise ValueError("decisions of one batch belong to one portal and environment")
    return Scope(portal=first.portal, environment=first.environment, dealer=dealer)


class _Writing:
    """Writes decisions of one batch; between begin and finish all is one transaction."""

    def __init__(self, scope: Scope, *, by: By) -> None:
        self.scope, self.by, self.now = scope, by, timezone.now()
        self.rows: dict[tuple[Any, ...], Mapping] = {}
        self.before: dict[tuple[Any, ...], dict[str, Any] | None] = {}
        self.labels: dict[tuple[Any, ...], str] = {}  # names of the entries before
        self.places: dict[tuple[Any, ...], Place] = {}
        self.new: list[Mapping] = []
        self.changed: list[Mapping] = []
        self.gone: list[Mapping] = []
        self.conflicts: list[Conflict] = []
        self.same = 0

    def begin(self, places: Iterable[Place]) -> None:
        """Read what is there; from here on nobody else decides at this portal."""
        lock_portal(self.scope.portal.pk)
        self.rows = rows_at(self.scope, places, locked=True)

    def decide(self, decision: Decision, origin: str) -> None:
        """Note one decision."""
        place, row = decision.place, self.rows.get(decision.place.key)
        entry_id = None if decision.entry is None else decision.entry.pk
        if row is not None and row.entry_id == entry_id:
            self.same += 1
            return
        if self._is_stale(place, row, decision.seen):
            return
        proposal = decision.proposal
        chosen = origin or (MappingOrigin.CONFIRMED if proposal else MappingOrigin.PERSON)
        values = {
            "entry": decision.entry,
            "origin": chosen,
            "probability": proposal.probability if proposal else None,
            "reasons": reasons_of(proposal) if proposal else [],
            "decided_by_id": self.by.user_id,
            "decided_at": self.now,
        }
        self._remember(place, row)
        if row is None:
            row = Mapping(**place.columns(), dealer=self.scope.dealer, **values)
            self.rows[place.key] = row
            self.new.append(row)
            return
        for name, value in values.items():
            setattr(row, name, value)
        if row.pk is not None:
            self.changed.append(row)

    def remove(self, place: Place, seen: str | None) -> None:
        """Note that a decision is taken back."""
        row = self.rows.get(place.key)
        if self._is_stale(place, row, seen):
            return
        if row is None:
            self.same += 1
            return
        self._remember(place, row)
        self.gone.append(row)

    def finish(
        self, *, kind: str, threshold: float | None = None, batch: MappingBatch | None = None
    ) -> Decided:
        """Write what was noted, its steps and history, and mark what it touches."""
        conflicts = tuple(self.conflicts)
        if not self.places:
            return Decided(batch=batch, same=self.same, conflicts=conflicts)
        places = list(self.places.values())
        self._write()
        batch = batch or self._new_batch(kind, threshold)
        self._write_steps(batch)
        grow_stamp(self.scope.portal.pk)
        touched = touched_listings(self.scope, places)
        return Decided(
            batch=batch,
            changed=len(places),
            same=self.same,
            conflicts=conflicts,
            listings=len(touched),
            marked=mark_listings(touched, portal_id=self.scope.portal.pk),
        )

    def _is_stale(self, place: Place, row: Mapping | None, seen: str | None) -> bool:
        if seen is None or seen == seen_token(row) or place.key in self.places:
            return False
        self.conflicts.append(Conflict(place=place, mapping=row))
        return True

    def _remember(self, place: Place, row: Mapping | None) -> None:
        if place.key not in self.places:
            self.places[place.key] = place
            self.before[place.key] = state_of(row)
            self.labels[place.key] = label_of(row)

    def _write(self) -> None:
        Mapping.objects.bulk_create(self.new, batch_size=BATCH)
        columns = ["entry", "origin", "probability", "reasons", "decided_by", "decided_at"]
        Mapping.objects.bulk_update(self.changed, columns, batch_size=BATCH)
        record_changes(self._acts(), by=self.by, dealer=self.scope.dealer)
        gone = [row.pk for row in self.gone]
        Mapping.objects.filter(pk__in=gone).delete()

    def _acts(self) -> Iterable[Act]:
        gone = {id(row) for row in self.gone}
        for key, place in self.places.items():
            row = self.rows[key]
            about = {"source_key": place.source_key, "kind": place.kind}
            before = {"entry": self.labels[key]}
            if id(row) in gone:
                yield Act(
                    subject=row, action="mapping.deleted", before={**before, **about}, after={}
                )
                continue
            yield Act(
                subject=row,
                action="mapping.saved",
                before={} if self.before[key] is None else before,
                after={"entry": label_of(row), **about},
            )

    def _new_batch(self, kind: str, threshold: float | None) -> MappingBatch:
        return MappingBatch.objects.create(
            portal=self.scope.portal,
            environment=self.scope.environment,
            dealer=self.scope.dealer,
            kind=kind,
            threshold=threshold,
            made_by_id=self.by.user_id,
        )

    def _write_steps(self, batch: MappingBatch) -> None:
        gone = {id(row) for row in self.gone}
        MappingStep.objects.bulk_create(
            (
                MappingStep(
                    batch=batch,
                    **place.step_columns(),
                    before=self.before[key],
                    after=None if id(self.rows[key]) in gone else state_of(self.rows[key]),
                )
                for key, place in self.places.items()
            ),
            batch_size=BATCH,
        )
