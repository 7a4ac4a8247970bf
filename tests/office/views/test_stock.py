"""The stock list: found by words and filters, in the wished order, with every ad in one word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory, VersionFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


def codes(response) -> list[str]:
    """Return the stock codes on the page, in order."""
    return [vehicle.code for vehicle in response.context["page"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["car", "moto", "bare"]),
        ("?state=all", ["car", "moto", "bare", "gone"]),
        ("?state=sold", ["gone"]),
        ("?category=2", ["moto"]),
        ("?q=yamaha", ["moto"]),
        ("?problem=no_price", ["bare"]),
        ("?problem=no_photo", ["moto", "bare"]),
        ("?problem=unplaced", ["moto", "bare"]),
        ("?problem=problem", ["moto"]),
        ("?problem=reduced", ["car"]),
        ("?state=flying&category=x&problem=y&sort=z&page=q", ["car", "moto", "bare"]),
    ],
)
def test_filters(client, dealer, query, expected):
    access = PortalAccessFactory(dealer=dealer)
    car = VehicleFactory(dealer=dealer, code="car", version=VersionFactory())
    VehiclePhotoFactory(vehicle=car)
    moto = VehicleFactory(dealer=dealer, code="moto", category=2, brand_text="Yamaha")
    VehicleFactory(dealer=dealer, code="bare", price=None, category=3)
    VehicleFactory(dealer=dealer, code="gone", state="sold")
    VehicleFactory(code="foreign")
    ListingFactory(access=access, vehicle=car, live=True, reduced=True)
    ListingFactory(access=access, vehicle=moto, failure_mode="mapping")

    assert sorted(codes(client.get(f"/stock/{query}"))) == sorted(expected)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("cheap", ["b", "a", "none"]),
        ("dear", ["a", "b", "none"]),
        ("oldest", ["a", "b", "none"]),
        ("mileage", ["b", "a", "none"]),
    ],
)
def test_orders_put_what_is_not_said_last(client, dealer, sort, expected):
    now = timezone.now()
    VehicleFactory(dealer=dealer, code="none", price=None, mileage=None, available_at=None)
    VehicleFactory(
        dealer=dealer, code="a", price=200, mileage=9, available_at=now - timedelta(days=9)
    )
    VehicleFactory(dealer=dealer, code="b", price=100, mileage=5, available_at=now)

    assert codes(client.get(f"/stock/?sort={sort}")) == expected


def test_days_in_stock_end_with_the_sale(client, dealer):
    now = timezone.now()
    VehicleFactory(dealer=dealer, available_at=now - timedelta(days=10, hours=1))
    VehicleFactory(
        dealer=dealer,
        state="sold",
        available_at=now - timedelta(days=30),
        sold_at=now - timedelta(days=26),
    )

    page = client.get("/stock/?state=all&sort=oldest").context["page"]

    assert [vehicle.days_in_stock for vehicle in page] == [4, 10]


def test_every_ad_is_one_chip(client, dealer):
    listing = ListingFactory(access__dealer=dealer, live=True, reduced=True)
    ListingFactory(access=listing.access, wanted="absent")

    response = client.get("/stock/")

    assert "Usadosbr: Live, reduced" in response.text
    assert list(response.context["chips"]) == [listing.vehicle_id]


def test_script_gets_the_list_only(client, dealer):
    VehicleFactory(dealer=dealer)

    response = client.get("/stock/", headers=HTMX)

    assert response.text.count("<html") == 0
    assert 'id="_stock_list"' in response.text
    assert "HX-Request" in response["Vary"]


def test_a_full_page_asks_few_questions(client, dealer, django_assert_max_num_queries):
    access = PortalAccessFactory(dealer=dealer)
    for _each in range(55):
        vehicle = VehicleFactory(dealer=dealer, complete=True)
        VehiclePhotoFactory(vehicle=vehicle)
        ListingFactory(access=access, vehicle=vehicle)

    with django_assert_max_num_queries(12):
        response = client.get("/stock/?q=onix")

    assert len(response.context["page"]) == 50
    assert 'href="?q=onix&amp;page=2"' in response.text
