"""The receiver of the only signal: marks the touched listings, and starts clocks, inside the
vehicle's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from inventory.signals import vehicle_changed
from portals import tasks
from portals.services import departures
from portals.services.marking import mark_vehicles_changed


def connect() -> None:
    """Connect the receiver; called once when the app is ready."""
    vehicle_changed.connect(on_vehicle_changed, dispatch_uid="portals.on_vehicle_changed")


def on_vehicle_changed(*, vehicle_ids: Sequence[int], fields: frozenset[str], **_: Any) -> None:
    """Mark exactly the listings of these vehicles as due; the wake-up follows the commit."""
    if not fields or "state" in fields:
        departures.follow_vehicles(vehicle_ids, now=timezone.now())
    tasks.wake(mark_vehicles_changed(vehicle_ids, fields=fields))
