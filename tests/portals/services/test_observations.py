"""What a portal that decides later tells, as tables: accepted, leaving, lost, turned down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import pytest

from config.lib.remote_errors import Unreachable
from portals.connectors.errors import ListingUnknown
from portals.connectors.types import (
    AdWarning,
    ObservedListing,
    Payload,
    PortalTraits,
    RemoteRef,
)
from portals.services.effects import Effect, Timing
from portals.services.next_step import Step
from portals.services.outcomes import effect_of
from portals.services.slots import Job, Outcome

NOW = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)
TRAITS = PortalTraits(
    categories=(1,),
    max_photos=20,
    max_text=2000,
    check_after=2.0,
    check_every=6000.0,
    poll_every=600.0,
    pending_for=7200.0,
)
UPSERTS = replace(TRAITS, upserts=True)
TIMING = Timing(landing_slack=10.0)
OPEN = RemoteRef(reference="A1", category=1, remote_id="77", pending_ref="token")
LEAVING: dict[str, Any] = {"asked": {"absent": True}, "ref": OPEN, "is_pending": True}


def effect(step: Step, state: str, *, traits: PortalTraits = TRAITS, **given: Any) -> Effect:
    """Return the effect of an observation; `told` are its further fields, the rest the job's."""
    told = given.pop("told", {})
    job = Job(
        listing_id=1,
        version=3,
        step=step,
        ref=RemoteRef(reference="A1", category=1, remote_id="77"),
        payload=Payload(channel="cars", body={}) if step == Step.UPDATE else None,
    )
    seen = ObservedListing(state=state, **told)  # type: ignore[arg-type]
    outcome = Outcome(job=replace(job, **given), observed=seen)
    return effect_of(outcome, traits=traits, timing=TIMING, now=NOW)


def test_an_accepted_write_keeps_its_reference_and_its_moment() -> None:
    told = {"pending_ref": "token", "poll_after": 5.0}

    found = effect(Step.UPDATE, "pending", told=told)

    assert found.columns["pending_ref"] == "token"
    assert found.columns["check_at"] == NOW + timedelta(seconds=5)
    assert found.columns["state"] == "pending"


@pytest.mark.parametrize(
    ("state", "told", "kept"),
    [("pending", {}, "token"), ("pending", {"pending_ref": "b"}, "b"), ("live", {}, "")],
)
def test_a_reference_is_asked_with_until_it_is_decided(
    state: str, told: dict[str, Any], kept: str
) -> None:
    assert effect(Step.CHECK, state, ref=OPEN, told=told).columns["pending_ref"] == kept


@pytest.mark.parametrize(("ago", "wait"), [(0.0, 2.0), (100.0, 50.0), (7100.0, 600.0)])
def test_the_pauses_between_polls_grow_and_end(ago: float, wait: float) -> None:
    found = effect(Step.CHECK, "pending", ref=OPEN, sent_seconds_ago=ago)

    assert found.columns["check_at"] == NOW + timedelta(seconds=wait)


def test_what_is_never_decided_is_looked_for() -> None:
    found = effect(Step.CHECK, "pending", ref=OPEN, sent_seconds_ago=7201.0)

    assert (found.name, found.due_at) == ("overdue", NOW)
    assert found.columns["state"] == "unknown"
    assert found.columns["pending_ref"] == found.columns["sent_fingerprint"] == ""


def test_a_portals_own_review_has_no_deadline() -> None:
    found = effect(Step.CHECK, "pending", sent_seconds_ago=1_000_000.0)

    assert found.columns["state"] == "pending"


def test_a_forgotten_reference_is_looked_for_but_a_plain_read_is_read_again() -> None:
    def of(ref: RemoteRef) -> Effect:
        job = Job(listing_id=1, version=3, step=Step.CHECK, ref=ref)
        outcome = Outcome(job=job, error=ListingUnknown("404"))
        return effect_of(outcome, traits=TRAITS, timing=TIMING, now=NOW)

    assert of(OPEN).columns["state"] == "unknown"
    assert "state" not in of(replace(OPEN, pending_ref="")).columns


@pytest.mark.parametrize("failure", ["refused", "mapping", "plan"])
def test_a_refusal_says_who_must_act(failure: str) -> None:
    found = effect(Step.CHECK, "refused", ref=OPEN, told={"failure": failure})

    assert found.columns["failure_mode"] == failure
    assert (found.columns.get("sent_fingerprint") == "") is (failure == "plan")


