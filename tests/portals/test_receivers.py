"""A change of a vehicle or store marks the listings in its transaction; the wake-up follows it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.services.changes import By
from accounts.services.dealers import update_dealer
from inventory.services.vehicles import update_vehicle
from portals.models import FanOut, Listing, PortalAccess
from portals.services import marking
from tests.portals.by_hand import HandDrain

Wish = Callable[..., Listing]
BY = By()


def test_the_mark_is_part_of_the_change_and_the_wake_up_comes_after_it(
    access: PortalAccess,
    wish: Wish,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = wish(live=True, due_at=None)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(1000))
        row.refresh_from_db()
        inside = (row.due_at is not None, list(sent))

    assert inside == (True, [])
    assert sent == [("portals.tasks.drain_access", access.pk)]


def test_a_change_rolled_back_leaves_neither_mark_nor_message(
    access: PortalAccess,
    wish: Wish,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = wish(live=True, due_at=None)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(1000))
        transaction.set_rollback(True)

    row.refresh_from_db()
    assert (row.due_at, sent) == (None, [])


def test_what_no_portal_shows_wakes_nobody(
    access: PortalAccess,
    wish: Wish,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = wish(live=True, due_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, location="Hall 2")

    row.refresh_from_db()
    assert (row.due_at, sent) == (None, [])


def test_a_vehicle_nobody_publishes_wakes_nobody(
    access: PortalAccess,
    wish: Wish,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = wish(wanted="absent", due_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(1000))

    assert sent == []


def test_what_ads_say_of_the_store_makes_all_its_ads_due_and_nobody_elses(
    access: PortalAccess,
    connected: Callable[..., PortalAccess],
    wish: Wish,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    waits = wish(due_at=None, failure_mode="preflight")
    live = wish(live=True, due_at=None)
    theirs = wish(access=connected(), live=True, due_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        update_dealer(access.dealer_id, by=BY, postal_code="01310-100")

    assert sent == [("portals.tasks.spread_fan_outs",)]
    assert marking.spread().access_ids == {access.pk}
    for row in (waits, live, theirs):
        row.refresh_from_db()
    assert [row.due_at is not None for row in (waits, live, theirs)] == [True, True, False]


def test_what_no_ad_says_of_the_store_and_a_store_without_ads_wake_nobody(
    access: PortalAccess,
    connected: Callable[..., PortalAccess],
    wish: Wish,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    wish(live=True, due_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        update_dealer(access.dealer_id, by=BY, name="Another name")
        update_dealer(connected().dealer_id, by=BY, phone="(11) 3333-4444")

    assert sent == []
    assert not FanOut.objects.exists()


def test_a_drain_that_runs_already_sends_the_stores_new_facts(
    access: PortalAccess, wish: Wish
) -> None:
    drain = HandDrain(access)
    wish()
    update_dealer(access.dealer_id, by=BY, phone="(11) 98765-4321", postal_code="01310-100")

    drain.prepare()

    draft_of = drain.preparer.access.dealer
    assert (draft_of.phone, draft_of.postal_code) == ("+5511987654321", "01310100")
