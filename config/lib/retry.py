"""When to try again: one pure rule for everything that calls the outside."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = 60.0
CAP = 6 * 3600.0


def backoff(attempts: int, *, first: float = FIRST, cap: float = CAP, spread: float = 0.0) -> float:
    """Return seconds to wait after that many failures: first, doubled each time, capped.

    `spread` in [0, 1) lengthens the wait by up to a quarter, so that retries do not march in step.
    """
    wait = min(first * 2.0 ** max(0, min(attempts, 30) - 1), cap)
    return wait * (1 + 0.25 * spread)


def next_attempt(
    mode: str,
    attempts: int,
    *,
    now: datetime,
    retry_after: float | None = None,
    spread: float = 0.0,
    first: float = FIRST,
) -> datetime | None:
    """Return when to try again, or None if only new data or a person can help.

    `attempts` counts failures so far, this one included. transient and unexpected: 1 min, doubled
    up to 6 h; throttled: when told (1 s to an hour), else the same; everything else waits for
    somebody.
    """
    if mode == "throttled" and retry_after is not None:
        return now + timedelta(seconds=min(max(retry_after, 1.0), 3600.0))
    if mode in ("transient", "throttled", "unexpected"):
        return now + timedelta(seconds=backoff(attempts, first=first, spread=spread))
    return None
