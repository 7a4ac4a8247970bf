"""A vehicle's change marks its listings in the same transaction; the wake-up follows it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.services.changes import By
from inventory.services.vehicles import update_vehicle
from portals.models import Listing, PortalAccess

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
