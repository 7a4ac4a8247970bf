"""Takes an act back: a vehicle's fields get the very values they had, if nobody touched them since.

What is put back was in the table before, so that it is not cleaned again: it returns byte by byte.
Only rules that may have become broken meanwhile are asked.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from inventory.models import Vehicle, VehicleHold, VehicleState
from inventory.services.duplicates import refuse_twin_plate
from inventory.services.vehicle_rows import EditConflict, announce, lock_vehicle, save_vehicle
from inventory.services.vehicles import judge_facts

MOMENTS = ("available_at", "sold_at")
PRICES = ("price", "promotional_price")
RESTORABLE = frozenset({*PRICES, *MOMENTS, "description", "state", "optionals"})


def restore_vehicle(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    expected: Mapping[str, Any],
    values: Mapping[str, Any],
) -> Vehicle:
    """Write `values` (fields of RESTORABLE) on a vehicle that still has those `expected`.

    Raises Vehicle.DoesNotExist, EditConflict if any of the fields was changed since, and
    ValidationError by field.
    """
    if unknown := {*values, *expected} - RESTORABLE:
        raise TypeError(f"Not restorable: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        vehicle = lock_vehicle(vehicle_id, dealer=dealer)
        if current_values(vehicle, expected) != dict(expected):
            raise EditConflict(revision=vehicle.revision)
        held = VehicleHold.objects.filter(vehicle=vehicle).exists()
        refuse_restoring(vehicle, values, dealer=dealer, held=held)
        was_gone = vehicle.is_gone
        columns = {name: value for name, value in values.items() if name != "optionals"}
        for name, value in columns.items():
            setattr(vehicle, name, value)
        if was_gone:
            refuse_twin_plate(vehicle)
        if "optionals" in values:
            vehicle.optionals.set(values["optionals"])
        save_vehicle(vehicle, fields=columns)
        told = [name for name in values if name not in MOMENTS]
        record_change(
            subject=vehicle,
            action="state_changed" if "state" in values else "updated",
            before={name: expected.get(name) for name in told},
            after={name: values[name] for name in told},
            by=by,
        )
        announce([vehicle.pk], fields=told)
    return vehicle


def current_values(vehicle: Vehicle, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return these fields as the vehicle has them; optionals as sorted ids."""
    return {
        name: sorted(optional.pk for optional in vehicle.optionals.all())
        if name == "optionals"
        else getattr(vehicle, name)
        for name in names
    }


def refuse_restoring(
    vehicle: Vehicle, values: Mapping[str, Any], *, dealer: Dealer, held: bool
) -> None:
    """Raise ValidationError by field where the old values do not fit what changed around them."""
    prices = {name: values[name] for name in PRICES if name in values}
    if prices:
        judge_facts(copy.copy(vehicle), prices, dealer=dealer)
    frees = values.get("state", VehicleState.SOLD) in (
        VehicleState.IN_PREPARATION,
        VehicleState.AVAILABLE,
    )
    if held and frees:
        raise ValidationError({"state": _("Cancel the reservation or the contract first.")})
