"""What an observation of a portal means for its listing: pure, tested as a table by `outcomes`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portals.connectors.types import ObservedListing, Payload, PortalTraits, Problem
from portals.services.effects import Effect
from portals.services.next_step import Step
from portals.services.slots import Job

FIRST_AGAIN = 60.0  # seconds before a withdrawal that was not carried out is made again
FRESH = 300.0  # seconds for which a portal may not know an ad yet that it has just accepted

_CLEAN: dict[str, Any] = {"failure_mode": "", "failures": 0, "problems": []}
# Accepted is not decided: what came to nothing before may do so again, and is counted on.
_ACCEPTED: dict[str, Any] = {"failure_mode": "", "problems": []}
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


def written(
    job: Job, payload: Payload, seen: ObservedListing, *, traits: PortalTraits, now: datetime
) -> Effect:
    """The portal has taken the ad, at once or to decide on it later."""
    warnings = [*payload.foreseen_as_json(), *(w.as_json() for w in seen.warnings or ())]
    columns = {
        **(_ACCEPTED if seen.state == "pending" else _CLEAN),
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


def withdrawn(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A withdrawal was carried out, or accepted to be carried out later."""
    if seen.state != "absent":
        return _leaving(seen, traits=traits, now=now)
    columns = {
        **_CLEAN,
        **_GONE,
        "state": seen.state,
        "refused_fingerprint": "",
        "uncertain_until": None,
        "observed_at": now,
        # The portal's word for it is no proof: somebody has to look.
        "check_at": now + timedelta(seconds=traits.check_after),
    }
    # Whatever is wished by now could not be decided while the ad was on its way out.
    again = now if job.asked.get("absent") else None
    return Effect(name="withdrawn", columns=columns, due_at=again, free_slots=True)


