"""What an outcome means for its listing: pure, so that every case can be tested as a table."""

from __future__ import annotations

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
    NotAsked,
    NotSupported,
    PlanExhausted,
)
from portals.connectors.types import PortalTraits, Problem
from portals.services import observations
from portals.services.effects import Effect, Timing
from portals.services.next_step import WRITES, Step
from portals.services.slots import Job, Outcome


def effect_of(outcome: Outcome, *, traits: PortalTraits, timing: Timing, now: datetime) -> Effect:
    """Return what an outcome changes."""
    job, seen = outcome.job, outcome.observed
    if seen is None:
        error = outcome.error or RemoteError("nothing")
        if isinstance(error, ListingUnknown) and job.ref.pending_ref:
            # The portal has forgotten what we ask about.
            return observations.lost_track(job, traits=traits, now=now)
        return _failed(job, error, timing=timing, now=now)
    if job.confirms:
        return observations.confirmed(job, seen, traits=traits, now=now)
    if job.step == Step.WITHDRAW:
        return observations.withdrawn(job, seen, traits=traits, now=now)
    if job.payload is not None:
        return observations.written(job, job.payload, seen, traits=traits, now=now)
    if job.step == Step.LOOK:
        return observations.found(job, seen, traits=traits, now=now)
    return observations.checked(job, seen, traits=traits, now=now)


DEFAULT_WAIT = 30.0  # seconds a throttled access waits if it is not told for how long
LONGEST_WAIT = 3600.0

_FINAL = (ListingRefused, MappingMissing, PlanExhausted, NotSupported)
_FIELDS = {"plan": "plan", "unsupported": "category"}


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
    if isinstance(error, NotAsked) or error.detail == "lease ends":
        again = None if job.step == Step.CHECK else now
        return Effect(name="unsent", due_at=again, transport=None)
    effect = _later(job, error, now=now, timing=timing)
    effect.transport = False
    return effect


def _later(job: Job, error: RemoteError, *, now: datetime, timing: Timing) -> Effect:
    failures = job.failures + 1
    # What waits for a decision is asked for steadily, however often its write had to be made again.
    counted = 1 if job.step == Step.CHECK and job.is_pending else failures
    due = next_attempt(error.mode, counted, now=now, spread=timing.spread, first=timing.first_retry)
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
