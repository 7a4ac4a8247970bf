"""Reserving, selling and undoing either from the vehicle's page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from inventory.models import Contract, Reservation
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.pages import client_of, said

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
    assert response.status_code == 302
    assert len(said(response)) == 1
    assert vehicle.state == "available"
    assert not Contract.objects.exists()
    assert not Reservation.objects.exists()


def test_what_is_sold_is_not_sold_again(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/sell/", {"sold_on": "2026-01-10"})

    response = client.post(f"/stock/{vehicle.pk}/sell/", {"sold_on": "2026-01-11"})

    assert len(said(response)) == 1
    assert Contract.objects.count() == 1


def test_the_papers_are_on_the_page(client, vehicle):
    client.post(f"/stock/{vehicle.pk}/reserve/", {"customer_name": "Maria"})

    assert "Reserved until cancelled. Maria" in " ".join(
        client.get(f"/stock/{vehicle.pk}/").text.split()
    )
    assert client_of(DealerFactory()).get(f"/stock/{vehicle.pk}/").status_code == 404
