"""A vehicle as it would be if the form were saved now; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Dealer
from inventory.models import Vehicle
from inventory.services.vehicle_facts import FACTS, clean_facts


def imagine_vehicle(
    dealer: Dealer,
    *,
    category: int,
    vehicle: Vehicle | None,
    facts: Mapping[str, Any],
    now: datetime,
) -> Vehicle:
    """Return the vehicle with these facts put on it; what the rules refuse stays as it is read.

    `vehicle` is the stored one of an edit: it is changed in memory, never saved.
    """
    imagined = vehicle or Vehicle(dealer=dealer, category=category, code="0")
    with suppress(ValidationError):  # the form itself tells this; here what can be read counts
        judge_imagined(imagined, facts=facts, now=now)
    return imagined


def judge_imagined(vehicle: Vehicle, *, facts: Mapping[str, Any], now: datetime) -> None:
    """Put these facts on a vehicle that is not saved; raises ValidationError by field."""
    known = {name: value for name, value in facts.items() if name in FACTS}
    clean_facts(vehicle, known, dealer=vehicle.dealer, now=now)
