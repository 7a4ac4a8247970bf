"""What is right for one ad: one pure function, read before the engine, tested as one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LIVE, PAUSED, ABSENT, UNKNOWN, PENDING, REFUSED = (
    *("live", "paused", "absent"),
    *("unknown", "pending", "refused"),
)


class Step(StrEnum):
    """The one thing to do now. Stored as the listing's intent before a write is sent."""

    NOTHING = "nothing"
    WAIT = "wait"  # a request without answer may still land
    LOOK = "look"
    CREATE = "create"
    UPDATE = "update"
    WITHDRAW = "withdraw"
    CHECK = "check"  # read the status
    BLOCKED = "blocked"  # data, names or plan must change first


WRITES = frozenset({Step.CREATE, Step.UPDATE, Step.WITHDRAW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Wish, vehicle, access and observation of one listing, as plain values.

    `fingerprint` is that of the payload as it would be sent now; '' when the preflight blocks it.
    `leaving`: the portal has accepted a withdrawal and has not carried it out yet.
    """

    wanted: str
    vehicle_state: str
    reservation_keeps_ads: bool
    stock_enabled: bool
    can_pause: bool
    state: str
    remote_id: str
    sent_fingerprint: str
    refused_fingerprint: str
    fingerprint: str
    uncertain_until: datetime | None
    now: datetime
    leaving: bool = False


def effective(
    wanted: str, vehicle_state: str, *, reservation_keeps_ads: bool, can_pause: bool = True
) -> str:
    """Return live, paused or absent: the wish as the vehicle's state lets it be.

    Only a vehicle that is available (or reserved) may be on a portal. A portal that cannot pause
    gets the ad withdrawn instead.
    """
    if vehicle_state not in ("available", "reserved") or wanted == ABSENT:
        return ABSENT
    held_back = vehicle_state == "reserved" and not reservation_keeps_ads
    if wanted == PAUSED or held_back:
        return PAUSED if can_pause else ABSENT
    return LIVE


def is_there(state: str, remote_id: str, sent_fingerprint: str) -> bool:
    """Whether the portal holds an ad, whatever it shows of it."""
    if state == REFUSED:
        return bool(remote_id or sent_fingerprint)
    return state in (LIVE, PAUSED, PENDING)


def next_step(s: Situation) -> Step:
    """Decide the one next step; the same situation always gives the same step."""
    desired = effective(
        s.wanted,
        s.vehicle_state,
        reservation_keeps_ads=s.reservation_keeps_ads,
        can_pause=s.can_pause,
    )
    if s.uncertain_until is not None and s.now < s.uncertain_until:
        return Step.WAIT
    if s.state == UNKNOWN:
        return Step.LOOK
    if s.leaving:  # nothing is decided about an ad before it is gone
        return Step.NOTHING
    there = is_there(s.state, s.remote_id, s.sent_fingerprint)
    if desired == ABSENT:
        return Step.WITHDRAW if there else Step.NOTHING
    if not s.stock_enabled:
        return Step.NOTHING
    if desired == PAUSED and not there:
        return Step.NOTHING
    return _deliver(s, there=there)


def _deliver(s: Situation, *, there: bool) -> Step:
    """The ad should be there: send what the portal does not have yet."""
    if not s.fingerprint:
        return Step.BLOCKED
    if s.fingerprint == s.refused_fingerprint:
        return Step.NOTHING
    if not there:
        return Step.CREATE
    return Step.NOTHING if s.fingerprint == s.sent_fingerprint else Step.UPDATE
