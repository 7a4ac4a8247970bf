"""Reads of the stock that several floors share."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Aged(Protocol):
    """What of a vehicle its days in stock are counted by."""

    @property
    def available_at(self) -> datetime | None: ...
    @property
    def sold_at(self) -> datetime | None: ...


def days_in_stock(vehicle: Aged, *, now: datetime) -> int | None:
    """Return whole days since the vehicle became available, until sold; None before that."""
    if vehicle.available_at is None:
        return None
    return max(0, ((vehicle.sold_at or now) - vehicle.available_at).days)
