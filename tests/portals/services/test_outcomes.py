"""What each outcome means for its listing, as tables: every step against every answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.lib.remote_errors import (
    AddressRefused,
    CredentialsRefused,
    RemoteError,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.errors import (
    ListingRefused,
    ListingUnknown,
    MappingMissing,
    NotSupported,
    PlanExhausted,
)
from portals.connectors.types import (
    AdWarning,
    ObservedListing,
    Payload,
    PortalTraits,
    Problem,
    RemoteRef,
)
from portals.services.effects import Effect, Timing
from portals.services.next_step import Step
from portals.services.observations import FRESH
from portals.services.outcomes import effect_of
from portals.services.slots import Job, Outcome

NOW = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)
SLACK = NOW + timedelta(seconds=10)
RETRY = NOW + timedelta(seconds=60)
TRAITS = PortalTraits(
    categories=(1,), max_photos=20, max_text=2000, check_after=2.0, check_every=600.0
)
TIMING = Timing(landing_slack=10.0, first_retry=60.0)
PAYLOAD = Payload(channel="cars", body={"reference": "A1", "price": "10.00"})
PRICE = Problem(field="price", code="refused_field", message="No.")
WRITES = (Step.CREATE, Step.UPDATE, Step.WITHDRAW)
STEPS = (*WRITES, Step.LOOK, Step.CHECK)


def job(step: Step, **changes: Any) -> Job:
    """Return a job of a step, of an ad whose id is known unless it is a create."""
    remote_id = "" if step == Step.CREATE else "77"
    base = Job(
        listing_id=1,
        version=3,
        step=step,
        ref=RemoteRef(reference="A1", category=1, remote_id=remote_id),
        payload=PAYLOAD if step in (Step.CREATE, Step.UPDATE) else None,
    )
    return replace(base, **changes)


def failed(step: Step, error: RemoteError, **changes: Any) -> Effect:
    """Return the effect of an error."""
    return effect_of(
        Outcome(job=job(step, **changes), error=error), traits=TRAITS, timing=TIMING, now=NOW
    )


def seen(step: Step, state: str, *, of: dict[str, Any] | None = None, **told: Any) -> Effect:
    """Return the effect of an observation; `of` are columns of the job."""
    observed = ObservedListing(state=state, **told)  # type: ignore[arg-type]
    outcome = Outcome(job=job(step, **(of or {})), observed=observed)
    return effect_of(outcome, traits=TRAITS, timing=TIMING, now=NOW)


NO_VERDICT = [
    Unreachable("TimeoutError"),
    Unreachable("500"),
    UnexpectedAnswer("not JSON"),
    RemoteError("KeyError"),
    Throttled("503", retry_after=5.0, verdict=False),
]


@pytest.mark.parametrize("error", NO_VERDICT, ids=lambda e: f"{type(e).__name__} {e.detail}")
@pytest.mark.parametrize(
    ("step", "changes", "state"),
    [
        (Step.CREATE, {}, "unknown"),
        (Step.WITHDRAW, {}, "unknown"),
        (Step.UPDATE, {}, None),
        (Step.UPDATE, {"ref": RemoteRef(reference="A1", category=1)}, "unknown"),
    ],
    ids=["create", "withdraw", "update", "update without an id"],
)
def test_a_write_without_verdict_is_in_doubt_until_it_can_no_longer_land(
    step: Step, changes: dict[str, Any], state: str | None, error: RemoteError
) -> None:
    effect = failed(step, error, **changes)

    assert effect.columns.get("state") == state
    assert effect.columns["uncertain_until"] == SLACK
    assert effect.columns["sent_fingerprint"] == ""
    assert effect.due_at is not None
    assert effect.due_at >= SLACK
    assert not effect.free_slots


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "error",
    [
        Unreachable("ConnectionRefusedError", sent=False),
        Throttled("429", retry_after=5.0),
        CredentialsRefused("401"),
        AddressRefused("private address"),
        PlanExhausted("full"),
        ListingRefused((PRICE,)),
        MappingMissing((PRICE,)),
        NotSupported("category"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_verdict_leaves_no_doubt(step: Step, error: RemoteError) -> None:
    effect = failed(step, error)

    assert "uncertain_until" not in effect.columns
    assert effect.columns.get("state") != "unknown"


ERRORS = [
    (Unreachable("500"), False),
    (Unreachable("500", sent=False), False),
    (UnexpectedAnswer("html"), False),
    (RemoteError("KeyError"), None),
    (AddressRefused("private address"), None),
    (Unreachable("lease ends", sent=False), None),
    (Throttled("429"), True),
    (CredentialsRefused("401"), True),
    (ListingRefused((PRICE,)), True),
    (PlanExhausted("full"), True),
]


@pytest.mark.parametrize(("error", "transport"), ERRORS, ids=str)
def test_what_an_error_says_of_the_portals_health(
    error: RemoteError, transport: bool | None
) -> None:
    assert failed(Step.CREATE, error).transport is transport


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [(None, 30.0), (5.0, 5.0), (0.0, 1.0), (1e12, 3600.0), (float("inf"), 3600.0)],
)
def test_a_throttled_access_waits_as_told_within_reason(
    retry_after: float | None, seconds: float
) -> None:
    effect = failed(Step.CREATE, Throttled("429", retry_after=retry_after))

    assert (effect.name, effect.block_seconds, effect.due_at) == ("throttled", seconds, NOW)
    assert effect.columns == {}


def test_refused_credentials_stop_the_access_and_leave_the_ad_due() -> None:
    effect = failed(Step.CREATE, CredentialsRefused("401"))

    assert (effect.stop_access, effect.due_at) == ("credentials_refused", NOW)
    assert effect.columns == {}


def test_what_the_lease_held_back_is_due_at_once() -> None:
    effect = failed(Step.CREATE, Unreachable("lease ends", sent=False))

    assert (effect.name, effect.due_at, effect.columns) == ("unsent", NOW, {})


@pytest.mark.parametrize(("failures", "minutes"), [(0, 1), (1, 2), (3, 8), (12, 360)])
def test_what_did_not_leave_is_tried_ever_more_slowly(failures: int, minutes: int) -> None:
    effect = failed(Step.CREATE, Unreachable("no route", sent=False), failures=failures)

    assert effect.due_at == NOW + timedelta(minutes=minutes)
    assert effect.columns["failures"] == failures + 1
    assert effect.columns["failure_mode"] == "transient"


# -- refusals ------------------------------------------------------------------------------------
def test_refused_data_wait_for_new_data() -> None:
    effect = failed(Step.CREATE, ListingRefused((PRICE,), "422"))

    assert effect.due_at is None
    assert effect.free_slots
    assert effect.columns == {
        "failure_mode": "refused",
        "failures": 1,
        "problems": [PRICE.as_json()],
        "refused_fingerprint": PAYLOAD.fingerprint(),
        "observed_at": NOW,
        "state": "refused",
    }


def test_a_refused_change_leaves_the_ad_and_its_slots_as_they_are() -> None:
    effect = failed(Step.UPDATE, ListingRefused((PRICE,), "422"))

    assert "state" not in effect.columns
    assert (effect.free_slots, effect.keeps_plan, effect.due_at) == (False, True, None)


@pytest.mark.parametrize("step", [Step.WITHDRAW, Step.LOOK])
def test_a_refused_withdrawal_or_look_is_tried_again(step: Step) -> None:
    effect = failed(step, ListingRefused((PRICE,), "422"))

    assert effect.due_at == RETRY
    assert effect.columns["failure_mode"] == "refused"
    assert effect.columns["problems"] == [PRICE.as_json()]


def test_a_full_plan_waits_for_a_slot_with_the_same_data() -> None:
    effect = failed(Step.CREATE, PlanExhausted("full"))

    assert (effect.name, effect.due_at) == ("plan", None)
    assert (effect.free_slots, effect.offers_slots) == (True, False)
    assert effect.columns["failure_mode"] == "plan"
    assert "refused_fingerprint" not in effect.columns


def test_an_ad_the_portal_lost_is_looked_for_at_once_and_then_more_slowly() -> None:
    first = failed(Step.UPDATE, ListingUnknown("404"))
    third = failed(Step.UPDATE, ListingUnknown("404"), failures=2)

    assert (first.columns["state"], first.due_at) == ("unknown", NOW)
    assert third.due_at == NOW + timedelta(minutes=2)


# -- status reads --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "error",
    [
        Unreachable("500"),
        UnexpectedAnswer("html"),
        RemoteError("KeyError"),
        ListingRefused((PRICE,), "422"),
        ListingUnknown("404"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_failed_status_read_moves_only_its_own_moment(error: RemoteError) -> None:
    effect = failed(Step.CHECK, error)

    assert effect.due_at is None
    assert effect.columns == {"failures": 1, "check_at": RETRY}


@pytest.mark.parametrize("error", [Throttled("429"), CredentialsRefused("401")])
def test_a_status_read_of_a_stopped_access_stays_due_by_itself(error: RemoteError) -> None:
    effect = failed(Step.CHECK, error)

    assert (effect.due_at, effect.columns) == (None, {})


def test_live_is_live_from_the_first_read_on() -> None:
    first = seen(Step.CHECK, "live", remote_id="77", url="https://x.invalid/77")
    later = seen(Step.CHECK, "live", of={"was_live": True})

    assert first.columns["state"] == "live"
    assert first.columns["live_at"] == NOW
    assert (first.columns["remote_id"], first.columns["url"]) == ("77", "https://x.invalid/77")
    assert first.columns["check_at"] == NOW + timedelta(seconds=600)
    assert first.due_at is None
    assert "live_at" not in later.columns


@pytest.mark.parametrize(("ago", "seconds"), [(0.0, 2.0), (30.0, 15.0), (90_000.0, 600.0)])
def test_a_pending_ad_is_asked_for_ever_more_slowly(ago: float, seconds: float) -> None:
    effect = seen(Step.CHECK, "pending", of={"sent_seconds_ago": ago})

    assert effect.columns["check_at"] == NOW + timedelta(seconds=seconds)


def test_an_unknown_word_changes_nothing_but_the_problem_shown() -> None:
    word = Problem(field="state", code="unknown_status", params={"word": "???"})

    effect = seen(Step.CHECK, "unknown", remote_status="???", problems=(word,))

    assert "state" not in effect.columns
    assert effect.columns["failure_mode"] == "unexpected"
    assert effect.columns["problems"] == [word.as_json()]
    assert effect.due_at is None


@pytest.mark.parametrize("state", ["live", "paused", "pending", "unknown"])
def test_a_status_read_does_not_hide_what_went_wrong_with_a_write(state: str) -> None:
    effect = seen(Step.CHECK, state, of={"is_clean": False})

    assert {"failure_mode", "problems", "failures"}.isdisjoint(effect.columns)


def test_a_pause_made_by_the_portal_is_shown() -> None:
    effect = seen(Step.CHECK, "paused", of={"asked": {"active": True}})

    assert effect.columns["state"] == "paused"
    assert [p["code"] for p in effect.columns["problems"]] == ["paused_by_portal"]


def test_an_ad_refused_by_the_portals_review_says_why() -> None:
    effect = seen(Step.CHECK, "refused", problems=(PRICE,))

    assert effect.columns["state"] == "refused"
    assert effect.columns["failure_mode"] == "refused"
    assert effect.columns["problems"] == [PRICE.as_json()]


def test_a_vanished_ad_is_looked_for_before_anything_is_made() -> None:
    effect = seen(Step.CHECK, "absent", of={"sent_seconds_ago": 5.0})

    assert (effect.name, effect.columns["state"], effect.due_at) == ("vanished", "unknown", NOW)
    assert not effect.free_slots


@pytest.mark.parametrize(("ago", "believed"), [(FRESH - 1, False), (FRESH, True)])
def test_a_fresh_ad_the_portal_does_not_know_yet_is_given_time(ago: float, believed: bool) -> None:
    effect = seen(Step.CHECK, "absent", of={"is_pending": True, "sent_seconds_ago": ago})

    assert (effect.columns.get("state") == "unknown") is believed
    assert (effect.due_at == NOW) is believed


# -- writes and looks that were answered ---------------------------------------------------------
@pytest.mark.parametrize(("step", "name"), [(Step.CREATE, "created"), (Step.UPDATE, "updated")])
def test_an_accepted_write_settles_what_was_sent(step: Step, name: str) -> None:
    effect = seen(step, "pending", remote_id="77", of={"asked": {"photos": 3}})

    assert (effect.name, effect.due_at) == (name, None)
    assert effect.columns["sent_fingerprint"] == PAYLOAD.fingerprint()
    assert effect.columns["refused_fingerprint"] == ""
    assert effect.columns["uncertain_until"] is None
    assert effect.columns["asked"] == {"photos": 3}
    assert effect.columns["check_at"] == NOW + timedelta(seconds=2)
    assert effect.columns["failure_mode"] == ""
    # Counted on until it is decided, so that what comes to nothing again and again slows down.
    assert "failures" not in effect.columns


def test_what_we_and_the_portal_left_out_makes_the_ad_a_reduced_one() -> None:
    ours = AdWarning(kind="text_truncated", asked=3000, granted=2000)
    theirs = AdWarning(kind="highlight_denied", asked=2, granted=0)
    payload = replace(PAYLOAD, foreseen=(ours,))

    effect = seen(Step.CREATE, "live", of={"payload": payload}, warnings=(theirs,))

    assert effect.columns["warnings"] == [{**ours.as_json(), "foreseen": True}, theirs.as_json()]
    assert effect.columns["reduced"] is True


def test_a_withdrawal_frees_the_slots_and_forgets_the_ad() -> None:
    effect = seen(Step.WITHDRAW, "absent")

    assert (effect.name, effect.free_slots, effect.due_at) == ("withdrawn", True, None)
    assert effect.columns["state"] == "absent"
    assert effect.columns["remote_id"] == ""
    # The portal's word is no proof: it is looked for.
    assert effect.columns["check_at"] == NOW + timedelta(seconds=TRAITS.check_after)
    assert effect.proves_absence is False


def test_a_look_that_finds_nothing_clears_the_way_for_a_create() -> None:
    effect = seen(Step.LOOK, "absent")

    assert (effect.columns["state"], effect.due_at, effect.free_slots) == ("absent", NOW, True)
    assert effect.columns["uncertain_until"] is None


@pytest.mark.parametrize(("state", "kept"), [("live", "live"), ("unknown", "pending")])
def test_a_look_adopts_what_it_finds_and_has_it_sent_again(state: str, kept: str) -> None:
    effect = seen(Step.LOOK, state, remote_id="88", remote_status="word")

    assert effect.columns["state"] == kept
    assert effect.columns["remote_id"] == "88"
    assert effect.columns["sent_fingerprint"] == ""
    assert effect.due_at == NOW


def test_a_failed_look_stays_in_doubt() -> None:
    effect = failed(Step.LOOK, Unreachable("500"))

    assert "state" not in effect.columns
    assert effect.due_at == RETRY


@pytest.mark.parametrize("step", WRITES)
def test_an_outcome_without_anything_counts_as_no_verdict(step: Step) -> None:
    effect = effect_of(Outcome(job=job(step)), traits=TRAITS, timing=TIMING, now=NOW)

    assert effect.name == "unknown"
