"""The engine with Chaves na Mão: accepted now, decided by later reads, nothing left to a person."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from inventory.models import Vehicle
from inventory.services.vehicles import update_vehicle
from portals.models.portal import Portal
from portals.services import syncing
from portals.services.access import check_credentials, save_access
from portals.services.catalogue import upsert_portals
from sandbox.names import SourceName
from tests.crash.sandbox_process import SandboxLevers
from tests.e2e.office import BY, Office
from tests.factories.accounts import DealerFactory


@pytest.fixture
def office(db: None, sandbox: SandboxLevers, names: list[SourceName]) -> Office:
    """A dealer with an account whose catalogue has been read."""
    upsert_portals()
    levers = sandbox.at("chavesnamao")
    levers.reset()
    levers.configure(check_photos=False, queue_seconds=0, queue_spread_seconds=0, url_seconds=0)
    access, _ = save_access(
        dealer=DealerFactory.create(),
        portal=Portal.objects.get(slug="chavesnamao"),
        credentials={"token": "sandbox-token"},
        by=BY,
    )
    assert syncing.sync_access(access).done
    return Office(access=access, sandbox=levers, names=names, user="demo")


def until(office: Office, is_so: Callable[[], bool], *, seconds: float = 15) -> None:
    """Wait out what the engine waits for, drain and read, until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, list(office.listings().values("state", "problems"))
        office.wait_out()
        office.waiting().update(check_at=timezone.now())
        office.drain()
        time.sleep(0.05)


def states(office: Office) -> Counter[str]:
    """Return how many listings are in which state."""
    return Counter(office.listings().values_list("state", flat=True))


def with_photos(office: Office, count: int) -> list[Vehicle]:
    """Return vehicles the portal takes."""
    vehicles = office.add_vehicles(count)
    for vehicle in vehicles:
        office.add_photos(vehicle, [(1280, 960)])
    return vehicles


def test_stock_goes_out_is_changed_paused_and_taken_back(office):
    assert all(passed for _, passed in check_credentials(office.access).steps)
    vehicles = with_photos(office, 4)

    office.publish(vehicles)
    until(office, lambda: states(office) == {"live": 4})

    assert {ad["reference"] for ad in ads(office)} == {vehicle.code for vehicle in vehicles}
    update_vehicle(vehicles[0].pk, dealer=office.dealer, by=BY, price="12345")
    office.publish(vehicles[1:2], wanted="paused")
    office.publish(vehicles[2:3], wanted="absent")
    until(office, lambda: states(office) == {"live": 2, "paused": 1, "absent": 1})
    shown = {ad["reference"]: ad for ad in ads(office)}
    assert float(shown[vehicles[0].code]["value"]) == 12345
    assert vehicles[2].code not in shown
    assert not office.listings().exclude(failure_mode="").exists()


def ads(office: Office) -> list[dict[str, Any]]:
    """Return what the portal holds, without the levers' own words."""
    return [ad.get("payload", ad) for ad in office.ads()]


def test_ad_without_a_photo_is_held_back_with_its_reason(office):
    office.publish(office.add_vehicles(1))

    office.drain()

    listing = office.listings().get()
    assert (listing.failure_mode, listing.state) == ("preflight", "absent")
    assert [problem["code"] for problem in listing.problems] == ["photos_demanded"]


def test_what_was_cut_stays_told_when_the_ad_is_live(office):
    vehicles = with_photos(office, 1)
    update_vehicle(vehicles[0].pk, dealer=office.dealer, by=BY, description="á" * 4500)

    office.publish(vehicles)
    until(office, lambda: states(office) == {"live": 1})

    listing = office.listing(vehicles[0])
    assert [(each["kind"], each["granted"]) for each in listing.warnings] == [
        ("text_truncated", 4000)
    ]
    assert listing.reduced


def test_lost_answers_double_nothing(office):
    vehicles = with_photos(office, 3)
    office.sandbox.configure(lose_answers_next=3)

    office.publish(vehicles)
    until(office, lambda: states(office) == {"live": 3}, seconds=30)

    assert Counter(str(ad["reference"]) for ad in ads(office)) == {v.code: 1 for v in vehicles}
