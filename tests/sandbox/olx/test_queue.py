"""What becomes of ads in the queue, and what of the ads that are there already."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import PhotoServer
from tests.sandbox.olx.conftest import Clock, Olx, ad, with_params

FOUR = ["A1", "A2", "A3", "A4"]


def statuses(olx: Olx, token: str) -> dict[str, str]:
    """Status by our id."""
    return {own_id: entry["status"] for own_id, entry in olx.outcome(token).items()}


def test_an_ad_is_pending_then_queued_then_accepted(olx: Olx, clock: Clock) -> None:
    olx.configure(accept_after_s=100)
    token = olx.put(ad()).json["token"]
    assert statuses(olx, token) == {"A1": "pending"}

    clock.skip(60)
    olx.lever("config", {})
    olx.wait_for(lambda: statuses(olx, token) == {"A1": "queued"})
    clock.skip(41)
    olx.lever("config", {})
    olx.wait_for(lambda: statuses(olx, token) == {"A1": "accepted"})


def test_by_default_it_takes_two_to_three_seconds(olx: Olx, clock: Clock) -> None:
    olx.configure(accept_after_s=None, accept_spread_s=None)
    shown = olx.configure().json
    assert (shown["accept_after_s"], shown["accept_spread_s"]) == (2, 1)

    token = olx.put(ad()).json["token"]
    clock.skip(1.5)
    olx.lever("config", {})
    olx.wait_for(lambda: statuses(olx, token) == {"A1": "queued"})
    clock.skip(1.5)
    olx.settle()
    assert statuses(olx, token) == {"A1": "accepted"}


def test_the_order_of_arrival_is_that_of_the_decisions(olx: Olx) -> None:
    olx.configure(hold="queued")
    tokens = [
        olx.put(line).json["token"]
        for line in (
            ad(price=1),
            ad(price=2),
            {"id": "A1", "operation": "delete"},
            {"id": "A1", "operation": "delete"},
            ad(price=3),
        )
    ]
    olx.configure(hold=None)
    olx.settle()

    told = [(each["operation"], each["status"]) for each in olx.held()["history"]]
    assert told == [
        ("insert", "accepted"),
        ("edit", "accepted"),
        ("delete", "accepted"),
        ("delete", "error"),
        ("insert", "accepted"),
    ]
    assert [olx.outcome(token)["A1"]["operation"] for token in tokens] == [
        operation for operation, _status in told
    ]
    assert olx.held()["facts"]["price"] == 3


def test_held_ads_are_released_one_by_one(olx: Olx) -> None:
    olx.configure(hold="pending")
    token = olx.put(*(ad(id=own_id) for own_id in FOUR)).json["token"]

    assert olx.lever("release", {"account": "demo", "ids": ["A3"]}).json == {"released": 1}
    olx.wait_for(lambda: statuses(olx, token)["A3"] == "accepted")
    assert [statuses(olx, token)[own_id] for own_id in FOUR if own_id != "A3"] == ["pending"] * 3
    assert olx.status(token).json["autoupload_status"] == "pending"

    assert olx.lever("release").json == {"released": 3}
    olx.settle()
    assert olx.status(token).json["autoupload_status"] == "done"


def test_a_hold_may_leave_ads_queued(olx: Olx) -> None:
    olx.configure(hold="queued")
    token = olx.put(ad()).json["token"]

    olx.wait_for(lambda: statuses(olx, token) == {"A1": "queued"})


def test_an_insert_creates_once_and_edits_from_then_on(olx: Olx) -> None:
    first = olx.accept(ad())["A1"]
    second = olx.accept(ad(price=44000))["A1"]
    held = olx.held()

    assert (first["operation"], second["operation"]) == ("insert", "edit")
    assert first["list_id"] == second["list_id"] == held["list_id"]
    assert (held["creations"], held["edits"], held["published_twice"]) == (1, 1, False)
    assert held["facts"]["price"] == 44000
    assert held["vehicle"] == ["FIAT", "MOBI"]


def test_an_insert_that_comes_twice_before_it_is_decided_makes_one_ad(olx: Olx) -> None:
    olx.configure(hold="queued")
    for _ in range(3):
        assert olx.put(ad()).json["statusCode"] == 0
    olx.configure(hold=None)
    olx.settle()

    assert olx.held()["creations"] == 1
    assert len(olx.ask("POST", "autoupload/published").json) == 1


@pytest.mark.parametrize(
    ("switch", "status"),
    [({"refuse_ids": ["A1"]}, "refused"), ({"error_ids": ["A1"]}, "error")],
)
def test_an_edit_that_is_refused_leaves_the_old_ad_as_it_was(
    olx: Olx, switch: dict[str, object], status: str
) -> None:
    before = olx.accept(ad())["A1"]
    olx.configure(**switch)
    told = olx.accept(ad(price=1))["A1"]
    held = olx.held()

    assert (told["status"], told["operation"]) == (status, "edit")
    assert "list_id" not in told
    assert (held["status"], held["list_id"]) == ("published", before["list_id"])
    assert (held["facts"]["price"], held["edits"]) == (45990, 0)


def test_a_deleted_ad_comes_back_as_another(olx: Olx) -> None:
    first = olx.accept(ad())["A1"]["list_id"]
    assert olx.delete() == {"status": "accepted", "operation": "delete", "message": []}
    assert olx.held()["status"] == "deleted"
    second = olx.accept(ad())["A1"]
    held = olx.held()

    assert (second["operation"], second["status"]) == ("insert", "accepted")
    assert held["list_ids"] == [first, second["list_id"]]
    assert (held["creations"], held["deletions"], held["published_twice"]) == (2, 1, True)


def test_a_delete_of_what_is_not_there_is_an_error(olx: Olx) -> None:
    assert olx.delete("Z9") == {
        "status": "error",
        "operation": "delete",
        "message": ["UNKNOWN_AD_ID"],
    }


def test_the_same_id_of_another_advertiser_is_another_ad(olx: Olx) -> None:
    other = olx.enter("demo2")
    mine, theirs = olx.accept(ad())["A1"], other.accept(ad(price=7))["A1"]
    other.delete()

    assert mine["list_id"] != theirs["list_id"]
    assert (olx.held()["status"], other.held()["status"]) == ("published", "deleted")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"vehicle_brand": 99}, ["ERROR_VEHICLE_BRAND_INVALID"]),
        ({"vehicle_model": 99}, ["ERROR_VEHICLE_MODEL_INVALID"]),
        ({"vehicle_version": 99}, ["ERROR_VEHICLE_VERSION_INVALID"]),
        ({"vehicle_brand": None}, ["ERROR_VEHICLE_BRAND_MODEL_VERSION_INVALID"]),
        (
            {"vehicle_model": None, "vehicle_version": 1},
            ["ERROR_VEHICLE_BRAND_MODEL_VERSION_INVALID"],
        ),
        ({"fuel": 4}, ["ERROR_FUEL_4_DEPRECATED"]),
        ({"vehicle_tag": "123"}, ["INVALID_PLATE"]),
        ({"vehicle_tag": "ABC1D23", "end_tag": 9}, ["ERROR_VEHICLE_TAG_INVALID"]),
        (
            {"vehicle_brand": 99, "fuel": 4, "vehicle_tag": "x"},
            ["ERROR_VEHICLE_BRAND_INVALID", "ERROR_FUEL_4_DEPRECATED", "INVALID_PLATE"],
        ),
    ],
)
def test_the_queue_finds_what_the_import_did_not(
    olx: Olx, changes: dict[str, object], codes: list[str]
) -> None:
    told = olx.accept(with_params(**changes))["A1"]

    assert told == {"status": "error", "operation": "insert", "message": codes}
    assert olx.held()["creations"] == 0
    assert olx.state()["accounts"]["demo"]["slots_taken"] == 0


@pytest.mark.parametrize("plate", ["ABC1D23", "abc-1234", "ABC1234"])
def test_both_forms_of_plates_are_good(olx: Olx, plate: str) -> None:
    assert olx.accept(with_params(vehicle_tag=plate))["A1"]["status"] == "accepted"


def test_images_are_fetched_and_measured(olx: Olx, photos: PhotoServer) -> None:
    olx.configure(check_photos=True)
    good = [photos.picture("a.png", 350, 260), photos.picture("b.jpg", 260, 350, kind="JPEG")]
    small = photos.picture("c.png", 349, 300)
    lost = f"{photos.origin}/lost.png"
    told = olx.accept(
        ad(images=good),
        ad(id="B", images=[good[0], small]),
        ad(id="C", images=[lost]),
        ad(id="D", images=[small, lost]),
    )

    assert {own_id: entry["message"] for own_id, entry in told.items()} == {
        "A1": [],
        "B": ["ERROR_IMAGE_TOO_SMALL"],
        "C": ["ERROR_DOWNLOADING_IMAGE"],
        "D": ["ERROR_IMAGE_TOO_SMALL", "ERROR_DOWNLOADING_IMAGE"],
    }
    forms = [
        ("E", photos.picture("e.gif", 400, 300, kind="GIF")),
        ("F", photos.picture("f.webp", 400, 300, kind="WEBP")),
    ]
    told = olx.accept(*(ad(id=own_id, images=[url]) for own_id, url in forms))
    assert told["E"]["message"] == []
    assert told["F"]["message"] == ["ERROR_UPLOADING_IMAGE"]
    olx.configure(min_short_px=300)
    assert olx.accept(ad(images=good))["A1"]["message"] == ["ERROR_IMAGE_TOO_SMALL"]


def test_moderation_refuses_by_id_and_at_a_rate(olx: Olx) -> None:
    olx.configure(refuse_ids=["A2"], refuse_code="REFUSED_SUSPECT_PRICE")
    told = olx.accept(ad(), ad(id="A2"))
    assert told["A1"]["status"] == "accepted"
    assert told["A2"] == {
        "status": "refused",
        "operation": "insert",
        "message": ["REFUSED_SUSPECT_PRICE"],
    }

    olx.configure(refuse_ids=None, refuse_code=None, refuse_rate=1)
    assert olx.accept(ad(id="A3"))["A3"]["message"] == ["REFUSED_GENERIC"]


def test_errors_of_the_portals_own_come_at_a_rate(olx: Olx) -> None:
    olx.configure(error_rate=1)

    assert olx.accept(ad())["A1"]["message"] == ["ERROR_UPLOADING_IMAGE"]


def test_a_refused_ad_can_be_sent_again(olx: Olx) -> None:
    olx.configure(refuse_ids=["A1"])
    olx.accept(ad())
    assert olx.held()["status"] == "refused"
    olx.configure(refuse_ids=None)

    assert olx.accept(ad())["A1"]["operation"] == "insert"
    assert (olx.held()["status"], olx.held()["creations"]) == ("published", 1)


def test_a_video_changes_only_with_something_else(olx: Olx) -> None:
    first, second = "https://youtu.be/1", "https://youtu.be/2"
    olx.accept(ad(videos=first))
    olx.accept(ad(videos=second))
    assert olx.held()["facts"]["videos"] == [first]

    olx.accept(ad(videos=second, price=1))
    assert olx.held()["facts"]["videos"] == [second]
    olx.accept(ad(price=1))
    assert olx.held()["facts"]["videos"] == [second]


def test_an_accepted_ad_may_be_under_review_first(olx: Olx, clock: Clock) -> None:
    olx.configure(review_s=100)
    list_id = olx.accept(ad())["A1"]["list_id"]
    assert olx.held()["status"] == "pending_review"
    assert olx.ask("POST", "autoupload/published").json == []

    clock.skip(101)
    assert olx.ask("POST", "autoupload/published").json == [{"id": "A1", "list_id": list_id}]


def test_a_review_may_end_in_a_refusal(olx: Olx, clock: Clock) -> None:
    olx.configure(review_s=100, review_refuses=True)
    olx.accept(ad())
    clock.skip(101)

    assert olx.held()["status"] == "refused"
    assert olx.state()["accounts"]["demo"]["slots_taken"] == 0


def test_one_account_may_wait_alone(olx: Olx) -> None:
    olx.configure(per_account={"demo2": {"hold": "pending"}})
    other = olx.enter("demo2")
    token = other.put(ad()).json["token"]

    assert olx.accept(ad())["A1"]["status"] == "accepted"
    assert statuses(other, token) == {"A1": "pending"}


def test_a_reset_forgets_what_waits(olx: Olx) -> None:
    olx.configure(hold="pending")
    token = olx.put(ad()).json["token"]
    olx.lever("reset", {"keep_config": True})

    assert olx.status(token).status == 404
    assert olx.state()["accounts"]["demo"] == {
        "ads": [], "waiting": [], "imports": [], "slots_taken": 0, "ads_total": 1000,
    }  # fmt: skip
