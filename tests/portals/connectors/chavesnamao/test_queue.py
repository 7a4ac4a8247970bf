"""What the queue's header tells, in every reading of the document, and what is kept of a write."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from config.lib.http import Answer
from portals.connectors.chavesnamao.queue import (
    AGAIN,
    CREATE,
    GRACE,
    HIGHLIGHT,
    LONGEST,
    UPDATE,
    WITHDRAWAL,
    WRITE,
    Fate,
    Pending,
    fate_of,
    moment_of,
    noted,
    pending_of,
    read_pending,
    waiting_jobs,
)

NOW = datetime(2026, 3, 4, 15, 0, 0, 250_000, tzinfo=UTC).timestamp()
SAMPLE = "2026-03-04T15:00:00.250Z"
HOUR = 3600


def answer(header: Any = None) -> Answer:
    """Return an accepted write; a header that is no text is written as JSON."""
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    if header is not None:
        headers["X-Status-Queue"] = header if isinstance(header, str) else json.dumps(header)
    return Answer(202, None, is_json=True, headers=headers)


def job(**changes: Any) -> dict[str, Any]:
    """Return a job as the document's sample has it."""
    return {
        "jobId": "j-1",
        "messageType": "update_vehicle",
        "endpoint": "/vehicles/123",
        "timestamp": SAMPLE,
        **changes,
    }


def kept(*answers: Answer, kinds: tuple[str, ...] = (UPDATE,)) -> Pending:
    """Return what is kept of a write."""
    return pending_of(answers, kinds=kinds, verb=WRITE, reference="123", now=NOW)


@pytest.mark.parametrize("word", ["update_vehicle", "UPDATE_VEHICLE", "Update-Vehicle"])
def test_type_of_a_job_is_read_in_either_case(word):
    jobs = waiting_jobs(answer([job(messageType=word)]))

    assert [each.kind for each in jobs or ()] == [UPDATE]


@pytest.mark.parametrize("number", [NOW, NOW * 1000, (NOW - 3 * HOUR) * 1000, NOW - 3 * HOUR])
def test_number_of_brazilian_time_is_moved_to_our_clock(number):
    assert kept(answer([job(timestamp=number)])).vehicle_at == pytest.approx(NOW, abs=0.01)


def test_text_is_kept_on_the_portals_own_clock():
    early = "2026-03-04T12:00:00.250Z"

    assert kept(answer([job(timestamp=SAMPLE)])).vehicle_at == pytest.approx(NOW)
    assert kept(answer([job(timestamp=early)])).vehicle_at == pytest.approx(NOW - 3 * HOUR)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        "[" * 100_000,
        "x" * 300_000,
        "null",
        "7",
        [],
        ["job", 7, None],
        [{}],
        [job(jobId=None, timestamp=None)],
        [job(jobId=["x"], timestamp={"a": 1}, endpoint=7, messageType=[])],
        [job(jobId=True, timestamp=True, messageType="?")],
        [job(jobId="", timestamp=1e300)],
        [job(jobId="", timestamp="9" * 15 + "x")],
        [job(jobId="", endpoint="/vehicles/other")],
    ],
)
def test_missing_or_broken_header_is_no_failure(header):
    pending = kept(answer(header))

    assert (pending.at, pending.vehicle_at, pending.job_id) == (NOW, None, "")


def test_id_that_no_database_keeps_is_cleaned_and_still_known():
    jobs = [job(jobId="j\x00" + "x" * 80)]

    pending = read_pending(kept(answer(jobs)).as_text())

    assert pending is not None
    assert pending.job_id == "j" + "x" * 59
    assert fate_of(pending, answer(jobs), updated_at=NEW, now=NOW + 5) is Fate.WAITING


def test_single_job_may_stand_without_a_list():
    assert kept(answer(job())).job_id == "j-1"


def test_the_youngest_job_of_the_kind_is_ours():
    jobs = [
        job(jobId="old"),
        job(jobId="new"),
        job(jobId="mark", messageType="update_vehicle_publication"),
        job(jobId="foreign", endpoint="/vehicles/1234"),
    ]

    assert kept(answer(jobs)).job_id == "new"


def test_creation_does_not_name_its_vehicle():
    jobs = [
        job(jobId="delete", messageType="delete_vehicle"),
        job(jobId="create", messageType="create_vehicle", endpoint="/vehicles"),
    ]

    assert kept(answer(jobs), kinds=(CREATE,)).job_id == "create"


def test_of_several_calls_the_last_job_is_waited_for_and_the_first_dates_the_vehicle():
    mark = job(jobId="mark", messageType=HIGHLIGHT, endpoint="/publications/123", timestamp=NOW + 9)

    pending = kept(answer([job()]), answer([job(), mark]), kinds=(UPDATE, HIGHLIGHT))

    assert pending.job_id == "mark"
    assert pending.vehicle_at == pytest.approx(NOW)


