"""The engine and the connector together, at the documented portal over a mocked wire."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from inventory.models import Vehicle
from portals.models import Attempt, AttemptShare, Listing, Portal, PortalAccess
from portals.selectors.attempts import exchanges_about
from portals.services.drain import drain_access
from portals.services.marking import mark_due
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory, VersionFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory, PortalFactory
from tests.portals.catalogues import entry
from tests.portals.connectors.olx_world import BASE, SECRETS, OlxWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def access(settings: Settings) -> PortalAccess:
    """An account at the portal of a dealer who can be reached; a drain waits for no decision."""
    settings.STATUS_PATIENCE = -60.0
    settings.FIRST_RETRY = 0.0
    dealer = DealerFactory.create(phone="(11) 91234-5678", postal_code="01310-100")
    portal: Portal = PortalFactory.create(slug="olx", name="OLX Autos", categories=[1, 2, 3])
    brand = entry(portal, "brand", "CHEVROLET", key="1")
    model = entry(portal, "model", "ONIX", key="2", parent=brand)
    entry(portal, "version", "1.0 LT", key="3", parent=model)
    entry(portal, "fuel", "Flex", key="3")
    made: PortalAccess = PortalAccessFactory.create(
        dealer=dealer, portal=portal, credentials=dict(SECRETS), base_url=BASE
    )
    return made


def wish(access: PortalAccess, count: int) -> list[Listing]:
    """So many vehicles with all the portal demands, wished live."""
    version = VersionFactory.create(name="1.0 LT")
    rows = []
    for _ in range(count):
        vehicle = VehicleFactory.create(dealer=access.dealer, complete=True, version=version)
        VehiclePhotoFactory.create(vehicle=vehicle)
        row = ListingFactory.create(access=access, vehicle=vehicle, due_at=access.created_at)
        rows.append(row)
    return rows


def states(access: PortalAccess) -> Counter[str]:
    """The listings by state."""
    return Counter(Listing.objects.filter(access=access).values_list("state", flat=True))


def check_now(access: PortalAccess) -> None:
    """Let every status be due, and drain."""
    Listing.objects.filter(access=access, check_at__isnull=False).update(check_at=timezone.now())
    drain_access(access.pk, connections=1)


def imports(world: OlxWorld) -> list[list[dict[str, Any]]]:
    """The ads of each import."""
    return [body["ad_list"] for method, _, body in world.calls if method == "PUT"]


def test_two_hundred_ads_make_one_import_and_one_read(
    world: OlxWorld, access: PortalAccess
) -> None:
    wish(access, 200)

    drain_access(access.pk, connections=1)

    assert [len(ads) for ads in imports(world)] == [200]
    assert states(access) == {"pending": 200}
    world.calls.clear()
    check_now(access)
    assert states(access) == {"live": 200}
    assert [path for _, path, _ in world.calls] == ["/autoupload/import/import-1"]
    assert len(world.ads) == 200


def test_an_ad_comes_changes_and_goes(world: OlxWorld, access: PortalAccess) -> None:
    [row] = wish(access, 1)
    drain_access(access.pk, connections=1)
    check_now(access)
    row.refresh_from_db()
    assert (row.state, row.remote_id) == ("live", "1300000000")

    Vehicle.objects.filter(pk=row.vehicle_id).update(price="40000")
    mark_due([row.pk], now=timezone.now())
    drain_access(access.pk, connections=1)
    check_now(access)
    assert imports(world)[-1][0]["price"] == 40000

    Listing.objects.filter(pk=row.pk).update(wanted="absent")
    mark_due([row.pk], now=timezone.now())
    drain_access(access.pk, connections=1)
    check_now(access)
    assert imports(world)[-1] == [{"id": row.vehicle.code, "operation": "delete"}]
    assert states(access) == {"absent": 1}
    assert world.ads == {}


def polls(access: PortalAccess) -> list[Attempt]:
    """The rows about reads of imports."""
    return list(Attempt.objects.filter(access=access, path__startswith="/autoupload/import/"))


def test_a_read_of_many_ads_is_written_down_once(world: OlxWorld, access: PortalAccess) -> None:
    rows = wish(access, 5)
    refused = rows[0].vehicle.code
    drain_access(access.pk, connections=1)
    waiting = {row.vehicle.code: {"status": "queued", "operation": "insert"} for row in rows}
    decided, world.imports["import-1"] = world.imports["import-1"], waiting

    check_now(access)
    check_now(access)

    assert [(row.listing_id, row.ads, row.outcome) for row in polls(access)] == [
        (None, 5, "checked"),
        (None, 5, "checked"),
    ]
    assert not AttemptShare.objects.exists()  # they wait as before

    decided[refused] = {"status": "refused", "operation": "insert", "message": ["NO_IMAGE"]}
    world.imports["import-1"] = decided
    check_now(access)

    assert len(polls(access)) == 3
    assert (polls(access)[0].ads, polls(access)[0].outcome) == (5, "several")
    told = {row.pk: exchanges_about(access.dealer, most=9, listing=row) for row in rows}
    assert {len(each) for each in told.values()} == {2}  # the import, and what became of it
    assert [told[row.pk][0].outcome for row in rows] == ["refused", *["checked"] * 4]


def test_a_read_of_one_ad_is_its_own(world: OlxWorld, access: PortalAccess) -> None:
    [row] = wish(access, 1)
    drain_access(access.pk, connections=1)
    check_now(access)

    assert [(each.listing_id, each.ads) for each in polls(access)] == [(row.pk, 1)]


def test_a_refused_token_stops_the_access_until_it_is_connected_again(
    world: OlxWorld, access: PortalAccess
) -> None:
    wish(access, 3)
    world.fail("unauthorized")

    drain_access(access.pk, connections=1)

    access.refresh_from_db()
    assert access.is_stopped
    assert len(world.calls) == 1
    assert states(access) == {"absent": 3}