def _leaving(seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    columns = {
        **_ACCEPTED,
        "state": "pending",
        "remote_status": seen.remote_status,
        "sent_fingerprint": "",
        "refused_fingerprint": "",
        "asked": {"absent": True},
        "pending_ref": seen.pending_ref,
        "uncertain_until": None,
        "observed_at": now,
        "check_at": now + timedelta(seconds=seen.poll_after or traits.check_after),
    }
    return Effect(name="withdrawing", columns=columns)


def found(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A look after an unknown write: adopt what is there, or know that nothing is."""
    base: dict[str, Any] = {
        "uncertain_until": None,
        "observed_at": now,
        "sent_fingerprint": "",
        "pending_ref": "",
    }
    if job.asked.get("absent"):
        base["asked"] = {}
    if seen.state == "absent" and _may_be_on_its_way(job, traits):
        # What was sent may come up later. The next write, whatever it is, arrives after it.
        wait = timedelta(seconds=_next_check(job, seen, traits))
        columns = {**base, "state": "pending", "check_at": now + wait}
        return Effect(name="looked", columns=columns, due_at=now)
    if seen.state == "absent":
        columns = {**_GONE, **base, "state": "absent"}
        return Effect(
            name="looked", columns=columns, due_at=now, free_slots=True, proves_absence=True
        )
    columns = {
        **base,
        # Whatever word the portal has for it: an ad with our code is there.
        "state": "pending" if seen.state == "unknown" else seen.state,
        "remote_status": seen.remote_status,
        "check_at": now + timedelta(seconds=traits.check_after),
        **_identity(seen),
    }
    return Effect(name="looked", columns=columns, due_at=now)


def _may_be_on_its_way(job: Job, traits: PortalTraits) -> bool:
    return traits.upserts and job.sent_seconds_ago < traits.pending_for


def checked(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A status read. An unknown word changes nothing but the problem shown.

    What went wrong with a write (a refused change, a full plan) is not over because the ad is still
    live as it was: only complaints that came from a status read are taken back by one.
    """
    if job.asked.get("absent") and seen.state != "pending":
        return _left(job, seen, traits=traits, now=now)
    if seen.state == "pending" and _is_overdue(job, traits):
        return lost_track(job, traits=traits, now=now)
    columns: dict[str, Any] = {"observed_at": now, "remote_status": seen.remote_status}
    if seen.state == "absent":
        return _vanished(job, columns, traits=traits, now=now)
    open_ref = seen.pending_ref or job.ref.pending_ref
    columns |= {
        **_identity(seen),
        "check_at": now + timedelta(seconds=_next_check(job, seen, traits)),
        "pending_ref": open_ref if seen.state == "pending" else "",
    }
    problems = [p.as_json() for p in seen.problems]
    if seen.state == "unknown":
        mode = {"failure_mode": "unexpected", "problems": problems} if job.is_clean else {}
        return Effect(name="checked", columns=columns | mode)
    if seen.state == "refused":
        return _turned_down(seen, columns)
    return _shown(job, seen, columns, now=now)


def confirmed(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """A look for an ad that should be gone. A refused one is shown to nobody.

    A portal's reads may lag behind what it has carried out; an ad that is still there after that
    time is verified and taken away again.
    """
    columns: dict[str, Any] = {"observed_at": now, "remote_status": seen.remote_status}
    if seen.state in ("absent", "refused"):
        columns |= {"check_at": None, "failures": 0, "remote_status": ""}
        return Effect(name="gone", columns=columns, proves_absence=True)
    if job.sent_seconds_ago < FRESH:
        wait = max(traits.check_after, job.sent_seconds_ago * 0.5, 1.0)
        columns["check_at"] = now + timedelta(seconds=wait)
        return Effect(name="still_there", columns=columns)
    columns |= {"state": "unknown", "sent_fingerprint": "", "check_at": None}
    return Effect(name="still_there", columns=columns, due_at=now)


def _is_overdue(job: Job, traits: PortalTraits) -> bool:
    return bool(job.ref.pending_ref) and job.sent_seconds_ago > traits.pending_for


def _turned_down(seen: ObservedListing, columns: dict[str, Any]) -> Effect:
    problems = [p.as_json() for p in seen.problems]
    columns |= {"state": "refused", "failure_mode": seen.failure, "problems": problems}
    if seen.failure == "plan":  # the same data may be taken once a slot is free
        columns["sent_fingerprint"] = ""
    return Effect(name=seen.failure, columns=columns)


def _shown(job: Job, seen: ObservedListing, columns: dict[str, Any], *, now: datetime) -> Effect:
    columns["state"] = seen.state
    if job.is_clean:
        columns |= {**_CLEAN, "problems": _drift(job, seen)}
    if seen.state == "live" and not job.was_live:
        columns["live_at"] = now
    if seen.warnings is not None:
        # What we left out ourselves before sending is not on the portal whatever a read says.
        warnings = [*job.foreseen, *(w.as_json() for w in seen.warnings)]
        columns |= {"warnings": warnings, "reduced": bool(warnings)}
    return Effect(name="checked", columns=columns)


def _left(job: Job, seen: ObservedListing, *, traits: PortalTraits, now: datetime) -> Effect:
    """What became of a withdrawal: the ad is gone, or it was not carried out and is made again."""
    if seen.state == "absent":
        return withdrawn(job, seen, traits=traits, now=now)
    wait = _again_after(job.failures, traits)
    columns: dict[str, Any] = {
        "state": "unknown",
        "asked": {},
        "pending_ref": "",
        "check_at": None,
        "observed_at": now,
        "remote_status": seen.remote_status,
        "failures": job.failures + 1,
        "failure_mode": "transient",
        "problems": [p.as_json() for p in seen.problems],
    }
    return Effect(name="stayed", columns=columns, due_at=now + timedelta(seconds=wait))


def _again_after(failures: int, traits: PortalTraits) -> float:
    """Seconds before what was accepted and came to nothing so often is made again."""
    return float(min(FIRST_AGAIN * 2 ** min(failures, 10), traits.check_every))


def lost_track(job: Job, *, traits: PortalTraits, now: datetime) -> Effect:
    """Nobody can tell any more what became of a write: look for the ad, then decide.

    At once the first time, ever later if that repeats: the write is made again each time.
    """
    wait = _again_after(job.failures - 1, traits) if job.failures else 0.0
    columns = {
        "state": "unknown",
        "sent_fingerprint": "",
        "pending_ref": "",
        "check_at": None,
        "failures": job.failures + 1,
    }
    return Effect(name="overdue", columns=columns, due_at=now + timedelta(seconds=wait))


def _vanished(job: Job, columns: dict[str, Any], *, traits: PortalTraits, now: datetime) -> Effect:
    """The portal does not know the ad. Freshly written ones are given time; others looked for.

    Creating again at once would double every ad of a portal whose reads lag behind its writes.
    """
    patience = max(FRESH, traits.pending_for) if traits.upserts else FRESH
    if job.is_pending and job.sent_seconds_ago < patience:
        wait = min(max(traits.check_after, job.sent_seconds_ago * 0.5, 1.0), traits.poll_every)
        columns["check_at"] = now + timedelta(seconds=wait)
        return Effect(name="checked", columns=columns)
    columns |= {"state": "unknown", "sent_fingerprint": "", "pending_ref": "", "check_at": None}
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
        longest = min(traits.poll_every, traits.check_every)
        return min(max(traits.check_after, job.sent_seconds_ago * 0.5), longest)
    return traits.check_every
