"""The whole history of a vehicle: photos and papers in it, paged, filtered, nobody else's."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from accounts.services.changes import By, record_change
from inventory.models import ReferencePrice
from inventory.services.customers import Customer
from inventory.services.photos import remove_photo
from inventory.services.sales import create_contract
from inventory.services.vehicles import update_vehicle
from inventory.vehicle_history import PAGE
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory
from tests.pages import client_of

pytestmark = pytest.mark.django_db
BY = By(source="test", reason="because")


@pytest.fixture
def vehicle():
    """A vehicle with a change of facts, of photos, and a sale."""
    vehicle = VehicleFactory(complete=True)
    update_vehicle(
        vehicle.pk, dealer=vehicle.dealer, by=BY, colour="black", cost=Decimal("31234.00")
    )
    remove_photo(vehicle, VehiclePhotoFactory(vehicle=vehicle).pk, by=BY)
    create_contract(
        vehicle.pk,
        dealer=vehicle.dealer,
        by=BY,
        sold_on=date(2026, 1, 31),
        price=Decimal("44000.00"),
        customer=Customer(name="Maria Compradora", tax_id="529.982.247-25"),
    )
    return vehicle


@pytest.fixture
def client(vehicle):
    return client_of(vehicle.dealer)


def lines(client, vehicle, **query) -> list[str]:
    """Return what was done, newest first, as the page says it."""
    text = client.get(f"/stock/{vehicle.pk}/history/", query).text
    return re.findall("<p><strong>(.*?)</strong>", text)


def test_everything_is_told_in_words(client, vehicle):
    text = client.get(f"/stock/{vehicle.pk}/history/").text

    assert lines(client, vehicle) == [
        "Sold",
        "Contract of sale: written",
        "Photo removed",
        "Changed",
    ]
    for words in ("White", "Black", "R$\N{NO-BREAK SPACE}44,000.00", "Maria Compradora", "because"):
        assert words in text
    assert "52998224725" not in text
    assert "529.982.247-25" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "photos"}, ["Photo removed"]),
        ({"kind": "papers"}, ["Contract of sale: written"]),
        ({"kind": "state"}, ["Sold"]),
        ({"kind": "facts"}, ["Changed"]),
        ({"field": "colour"}, ["Changed"]),
        ({"field": "state"}, ["Sold"]),
        ({"kind": "photos", "field": "colour"}, []),
    ],
)
def test_the_history_is_filtered(client, vehicle, query, found):
    assert lines(client, vehicle, **query) == found


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"field": "dealer__name"}, {"before": "x"}, {"before": "9" * 40}]
)
def test_a_filter_that_makes_no_sense_restricts_nothing(client, vehicle, query):
    assert len(lines(client, vehicle, **query)) == 4


def test_the_cost_is_kept_from_those_who_may_not_see_it(vehicle):
    seller = client_of(vehicle.dealer, role="salesperson")
    address = f"/stock/{vehicle.pk}/history/"

    assert "31,234" in client_of(vehicle.dealer).get(address).text
    assert "31,234" not in seller.get(address).text
    assert len(lines(seller, vehicle, field="cost")) == 4  # not even whether it was changed
    assert 'value="cost"' not in seller.get(address).text


def test_older_acts_are_a_page_further_in_as_many_queries(
    client, vehicle, django_assert_max_num_queries
):
    for number in range(PAGE):
        record_change(
            subject=vehicle, action="updated", after={"mileage": number, "version": 1}, label=""
        )

    with django_assert_max_num_queries(16):
        text = client.get(f"/stock/{vehicle.pk}/history/", {"kind": "facts"}).text
    (before,) = re.findall(r"kind=facts&amp;before=(\d+)", text)

    assert text.count("<p><strong>") == PAGE
    assert lines(client, vehicle, kind="facts", before=before) == ["Changed"]
    assert "Newest" in client.get(f"/stock/{vehicle.pk}/history/", {"before": before}).text


def test_nothing_of_another_dealer_is_shown(client, vehicle):
    other = VehicleFactory()

    assert client.get(f"/stock/{other.pk}/history/").status_code == 404
    assert client_of(other.dealer).get(f"/stock/{vehicle.pk}/history/").status_code == 404
    record_change(subject=vehicle, dealer=other.dealer, action="forged", label="")
    assert "forged" not in client.get(f"/stock/{vehicle.pk}/history/").text


def test_the_page_of_a_vehicle_shows_price_fipe_and_days(client, vehicle):
    update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, price=Decimal(45000))
    ReferencePrice.objects.create(
        version=vehicle.version, model_year=2021, fuel="Flex", price=50000, month=date(2026, 11, 1)
    )

    text = client.get(f"/stock/{vehicle.pk}/").text

    assert "price 10% below" in text
    assert "days in stock until the sale" in text
    assert "\N{MINUS SIGN}R$\N{NO-BREAK SPACE}990.00" in text
    assert f"/stock/{vehicle.pk}/history/" in text


def test_the_page_of_a_vehicle_takes_as_many_queries_for_many_photos(
    client, django_assert_max_num_queries
):
    vehicle = VehicleFactory()
    client = client_of(vehicle.dealer)
    VehiclePhotoFactory.create_batch(12, vehicle=vehicle)

    with django_assert_max_num_queries(20):
        client.get(f"/stock/{vehicle.pk}/")
