"""Carries out a confirmed bulk change, vehicle by vehicle, through the services of a single edit.

Each vehicle has its own short transaction, in which its item is claimed: a run that dies half-way
is taken up again where it was, and nothing is done twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from config.lib.tasks import coalesced
from inventory.models import Vehicle
from inventory.services.restoring import MOMENTS, current_values, restore_vehicle
from inventory.services.vehicles import EditConflict, set_state, update_vehicle
from office.models import BulkItem, BulkRun
from office.models.bulk import BulkKind, BulkState, Outcome
from office.services import bulk_lease
from office.services.bulk_values import kept, restored, set_refusal

_CHUNK = 25  # vehicles between two looks at the clock
log = structlog.get_logger(__name__)


def confirm_run(run_id: int, *, dealer: Dealer, by: By) -> BulkRun:
    """Let a plan be carried out; confirming twice is confirming once.

    The caller wakes a worker. Raises BulkRun.DoesNotExist, and ValidationError if the same run is
    being taken back already.
    """
    with transaction.atomic():
        runs = BulkRun.objects.for_dealer(dealer).select_for_update(no_key=True)
        run = runs.get(pk=run_id)
        if run.state != BulkState.PLANNED:
            return run
        run.state, run.confirmed_at = BulkState.RUNNING, timezone.now()
        run.created_by_id = by.user_id
        try:
            with transaction.atomic():
                run.save(update_fields=["state", "confirmed_at", "created_by"])
        except IntegrityError as err:
            raise ValidationError(_("This bulk change was undone already.")) from err
        record_change(
            subject=run,
            action="confirmed",
            after={"kind": run.kind, "parameters": run.parameters},
            by=by,
        )
    return run


def stop_run(run_id: int, *, dealer: Dealer, by: By) -> BulkRun:
    """End a running run: what was done stays, the rest is named as not done.

    A vehicle that is being changed at this moment is waited for; stopping twice is stopping once.
    Raises BulkRun.DoesNotExist, and ValidationError if the run is not running.
    """
    with transaction.atomic():
        run = BulkRun.objects.for_dealer(dealer).select_for_update(no_key=True).get(pk=run_id)
        if run.state == BulkState.STOPPED:
            return run
        if run.state != BulkState.RUNNING:
            raise ValidationError(_("Only a running bulk change can be stopped."))
        now = timezone.now()
        # A worker claims an item by the same condition, in the transaction of its vehicle: each
        # item goes to one of us, and whoever comes second finds it settled.
        pending = run.items.filter(outcome=Outcome.PENDING)
        left = pending.update(outcome=Outcome.STOPPED, done_at=now)
        run.state, run.finished_at = BulkState.STOPPED, now
        run.save(update_fields=["state", "finished_at"])
        record_change(subject=run, action="stopped", after={"left": left}, by=by)
    return run


def execute_run(run_id: int, *, seconds: float) -> bool:
    """Work at a run for some seconds; return whether something is left for another turn.

    False also if another worker is at it, or there is no such run to carry out.
    """
    owner = bulk_lease.acquire(run_id)
    if not owner:
        return False
    run = BulkRun.objects.select_related("dealer").get(pk=run_id)
    deadline = time.monotonic() + seconds
    try:
        with translation.override(run.dealer.language), coalesced():
            return _work(run, owner=owner, deadline=deadline)
    finally:
        bulk_lease.release(run_id, owner)


def _work(run: BulkRun, *, owner: str, deadline: float) -> bool:
    by = By(user_id=run.created_by_id, source="bulk", reason=run.reason)
    while bulk_lease.renew(run.pk, owner):
        pending = run.items.filter(outcome=Outcome.PENDING)
        items = list(pending[:_CHUNK])
        if not items:
            _finish(run)
            return False
        for item in items:
            _settle(run, item, by=by)
        if time.monotonic() > deadline:
            return True
    return False


def _finish(run: BulkRun) -> None:
    BulkRun.objects.filter(pk=run.pk, state=BulkState.RUNNING).update(
        state=BulkState.DONE, finished_at=timezone.now()
    )


def _settle(run: BulkRun, item: BulkItem, *, by: By) -> None:
    """Claim the item and change its vehicle, or say why not, in one transaction."""
    with transaction.atomic():
        mine = BulkItem.objects.filter(pk=item.pk, outcome=Outcome.PENDING)
        if not mine.update(outcome=Outcome.CHANGED):
            return
        try:
            with transaction.atomic():
                vehicle = _ACTS[BulkKind(run.kind)](run, item, by)
        except EditConflict:
            set_refusal(item, Outcome.CONFLICT, _conflict(run))
        except ValidationError as error:
            set_refusal(item, Outcome.REFUSED, error)
        except Vehicle.DoesNotExist:
            set_refusal(item, Outcome.REFUSED, _("The vehicle is no longer there."))
        except (OperationalError, InterfaceError):
            raise  # the database's trouble, not the vehicle's: taken up again later
        except Exception:
            # One vehicle over which we stumble must not stop the others for ever.
            log.exception("bulk_item_failed", run=run.pk, vehicle=item.vehicle_id)
            set_refusal(item, Outcome.FAILED, _("Something went wrong here; nothing was changed."))
        else:
            _note_result(item, vehicle)
        item.done_at = timezone.now()
        item.save(update_fields=["outcome", "field", "message", "after", "done_at"])


def _note_result(item: BulkItem, vehicle: Vehicle) -> None:
    item.outcome = Outcome.CHANGED
    names = {**item.after, **(dict.fromkeys(MOMENTS) if "state" in item.after else {})}
    if "optionals" not in names:
        item.after = kept(current_values(vehicle, names))


def _conflict(run: BulkRun) -> str:
    if run.kind == BulkKind.UNDO:
        return _("Changed since; it was left alone.")
    return _("Changed by somebody since the preview; it was left alone.")


def _edit(run: BulkRun, item: BulkItem, by: By) -> Vehicle:
    return update_vehicle(
        item.vehicle_id,
        dealer=run.dealer,
        by=by,
        expected_revision=item.revision,
        **restored(item.after),
    )


def _move(run: BulkRun, item: BulkItem, by: By) -> Vehicle:
    return set_state(
        item.vehicle_id,
        dealer=run.dealer,
        by=by,
        expected_revision=item.revision,
        state=item.after["state"],
    )


def _restore(run: BulkRun, item: BulkItem, by: By) -> Vehicle:
    return restore_vehicle(
        item.vehicle_id,
        dealer=run.dealer,
        by=by,
        expected=restored(item.before),
        values=restored(item.after),
    )


_ACTS: Mapping[BulkKind, Callable[[BulkRun, BulkItem, By], Vehicle]] = {
    BulkKind.PRICE: _edit,
    BulkKind.PROMOTION: _edit,
    BulkKind.OPTIONALS: _edit,
    BulkKind.DESCRIPTION: _edit,
    BulkKind.STATE: _move,
    BulkKind.UNDO: _restore,
}
