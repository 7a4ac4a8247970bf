"""What can be done to a vehicle: create it, change its facts, move it through its life.

Every act is validated, fenced by the revision, written into the history, and announced inside its
transaction, so that what must be published is marked when, and only when, the act is committed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from inventory.models import Optional, Vehicle, VehicleHold, VehicleState
from inventory.services.duplicates import (
    duplicate_field,
    refuse_twin_plate,
    validation_error_of,
)
from inventory.services.stock_codes import next_codes
from inventory.services.vehicle_facts import clean_facts, column_values
from inventory.services.vehicle_rows import (
    EditConflict,
    announce,
    creation_of,
    hold_brands,
    lock_vehicle,
    move_vehicle,
    new_vehicle,
    optional_ids,
    save_vehicle,
)

__all__ = [
    "MOVES",
    "EditConflict",
    "create_vehicle",
    "judge_facts",
    "refuse_move",
    "set_optionals",
    "set_state",
    "update_vehicle",
]

CODE_TRIES = 20
# What a person may do by hand. Reserved and sold come and go with their papers (services.sales);
# a vehicle sold without a contract of ours may be taken back.
MOVES: Mapping[str, frozenset[str]] = {
    VehicleState.IN_PREPARATION: frozenset({VehicleState.AVAILABLE, VehicleState.ARCHIVED}),
    VehicleState.AVAILABLE: frozenset({VehicleState.IN_PREPARATION, VehicleState.ARCHIVED}),
    VehicleState.RESERVED: frozenset(),
    VehicleState.SOLD: frozenset({VehicleState.AVAILABLE, VehicleState.ARCHIVED}),
    VehicleState.ARCHIVED: frozenset({VehicleState.IN_PREPARATION, VehicleState.AVAILABLE}),
}


def create_vehicle(
    dealer: Dealer,
    *,
    by: By,
    code: str = "",
    state: str = VehicleState.IN_PREPARATION,
    optionals: Collection[Optional | int] = (),
    **facts: Any,
) -> Vehicle:
    """Create a vehicle; an empty `code` is invented. `facts` are names of vehicle_facts.FACTS.

    Raises ValidationError by field.
    """
    vehicle = new_vehicle(dealer, code=code, state=state, facts=facts, now=timezone.now())
    chosen = optional_ids(optionals)
    with transaction.atomic():
        refuse_twin_plate(vehicle)
        hold_brands([vehicle])
        _insert(vehicle)
        vehicle.optionals.add(*chosen)
        record_change(
            subject=vehicle, action="created", after=creation_of(vehicle, optionals=chosen), by=by
        )
        announce([vehicle.pk], fields=())
    return vehicle


def update_vehicle(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    expected_revision: int | None = None,
    optionals: Collection[Optional | int] | None = None,
    **facts: Any,
) -> Vehicle:
    """Write the facts that differ; nothing is written or announced if none does.

    `optionals` replaces the whole set unless None. Raises Vehicle.DoesNotExist (also for another
    dealer's vehicle), EditConflict when `expected_revision` is no longer the current one, and
    ValidationError by field.
    """
    with transaction.atomic():
        vehicle = lock_vehicle(vehicle_id, dealer=dealer, expected_revision=expected_revision)
        before = judge_facts(vehicle, facts, dealer=dealer)
        after = column_values(vehicle, before)
        fields = tuple(before)
        if "plate" in before:
            refuse_twin_plate(vehicle)
        if optionals is not None:
            _replace_optionals(vehicle, optionals, before=before, after=after)
        if after:
            save_vehicle(vehicle, fields=fields)
            record_change(subject=vehicle, action="updated", before=before, after=after, by=by)
            announce([vehicle.pk], fields=after)
    return vehicle


def set_optionals(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    optionals: Collection[Optional | int],
    expected_revision: int | None = None,
) -> Vehicle:
    """Replace the set of optionals; raises as update_vehicle does."""
    return update_vehicle(
        vehicle_id,
        dealer=dealer,
        by=by,
        expected_revision=expected_revision,
        optionals=optionals,
    )


def set_state(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    state: str,
    expected_revision: int | None = None,
) -> Vehicle:
    """Move a vehicle by hand along MOVES; asking for the state it has is no change.

    Raises Vehicle.DoesNotExist, EditConflict, and ValidationError: on `state` for a move that is
    not allowed or while a reservation or contract is open, on `plate` or `chassis` when the vehicle
    comes back to the stock while another one bears them.
    """
    with transaction.atomic():
        vehicle = lock_vehicle(vehicle_id, dealer=dealer, expected_revision=expected_revision)
        if state != vehicle.state:
            held = VehicleHold.objects.filter(vehicle=vehicle).exists()
            refuse_move(vehicle, state=state, held=held)
            move_vehicle(vehicle, state=state, action="state_changed", by=by, now=timezone.now())
    return vehicle


def judge_facts(vehicle: Vehicle, facts: Mapping[str, Any], *, dealer: Dealer) -> dict[str, Any]:
    """Put the facts of an edit on the vehicle (unsaved); return those that change, as they were.

    Every edit is judged here, one vehicle's or many's. Raises ValidationError by field.
    """
    given = dict(facts)
    if given.pop("code", vehicle.code) != vehicle.code:
        raise ValidationError({"code": _("A stock code never changes.")})
    before = clean_facts(vehicle, given, dealer=dealer, now=timezone.now())
    if "category" in before and vehicle.state != VehicleState.IN_PREPARATION:
        # A portal knows an ad under its kind: it must be gone before the kind changes.
        raise ValidationError(
            {"category": _("Take the vehicle back to preparation to change its kind.")}
        )
    return before


def refuse_move(vehicle: Vehicle, *, state: str, held: bool) -> None:
    """Raise ValidationError on `state` if a person may not move the vehicle there by hand.

    `held`: whether a reservation or contract is open.
    """
    if state in (VehicleState.RESERVED, VehicleState.SOLD):
        raise ValidationError({"state": _("Record a reservation or a contract for this.")})
    if state not in MOVES[vehicle.state]:
        raise ValidationError({"state": _("The vehicle cannot go to this state from its own.")})
    if held and state != VehicleState.ARCHIVED:
        raise ValidationError({"state": _("Cancel the reservation or the contract first.")})


def _insert(vehicle: Vehicle) -> None:
    """Insert a new vehicle, under the next free code if it has none."""
    invented = not vehicle.code
    for _try in range(CODE_TRIES):
        if invented:
            vehicle.code = next_codes(1, dealer=vehicle.dealer)[0]
        try:
            with transaction.atomic():
                vehicle.save(force_insert=True)
        except IntegrityError as err:
            if not (invented and duplicate_field(err) == "code"):
                raise validation_error_of(err) from err
            vehicle.pk = None
        else:
            return
    raise ValidationError({"code": _("No free stock code was found; please try again.")})


def _replace_optionals(
    vehicle: Vehicle,
    optionals: Collection[Optional | int],
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    held = sorted(vehicle.optionals.values_list("pk", flat=True))
    wanted = optional_ids(optionals)
    if held != wanted:
        vehicle.optionals.set(wanted)
        before["optionals"], after["optionals"] = held, wanted
