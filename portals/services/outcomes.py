"""What an outcome means for its listing: pure, so that every case can be tested as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from config.lib.remote_errors import CredentialsRefused, RemoteError, Throttled, Unreachable
from config.lib.retry import next_attempt
from portals.connectors.errors import ListingRefused, ListingUnknown, MappingMissing
from portals.connectors.types import ObservedListing, Payload, PortalTraits, Problem
from portals.services.next_step import WRITES, Step
from portals.services.slots import Job, Outcome


@dataclass(slots=True, kw_only=True)
class Effect:
    """Columns to write, when the listing is due again (None = not), and what else follows.

    `name` is the outcome's name in reports; a status read (CHECK) with `due_at` None leaves the
    column alone. `stop_access`: credentials. `block_seconds`: throttled.
    `transport`: True an answer came, False none came, None says nothing about the portal's health.
    `free_slots`: the ad is gone, give its plan slots back.
    """

    name: str
    columns: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    stop_access: str = ""
    block_seconds: float | None = None
    transport: bool | None = True
    free_slots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds that shape what is due next. `first_retry` is the first back-off."""

    landing_slack: float
    first_retry: float = 60.0
    spread: float = 0.0


def effect_of(outcome: Outcome, *, traits: PortalTraits, timing: Timing, now: datetime) -> Effect:
    """Return what an outcome changes."""
    job, seen = outcome.job, outcome.observed
    if seen is None:
        return _failed(job, outcome.error or RemoteError("nothing"), timing=timing, now=now)
    if job.step == Step.WITHDRAW:
        return _withdrawn(seen, now=now)
    if job.payload is not None:
        return _written(job, job.payload, seen, traits=traits, now=now)
    if job.step == Step.LOOK:
        return _found(job, seen, traits=traits, now=now)
    return _checked(job, seen, traits=traits, now=now)


_CLEAN: dict[str, Any] = {"failure_mode": "", "failures": 0, "problems": []}
_GONE: dict[str, Any] = {
    "remote_id": "",
    "url": "",
    "remote_status": "",
    "sent_fingerprint": "",
    "reduced": False,
    "warnings": [],
    "asked": {},
    "pending_ref": "",
    "check_at": None,
    "live_at": None,
}


def _written(
    job: Job, payload: Payload, seen: ObservedListing, *, traits: PortalTraits, now: datetime
) -> Effect:
    warnings = [w.as_json() for w in (*payload.foreseen, *(seen.warnings or ()))]
    columns = {
        **_CLEAN,
        "state": seen.state,
        "remote_status": seen.remote_status,
        "sent_fingerprint": payload.fingerprint(),
        "refused_fingerprint": "",
        "asked": job.asked,
        "warnings": warnings,
        "reduced": bool(warnings),
        "problems": [p.as_json() for p in seen.problems],
        "pending_ref": seen.pending_ref,
        "uncertain_until": None,
        "observed_at": now,
        "check_at": now + timedelta(seconds=seen.poll_after or traits.check_after),
    }
    columns.update(_identity(seen))
    return Effect(name="created" if job.step == Step.CREATE else "updated", columns=columns)


def _identity(seen: ObservedListing) -> dict[str, Any]:
    known = {"remote_id": seen.remote_id, "url": seen.url}
    return {column: value for column, value in known.items() if value}


def _withdrawn(seen: ObservedListing, *, now: datetime) -> Effect:
    columns = {
        **_CLEAN,
        **_GONE,
        "state": seen.state,
        "refused_fingerprint": "",
        "uncertain_until": None,
        "observed_at": now,
    }
    return Effect(name="withdrawn", columns=columns, free_slots=True)


