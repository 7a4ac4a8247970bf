"""Runs the engine in the foreground, for a command: the same drain, again and again, until idle."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from portals.models import Attempt, FanOut, Listing
from portals.services import drain, marking
from portals.services.next_step import WRITES

# A portal that reviews ads tells within seconds, or takes its time: the first is waited for.
SOON = 10.0  # seconds
PAUSE = 0.3  # seconds between two looks while somebody else drains or the portal asks to wait
_READS = frozenset({"checked", "looked"})
_HOPELESS = frozenset({"stopped", "credentials"})


@dataclass(slots=True, kw_only=True)
class ForegroundReport:
    """Listings written to the portal, listings by what came of them, and what is left.

    `by_outcome` counts a listing once per kind of outcome, however many requests it took.
    `left` is a sentence about the work that remains, '' when nothing is due.
    """

    sent: int = 0
    by_outcome: dict[str, int] = field(default_factory=dict)
    left: str = ""


def drain_until_idle(
    access_id: int, *, deadline: float, sleep: Callable[[float], None] = time.sleep
) -> ForegroundReport:
    """Drain an access until nothing is due, or `deadline` seconds are over.

    Waits for another drain to finish, for a portal that asks for patience, and for status reads
    that are near; gives up at once when only a person can help (refused credentials, switched off).
    """
    ends = time.monotonic() + deadline
    mark = Attempt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    settled: Counter[str] = Counter()
    reason = ""
    while True:
        marking.spread(budget=max(1.0, ends - time.monotonic()))
        report = drain.drain_access(access_id, deadline=max(1.0, ends - time.monotonic()))
        settled.update(report.by_outcome)
        reason = report.reason
        wait = _seconds_to_wait(access_id, reason=reason)
        if wait is None or time.monotonic() + wait >= ends:
            break
        sleep(wait)
    return _report(access_id, mark=mark, settled=settled, reason=reason)


def _seconds_to_wait(access_id: int, *, reason: str) -> float | None:
    """Return how long to wait before the next drain, None when there is nothing to wait for."""
    if reason in _HOPELESS:
        return None
    rows = Listing.objects.filter(access_id=access_id)
    moments = rows.aggregate(due=Min("due_at"), check=Min("check_at"))
    now = timezone.now()
    # What is due later is still work; a status read further away is the portal's business.
    waits = [_seconds_until(moments["due"], now=now)]
    check = _seconds_until(moments["check"], now=now)
    waits.append(check if check is not None and check <= SOON else None)
    known = [wait for wait in waits if wait is not None]
    return max(PAUSE, min(known)) if known else None


def _seconds_until(moment: datetime | None, *, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (moment - now) / timedelta(seconds=1))


def _report(access_id: int, *, mark: int, settled: Counter[str], reason: str) -> ForegroundReport:
    attempts = Attempt.objects.filter(
        access_id=access_id, pk__gt=mark, listing__isnull=False, step__in=sorted(WRITES)
    )
    last = dict(attempts.order_by("pk").values_list("listing_id", "outcome"))
    outcomes = Counter(last.values())
    for name, count in settled.items():
        if name not in _READS and name not in outcomes:
            outcomes[name] = count
    return ForegroundReport(
        sent=len(last), by_outcome=dict(sorted(outcomes.items())), left=_left(access_id, reason)
    )


def _left(access_id: int, reason: str) -> str:
    waiting = Listing.objects.filter(access_id=access_id, due_at__isnull=False).count()
    if waiting:
        return f"{waiting} listings are still due{f' ({reason})' if reason else ''}."
    if FanOut.objects.exists():
        return "A wide change is still being spread."
    return f"The access cannot send ({reason})." if reason in _HOPELESS else ""
