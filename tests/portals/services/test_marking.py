"""Exactly the listings that a change touches become due, inside the change's own transaction."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.services.changes import By
from inventory.models import Vehicle
from inventory.services.vehicles import set_state, update_vehicle
from portals.models import FanOut, Listing, PortalAccess
from portals.services import marking
from portals.services.marking import Marked
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory

Wish = Callable[..., Listing]
BY = By()


@pytest.fixture
def row(wish: Wish) -> Listing:
    """A listing that is live and rests."""
    return wish(live=True, due_at=None)


def due() -> set[int]:
    """Return the ids of all listings that are due."""
    return set(Listing.objects.filter(due_at__isnull=False).values_list("pk", flat=True))


def many(access: PortalAccess, count: int) -> list[int]:
    """Make so many listings that rest; ids of their vehicles."""
    vehicles = Vehicle.objects.bulk_create(VehicleFactory.build_batch(count, dealer=access.dealer))
    Listing.objects.bulk_create(
        Listing(dealer=access.dealer, access=access, vehicle=vehicle, wanted="live")
        for vehicle in vehicles
    )
    return [vehicle.pk for vehicle in vehicles]


def test_a_changed_vehicle_marks_its_listings_everywhere_and_no_other(
    row: Listing, wish: Wish, connected: Callable[..., PortalAccess], access: PortalAccess
) -> None:
    neighbour = wish(live=True, due_at=None)

    update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(1000))

    before = row.version
    row.refresh_from_db()
    assert due() == {row.pk}
    assert neighbour.pk not in due()
    assert (row.version, row.urgent) == (before + 1, False)


def test_a_vehicle_that_leaves_does_not_wait_behind_new_ads(
    row: Listing, access: PortalAccess
) -> None:
    set_state(row.vehicle_id, dealer=access.dealer, by=BY, state="archived")

    row.refresh_from_db()
    assert row.urgent is True


def test_what_was_urgent_stays_so_until_it_is_done(row: Listing, access: PortalAccess) -> None:
    set_state(row.vehicle_id, dealer=access.dealer, by=BY, state="in_preparation")
    update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(1000))

    row.refresh_from_db()
    assert row.urgent is True


@pytest.mark.parametrize("field", sorted(marking.INVISIBLE))
def test_what_no_portal_shows_causes_no_work(row: Listing, field: str) -> None:
    marked = marking.mark_vehicles_changed([row.vehicle_id], fields=frozenset([field]))

    assert marked == Marked()
    assert due() == set()


def test_one_visible_field_among_others_is_enough(row: Listing, access: PortalAccess) -> None:
    marked = marking.mark_vehicles_changed(
        [row.vehicle_id], fields=frozenset(["cost", "location", "colour"])
    )

    assert marked == Marked(access_ids=frozenset([access.pk]))
    assert due() == {row.pk}


def test_anything_may_have_changed_when_no_field_is_named(row: Listing) -> None:
    marking.mark_vehicles_changed([row.vehicle_id], fields=frozenset())

    assert due() == {row.pk}


@pytest.mark.parametrize(
    ("wanted", "state", "concerned"),
    [
        ("absent", "absent", False),
        ("live", "absent", True),
        ("absent", "live", True),
        ("absent", "unknown", True),
        ("paused", "absent", True),
    ],
)
def test_who_is_neither_wanted_nor_there_is_not_concerned(
    wish: Wish, wanted: str, state: str, concerned: bool
) -> None:
    row = wish(wanted=wanted, state=state, due_at=None)

    marking.mark_vehicles_changed([row.vehicle_id], fields=frozenset())

    assert due() == ({row.pk} if concerned else set())


def test_a_change_rolled_back_marks_nothing(row: Listing, access: PortalAccess) -> None:
    with transaction.atomic():
        update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(1000))
        marked = due()
        transaction.set_rollback(True)

    assert marked == {row.pk}
    assert due() == set()


# -- wide changes --------------------------------------------------------------------------------
def test_up_to_two_hundred_are_marked_at_once(access: PortalAccess) -> None:
    ids = many(access, marking.DIRECT)

    marked = marking.mark_vehicles_changed(ids, fields=frozenset(["price"]))

    assert marked == Marked(access_ids=frozenset([access.pk]))
    assert len(due()) == marking.DIRECT
    assert not FanOut.objects.exists()


def test_more_are_left_to_be_spread_in_chunks(access: PortalAccess) -> None:
    ids = many(access, marking.DIRECT + 1)

    marked = marking.mark_vehicles_changed(ids, fields=frozenset(["price"]))
    assert marked == Marked(fan_out=True)
    assert due() == set()

    spread = marking.spread()
    assert spread == Marked(access_ids=frozenset([access.pk]))
    assert len(due()) == marking.DIRECT + 1
    assert not FanOut.objects.exists()


def test_few_vehicles_at_many_portals_are_spread_too(
    access: PortalAccess, connected: Callable[..., PortalAccess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "DIRECT", 2)
    vehicle = VehicleFactory.create(dealer=access.dealer)
    for _ in range(3):
        ListingFactory.create(access=connected(), vehicle=vehicle)

    marked = marking.mark_vehicles_changed([vehicle.pk], fields=frozenset())

    assert marked == Marked(fan_out=True)


def test_a_spread_cut_short_goes_on_where_it_was(
    access: PortalAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "CHUNK", 10)
    ids = many(access, 25)
    FanOut.objects.create(vehicle_ids=ids)
    accesses: set[int] = set()

    assert marking._spread_chunk(accesses) == 10
    assert len(due()) == 10
    Listing.objects.filter(due_at__isnull=False).update(due_at=None)  # done meanwhile
    marking.spread()

    assert len(due()) == 15


def test_a_spread_without_time_asks_for_another_turn(access: PortalAccess) -> None:
    marking.mark_scope(access_id=access.pk)

    assert marking.spread(budget=0.0) == Marked(fan_out=True)
    assert FanOut.objects.exists()


def test_a_scope_is_spread_to_its_listings_only(
    wish: Wish, access: PortalAccess, connected: Callable[..., PortalAccess]
) -> None:
    other = connected()
    mine = wish(live=True, due_at=None, failure_mode="mapping")
    fine = wish(live=True, due_at=None)
    theirs = wish(access=other, live=True, due_at=None, failure_mode="mapping")

    marking.mark_scope(dealer_id=access.dealer_id, failure_mode="mapping")
    marking.spread()
    assert due() == {mine.pk}

    marking.mark_scope(portal_id=access.portal_id, failure_mode="mapping")
    marking.spread()
    assert due() == {mine.pk, theirs.pk}

    marking.mark_scope(access_id=access.pk)
    marking.spread()
    assert due() == {mine.pk, theirs.pk, fine.pk}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_is_spreading_is_his(access: PortalAccess, wish: Wish) -> None:
    """No second worker spins while the first one works."""
    wish(live=True, due_at=None)
    fan_out = FanOut.objects.create(access=access)
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT id FROM portals_fanout WHERE id = %s FOR UPDATE", [fan_out.pk])

        assert marking.spread() == Marked()

    other.rollback()
    other.close()
    assert marking.spread() == Marked(access_ids=frozenset([access.pk]))


def test_marking_fences_a_send_under_way(row: Listing) -> None:
    before = row.version

    assert marking.mark_due([row.pk], now=timezone.now(), urgent=True) == 1

    row.refresh_from_db()
    assert (row.version, row.urgent) == (before + 1, True)