def test_a_withdrawal_may_take_its_time() -> None:
    found = effect(Step.WITHDRAW, "pending", told={"pending_ref": "token"})

    assert found.columns["asked"] == {"absent": True}
    assert found.columns["state"] == "pending"
    assert found.columns["pending_ref"] == "token"
    assert "remote_id" not in found.columns
    assert not found.free_slots


def test_an_ad_that_has_left_is_decided_anew_and_frees_its_slot() -> None:
    found = effect(Step.CHECK, "absent", **LEAVING)

    assert (found.name, found.due_at, found.free_slots) == ("withdrawn", NOW, True)
    assert found.columns["asked"] == {}
    assert found.columns["state"] == "absent"


@pytest.mark.parametrize("state", ["live", "refused", "unknown"])
def test_an_ad_that_stayed_is_looked_for_and_withdrawn_again(state: str) -> None:
    first = effect(Step.CHECK, state, **LEAVING)
    later = effect(Step.CHECK, state, failures=3, **LEAVING)

    assert first.columns["state"] == "unknown"
    assert first.columns["asked"] == {}
    assert first.due_at is not None
    assert later.due_at is not None
    assert NOW < first.due_at < later.due_at


@pytest.mark.parametrize(
    ("traits", "ago", "state"),
    [
        (TRAITS, 0.0, "absent"),
        (UPSERTS, 0.0, "pending"),
        (UPSERTS, 7300.0, "absent"),
        (UPSERTS, inf, "absent"),  # nothing was ever sent
    ],
)
def test_absent_is_no_proof_where_reads_lag_behind(
    traits: PortalTraits, ago: float, state: str
) -> None:
    found = effect(Step.LOOK, "absent", traits=traits, sent_seconds_ago=ago)

    assert found.columns["state"] == state
    assert found.due_at == NOW


@pytest.mark.parametrize(("traits", "state"), [(TRAITS, "unknown"), (UPSERTS, None)])
def test_a_fresh_ad_is_given_the_time_the_portal_takes(
    traits: PortalTraits, state: str | None
) -> None:
    found = effect(Step.CHECK, "absent", traits=traits, is_pending=True, sent_seconds_ago=1000.0)

    assert found.columns.get("state") == state
    if state is None:
        assert found.columns["check_at"] == NOW + timedelta(seconds=500)


def test_a_read_replaces_what_the_portal_left_out_and_keeps_what_we_did() -> None:
    ours = {"kind": "highlight_denied", "asked": 1, "granted": 0, "foreseen": True}
    theirs = AdWarning(kind="photo_rejected", asked=2, granted=0)

    shown = effect(Step.CHECK, "live", foreseen=(ours,), told={"warnings": (theirs,)})
    nothing_told = effect(Step.CHECK, "live", foreseen=(ours,), told={"warnings": ()})

    assert shown.columns["warnings"] == [ours, theirs.as_json()]
    assert (nothing_told.columns["warnings"], nothing_told.columns["reduced"]) == ([ours], True)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 60), (2, 120), (40, 6000)])
def test_what_the_portal_forgets_again_and_again_is_made_again_ever_more_slowly(
    failures: int, seconds: int
) -> None:
    job = Job(listing_id=1, version=3, step=Step.CHECK, ref=OPEN, failures=failures)

    found = effect_of(
        Outcome(job=job, error=ListingUnknown("404")), traits=TRAITS, timing=TIMING, now=NOW
    )

    assert (found.name, found.columns["failures"]) == ("overdue", failures + 1)
    assert found.due_at == NOW + timedelta(seconds=seconds)


def test_a_poll_that_fails_is_repeated_soon_however_often_the_write_was() -> None:
    def again(**given: Any) -> datetime:
        job = Job(listing_id=1, version=3, step=Step.CHECK, ref=OPEN, failures=9, **given)
        outcome = Outcome(job=job, error=Unreachable("500"))
        found: datetime = effect_of(outcome, traits=TRAITS, timing=TIMING, now=NOW).columns[
            "check_at"
        ]
        return found

    assert again(is_pending=True) <= NOW + timedelta(seconds=2 * TIMING.first_retry)
    assert again(is_pending=False) > NOW + timedelta(seconds=10 * TIMING.first_retry)
