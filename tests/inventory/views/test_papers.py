"""Reserving, selling and undoing either from the vehicle's page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from inventory.models import Contract, Reservation
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.pages import client_of, goes_to, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def vehicle():
    return VehicleFactory()


@pytest.fixture
def client(vehicle):
    return client_of(vehicle.dealer)


def test_a_vehicle_is_reserved_and_released(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/reserve/", {"customer_name": "Maria"})

    vehicle.refresh_from_db()
    assert vehicle.state == "reserved"
    assert Reservation.objects.get().customer_name == "Maria"

    response = client.post(f"/stock/{vehicle.pk}/release/")
    vehicle.refresh_from_db()
    assert vehicle.state == "available"
    assert said(response) == ["The reservation was cancelled."]


def test_a_reservation_ends_at_a_moment_of_the_dealers_zone(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/reserve/", {"until": "2100-01-02T18:30"})

    assert Reservation.objects.get().until == datetime(2100, 1, 2, 21, 30, tzinfo=UTC)


def test_a_sale_takes_the_vehicle_out_of_stock_and_can_be_undone(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/sell/", {"sold_on": "2026-01-10", "price": "44000"})

    vehicle.refresh_from_db()
    assert vehicle.state == "sold"
    contract = Contract.objects.get()
    assert (str(contract.sold_on), contract.price) == ("2026-01-10", Decimal(44000))

    client.post(f"/stock/{vehicle.pk}/release/")
    vehicle.refresh_from_db()
    assert vehicle.state == "available"


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("sell", {"sold_on": "yesterday"}),
        ("sell", {"sold_on": "2026-01-10", "price": "-1"}),
        ("reserve", {"until": "soon"}),
        ("reserve", {"until": "2001-01-01T00:00"}),
        ("release", {}),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(client, vehicle, address, data):
    response = client.post(f"/stock/{vehicle.pk}/{address}/", data)

    vehicle.refresh_from_db()
    page = response.text if response.status_code == 422 else client.get(goes_to(response)).text
    assert page.count('<p class="message error">') == 1
    assert vehicle.state == "available"
    assert not Contract.objects.exists()
    assert not Reservation.objects.exists()


def test_what_is_sold_is_not_sold_again(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/sell/", {"sold_on": "2026-01-10"})

    response = client.post(f"/stock/{vehicle.pk}/sell/", {"sold_on": "2026-01-11"})

    assert response.status_code == 422
    assert Contract.objects.count() == 1


def test_the_papers_are_on_the_page(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/reserve/", {"customer_name": "Maria"})

    assert "Reserved until cancelled. Maria" in " ".join(
        client.get(f"/stock/{vehicle.pk}/").text.split()
    )
    assert client_of(DealerFactory()).get(f"/stock/{vehicle.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("act", "wrong", "field"),
    [
        ("sell", {"sold_on": "2999-01-01"}, "sale-sold_on"),
        ("reserve", {"until": "2001-01-01T00:00"}, "reservation-until"),
        ("reserve", {"customer_name": "Maria\x01Silva"}, "reservation-customer_name"),
    ],
)
def test_what_the_service_refuses_is_told_at_its_field(client, vehicle, act, wrong, field):
    typed = {"sold_on": "2026-01-10", "price": "44000", "customer_name": "Maria", **wrong}

    response = client.post(f"/stock/{vehicle.pk}/{act}/", typed)

    assert response.status_code == 422
    assert f'id="field-{field}" class="field wrong"' in response.text
    assert "<details open>" in response.text
    for name in wrong.keys() | ({"customer_name", "price"} if act == "sell" else set()):
        assert f'name="{name}" value="{typed[name]}"' in response.text


@pytest.mark.parametrize("act", ["reserve", "sell"])
def test_who_was_slower_still_sees_what_was_typed(client, vehicle, act):
    first = {"sold_on": "2026-01-10"} if act == "sell" else {}
    client.post(f"/stock/{vehicle.pk}/{act}/", first)

    typed = {"sold_on": "2026-01-11", "customer_name": "Maria"}
    response = client.post(f"/stock/{vehicle.pk}/{act}/", typed)

    assert response.status_code == 422
    assert "reserved or sold to somebody else already" in response.text
    assert response.text.count('value="Maria"') == 1
    assert "Cancel the" in response.text  # the page is that of the vehicle as it is now


@pytest.mark.parametrize(
    ("act", "wrong"), [("sell", {"price": "x"}), ("reserve", {"until": "some day"})]
)
def test_what_was_typed_is_kept_when_it_is_not_right(client, vehicle, act, wrong):
    response = client.post(
        f"/stock/{vehicle.pk}/{act}/", {"sold_on": "2026-01-10", "customer_name": "Maria", **wrong}
    )

    assert response.status_code == 422
    assert response.text.count('value="Maria"') == 1
    assert response.text.count("<details open>") == 1
    vehicle.refresh_from_db()
    assert vehicle.state == "available"
