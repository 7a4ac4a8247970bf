"""Two at once on a real server: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Change
from accounts.services.changes import By, record_change
from accounts.services.sealing import seal_changes, verify_changes
from accounts.services.team import update_membership
from inventory.models import Contract, Reservation, Vehicle, VehicleHold
from inventory.services.photos import place_blobs
from inventory.services.sales import ReservationTaken, create_contract, reserve_vehicle
from inventory.services.vehicles import EditConflict, create_vehicle, update_vehicle
from tests.factories.accounts import DealerFactory, MembershipFactory
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BY = By(source="test")


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
