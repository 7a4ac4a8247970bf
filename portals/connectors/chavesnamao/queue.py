"""The queue of writes as its header tells it, and what we keep to ask about our last one. Pure.

Reference: "Vehicle API v2", header `x-status-queue`: a JSON array of `jobId`, `messageType`,
`endpoint` and `timestamp`, worked off in order of arrival.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import unquote

from config.lib.http import Answer
from portals.connectors.chavesnamao.texts import text_of

HEADER = "x-status-queue"
LONGEST_HEADER = 200_000
ID_LENGTH = 60
HOUR = 3600.0
FARTHEST_ZONE = 14 * HOUR
LONGEST = 45 * 60.0  # seconds until an accepted write is carried out, the ad's address included
GRACE = 120.0  # seconds in which a job may have left the queue before the vehicle tells of it

CREATE, UPDATE, DELETE = "CREATE_VEHICLE", "UPDATE_VEHICLE", "DELETE_VEHICLE"
PUBLISH, UNPUBLISH = "PUBLISH_VEHICLE", "UNPUBLISH_VEHICLE"
HIGHLIGHT = "UPDATE_VEHICLE_PUBLICATION"
WRITE, AGAIN, WITHDRAWAL = "W", "A", "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One job of the queue. `moment` is what it says of its time, in seconds; None = nothing.

    `is_number` tells the time of the document's table ("number, UTC-3") from that of its sample.
    """

    job_id: str
    kind: str
    endpoint: str
    moment: float | None
    is_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Our last write, as it is kept with the ad until it is decided.

    `verb` is WRITE, AGAIN (the same data may have been sent before, so that a vehicle that did not
    change is no sign of a loss) or WITHDRAWAL. `at` is when it was accepted, by our clock;
    `vehicle_at` when the portal's clock says that the vehicle's own job arrived (None = not told);
    `job_id` the last job ('' = not told); `is_listed`: a read has told that it waits, so that reads
    of this portal have the header while something does.
    """

    verb: str
    at: float
    vehicle_at: float | None = None
    job_id: str = ""
    is_listed: bool = False

    def as_text(self) -> str:
        """Return the stored form (at most 120 characters)."""
        # Cut and not rounded: a vehicle updated within the same thousandth is newer.
        told = "" if self.vehicle_at is None else f"{int(self.vehicle_at * 1000) / 1000:.3f}"
        listed = "L" if self.is_listed else ""
        return f"{self.verb}|{int(self.at)}|{told}|{listed}|{self.job_id[:ID_LENGTH]}"


def read_pending(text: str) -> Pending | None:
    """Return what was kept of our last write, None if nothing was or it is not ours."""
    verb, *rest = text.split("|", maxsplit=4)
    if verb not in (WRITE, AGAIN, WITHDRAWAL) or len(rest) != 4:
        return None
    try:
        at, vehicle_at = float(rest[0]), float(rest[1]) if rest[1] else None
    except ValueError:
        return None
    listed = rest[2] == "L"
    return Pending(verb=verb, at=at, vehicle_at=vehicle_at, is_listed=listed, job_id=rest[3])


def noted(pending: Pending, answer: Answer) -> Pending:
    """Return what is to be kept after a read that tells whether the job waits."""
    return replace(pending, is_listed=True) if _still_waits(pending, answer) else pending


def waiting_jobs(answer: Answer) -> list[Waiting] | None:
    """Return the jobs an answer's header lists, None if it has no header or a broken one."""
    text = answer.headers.get(HEADER)
    if text is None or len(text) > LONGEST_HEADER:
        return None
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(rows, Mapping):
        rows = [rows]
    if not isinstance(rows, list):
        return None
    return [_waiting(row) for row in rows if isinstance(row, Mapping)]


def _waiting(row: Mapping[str, Any]) -> Waiting:
    told = row.get("timestamp")
    return Waiting(
        job_id=text_of(row.get("jobId"))[:ID_LENGTH],
        kind=re.sub(r"[^A-Z]+", "_", text_of(row.get("messageType")).upper()),
        endpoint=text_of(row.get("endpoint")),
        moment=moment_of(told),
        is_number=isinstance(told, int | float),
    )


