"""What an outcome means for its listing: pure, so that every case can be tested as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from config.lib.remote_errors import (
    AddressRefused,
    CredentialsRefused,
    RemoteError,
    Throttled,
    Unreachable,
)
from config.lib.retry import next_attempt
from portals.connectors.errors import (
    ListingRefused,
    ListingUnknown,
    MappingMissing,
    NotSupported,
    PlanExhausted,
)
from portals.connectors.types import ObservedListing, Payload, PortalTraits, Problem
from portals.services.next_step import WRITES, Step
from portals.services.slots import Job, Outcome


@dataclass(slots=True, kw_only=True)
class Effect:
    """Columns to write, when the listing is due again (None = not), and what else follows.

    `name` is the outcome's name in reports; a status read (CHECK) with `due_at` None leaves the
    column alone. `stop_access`: credentials. `block_seconds`: throttled.
    `transport`: True an answer came, False none came, None says nothing about the portal's health.
    `free_slots`: the ad is gone, give its plan slots back; `offers_slots` False = and to nobody
    else for now, since the portal itself says that there is none. `keeps_plan`: the portal did not
    do it, so that the slots are those from before.
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
        return _found(seen, traits=traits, now=now)
    return _checked(job, seen, traits=traits, now=now)


DEFAULT_WAIT = 30.0  # seconds a throttled access waits if it is not told for how long
LONGEST_WAIT = 3600.0
FRESH = 300.0  # seconds for which a portal may not know an ad yet that it has just accepted

_FINAL = (ListingRefused, MappingMissing, PlanExhausted, NotSupported)
_FIELDS = {"plan": "plan", "unsupported": "category"}
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


