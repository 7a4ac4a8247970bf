"""Takes a batch of decisions back: exactly what was, except where somebody decided since."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.services.changes import Act, By, record_changes
from portals.models import Mapping, MappingBatch, MappingRefusal, MappingStep
from portals.services.blast_radius import touched_listings
from portals.services.deciding import grow_stamp, lock_portal
from portals.services.marking import Marked, mark_listings
from portals.services.places import Place, Scope, columns_of, label_of, rows_at, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A place that somebody decided again since the batch; it was left as it is now."""

    place: Place
    mapping: Mapping | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What an undo did. `already`: the batch had been undone before, nothing was done."""

    restored: int = 0
    kept: tuple[Kept, ...] = ()
    already: bool = False
    listings: int = 0
    marked: Marked = field(default_factory=Marked)


def undo(batch: MappingBatch, *, by: By) -> UndoReport:
    """Restore what was before a batch, refusals included; what it touches is marked due.

    A second undo does nothing. What somebody changed since stays and is named.
    """
    scope = Scope(portal=batch.portal, environment=batch.environment, dealer=batch.dealer)
    with transaction.atomic():
        lock_portal(batch.portal_id)
        mine = MappingBatch.objects.filter(pk=batch.pk, undone_at__isnull=True)
        if not mine.update(undone_at=timezone.now(), undone_by_id=by.user_id):
            return UndoReport(already=True)
        return _Undoing(scope, by=by).run(list(batch.steps.order_by("pk")))


class _Undoing:
    """One undo, inside its transaction."""

    def __init__(self, scope: Scope, *, by: By) -> None:
        self.scope, self.by = scope, by
        self.acts: list[Act] = []
        self.kept: list[Kept] = []
        self.places: list[Place] = []

    def run(self, steps: list[MappingStep]) -> UndoReport:
        """Restore step by step, then mark what was touched."""
        refusals = [step for step in steps if _refused_entry(step) is not None]
        decisions = [step for step in steps if _refused_entry(step) is None]
        restored = sum(self._allow(step) for step in refusals)
        rows = rows_at(self.scope, [self._place(step) for step in decisions], locked=True)
        for step in decisions:
            restored += self._restore(step, rows.get(self._place(step).key))
        record_changes(self.acts, by=self.by, dealer=self.scope.dealer)
        if not self.places:
            return UndoReport(restored=restored, kept=tuple(self.kept))
        grow_stamp(self.scope.portal.pk)
        touched = touched_listings(self.scope, self.places)
        return UndoReport(
            restored=restored,
            kept=tuple(self.kept),
            listings=len(touched),
            marked=mark_listings(touched, portal_id=self.scope.portal.pk),
        )

    def _place(self, step: MappingStep) -> Place:
        return Place(
            portal=self.scope.portal,
            environment=self.scope.environment,
            vehicle_type=step.vehicle_type,
            kind=step.kind,
            source_key=step.source_key,
            body=step.body,
            year=step.year,
        )

    def _restore(self, step: MappingStep, row: Mapping | None) -> bool:
        place, now = self._place(step), state_of(row)
        if now != step.after:
            self.kept.append(Kept(place=place, mapping=row))
            return False
        self.places.append(place)
        about = {"source_key": step.source_key, "kind": step.kind}
        before = {} if row is None else {"entry": label_of(row)}
        if step.before is None:
            if row is not None:
                self._note(row, before={**before, **about}, after={})
                Mapping.objects.filter(pk=row.pk).delete()
            return True
        columns = columns_of(step.before)
        if row is None:
            row = Mapping.objects.create(**place.columns(), dealer=self.scope.dealer, **columns)
        # An update writes the moment of the decision as it was; saving would write now.
        Mapping.objects.filter(pk=row.pk).update(**columns)
        restored = Mapping.objects.select_related("entry").get(pk=row.pk)
        self._note(restored, before=before, after={"entry": label_of(restored), **about})
        return True

    def _allow(self, step: MappingStep) -> bool:
        """Take a refusal back."""
        rows = MappingRefusal.objects.filter(
            portal_id=self.scope.portal.pk,
            environment=self.scope.environment,
            vehicle_type=step.vehicle_type,
            kind=step.kind,
            source_key=step.source_key,
            entry_id=_refused_entry(step),
            dealer=self.scope.dealer,
        )
        return bool(rows.delete()[0])

    def _note(self, row: Mapping, *, before: dict[str, str], after: dict[str, str]) -> None:
        self.acts.append(Act(subject=row, action="mapping.undone", before=before, after=after))


def _refused_entry(step: MappingStep) -> int | None:
    """Return the entry that a step refused, None for a step that decided."""
    found = (step.after or {}).get("refused")
    return found if isinstance(found, int) else None