def moment_of(value: Any) -> float | None:
    """Return seconds since 1970 of a number (milliseconds too) or an ISO text; None if neither.

    A text without a zone counts as UTC.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"\d{9,16}(?:\.\d+)?", value.strip()):
        value = float(value)
    if isinstance(value, int | float):
        if not 0 < value < 1e14:  # not a number, or none of this age of the world
            return None
        return value / 1000 if value > 1e11 else float(value)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def pending_of(
    answers: Sequence[Answer], *, kinds: Sequence[str], verb: str, reference: str, now: float
) -> Pending:
    """Return what is to be kept of a write: its accepted answers and what kind of job each made.

    The first is the one about the vehicle. A header that is missing or broken leaves us with our
    own clock.
    """
    vehicle = _job_of(answers[0], kinds[0], reference)
    last = _job_of(answers[-1], kinds[-1], reference)
    return Pending(
        verb=verb,
        at=now,
        vehicle_at=_on_its_clock(vehicle, now=now) if vehicle else None,
        job_id=last.job_id if last else "",
    )


def _job_of(answer: Answer, kind: str, reference: str) -> Waiting | None:
    """Return the job an answer's request made: the youngest of that kind which may be ours."""
    jobs = [job for job in waiting_jobs(answer) or [] if _may_be_of(job, reference)]
    alike = [job for job in jobs if job.kind == kind] or jobs
    return alike[-1] if alike else None


def _may_be_of(job: Waiting, reference: str) -> bool:
    """Whether a job may be of this vehicle; that of a creation does not name it."""
    last = unquote(job.endpoint.split("?", maxsplit=1)[0].rstrip("/").rpartition("/")[2])
    return last in ("", "vehicles", "publications", ":reference", reference)


def _on_its_clock(job: Waiting, *, now: float) -> float | None:
    """Return when a job arrived, on the clock of the portal's texts.

    A number may be that of the time in Brazil read as if it were UTC: it is moved by the whole
    hours that part it from our clock. A text is left as it is, since it is compared with another.
    """
    if job.moment is None or not job.is_number:
        return job.moment
    apart = now - job.moment
    if abs(apart) > FARTHEST_ZONE + HOUR / 2:
        return None
    return job.moment + round(apart / HOUR) * HOUR


class Fate(Enum):
    """What became of our last write, as far as a read tells."""

    WAITING = "waiting"
    DONE = "done"
    LOST = "lost"  # it is no longer waiting, and the vehicle is as it was before


def fate_of(pending: Pending, answer: Answer, *, updated_at: Any, now: float) -> Fate:
    """Return whether a read tells of a vehicle after our last write, or still before it.

    The job stands in the read's header or no longer does; the vehicle was updated after the job
    arrived or was not, by the portal's own clock. What neither tells is believed to be over after
    the longest time the document allows.
    """
    age = now - pending.at
    is_over = age >= LONGEST
    waits = _still_waits(pending, answer)
    if waits and not is_over:
        return Fate.WAITING
    is_newer = _is_newer(pending, updated_at)
    if is_newer:
        return Fate.DONE
    if waits is None and not is_over:
        return Fate.WAITING
    if is_newer is False and pending.verb == WRITE:
        return Fate.LOST if is_over or age >= GRACE else Fate.WAITING
    return Fate.DONE


def _still_waits(pending: Pending, answer: Answer) -> bool | None:
    """Whether the job stands in a read's header; a header that is gone says so by its absence."""
    jobs = waiting_jobs(answer)
    if jobs is None and pending.is_listed and HEADER not in answer.headers:
        return False
    if jobs is None or not pending.job_id:
        return None
    return any(job.job_id == pending.job_id for job in jobs)


def _is_newer(pending: Pending, updated_at: Any) -> bool | None:
    updated = moment_of(updated_at)
    if pending.verb == WITHDRAWAL or updated is None or pending.vehicle_at is None:
        return None
    is_rough = updated == int(updated)  # told in whole seconds
    return updated >= (int(pending.vehicle_at) if is_rough else pending.vehicle_at)
