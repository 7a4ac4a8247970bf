"""The copy of its brand that every vehicle carries is right, however it was written."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from accounts.services.changes import By
from inventory.models import Brand, Vehicle, VehicleModel
from inventory.services.catalogue_edits import move_version, rename_brand
from inventory.services.reference import load_catalogue
from inventory.services.vehicle_import import bulk_create_vehicles
from inventory.services.vehicles import create_vehicle, update_vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VersionFactory
from tests.inventory.services.test_reference import row

pytestmark = pytest.mark.django_db
BY = By(source="test")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def key_of(vehicle: Vehicle) -> str:
    """Return what the database holds."""
    return Vehicle.objects.values_list("brand_key", flat=True).get(pk=vehicle.pk)


def citroen() -> VehicleModel:
    """Return a model of another brand than the usual one."""
    brand = Brand.objects.create(category=1, name="Citroën", folded="citroen", source_name="C")
    return VehicleModel.objects.create(brand=brand, name="C3", folded="c3")


def test_a_vehicle_written_with_what_was_read_before_a_rename_has_the_new_name():
    dealer, version = DealerFactory(), VersionFactory(model=citroen())
    known = create_vehicle(dealer=dealer, by=BY, brand_text="Fiat")
    assert version.model.brand.folded == "citroen"
    rename_brand(version.model.brand_id, by=BY, name="Citron")

    born = create_vehicle(dealer=dealer, by=BY, version=version)
    update_vehicle(known.pk, dealer=dealer, by=BY, version=version)
    done = bulk_create_vehicles([{"version": version}], dealer=dealer, by=BY)

    assert version.model.brand.folded == "citroen"  # as it was read
    for vehicle in (born, known, *done.vehicles.values()):
        assert key_of(vehicle) == "citron"


def test_it_follows_what_is_written_of_the_vehicle():
    dealer, version = DealerFactory(), VersionFactory(model=citroen())
    vehicle = create_vehicle(dealer=dealer, by=BY, brand_text="  CITROËN ")
    assert key_of(vehicle) == "citroen"

    update_vehicle(vehicle.pk, dealer=dealer, by=BY, brand_text="Ômega")
    assert key_of(vehicle) == "omega"

    update_vehicle(vehicle.pk, dealer=dealer, by=BY, version=version.pk)
    assert key_of(vehicle) == "citroen"

    update_vehicle(vehicle.pk, dealer=dealer, by=BY, version=None, brand_text="")
    assert key_of(vehicle) == ""


def test_many_at_once_have_it_too():
    version = VersionFactory(model=citroen())
    rows: list[dict[str, Any]] = [{"version": version}, {"brand_text": "Škoda"}, {}]

    made = bulk_create_vehicles(rows, dealer=DealerFactory(), by=BY).vehicles

    assert [key_of(made[index]) for index in range(3)] == ["citroen", "skoda", ""]


def test_it_moves_with_the_version():
    vehicle, other = VehicleFactory(complete=True), VehicleFactory(complete=True)
    before = key_of(other)

    move_version(vehicle.version.pk, model=citroen(), by=BY)

    assert key_of(vehicle) == "citroen"
    assert key_of(other) == before


def test_it_is_renamed_with_the_brand():
    vehicle = VehicleFactory(version=VersionFactory(model=citroen()))
    written = VehicleFactory(brand_text="Citroën")

    rename_brand(vehicle.version.model.brand_id, by=BY, name="Citroën do Brasil")

    assert key_of(vehicle) == "citroen do brasil"
    assert key_of(written) == "citroen"


def test_it_follows_a_load_that_puts_a_version_under_another_brand():
    load_catalogue([row(1)], now=NOW, partial=False)
    version = VehicleModel.objects.get().versions.get()
    vehicle = VehicleFactory(version=version)

    load_catalogue([row(1, brand="Opel", brand_source="Opel")], now=NOW, partial=False)

    assert key_of(vehicle) == "opel"


def test_vehicles_that_were_there_before_are_given_one():
    placed = VehicleFactory(version=VersionFactory(model=citroen()))
    written, bare = VehicleFactory(brand_text="Škoda"), VehicleFactory()
    Vehicle.objects.update(brand_key="")

    import_module("inventory.migrations.0007_vehicle_brand_key").copy_brands(apps, None)

    assert [key_of(each) for each in (placed, written, bare)] == ["citroen", "skoda", ""]