def _found(seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A look after an unknown create: adopt what is there, or know that nothing is."""
    base: dict[str, Any] = {"uncertain_until": None, "observed_at": now, "sent_fingerprint": ""}
    if seen.state == "absent":
        columns = {**_GONE, **base, "state": "absent"}
        return Effect(name="looked", columns=columns, due_at=now, free_slots=True)
    columns = {
        **base,
        # Whatever word the portal has for it: an ad with our code is there.
        "state": "pending" if seen.state == "unknown" else seen.state,
        "remote_status": seen.remote_status,
        "check_at": now + timedelta(seconds=traits.check_after),
        **_identity(seen),
    }
    return Effect(name="looked", columns=columns, due_at=now)


def _checked(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A status read. An unknown word changes nothing but the problem shown.

    What went wrong with a write (a refused change, a full plan) is not over because the ad is still
    live as it was: only complaints that came from a status read are taken back by one.
    """
    problems = [p.as_json() for p in seen.problems]
    columns: dict[str, Any] = {"observed_at": now, "remote_status": seen.remote_status}
    if seen.state == "absent":
        return _vanished(job, columns, traits=traits, now=now)
    columns |= _identity(seen)
    columns["check_at"] = now + timedelta(seconds=_next_check(job, seen, traits))
    if seen.state == "unknown":
        mode = {"failure_mode": "unexpected", "problems": problems} if job.is_clean else {}
        return Effect(name="checked", columns=columns | mode)
    if seen.state == "refused":
        mode = {"failure_mode": "refused", "problems": problems}
        return Effect(name="refused", columns=columns | mode | {"state": "refused"})
    columns["state"] = seen.state
    if job.is_clean:
        columns |= {**_CLEAN, "problems": _drift(job, seen)}
    if seen.state == "live" and not job.was_live:
        columns["live_at"] = now
    if seen.warnings is not None:
        columns |= {
            "warnings": [w.as_json() for w in seen.warnings],
            "reduced": bool(seen.warnings),
        }
    return Effect(name="checked", columns=columns)


def _vanished(job: Job, columns: dict[str, Any], *, traits: PortalTraits, now: datetime) -> Effect:
    """The portal does not know the ad. Freshly written ones are given time; others looked for.

    Creating again at once would double every ad of a portal whose reads lag behind its writes.
    """
    if job.is_pending and job.sent_seconds_ago < FRESH:
        wait = max(traits.check_after, job.sent_seconds_ago * 0.5, 1.0)
        columns["check_at"] = now + timedelta(seconds=wait)
        return Effect(name="checked", columns=columns)
    columns |= {"state": "unknown", "sent_fingerprint": "", "check_at": None}
    return Effect(name="vanished", columns=columns, due_at=now)


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
        return _throttled(job, error, timing=timing, now=now)
    if isinstance(error, CredentialsRefused):
        return Effect(name="credentials", due_at=again, stop_access=error.code)
    if isinstance(error, Unreachable) and not error.sent:
        return _unsent(job, error, now=now, timing=timing)
    if isinstance(error, _FINAL):
        return _refused(job, error, timing=timing, now=now)
    if isinstance(error, ListingUnknown) and job.step != Step.CHECK:
        return _unknown_there(job, now=now, timing=timing)
    return _no_verdict(job, error, timing=timing, now=now)


def _throttled(job: Job, error: Throttled, *, timing: Timing, now: datetime) -> Effect:
    """The whole access waits as long as it is told to, at most an hour at a time."""
    seconds = DEFAULT_WAIT if error.retry_after is None else error.retry_after
    again = None if job.step == Step.CHECK else now
    effect = Effect(
        name="throttled", due_at=again, block_seconds=min(max(seconds, 1.0), LONGEST_WAIT)
    )
    if not error.verdict:
        _doubt(effect, job, timing=timing, now=now)
    return effect


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
    if job.step == Step.CHECK:
        # Read less often than a write is tried: nothing depends on it. Never the same moment again.
        return Effect(name=error.mode, columns={"failures": failures, "check_at": due})
    problem = Problem(field="", code=error.code, params={"detail": error.detail[:120]})
    columns: dict[str, Any] = {
        "failures": failures,
        "failure_mode": error.mode,
        "problems": [problem.as_json()],
    }
    return Effect(name=error.mode, columns=columns, due_at=due)


def _no_verdict(job: Job, error: RemoteError, *, timing: Timing, now: datetime) -> Effect:
    """The request may have been carried out, now or a little later."""
    effect = _later(job, error, now=now, timing=timing)
    if error.verdict:
        effect.transport = None if isinstance(error, AddressRefused) else True
        effect.keeps_plan = job.step == Step.UPDATE
        return effect
    # A fault of our own says nothing about the portal: one bad ad must not close it for all.
    effect.transport = None if type(error) is RemoteError else False
    if job.step in WRITES:
        _doubt(effect, job, timing=timing, now=now)
        effect.name = "unknown"
    return effect


def _doubt(effect: Effect, job: Job, *, timing: Timing, now: datetime) -> None:
    """A write may still land: nothing is decided before, and then by what is found there."""
    if job.step not in WRITES:
        return
    until = now + timedelta(seconds=timing.landing_slack)
    effect.columns |= {"uncertain_until": until, "sent_fingerprint": ""}
    if effect.due_at is not None:
        effect.due_at = max(effect.due_at, until)
    if job.step != Step.UPDATE or not job.ref.remote_id:
        effect.columns["state"] = "unknown"


def _refused(job: Job, error: RemoteError, *, timing: Timing, now: datetime) -> Effect:
    """The data were refused: only new data lift it. An ad that is there stays as it is.

    A refused withdrawal or read has no data that could change: it is tried again, ever more slowly.
    """
    problems = getattr(error, "problems", ()) or (
        Problem(
            field=_FIELDS.get(error.mode, ""),
            code=error.code,
            params={"detail": error.detail[:120]},
        ),
    )
    stored = [problem.as_json() for problem in problems]
    if job.payload is None:
        effect = _later(job, Unreachable(error.detail), now=now, timing=timing)
        if job.step != Step.CHECK:
            effect.columns |= {"failure_mode": error.mode, "problems": stored}
        effect.name = "refused"
        return effect
    columns: dict[str, Any] = {
        "failure_mode": error.mode,
        "failures": job.failures + 1,
        "problems": stored,
        "observed_at": now,
    }
    if not isinstance(error, PlanExhausted):  # a slot may free, with the same data
        columns["refused_fingerprint"] = job.payload.fingerprint()
    if job.step == Step.CREATE and isinstance(error, ListingRefused):
        columns["state"] = "refused"
    return Effect(
        name="refused" if isinstance(error, ListingRefused) else error.mode,
        columns=columns,
        free_slots=job.step == Step.CREATE,
        offers_slots=not isinstance(error, PlanExhausted),
        keeps_plan=job.step == Step.UPDATE,
    )


def _unknown_there(job: Job, *, now: datetime, timing: Timing) -> Effect:
    """The portal lost the ad we meant to change: look at once, later if that repeats."""
    wait = 0.0 if job.failures == 0 else timing.first_retry * min(job.failures, 60)
    columns = {"state": "unknown", "sent_fingerprint": "", "failures": job.failures + 1}
    return Effect(name="vanished", columns=columns, due_at=now + timedelta(seconds=wait))
