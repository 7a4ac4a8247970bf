"""The one table of what is right for an ad."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portals.services.next_step import Situation, Step, effective, is_there, next_step

NOW = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)

NOT_THERE = Situation(
    wanted="live",
    vehicle_state="available",
    reservation_keeps_ads=True,
    stock_enabled=True,
    can_pause=True,
    state="absent",
    remote_id="",
    sent_fingerprint="",
    refused_fingerprint="",
    fingerprint="new",
    uncertain_until=None,
    now=NOW,
)
THERE = replace(NOT_THERE, state="live", remote_id="1", sent_fingerprint="new")

CASES = [
    ("a wished ad that is not there is created", NOT_THERE, {}, Step.CREATE),
    ("an ad that is there as sent needs nothing", THERE, {}, Step.NOTHING),
    ("another payload is sent again", THERE, {"sent_fingerprint": "old"}, Step.UPDATE),
    ("a pending ad is there", THERE, {"state": "pending"}, Step.NOTHING),
    ("a paused ad is there", THERE, {"state": "paused", "sent_fingerprint": "old"}, Step.UPDATE),
    ("a doubtful update is sent again", THERE, {"sent_fingerprint": ""}, Step.UPDATE),
    ("nothing is decided about an ad on its way out", THERE, {"leaving": True}, Step.NOTHING),
    (
        "neither a second withdrawal",
        THERE,
        {"leaving": True, "wanted": "absent", "sent_fingerprint": ""},
        Step.NOTHING,
    ),
    (
        "unless nobody knows what became of it",
        THERE,
        {"leaving": True, "state": "unknown"},
        Step.LOOK,
    ),
    # uncertainty
    (
        "nothing is decided while a request may land",
        NOT_THERE,
        {"uncertain_until": LATER},
        Step.WAIT,
    ),
    (
        "not even for a sold vehicle",
        THERE,
        {"uncertain_until": LATER, "vehicle_state": "sold"},
        Step.WAIT,
    ),
    ("the doubt ends with its moment", NOT_THERE, {"uncertain_until": NOW}, Step.CREATE),
    ("unknown means look", NOT_THERE, {"state": "unknown"}, Step.LOOK),
    ("also when nothing is wanted", NOT_THERE, {"state": "unknown", "wanted": "absent"}, Step.LOOK),
    (
        "also when the payload is blocked",
        NOT_THERE,
        {"state": "unknown", "fingerprint": ""},
        Step.LOOK,
    ),
    ("also with stock off", NOT_THERE, {"state": "unknown", "stock_enabled": False}, Step.LOOK),
    (
        "but not before the request may land",
        NOT_THERE,
        {"state": "unknown", "uncertain_until": LATER},
        Step.WAIT,
    ),
    # away
    ("an unwished ad is withdrawn", THERE, {"wanted": "absent"}, Step.WITHDRAW),
    ("what is not there need not be withdrawn", NOT_THERE, {"wanted": "absent"}, Step.NOTHING),
    ("a sold vehicle is withdrawn", THERE, {"vehicle_state": "sold"}, Step.WITHDRAW),
    ("an archived vehicle is withdrawn", THERE, {"vehicle_state": "archived"}, Step.WITHDRAW),
    (
        "a vehicle back in preparation is withdrawn",
        THERE,
        {"vehicle_state": "in_preparation"},
        Step.WITHDRAW,
    ),
    (
        "a vehicle in preparation is never published",
        NOT_THERE,
        {"vehicle_state": "in_preparation"},
        Step.NOTHING,
    ),
    ("a paused ad is withdrawn too", THERE, {"wanted": "absent", "state": "paused"}, Step.WITHDRAW),
    (
        "a pending ad is withdrawn too",
        THERE,
        {"wanted": "absent", "state": "pending"},
        Step.WITHDRAW,
    ),
    (
        "an ad refused after it was made is withdrawn",
        THERE,
        {"wanted": "absent", "state": "refused"},
        Step.WITHDRAW,
    ),
    (
        "one refused at its creation is not there",
        NOT_THERE,
        {"wanted": "absent", "state": "refused"},
        Step.NOTHING,
    ),
    (
        "a blocked payload does not hold a withdrawal",
        THERE,
        {"wanted": "absent", "fingerprint": ""},
        Step.WITHDRAW,
    ),
    # stock switched off
    ("stock off sends nothing new", NOT_THERE, {"stock_enabled": False}, Step.NOTHING),
    ("nor changes", THERE, {"stock_enabled": False, "sent_fingerprint": "old"}, Step.NOTHING),
    (
        "but still withdraws",
        THERE,
        {"stock_enabled": False, "vehicle_state": "sold"},
        Step.WITHDRAW,
    ),
    # pauses
    ("a pause of what is not there needs nothing", NOT_THERE, {"wanted": "paused"}, Step.NOTHING),
    (
        "a pause is sent as a change",
        THERE,
        {"wanted": "paused", "fingerprint": "pause"},
        Step.UPDATE,
    ),
    (
        "a portal that cannot pause gets it withdrawn",
        THERE,
        {"wanted": "paused", "can_pause": False},
        Step.WITHDRAW,
    ),
    ("a reservation keeps the ad", THERE, {"vehicle_state": "reserved"}, Step.NOTHING),
    (
        "unless the dealer says otherwise",
        THERE,
        {"vehicle_state": "reserved", "reservation_keeps_ads": False, "fingerprint": "pause"},
        Step.UPDATE,
    ),
    (
        "then nothing reserved is published",
        NOT_THERE,
        {"vehicle_state": "reserved", "reservation_keeps_ads": False},
        Step.NOTHING,
    ),
    # refusals
    ("refused data are not sent again", NOT_THERE, {"refused_fingerprint": "new"}, Step.NOTHING),
    ("new data are", NOT_THERE, {"state": "refused", "refused_fingerprint": "old"}, Step.CREATE),
    (
        "a refused change is not sent again",
        THERE,
        {"sent_fingerprint": "old", "refused_fingerprint": "new"},
        Step.NOTHING,
    ),
    (
        "a refused ad that is there is changed",
        THERE,
        {"state": "refused", "sent_fingerprint": "old"},
        Step.UPDATE,
    ),
    ("blocked waits for new data", NOT_THERE, {"fingerprint": ""}, Step.BLOCKED),
    ("a blocked change leaves the ad as it is", THERE, {"fingerprint": ""}, Step.BLOCKED),
]


@pytest.mark.parametrize(
    ("base", "change", "step"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_next_step(base: Situation, change: dict[str, object], step: Step) -> None:
    assert next_step(replace(base, **change)) == step  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "vehicle_state", ["available", "reserved", "sold", "archived", "in_preparation"]
)
@pytest.mark.parametrize("wanted", ["live", "paused", "absent"])
@pytest.mark.parametrize("state", ["absent", "pending", "live", "paused", "refused"])
def test_a_step_done_needs_no_other(vehicle_state: str, wanted: str, state: str) -> None:
    """Whatever the wish, carrying out the step leads to rest: nothing is sent for ever."""
    situation = replace(
        THERE if state != "absent" else NOT_THERE,
        state=state,
        sent_fingerprint="old" if state != "absent" else "",
        vehicle_state=vehicle_state,
        wanted=wanted,
    )

    step = next_step(situation)

    after = {
        Step.CREATE: {"state": "live", "remote_id": "1", "sent_fingerprint": "new"},
        Step.UPDATE: {"state": "live", "remote_id": "1", "sent_fingerprint": "new"},
        Step.WITHDRAW: {"state": "absent", "remote_id": "", "sent_fingerprint": ""},
        Step.NOTHING: {},
    }[step]
    assert next_step(replace(situation, **after)) == Step.NOTHING  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "vehicle_state", "keeps", "can_pause", "expected"),
    [
        ("live", "available", True, True, "live"),
        ("paused", "available", True, True, "paused"),
        ("paused", "available", True, False, "absent"),
        ("absent", "available", True, True, "absent"),
        ("live", "reserved", True, True, "live"),
        ("live", "reserved", False, True, "paused"),
        ("live", "reserved", False, False, "absent"),
        ("paused", "reserved", True, True, "paused"),
        ("live", "in_preparation", True, True, "absent"),
        ("live", "sold", True, True, "absent"),
        ("paused", "archived", True, True, "absent"),
    ],
)
def test_the_wish_as_the_vehicle_lets_it_be(
    wanted: str, vehicle_state: str, keeps: bool, can_pause: bool, expected: str
) -> None:
    found = effective(wanted, vehicle_state, reservation_keeps_ads=keeps, can_pause=can_pause)

    assert found == expected


@pytest.mark.parametrize(
    ("state", "remote_id", "sent", "there"),
    [
        ("live", "", "", True),
        ("paused", "", "", True),
        ("pending", "", "", True),
        ("refused", "7", "", True),
        ("refused", "", "sent", True),
        ("refused", "", "", False),
        ("absent", "", "", False),
        ("unknown", "7", "sent", False),
    ],
)
def test_what_counts_as_there(state: str, remote_id: str, sent: str, there: bool) -> None:
    assert is_there(state, remote_id, sent) is there
