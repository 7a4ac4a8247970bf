"""Two at once on a real server: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By, record_change
from accounts.services.sealing import seal_changes, verify_changes
from accounts.services.team import update_membership
from inventory.models import Contract, PhotoBlob, Reservation, Vehicle, VehicleHold
from inventory.models.photo import originals_storage
from inventory.services.catalogue_edits import rename_brand
from inventory.services.photos import place_blobs
from inventory.services.rendering import purge_orphans
from inventory.services.sales import ReservationTaken, create_contract, reserve_vehicle
from inventory.services.turning import turn_photo
from inventory.services.vehicles import EditConflict, create_vehicle, update_vehicle
from tests.factories.accounts import DealerFactory, MembershipFactory
from tests.factories.inventory import (
    PhotoBlobFactory,
    VehicleFactory,
    VehiclePhotoFactory,
    VersionFactory,
)
from tests.inventory.services.test_photos import folders

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BY = By(source="test")
__all__ = ["folders"]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts in threads that start together; return '' or the name of each one's error."""
    outcomes = [""] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        except (ReservationTaken, EditConflict, ValidationError) as err:
            outcomes[index] = type(err).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


def test_of_many_who_reserve_at_once_one_wins():
    vehicle = VehicleFactory()

    def reserve() -> None:
        reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY)

    assert at_once(*[reserve] * 6) == ["", *["ReservationTaken"] * 5]
    assert (Reservation.objects.count(), VehicleHold.objects.count()) == (1, 1)
    assert Change.objects.filter(action="reserved").count() == 2  # the paper and the vehicle


def test_of_many_who_sell_at_once_one_wins():
    vehicle = VehicleFactory()

    def sell() -> None:
        create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY)

    assert at_once(*[sell] * 6) == ["", *["ReservationTaken"] * 5]
    assert Contract.objects.count() == 1


@pytest.mark.parametrize("first", ["vehicle", "rename"])
def test_a_brand_renamed_while_a_vehicle_of_it_is_written(first):
    version = VersionFactory()
    dealer, brand = DealerFactory(), version.model.brand
    moved = VehicleFactory(dealer=dealer)
    written = threading.Event()

    def write() -> None:
        if first == "rename":
            written.wait(timeout=10)
        with transaction.atomic():
            create_vehicle(dealer=dealer, by=BY, version=version)
            update_vehicle(moved.pk, dealer=dealer, by=BY, version=version)
            if first == "vehicle":
                written.set()
                time.sleep(0.5)  # the rename begins meanwhile

    def rename() -> None:
        if first == "vehicle":
            written.wait(timeout=10)
        with transaction.atomic():
            rename_brand(brand.pk, by=BY, name="Renamed")
            if first == "rename":
                written.set()
                time.sleep(0.5)

    assert at_once(write, rename) == ["", ""]
    assert set(Vehicle.objects.values_list("brand_key", flat=True)) == {"renamed"}


def test_codes_invented_at_once_are_all_different():
    dealer = DealerFactory()

    outcomes = at_once(*[lambda: create_vehicle(dealer, by=BY)] * 8)

    assert outcomes == [""] * 8
    codes = sorted(Vehicle.objects.values_list("code", flat=True))
    assert codes == [str(1001 + number) for number in range(8)]


def test_the_same_plate_at_once_is_taken_once():
    dealer = DealerFactory()

    outcomes = at_once(*[lambda: create_vehicle(dealer, by=BY, plate="ABC1D23")] * 4)

    assert outcomes == ["", *["ValidationError"] * 3]
    assert Vehicle.objects.count() == 1


def test_editors_of_one_revision_do_not_overwrite_each_other():
    vehicle = VehicleFactory(mileage=1)

    def edit(mileage: int) -> Callable[[], Any]:
        return lambda: update_vehicle(
            vehicle.pk, dealer=vehicle.dealer, by=BY, expected_revision=1, mileage=mileage
        )

    assert at_once(*[edit(number) for number in (2, 3, 4)]) == ["", *["EditConflict"] * 2]
    vehicle.refresh_from_db()
    assert vehicle.revision == 2


def test_editors_without_a_revision_wait_and_lose_nothing():
    vehicle = VehicleFactory()
    facts: list[dict[str, Any]] = [
        {"mileage": 5},
        {"doors": 4},
        {"description": "ok"},
        {"location": "Pátio"},
    ]

    def edit(fact: dict[str, Any]) -> Callable[[], Any]:
        return lambda: update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, **fact)

    assert at_once(*[edit(fact) for fact in facts]) == [""] * 4
    vehicle.refresh_from_db()
    assert (vehicle.mileage, vehicle.doors, vehicle.description, vehicle.location) == (
        5,
        4,
        "ok",
        "Pátio",
    )
    assert vehicle.revision == 5


def test_two_owners_cannot_remove_each_other():
    dealer = DealerFactory()
    owners = [MembershipFactory(dealer=dealer) for _ in range(2)]

    def demote(pk: int) -> Callable[[], Any]:
        return lambda: update_membership(pk, dealer=dealer, by=BY, role="manager")

    assert at_once(*[demote(owner.pk) for owner in owners]) == ["", "ValidationError"]
    assert dealer.memberships.filter(role="owner").count() == 1


def test_sealing_at_once_leaves_one_chain_without_gaps():
    dealer = DealerFactory()
    for number in range(40):
        record_change(subject=dealer, action="updated", after={"name": str(number)})

    at_once(*[lambda: seal_changes(limit=7)] * 4)
    while seal_changes(limit=7):
        pass

    report = verify_changes()
    assert (report.sealed, report.unsealed, report.broken) == (40, 0, ())


def test_albums_placed_at_once_do_not_double_or_wait_for_each_other():
    dealer = DealerFactory()
    vehicles = VehicleFactory.create_batch(3, dealer=dealer)
    blobs = PhotoBlobFactory.create_batch(3, dealer=dealer)
    albums = {vehicle.pk: [blob.pk for blob in blobs] for vehicle in vehicles}
    turned = dict(reversed(albums.items()))

    outcomes = at_once(
        lambda: place_blobs(albums, dealer=dealer, by=BY),
        lambda: place_blobs(turned, dealer=dealer, by=BY),
    )

    assert outcomes == ["", ""]
    assert [vehicle.photos.count() for vehicle in vehicles] == [3, 3, 3]


def test_of_two_who_turn_one_picture_on_two_vehicles_both_get_the_same():
    dealer = DealerFactory()
    blob = PhotoBlobFactory(dealer=dealer)
    vehicles = VehicleFactory.create_batch(4, dealer=dealer)
    photos = [VehiclePhotoFactory(vehicle=vehicle, blob=blob) for vehicle in vehicles]

    outcomes = at_once(
        *[
            lambda vehicle=vehicle, photo=photo: turn_photo(vehicle, photo.pk, degrees=90, by=BY)
            for vehicle, photo in zip(vehicles, photos, strict=True)
        ]
    )

    assert outcomes == [""] * 4
    turned = PhotoBlob.objects.get(turn=90)
    assert turned.awaited_by.count() == 4


def test_of_two_turns_that_are_purged_at_once_the_last_takes_the_file_along(folders):
    dealer = DealerFactory()
    name = originals_storage().save("one.bin", ContentFile(b"bytes"))
    for turn in (0, 90):
        PhotoBlobFactory(dealer=dealer, sha256="1" * 64, original=name, turn=turn)
    later = timezone.now() + timedelta(days=8)

    at_once(*[lambda: purge_orphans(now=later)] * 4)

    assert not PhotoBlob.objects.exists()
    assert not originals_storage().exists(name)