@pytest.mark.parametrize("verb", [WRITE, AGAIN, WITHDRAWAL])
@pytest.mark.parametrize("vehicle_at", [None, 1772636400.25])
@pytest.mark.parametrize("job_id", ["", "j-1", "a|b", "x" * 60])
@pytest.mark.parametrize("listed", [True, False])
def test_what_is_kept_is_read_again(verb, vehicle_at, job_id, listed):
    facts = {"vehicle_at": vehicle_at, "job_id": job_id, "is_listed": listed}
    pending = Pending(verb=verb, at=1772636401.0, **facts)

    text = pending.as_text()

    assert len(text) <= 120
    assert read_pending(text) == pending


def test_moment_is_cut_so_that_what_comes_in_the_same_thousandth_is_newer():
    pending = read_pending(Pending(verb=WRITE, at=1.0, vehicle_at=1.2349).as_text())

    assert pending is not None
    assert pending.vehicle_at == 1.234


@pytest.mark.parametrize("text", ["", "x", "W", "W|a|||", "W|1|b||", "Z|1|||", "W|1||"])
def test_foreign_text_is_nothing_kept(text):
    assert read_pending(text) is None


PENDING = Pending(verb=WRITE, at=NOW, vehicle_at=NOW, job_id="j-1")
OLD, NEW = "2026-03-04T14:59:59.000Z", "2026-03-04T15:00:03Z"
NO_ID = Pending(verb=WRITE, at=NOW, vehicle_at=NOW)
NO_TIME = Pending(verb=WRITE, at=NOW, job_id="j-1")
TWICE = Pending(verb=AGAIN, at=NOW, vehicle_at=NOW, job_id="j-1")
LISTED = replace(PENDING, is_listed=True)
GOING = Pending(verb=WITHDRAWAL, at=NOW, vehicle_at=NOW, job_id="j-1")


@pytest.mark.parametrize(
    ("pending", "header", "updated_at", "age", "fate"),
    [
        # The job stands in the header, whatever the vehicle says, but not for ever.
        (PENDING, [job()], OLD, 5, Fate.WAITING),
        (PENDING, [job()], NEW, 5, Fate.WAITING),
        (PENDING, [job()], NEW, LONGEST, Fate.DONE),
        # It no longer does.
        (PENDING, [], NEW, 5, Fate.DONE),
        (PENDING, [job(jobId="j-2")], NEW, 5, Fate.DONE),
        (PENDING, [], None, 5, Fate.DONE),
        (NO_TIME, [], OLD, 5, Fate.DONE),
        # It left the queue and nothing changed.
        (PENDING, [], OLD, 5, Fate.WAITING),
        (PENDING, [], OLD, GRACE, Fate.LOST),
        (TWICE, [], OLD, 5, Fate.DONE),
        # A header that told of it is gone; a broken one says nothing.
        (LISTED, None, OLD, GRACE, Fate.LOST),
        (LISTED, None, NEW, 5, Fate.DONE),
        (LISTED, "broken", OLD, GRACE, Fate.WAITING),
        (replace(GOING, is_listed=True), None, NEW, 5, Fate.DONE),
        # Reads without a header, or a job without an id: the vehicle's own clock.
        (PENDING, None, NEW, 5, Fate.DONE),
        (PENDING, "broken", NEW, 5, Fate.DONE),
        (NO_ID, [job()], NEW, 5, Fate.DONE),
        (PENDING, None, OLD, 5, Fate.WAITING),
        (PENDING, None, OLD, LONGEST - 1, Fate.WAITING),
        (PENDING, None, OLD, LONGEST, Fate.LOST),
        (TWICE, None, OLD, LONGEST, Fate.DONE),
        # Neither tells anything: the read is believed after the longest time.
        (NO_TIME, None, NEW, LONGEST - 1, Fate.WAITING),
        (PENDING, None, "soon", LONGEST - 1, Fate.WAITING),
        (NO_TIME, None, None, LONGEST, Fate.DONE),
        # A vehicle that is to go says nothing by its clock.
        (GOING, None, NEW, 5, Fate.WAITING),
        (GOING, [job()], NEW, 5, Fate.WAITING),
        (GOING, [], NEW, 5, Fate.DONE),
        (GOING, None, NEW, LONGEST, Fate.DONE),
    ],
)
def test_fate_of_a_write(pending, header, updated_at, age, fate):
    assert fate_of(pending, answer(header), updated_at=updated_at, now=NOW + age) is fate


@pytest.mark.parametrize(("header", "listed"), [([job()], True), ([], False), (None, False)])
def test_read_that_lists_the_job_is_noted(header, listed):
    assert noted(PENDING, answer(header)).is_listed is listed
    assert noted(LISTED, answer(header)).is_listed


def test_update_told_in_whole_seconds_is_compared_in_whole_seconds():
    told = "2026-03-04T15:00:00Z"  # a quarter of a second before the job, if it were exact

    assert fate_of(PENDING, answer(), updated_at=told, now=NOW + 1) is Fate.DONE


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, "", "x", [], {}, -5, 1e30, 10**4000),
        *(float("nan"), float("inf"), "2026-99-99"),
    ],
)
def test_what_is_no_time_is_none(value):
    assert moment_of(value) is None
