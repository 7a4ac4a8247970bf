"""What an act would do to a vehicle, by the very rules of the act, without writing anything.

For previews over many vehicles: whatever needs a query is read once and handed in.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Dealer
from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from inventory.services import identity
from inventory.services.duplicates import duplicate_message
from inventory.services.vehicle_facts import column_values
from inventory.services.vehicles import judge_facts, refuse_move

Values = dict[str, Any]


class StockIdentities:
    """The plates and chassis numbers in a dealer's stock, read once, kept up during a trial."""

    def __init__(self, dealer: Dealer) -> None:
        rows = Vehicle.objects.for_dealer(dealer).exclude(state__in=GONE)
        pairs = list(rows.values_list("plate", "chassis"))
        self.plates = {plate for plate, _chassis in pairs if plate}
        self.chassis = {chassis for _plate, chassis in pairs if chassis}

    def welcome(self, vehicle: Vehicle) -> None:
        """Let a vehicle back in; raise ValidationError as a save would for a twin."""
        if vehicle.plate and not self.plates.isdisjoint(identity.plate_twins(vehicle.plate)):
            raise ValidationError({"plate": duplicate_message("plate")})
        if vehicle.chassis and vehicle.chassis in self.chassis:
            raise ValidationError({"chassis": duplicate_message("chassis")})
        self.plates |= {vehicle.plate} - {""}
        self.chassis |= {vehicle.chassis} - {""}


def try_facts(
    vehicle: Vehicle, facts: Mapping[str, Any], *, dealer: Dealer
) -> tuple[Values, Values]:
    """Return what an edit would change, before and after; raise ValidationError by field."""
    trial = copy.copy(vehicle)
    before = judge_facts(trial, facts, dealer=dealer)
    return before, column_values(trial, before)


def try_optionals(vehicle: Vehicle, wanted: Collection[int]) -> tuple[Values, Values]:
    """Return the sets of optionals before and after; empty if nothing changes.

    Reads vehicle.optionals, which should be prefetched; `wanted` are ids that exist.
    """
    held = sorted(optional.pk for optional in vehicle.optionals.all())
    chosen = sorted(set(wanted))
    if held == chosen:
        return {}, {}
    return {"optionals": held}, {"optionals": chosen}


def try_move(
    vehicle: Vehicle, *, state: str, held: bool, identities: StockIdentities
) -> tuple[Values, Values]:
    """Return the state before and after a move by hand; raise ValidationError by field.

    The moves of one trial see each other: of two vehicles with one plate, the second is refused.
    """
    if state == vehicle.state:
        return {}, {}
    refuse_move(vehicle, state=state, held=held)
    if vehicle.is_gone and state not in GONE:
        identities.welcome(vehicle)
    return {"state": vehicle.state}, {"state": state}
