"""Receivers of the signals: mark the touched listings, and start clocks, inside the transaction of
the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.signals import dealer_changed
from inventory.signals import vehicle_changed
from portals import tasks
from portals.services import departures
from portals.services.marking import mark_dealer_changed, mark_vehicles_changed


def connect() -> None:
    """Connect the receivers; called once when the app is ready."""
    vehicle_changed.connect(on_vehicle_changed, dispatch_uid="portals.on_vehicle_changed")
    dealer_changed.connect(on_dealer_changed, dispatch_uid="portals.on_dealer_changed")


def on_vehicle_changed(*, vehicle_ids: Sequence[int], fields: frozenset[str], **_: Any) -> None:
    """Mark exactly the listings of these vehicles as due; the wake-up follows the commit."""
    if not fields or "state" in fields:
        departures.follow_vehicles(vehicle_ids, now=timezone.now())
    tasks.wake(mark_vehicles_changed(vehicle_ids, fields=fields))


def on_dealer_changed(*, dealer_id: int, fields: frozenset[str], **_: Any) -> None:
    """Mark the ads of a store that say what changed about it; the wake-up follows the commit."""
    tasks.wake(mark_dealer_changed(dealer_id, fields=fields))
