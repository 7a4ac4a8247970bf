"""The stock list: found by words and filters, in the wished order, with every ad in one word."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.models import ReferencePrice
from office.forms import COLUMNS
from office.models import SavedFilter
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
    return [row.vehicle.code for row in response.context["page"].rows]


def user_of(client) -> int:
    """Return the id of whoever is logged in."""
    return int(client.session["_auth_user_id"])


def _priced(vehicle, price=40_000) -> None:
    """Let FIPE know the vehicle's price."""
    ReferencePrice.objects.create(
        version=vehicle.version,
        model_year=vehicle.year_model,
        fuel="Flex",
        price=Decimal(price),
        month=date(2026, 6, 1),
    )


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


def test_a_brand_is_one_however_it_is_written(client, dealer):
    version = VersionFactory(model__brand__name="Citroën", model__brand__folded="citroen")
    VehicleFactory(dealer=dealer, code="placed", version=version)
    VehicleFactory(dealer=dealer, code="written", brand_text="CITROEN")
    VehicleFactory(dealer=dealer, code="other", brand_text="Lada")
    VehicleFactory(dealer=dealer, code="sold", version=version, state="sold")
    VehicleFactory(version=VersionFactory(model__brand__name="Opel"))

    page = client.get("/stock/?brand=Citro%C3%ABn")

    assert sorted(codes(page)) == ["placed", "written"]
    offered = [str(name) for name, _ in page.context["form"].fields["brand"].widget.choices]
    assert offered == ["", "Citroën", "Lada"]


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

    assert [row.days for row in page.rows] == [4, 10]


def test_every_ad_is_one_chip(client, dealer):
    listing = ListingFactory(access__dealer=dealer, live=True, reduced=True)
    ListingFactory(access=listing.access, wanted="absent")

    response = client.get("/stock/")

    assert "Usadosbr: Live, reduced" in response.text
    assert [len(row.chips) for row in response.context["page"].rows] == [0, 1]
    assert f'href="/stock/{listing.vehicle_id}/ads/"' in response.text


def test_an_ad_says_what_is_wanted_what_we_do_and_what_the_portal_says(client, dealer):
    access = PortalAccessFactory(dealer=dealer)
    car = VehicleFactory(dealer=dealer, state="available")
    ListingFactory(access=access, vehicle=car, state="live", failure_mode="refused", reduced=True)

    (row,) = client.get("/stock/").context["page"].rows
    (chip,) = row.chips

    facts = (chip.status.text, chip.wanted, chip.delivery, chip.observed)
    assert [str(each) for each in facts] == [
        "Live, not updated",
        "Published",
        "Stopped until something changes",
        "Live",
    ]
    assert "with less than was asked" in client.get("/stock/").text


def test_script_gets_the_list_only(client, dealer):
    VehicleFactory(dealer=dealer)

    response = client.get("/stock/", headers=HTMX)

    assert response.text.count("<html") == 0
    assert 'id="_stock_list"' in response.text
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("number", [3, 55])
def test_a_page_asks_few_questions_however_many_rows_it_has(
    client, dealer, django_assert_max_num_queries, number
):
    access = PortalAccessFactory(dealer=dealer)
    for _each in range(number):
        vehicle = VehicleFactory(dealer=dealer, complete=True, state="available")
        VehiclePhotoFactory(vehicle=vehicle)
        ListingFactory(access=access, vehicle=vehicle)
        _priced(vehicle)
    SavedFilter.objects.create(dealer=dealer, user_id=user_of(client), name="A", query="q=onix")
    client.post("/stock/columns/", {"columns": [key for key, _ in COLUMNS]})

    for query in ("", "?q=onix&sort=cheap", "?state=available&ads=missing&portal=usadosbr"):
        with django_assert_max_num_queries(12):
            response = client.get(f"/stock/{query}")

        assert len(response.context["page"].rows) == min(number, 50)
        assert response.context["page"].rows[0].fipe is not None


@pytest.mark.parametrize(
    ("price", "words"),
    [(44_000, "10% above FIPE 06/2026"), (36_000, "10% below FIPE"), (40_000, "as FIPE 06/2026")],
)
def test_a_price_is_compared_with_the_month_of_the_table(client, dealer, price, words):
    _priced(VehicleFactory(dealer=dealer, complete=True, price=price))

    assert words in client.get("/stock/").text


def test_a_cut_price_stands_before_the_old_one(client, dealer):
    VehicleFactory(dealer=dealer, price=90_000, promotional_price=80_000)

    text = client.get("/stock/").text

    assert text.index("80,000.00") < text.index("90,000.00")