def _found(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A look after an unknown create: adopt what is there, or know that nothing is."""
    base: dict[str, Any] = {"uncertain_until": None, "observed_at": now, "sent_fingerprint": ""}
    if seen.state == "absent":
        columns = {**_GONE, **base, "state": "absent"}
        return Effect(name="looked", columns=columns, due_at=now, free_slots=True)
    if seen.state == "unknown":
        return _checked(job, seen, traits=traits, now=now)
    columns = {**base, "state": seen.state, "remote_status": seen.remote_status, **_identity(seen)}
    return Effect(name="looked", columns=columns, due_at=now)


def _checked(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A status read. An unknown word changes nothing but the problem shown."""
    problems = [p.as_json() for p in seen.problems]
    columns: dict[str, Any] = {"observed_at": now, "remote_status": seen.remote_status}
    if seen.state == "absent":
        columns |= {**_GONE, "state": "absent"}
        return Effect(name="vanished", columns=columns, due_at=now, free_slots=True)
    columns |= _identity(seen)
    columns["check_at"] = now + timedelta(seconds=_next_check(job, seen, traits))
    if seen.state == "unknown":
        mode = {"failure_mode": "unexpected", "problems": problems}
        return Effect(name="checked", columns=columns | mode)
    if seen.state == "refused":
        mode = {"failure_mode": "refused", "problems": problems}
        return Effect(name="refused", columns=columns | mode | {"state": "refused"})
    columns |= {**_CLEAN, "state": seen.state, "problems": _drift(job, seen)}
    if seen.state == "live" and not job.was_live:
        columns["live_at"] = now
    if seen.warnings is not None:
        columns |= {
            "warnings": [w.as_json() for w in seen.warnings],
            "reduced": bool(seen.warnings),
        }
    return Effect(name="checked", columns=columns)


def _drift(job: Job, seen: ObservedListing) -> list[dict[str, Any]]:
    """The portal shows the ad in another state than the one it was last sent for."""
    sent_for = job.asked.get("active")
    if sent_for is True and seen.state == "paused":
        return [Problem(field="state", code="paused_by_portal").as_json()]
    return []


def _next_check(job: Job, seen: ObservedListing, traits: PortalTraits) -> float:
    """Seconds to the next status read: soon after a write, then slower and slower."""
    if seen.poll_after is not None:
        return seen.poll_after
    if seen.state == "pending":
        return min(max(traits.check_after, job.sent_seconds_ago * 0.5), traits.check_every)
    return traits.check_every


def _failed(job: Job, error: RemoteError, *, timing: Timing, now: datetime) -> Effect:
    again = None if job.step == Step.CHECK else now  # a status read stays due by its own column
    if isinstance(error, Throttled):
        return Effect(name="throttled", due_at=again, block_seconds=error.retry_after or 30.0)
    if isinstance(error, CredentialsRefused):
        return Effect(name="credentials", due_at=again, stop_access=error.code)
    if isinstance(error, Unreachable) and not error.sent:
        return _unsent(job, error, now=now, timing=timing)
    if isinstance(error, (ListingRefused, MappingMissing)):
        return _refused(job, error, now=now)
    if isinstance(error, ListingUnknown):
        return _unknown_there(job, now=now, timing=timing)
    return _no_verdict(job, error, timing=timing, now=now)


def _unsent(job: Job, error: Unreachable, *, now: datetime, timing: Timing) -> Effect:
    """Nothing left this machine: try again, nothing is uncertain."""
    if error.detail == "lease ends":
        again = None if job.step == Step.CHECK else now
        return Effect(name="unsent", due_at=again, transport=None)
    effect = _later(job, error, now=now, timing=timing)
    effect.transport = False
    return effect


def _later(job: Job, error: RemoteError, *, now: datetime, timing: Timing) -> Effect:
    failures = job.failures + 1
    due = next_attempt(
        error.mode, failures, now=now, spread=timing.spread, first=timing.first_retry
    )
    problem = Problem(field="", code=error.code, params={"detail": error.detail[:120]})
    columns: dict[str, Any] = {
        "failures": failures,
        "failure_mode": error.mode,
        "problems": [problem.as_json()],
    }
    if job.step == Step.CHECK:
        columns["check_at"] = due
        columns.pop("failure_mode")
        columns.pop("problems")
        return Effect(name=error.mode, columns=columns)
    return Effect(name=error.mode, columns=columns, due_at=due)


def _no_verdict(job: Job, error: RemoteError, *, timing: Timing, now: datetime) -> Effect:
    """The request may have been carried out, now or a little later."""
    effect = _later(job, error, now=now, timing=timing)
    effect.transport = False
    if error.verdict:
        effect.transport = True
        return effect
    if job.step in WRITES:
        until = now + timedelta(seconds=timing.landing_slack)
        effect.columns["uncertain_until"] = until
        effect.columns["sent_fingerprint"] = ""
        if effect.due_at is not None:
            effect.due_at = max(effect.due_at, until)
        if job.step == Step.CREATE:
            effect.columns["state"] = "unknown"
        effect.name = "unknown"
    return effect


def _refused(job: Job, error: ListingRefused | MappingMissing, *, now: datetime) -> Effect:
    """The data were refused: only new data lift it. An ad that is there stays as it is."""
    columns: dict[str, Any] = {
        "failure_mode": error.mode,
        "failures": job.failures + 1,
        "problems": [p.as_json() for p in error.problems],
        "refused_fingerprint": job.payload.fingerprint() if job.payload else "",
        "observed_at": now,
    }
    if job.step == Step.CREATE:
        columns["state"] = "refused"
    return Effect(name="refused", columns=columns, free_slots=job.step == Step.CREATE)


def _unknown_there(job: Job, *, now: datetime, timing: Timing) -> Effect:
    """The portal lost the ad we meant to change: look at once, later if that repeats."""
    wait = 0.0 if job.failures == 0 else timing.first_retry * min(job.failures, 60)
    columns = {"state": "unknown", "sent_fingerprint": "", "failures": job.failures + 1}
    return Effect(name="vanished", columns=columns, due_at=now + timedelta(seconds=wait))
