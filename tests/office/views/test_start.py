"""The start page says what needs a person, most urgent first, and counts right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.dealer import Role
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    ReservationFactory,
    VehicleFactory,
    VehiclePhotoFactory,
    VersionFactory,
)
from tests.factories.portals import (
    CatalogueTouchFactory,
    ListingFactory,
    PlanFactory,
    PortalAccessFactory,
)
from tests.pages import client_of

pytestmark = pytest.mark.django_db
PLATE = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
NAME = {
    "field": "brand",
    "code": "name_unknown",
    "message": "",
    "params": {"kind": "brand", "ours": "Puma", "source_key": "brand:puma", "path": []},
}
CUT = {"kind": "text_truncated", "asked": 2300, "granted": 2000, "message": ""}


def start_of(dealer, role=Role.OWNER):
    """Return what the start page of a dealer shows."""
    return client_of(dealer, role).get("/").context["start"]


def tidy_vehicle(**facts):
    """Return a vehicle that lacks nothing."""
    vehicle = VehicleFactory(version=VersionFactory(), **facts)
    VehiclePhotoFactory(vehicle=vehicle)
    return vehicle


def lines_of(start) -> list[tuple[int, str]]:
    """Return number and link of everything that needs a person, in order."""
    return [(need.number, need.link) for need in start.needs]


def test_what_needs_a_person_is_said_by_urgency_each_with_its_link():
    access = PortalAccessFactory(failure_mode="credentials")
    dealer, now = access.dealer, timezone.now()
    tidy = tidy_vehicle(dealer=dealer)
    ListingFactory(access=access, vehicle=tidy, live=True, reduced=True, warnings=[CUT])
    ListingFactory(
        access=access,
        vehicle=tidy_vehicle(dealer=dealer),
        failure_mode="preflight",
        problems=[PLATE],
    )
    PlanFactory(access=access, total=10, published=9)
    PlanFactory(access=access, total=10, published=8)
    PlanFactory(total=10, published=10)  # another dealer's
    for hours in (-1, 47, 49):
        ReservationFactory(
            vehicle=tidy_vehicle(dealer=dealer, state="reserved"),
            until=now + timedelta(hours=hours),
        )
    for hours in (-1, 47):
        ReservationFactory(until=now + timedelta(hours=hours))  # another dealer's
    VehicleFactory(dealer=dealer, price=None, version=VersionFactory())
    VehicleFactory(dealer=dealer, price=None, state="sold")
    VehiclePhotoFactory(vehicle=VehicleFactory(dealer=dealer))

    start = start_of(dealer)

    assert start.all_well is False
    assert lines_of(start) == [
        (0, f"/portals/{access.pk}/"),
        (1, "/reservations/?due=overdue"),
        (1, "/problems/preflight/?code=plate_missing&field=plate"),
        (1, "/reservations/?due=soon"),
        (0, f"/portals/{access.pk}/#plans-title"),
        (1, "/stock/?problem=no_price"),
        (1, "/stock/?problem=no_photo"),
        (1, "/problems/reduced/?code=text_truncated&field="),
        (1, "/stock/?problem=unplaced"),
    ]


def test_names_to_be_decided_are_shown_to_those_who_may_decide():
    access = PortalAccessFactory()
    ListingFactory(
        access=access,
        vehicle=tidy_vehicle(dealer=access.dealer),
        failure_mode="mapping",
        problems=[NAME],
    )

    assert (1, "/mappings/") in lines_of(start_of(access.dealer, Role.MANAGER))
    assert (1, "/mappings/") not in lines_of(start_of(access.dealer, Role.SALESPERSON))


def test_live_ads_that_a_portals_change_left_without_a_name_lead_to_the_radar():
    access, now = PortalAccessFactory(), timezone.now()
    for state in ({"live": True}, {"live": True}, {}):
        listing = ListingFactory(
            access=access, vehicle=tidy_vehicle(dealer=access.dealer), due_at=now, **state
        )
        CatalogueTouchFactory(listing=listing, effect="fails")
    other = ListingFactory(live=True, due_at=now)
    CatalogueTouchFactory(listing=other, effect="stays")

    assert (2, "/portals/radar/") in lines_of(start_of(access.dealer, Role.MANAGER))
    links = [link for _number, link in lines_of(start_of(access.dealer, Role.SALESPERSON))]
    assert "/portals/radar/" not in links
    links = [link for _number, link in lines_of(start_of(other.dealer, Role.MANAGER))]
    assert "/portals/radar/" not in links


def test_all_is_well():
    access = PortalAccessFactory()
    ListingFactory(access=access, vehicle=tidy_vehicle(dealer=access.dealer), live=True)

    response = client_of(access.dealer).get("/")

    assert response.context["start"].all_well is True
    assert "All good." in response.text
    assert "First steps" not in response.text


def test_stock_and_ads_are_counted():
    access = PortalAccessFactory()
    dealer = access.dealer
    ListingFactory(access=access, live=True)
    VehicleFactory(dealer=dealer, state="sold", price=100)
    VehicleFactory(dealer=dealer, state="archived", price=100)
    VehicleFactory(dealer=dealer, state="in_preparation", price=None)
    VehicleFactory(dealer=dealer, price=200, promotional_price=150)
    VehicleFactory(price=7)

    start = start_of(dealer)

    assert {state: number for state, _label, number in start.stock} == {
        "available": 2,
        "reserved": 0,
        "in_preparation": 1,
    }
    assert start.figures.value == 45990 + 150
    assert (start.figures.total, start.figures.in_stock) == (5, 3)
    assert (start.ads.live, start.ads.wished) == (1, 1)


def test_the_age_of_the_stock_counts_whole_days_and_leads_to_those_vehicles():
    dealer, now = DealerFactory(), timezone.now()
    for days in (0, 15, 16, 30, 31, 60, 61, 90, 91, 400):
        VehicleFactory(dealer=dealer, available_at=now - timedelta(days=days, minutes=1))
    VehicleFactory(dealer=dealer, available_at=None)
    VehicleFactory(dealer=dealer, state="sold", available_at=now)

    response = client_of(dealer).get("/")

    bars = response.context["ages"]
    assert [bar.value for bar in bars] == [2, 2, 2, 2, 2]
    assert [bar.link for bar in bars] == [
        "/stock/?days_from=0&days_to=15",
        "/stock/?days_from=16&days_to=30",
        "/stock/?days_from=31&days_to=60",
        "/stock/?days_from=61&days_to=90",
        "/stock/?days_from=91",
    ]
    assert [each.days_in_stock for each in response.context["start"].oldest] == [
        *(400, 91, 90, 61, 60),
    ]


def test_days_to_sell_are_of_the_last_ninety_days():
    dealer, now = DealerFactory(), timezone.now()
    for days, ago in ((10, 1), (20, 2), (60, 89), (500, 91)):
        sold_at = now - timedelta(days=ago)
        VehicleFactory(
            dealer=dealer,
            state="sold",
            sold_at=sold_at,
            available_at=sold_at - timedelta(days=days),
        )
    VehicleFactory(state="sold", sold_at=now, available_at=now - timedelta(days=9))

    start = start_of(dealer)

    assert (start.pace.number, start.pace.median, start.pace.mean) == (3, 20, 30)
    assert len(start.pace.months) == 6
    assert sum(month.number for month in start.pace.months) == 4


def test_nothing_sold_is_said():
    response = client_of(VehicleFactory().dealer).get("/")

    assert response.context["start"].pace.median is None
    assert "Nothing was sold in the last 90 days." in response.text


def test_a_new_store_is_led_through_its_first_steps():
    dealer = DealerFactory()

    response = client_of(dealer).get("/")

    assert [step.done for step in response.context["start"].steps] == [False] * 4
    assert "Connect a portal" in response.text
    assert "What needs you now" not in response.text
    PortalAccessFactory(dealer=dealer)
    VehiclePhotoFactory(vehicle=VehicleFactory(dealer=dealer))
    assert [step.done for step in start_of(dealer).steps] == [True, True, True, False]


@pytest.mark.parametrize("number", [1, 25])
def test_the_page_asks_as_few_questions_of_a_large_stock_as_of_a_small(
    django_assert_max_num_queries, number
):
    access = PortalAccessFactory()
    for _each in range(number):
        vehicle = tidy_vehicle(dealer=access.dealer)
        ListingFactory(
            access=access, vehicle=vehicle, failure_mode="mapping", problems=[NAME], reduced=True
        )
        PlanFactory(access=access, total=10, published=10)
    client = client_of(access.dealer)

    with django_assert_max_num_queries(19):  # two of them leave out what is decided
        client.get("/")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["past", "soon", "later", "open"]),
        ("?due=overdue", ["past"]),
        ("?due=soon", ["soon"]),
        ("?due=never&page=x", ["past", "soon", "later", "open"]),
    ],
)
def test_reservations_are_listed_by_their_end(query, expected):
    dealer, now = DealerFactory(), timezone.now()
    ends = {"past": -1, "soon": 1, "later": 99}
    for code, hours in ends.items():
        ReservationFactory(
            vehicle=VehicleFactory(dealer=dealer, code=code), until=now + timedelta(hours=hours)
        )
    ReservationFactory(vehicle=VehicleFactory(dealer=dealer, code="open"), until=None)
    ReservationFactory(vehicle=VehicleFactory(dealer=dealer, code="closed"), state="cancelled")
    ReservationFactory()

    page = client_of(dealer).get(f"/reservations/{query}").context["page"]

    assert sorted(each.vehicle.code for each in page) == sorted(expected)
    assert page[0].vehicle.code in (expected[0], "open")
