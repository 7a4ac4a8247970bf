"""What support does to the stock goes through the same services as everybody else's work."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import Reservation, Vehicle
from inventory.services.sales import reserve_vehicle
from tests.factories.accounts import UserFactory
from tests.factories.inventory import VehicleFactory, VersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Client:
    """A logged-in support person."""
    client = Client()
    client.force_login(UserFactory(username="support", is_staff=True, is_superuser=True))
    return client


def url_of(vehicle: Vehicle) -> str:
    """Return the address of a vehicle's page."""
    return reverse("admin:inventory_vehicle_change", args=[vehicle.pk])


def form_of(support: Client, vehicle: Vehicle) -> dict[str, object]:
    """Return what the page's form would send if nothing was touched."""
    initial = support.get(url_of(vehicle)).context["adminform"].form.initial
    return {name: "on" if v is True else v for name, v in initial.items() if v not in (None, False)}


def messages_of(answer) -> str:
    """Return what the page says."""
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_correction_is_written_by_the_service(support):
    vehicle = VehicleFactory(complete=True)
    form = form_of(support, vehicle)

    answer = support.post(url_of(vehicle), {**form, "price": "41000.00", "plate": "xyz-1a23"})

    vehicle.refresh_from_db()
    assert answer.status_code == 302
    assert (str(vehicle.price), vehicle.plate, vehicle.revision) == ("41000.00", "XYZ1A23", 2)
    change = Change.objects.get()
    assert (change.action, change.source, str(change.actor)) == ("updated", "admin", "support")
    assert change.after == {"plate": "XYZ1A23", "price": "41000.00"}


def test_saving_without_a_change_leaves_no_trace(support):
    vehicle = VehicleFactory(complete=True)

    support.post(url_of(vehicle), form_of(support, vehicle))

    vehicle.refresh_from_db()
    assert vehicle.revision == 1
    assert not Change.objects.exists()


def test_a_refused_correction_is_told_and_changes_nothing(support):
    vehicle = VehicleFactory(complete=True)
    form = form_of(support, vehicle)

    answer = support.post(
        url_of(vehicle), {**form, "price": "1.00", "chassis": "SHORT"}, follow=True
    )

    before = vehicle.price
    vehicle.refresh_from_db()
    assert (vehicle.price, vehicle.revision) == (before, 1)
    assert "chassis: " in messages_of(answer)


def test_code_dealer_and_state_are_not_typed(support):
    vehicle = VehicleFactory(complete=True)
    form = form_of(support, vehicle)

    support.post(url_of(vehicle), {**form, "code": "NEW", "state": "sold", "dealer": "999"})

    row = Vehicle.objects.get()
    assert (row.code, row.state, row.dealer) == (vehicle.code, "available", vehicle.dealer)


def test_a_raw_vehicle_is_placed_in_the_catalogue(support):
    vehicle, version = VehicleFactory(brand_text="GM", model_text="Onix"), VersionFactory()

    support.post(url_of(vehicle), {**form_of(support, vehicle), "version": version.pk})

    vehicle.refresh_from_db()
    assert vehicle.version == version


def test_one_vehicle_that_cannot_move_stops_no_other(support):
    held, free = VehicleFactory(state="reserved"), VehicleFactory(state="in_preparation")

    answer = support.post(
        reverse("admin:inventory_vehicle_changelist"),
        {"action": "make_available", "_selected_action": [held.pk, free.pk]},
        follow=True,
    )

    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.state, free.state) == ("reserved", "available")
    assert "state: " in messages_of(answer)
    assert "1 row done." in messages_of(answer)


def test_a_reservation_is_cancelled_and_the_vehicle_comes_back(support):
    vehicle = VehicleFactory()
    paper = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=By(source="test"))

    support.post(
        reverse("admin:inventory_reservation_changelist"),
        {"action": "cancel", "_selected_action": [paper.pk]},
    )

    vehicle.refresh_from_db()
    assert vehicle.state == "available"
    assert Reservation.objects.get().state == "cancelled"


def test_the_reference_catalogue_is_found_whatever_the_accents(support):
    VersionFactory(model__brand__name="Citroën", model__brand__folded="citroen")
    url = reverse("admin:inventory_brand_changelist")

    found = support.get(url, {"q": "CITROËN"}).context["cl"].queryset

    assert [brand.name for brand in found] == ["Citroën"]
