"""What an outcome changes, as values: columns, when the listing is due again, and the rest.

Judged by `outcomes` (failures) and `observations` (what the portal tells), written by `recording`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True, kw_only=True)
class Effect:
    """Columns to write, when the listing is due again (None = not), and what else follows.

    `name` is the outcome's name in reports; a status read (CHECK) with `due_at` None leaves the
    column alone. `stop_access`: credentials. `block_seconds`: throttled.
    `transport`: True an answer came, False none came, None says nothing about the portal's health.
    `free_slots`: the ad is gone, give its plan slots back; `offers_slots` False = and to nobody
    else for now, since the portal itself says that there is none. `keeps_plan`: the portal did not
    do it, so that the slots are those from before. `proves_absence`: somebody looked, and the ad is
    not there.
    """

    name: str
    columns: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    stop_access: str = ""
    block_seconds: float | None = None
    transport: bool | None = True
    free_slots: bool = False
    offers_slots: bool = True
    keeps_plan: bool = False
    proves_absence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds that shape what is due next. `first_retry` is the first back-off."""

    landing_slack: float
    first_retry: float = 60.0
    spread: float = 0.0
