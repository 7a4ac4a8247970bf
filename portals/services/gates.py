"""What all workers share about one origin of a portal: its rate, and whether it is down.

The rate is granted in blocks of at most a second by conditional UPDATE. A portal that failed
FAILURES times in a row is closed: one probe at a time, farther and farther apart, until it answers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from config.lib.retry import backoff
from config.lib.wire import origin_of
from portals.models import PortalGate

FAILURES = 5
PROBE_CAP = 300.0  # seconds between probes at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """May we send: freely, one probe only, or not before `until`."""

    allowed: bool
    probe: bool = False
    until: datetime | None = None


def gate_for(base_url: str) -> PortalGate:
    """Return the gate of the origin of a base URL."""
    gate, _ = PortalGate.objects.get_or_create(origin=origin_of(base_url)[:200])
    return gate


def pass_gate(gate_id: int) -> Passage:
    """Ask whether requests may be sent; when the gate is due for a probe, take it."""
    gate = PortalGate.objects.get(pk=gate_id)
    if gate.closed_until is None:
        return Passage(allowed=True)
    now = timezone.now()
    if gate.closed_until > now:
        return Passage(allowed=False, until=gate.closed_until)
    # One prober: whoever moves the moment on. If it dies, the next may try a deadline later.
    later = now + timedelta(seconds=settings.HTTP_DEADLINE)
    taken = PortalGate.objects.filter(pk=gate_id, closed_until=gate.closed_until).update(
        closed_until=later
    )
    return Passage(allowed=bool(taken), probe=bool(taken), until=None if taken else later)


def note_failure(gate_id: int, *, count: int = 1) -> bool:
    """Count failures in a row; True when the gate is closed (now or still)."""
    PortalGate.objects.filter(pk=gate_id).update(failures=F("failures") + count)
    gate = PortalGate.objects.get(pk=gate_id)
    if gate.failures < FAILURES:
        return False
    now = timezone.now()
    rounds = 1 if gate.closed_since is None else 1 + _probes_since(gate.closed_since, now)
    wait = backoff(rounds, first=settings.PORTAL_PROBE_DELAY, cap=PROBE_CAP)
    PortalGate.objects.filter(pk=gate_id).update(
        closed_until=now + timedelta(seconds=wait), closed_since=gate.closed_since or now
    )
    return True


def _probes_since(closed_since: datetime, now: datetime) -> int:
    """Return how many probes lie behind us, from the time the gate has been closed."""
    elapsed = (now - closed_since).total_seconds()
    return max(0, int(elapsed / max(settings.PORTAL_PROBE_DELAY, 0.001)).bit_length())


def note_success(gate_id: int) -> None:
    """An answer came: open the gate."""
    PortalGate.objects.filter(Q(failures__gt=0) | Q(closed_until__isnull=False), pk=gate_id).update(
        failures=0, closed_until=None, closed_since=None
    )


def grant(gate_id: int, *, rate: int, wish: int) -> int:
    """Grant up to `wish` requests for this second, shared by all workers; 0 = wait for the next."""
    window = int(time.time())
    PortalGate.objects.filter(pk=gate_id, window__lt=window).update(window=window, granted=0)
    # Two tries: a competitor may take part of what was left between reading and taking.
    for _ in range(2):
        granted = PortalGate.objects.values_list("granted", flat=True).get(pk=gate_id)
        share = min(wish, rate - granted)
        if share <= 0:
            return 0
        if PortalGate.objects.filter(pk=gate_id, window=window, granted=granted).update(
            granted=granted + share
        ):
            return share
    return 0
