"""What a vehicle, the plan and the catalogue's rows mean for us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portals import wording
from portals.connectors.chavesnamao.queue import LONGEST, WRITE, Pending
from portals.connectors.chavesnamao.reading import (
    LAG,
    Vehicle,
    listed,
    named,
    observed,
    read_plans,
    read_vehicle,
    rows_of,
)
from portals.connectors.errors import ListingUnknown
from portals.connectors.types import AdWarning, PlanReport, RemoteRef

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC).timestamp()
URL = "https://portal.example/anuncio/9"
ASKED = {"active": True, "highlight": 0, "photos": 2, "price": "45990"}


def told(**changes: Any) -> dict[str, Any]:
    """Return a vehicle as a read tells it."""
    return {
        "reference": "123",
        "type": "C",
        "value": 45990,
        "fuel": "FLEX",
        "mileage": 45000,
        "pictures": [{"originalUrl": "a", "source": "b", "order": 0}] * 2,
        "updatedAt": "2026-03-04T12:00:00Z",
        "url": URL,
        "publication": {"highlighted": False},
        **changes,
    }


def vehicle(**changes: Any) -> Vehicle:
    """Return the vehicle of a read."""
    found = read_vehicle(told(**changes), category=1)
    assert found is not None
    return found


def seen(read: Vehicle, *, age: float | None = None, **asked: Any) -> Any:
    """Return what a read means `age` seconds after our last write (None = nothing is open)."""
    ref = RemoteRef(reference="123", category=1, asked={**ASKED, **asked})
    pending = None if age is None else Pending(verb=WRITE, at=NOW - age)
    return observed(read, ref, pending, now=NOW)


def test_published_vehicle_is_live():
    ad = seen(vehicle(), age=5)

    assert (ad.state, ad.url, ad.warnings, ad.poll_after) == ("live", URL, (), None)
    assert ad.details == {
        "price": "45990.00",
        "highlight": 0,
        "photos": 2,
        "mileage": 45000,
        "fuel": "FLEX",
    }


@pytest.mark.parametrize("publication", [None, {}, {"active": False}, {"published": False}, False])
@pytest.mark.parametrize("age", [None, LAG])
def test_unpublished_vehicle_that_should_be_shown_waits_for_the_plan(publication, age):
    ad = seen(vehicle(publication=publication), age=age)

    assert (ad.state, ad.failure) == ("refused", "plan")
    assert "no place free in the plan" in wording.describe(ad.problems[0].as_json())


def test_publication_may_be_told_late():
    assert seen(vehicle(publication=None), age=LAG - 1).state == "pending"
    assert seen(vehicle(), age=LAG - 1, active=False).state == "pending"
    assert seen(vehicle(), age=None, active=False).state == "live"


def test_an_ad_still_shown_when_all_is_over_was_not_unpublished():
    with pytest.raises(ListingUnknown):
        seen(vehicle(), age=LAG, active=False)


@pytest.mark.parametrize("age", [None, 1, LAG])
def test_unpublished_vehicle_that_should_not_be_shown_is_paused(age):
    assert seen(vehicle(publication=None), age=age, active=False).state == "paused"


def test_ad_nobody_is_known_to_have_asked_for_is_taken_as_it_is():
    ref = RemoteRef(reference="123", category=1)

    for read, state in ((vehicle(publication=None), "paused"), (vehicle(), "live")):
        ad = observed(read, ref, Pending(verb=WRITE, at=NOW), now=NOW)
        assert (ad.state, ad.warnings) == (state, None)


def test_missing_pictures_were_not_fetchable():
    ad = seen(vehicle(pictures=[{}]), photos=4)

    assert ad.warnings == (AdWarning(kind="photo_rejected", asked=3, granted=0),)
    assert wording.describe_warning(ad.warnings[0].as_json()) == "The portal left photos out: 3."


def test_pictures_beyond_the_limit_were_never_sent():
    assert seen(vehicle(pictures=[{}] * 16), photos=20).warnings == ()


@pytest.mark.parametrize("pictures", [None, "x", {}])
def test_pictures_that_are_not_told_are_not_missing(pictures):
    assert seen(vehicle(pictures=pictures)).warnings == ()


@pytest.mark.parametrize("age", [None, LAG])
def test_highlight_that_did_not_come_was_denied(age):
    ad = seen(vehicle(), age=age, highlight=1)

    assert ad.state == "live"
    assert ad.warnings == (AdWarning(kind="highlight_denied", asked=1, granted=0),)


def test_highlight_is_given_time_and_read_once_more():
    ad = seen(vehicle(), age=60, highlight=1)

    assert (ad.state, ad.warnings, ad.poll_after) == ("live", (), LAG - 60)


@pytest.mark.parametrize("publication", [{"highlighted": True}, {"id": 1}])
def test_highlight_that_is_there_or_not_told_is_no_warning(publication):
    assert seen(vehicle(publication=publication), highlight=1).warnings == ()


@pytest.mark.parametrize(
    ("age", "again"), [(1, 10), (100, 100), (LONGEST - 5, 5), (LONGEST, None), (None, None)]
)
def test_address_of_the_ad_is_asked_for_ever_more_slowly(age, again):
    assert seen(vehicle(url=None), age=age).poll_after == again


def test_time_of_the_last_change_counts_when_nothing_is_open():
    assert seen(vehicle(url="", updatedAt="2026-03-04T14:59:00Z")).poll_after == 60
    assert seen(vehicle(url="", updatedAt="2026-03-04T18:00:00Z")).poll_after is None


@pytest.mark.parametrize(
    ("fuel", "ours"), [("ALCOHOL", "ETHANOL"), ("ETHANOL", "ETHANOL"), ("ELETRIC", "ELETRIC")]
)
def test_fuel_of_reads_is_that_of_writes(fuel, ours):
    assert vehicle(fuel=fuel).details["fuel"] == ours


@pytest.mark.parametrize(
    ("value", "price"),
    [(45990, "45990.00"), ("45990", "45990.00"), ("45990.50", "45990.50"), (1.5, "1.50")],
)
def test_value_is_a_number_or_a_text(value, price):
    assert vehicle(value=value).details["price"] == price


@pytest.mark.parametrize("value", [None, "", "R$", True, [], "NaN", "1e400000"])
def test_value_that_is_none_is_left_out(value):
    assert "price" not in vehicle(value=value).details


@pytest.mark.parametrize("url", [None, 7, "javascript:x", "https://" + "x" * 300])
def test_address_that_is_none_is_left_out(url):
    assert vehicle(url=url).url == ""


@pytest.mark.parametrize("data", [None, [], {}, "x", {"reference": None}, {"data": {}}])
def test_what_is_no_vehicle_is_none(data):
    assert read_vehicle(data) is None


def test_vehicle_may_stand_in_an_envelope_and_without_publication():
    found = read_vehicle({"data": {"reference": "123", "type": "M"}})

    assert found is not None
    assert (found.category, found.is_published) == (2, False)


def test_row_of_the_list_that_just_changed_says_nothing():
    fresh = listed(vehicle(updatedAt="2026-03-04T14:50:00Z"), now=NOW)
    known = listed(vehicle(), now=NOW)

    assert (fresh.state, fresh.details) == ("pending", {})
    assert (known.state, known.details["price"]) == ("live", "45990.00")
    assert listed(vehicle(publication=None), now=NOW).state == "paused"


def test_plan_tells_ads_and_highlights():
    body = {
        "currentPlan": {
            "name": "Ouro",
            "pictureQuantity": 16,
            "adsQuantity": 50,
            "highlightsQuantity": "5",
        },
        "available": {"adsQuantity": 20, "highlightsQuantity": 5},
    }

    assert read_plans(body) == (
        PlanReport(kind="ad", remote_key="adsQuantity", name="Ouro", total=50, published=30),
        PlanReport(
            kind="highlight",
            remote_key="highlightsQuantity",
            name="Destaque (Ouro)",
            weight=1,
            total=5,
        ),
    )


def test_plan_without_numbers_has_no_known_limit():
    plans = read_plans({"currentPlan": {"name": None}, "available": None})

    assert plans is not None
    assert [(plan.total, plan.published) for plan in plans] == [(None, 0), (None, 0)]


@pytest.mark.parametrize(
    ("body", "plans"),
    [({"currentPlan": None}, ()), ({"currentPlan": {}}, ()), ({}, None), ([], None), (None, None)],
)
def test_account_without_a_plan_and_answers_without_sense(body, plans):
    assert read_plans(body) == plans
    assert read_plans({"currentPlan": "Ouro"}) is None


def test_lists_are_bare_or_in_a_page():
    assert rows_of([1]) == rows_of({"data": [1]}) == [1]
    assert rows_of({"data": None}) is rows_of("x") is None


@pytest.mark.parametrize("row", [None, {}, {"id": 1}, {"id": "a", "name": "x"}, {"id": 1.5}, "x"])
def test_row_without_id_and_name_is_left_out(row):
    assert named(row) is None
    assert named({"id": 7, "name": " Onix "}) == ("7", "Onix")


def test_write_that_left_another_price_came_to_nothing_though_something_else_was_done():
    with pytest.raises(ListingUnknown):
        seen(vehicle(), age=5.0, price="46990.00")

    assert seen(vehicle(), age=5.0, price="45990.00").state == "live"
    assert seen(vehicle(value=None), age=5.0, price="46990.00").state == "live"
    assert seen(vehicle(), price="46990.00").state == "live"  # nothing is open: no write of ours
