"""Plans a bulk change: judges every vehicle without writing to it, so that a preview can be shown.

A plan is a run that nobody has confirmed. Its numbers are exact: what is refused here stays as it
is, and what is to be changed is changed unless somebody else touches the vehicle meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import Vehicle, VehicleHold
from inventory.models.vehicle import GONE
from inventory.services.restoring import MOMENTS, current_values, refuse_restoring
from office.models import BulkItem, BulkRun
from office.models.bulk import ENDED, BulkKind, BulkState, Outcome
from office.services.bulk_kinds import Trial, clean_parameters, refused_price, try_kind
from office.services.bulk_values import kept, restored, set_refusal

MOST_VEHICLES = 10_000
KEPT_HOURS = 24  # how long an unconfirmed plan waits
_BATCH = 500


def plan_run(
    dealer: Dealer,
    *,
    by: By,
    kind: str,
    parameters: dict[str, Any],
    vehicle_ids: Collection[int],
) -> BulkRun:
    """Write the plan of a bulk change; ids of vehicles that are not the dealer's are passed over.

    Raises ValidationError by parameter, or on `vehicle` for none or too many.
    """
    chosen = clean_parameters(kind, parameters, dealer=dealer)
    mine = _own(dealer, vehicle_ids)
    held = VehicleHold.objects.filter(dealer=dealer).values_list("vehicle_id", flat=True)
    trial = Trial(
        dealer=dealer,
        parameters=chosen,
        held=frozenset(held) if kind == BulkKind.STATE else frozenset(),
    )
    items = [_planned(kind, vehicle, trial) for vehicle in _vehicles(dealer, mine)]
    run = BulkRun(
        dealer=dealer,
        created_by_id=by.user_id,
        kind=kind,
        parameters=chosen,
        reason=by.reason,
        request_id=uuid.uuid4().hex,
    )
    return _write(run, items)


def plan_undo(run_id: int, *, dealer: Dealer, by: By) -> BulkRun:
    """Write the plan that takes a run at its end back; an earlier plan of the same is replaced.

    After an undo that was stopped it holds what that one left. Raises BulkRun.DoesNotExist, and
    ValidationError if there is nothing to take back.
    """
    run = BulkRun.objects.for_dealer(dealer).get(pk=run_id)
    if run.state not in ENDED or run.kind == BulkKind.UNDO:
        raise ValidationError(_("Only a finished bulk change can be undone."))
    undoings = BulkRun.objects.for_dealer(dealer).filter(undoes=run)
    if undoings.filter(state__in=(BulkState.RUNNING, BulkState.DONE)).exists():
        raise ValidationError(_("This bulk change was undone already."))
    changed = {item.vehicle_id: item for item in run.items.filter(outcome=Outcome.CHANGED)}
    if not changed:
        raise ValidationError(_("This bulk change changed nothing."))
    back = BulkItem.objects.filter(run__in=undoings, outcome=Outcome.CHANGED)
    for vehicle_id in back.values_list("vehicle_id", flat=True):
        changed.pop(vehicle_id, None)
    if not changed:
        raise ValidationError(_("This bulk change was undone already."))
    held = set(VehicleHold.objects.filter(dealer=dealer).values_list("vehicle_id", flat=True))
    trial = Trial(dealer=dealer, parameters={}, held=held)
    items = [
        _planned_undo(vehicle, changed[vehicle.pk], trial)
        for vehicle in _vehicles(dealer, sorted(changed))
    ]
    undo = BulkRun(
        dealer=dealer,
        created_by_id=by.user_id,
        kind=BulkKind.UNDO,
        reason=by.reason,
        request_id=uuid.uuid4().hex,
        undoes=run,
    )
    with transaction.atomic():
        _delete_plans(undoings)
        return _write(undo, items)


def drop_plan(run_id: int, *, dealer: Dealer) -> bool:
    """Throw a plan away that is not wanted; a run that was confirmed stays for ever (False)."""
    return bool(_delete_plans(BulkRun.objects.for_dealer(dealer).filter(pk=run_id)))


def purge_plans(*, now: datetime) -> int:
    """Throw away the plans nobody confirmed in KEPT_HOURS; returns how many."""
    return _delete_plans(BulkRun.objects.filter(created_at__lt=now - timedelta(hours=KEPT_HOURS)))


def _delete_plans(runs: QuerySet[BulkRun]) -> int:
    """Delete those of the runs that nobody has confirmed; returns how many.

    They are held first: one that is being confirmed at this moment is no plan any more.
    """
    with transaction.atomic():
        plans = runs.filter(state=BulkState.PLANNED).select_for_update(of=("self",))
        ids = list(plans.values_list("pk", flat=True))
        BulkRun.objects.filter(pk__in=ids).delete()
    return len(ids)


def _own(dealer: Dealer, vehicle_ids: Collection[int]) -> list[int]:
    if len(vehicle_ids) > MOST_VEHICLES:
        message = _("Choose at most %(limit)d vehicles at a time.") % {"limit": MOST_VEHICLES}
        raise ValidationError({"vehicle": message})
    mine: set[int] = set()
    for some in _batches(vehicle_ids):
        rows = Vehicle.objects.for_dealer(dealer).filter(pk__in=some)
        mine.update(rows.values_list("pk", flat=True))
    if not mine:
        raise ValidationError({"vehicle": _("Choose at least one vehicle.")})
    return sorted(mine)


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    every = list(ids)
    for start in range(0, len(every), _BATCH):
        yield every[start : start + _BATCH]


def _vehicles(dealer: Dealer, ids: Collection[int]) -> Iterator[Vehicle]:
    """Yield the vehicles with all that judging them reads, in a few queries per batch."""
    for some in _batches(ids):
        rows = Vehicle.objects.for_dealer(dealer).filter(pk__in=some).order_by("pk")
        rows = rows.select_related("version__model__brand").prefetch_related("optionals")
        for vehicle in rows:
            vehicle.dealer = dealer
            yield vehicle


def _planned(kind: str, vehicle: Vehicle, trial: Trial) -> BulkItem:
    item = BulkItem(vehicle=vehicle, revision=vehicle.revision)
    try:
        before, after = try_kind(kind, vehicle, trial)
    except ValidationError as error:
        set_refusal(item, Outcome.REFUSED, error)
        before, after = refused_price(kind, vehicle, trial)
        item.before, item.after = kept(before), kept(after)
        return item
    if not after:
        item.outcome = Outcome.UNCHANGED
    if "state" in before:
        # A move also sets these; they are given back with it.
        before = {**before, **{name: getattr(vehicle, name) for name in MOMENTS}}
    item.before, item.after = kept(before), kept(after)
    return item


def _planned_undo(vehicle: Vehicle, done: BulkItem, trial: Trial) -> BulkItem:
    item = BulkItem(vehicle=vehicle, revision=vehicle.revision, before=done.after)
    item.after = done.before
    expected, values = restored(item.before), restored(item.after)
    if current_values(vehicle, expected) != expected:
        set_refusal(item, Outcome.CONFLICT, _("Changed since; it was left alone."))
        return item
    try:
        refuse_restoring(vehicle, values, dealer=trial.dealer, held=vehicle.pk in trial.held)
        if vehicle.is_gone and values.get("state", vehicle.state) not in GONE:
            trial.identities.welcome(vehicle)
    except ValidationError as error:
        set_refusal(item, Outcome.REFUSED, error)
    return item


def _write(run: BulkRun, items: list[BulkItem]) -> BulkRun:
    with transaction.atomic():
        run.save(force_insert=True)
        for item in items:
            item.run = run
        BulkItem.objects.bulk_create(items, batch_size=_BATCH)
    return run
