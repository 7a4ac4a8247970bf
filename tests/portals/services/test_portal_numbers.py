"""The portal's own number of slots wins over ours, and is read after every write that moves it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib.remote_errors import Unreachable
from portals import tasks
from portals.connectors.types import AdWarning, PlanReport
from portals.models import Listing, Plan, PortalAccess
from portals.services import housekeeping, plan_slots
from portals.services.drain import drain_access
from portals.services.syncing import READ_AGAIN, sync_access_plans
from tests.factories.portals import PlanFactory
from tests.portals.fake_portal import Fault

DENIED = AdWarning(kind="highlight_denied", asked=1, granted=0, message="Cota excedida.")


def told(total: int, published: int, **facts: object) -> tuple[PlanReport, ...]:
    """Return what a portal tells of its one highlight."""
    report = PlanReport(
        kind="highlight", remote_key="h1", name="D", weight=1, total=total, published=published
    )
    for name, value in facts.items():
        object.__setattr__(report, name, value)
    return (report,)


@pytest.mark.parametrize(
    ("published", "counted", "reserved", "free"),
    [
        (0, 0, 0, 10),
        (8, 5, 5, 2),  # three were given at the portal itself
        (8, 5, 6, 1),  # and one more by us since it was read
        (8, 5, 4, 3),  # or one taken back
        (10, 7, 7, 0),
        (12, 7, 7, 0),
        (3, 8, 8, 2),  # it counts fewer: ours are on their way
    ],
)
def test_free_is_what_is_free_by_both_counts(access, published, counted, reserved, free):
    plan = PlanFactory(
        access=access, total=10, published=published, counted=counted, reserved=reserved
    )

    assert plan_slots.room_in(plan) == free
    assert sum(plan_slots.take_slot(plan.pk) for _ in range(12)) == free


def test_a_reading_remembers_what_we_held_then(access, fake):
    fake.plan_reports = told(10, 6)
    plan = PlanFactory(access=access, remote_key="h1", total=9, reserved=4)

    sync_access_plans(access)

    plan.refresh_from_db()
    assert (plan.published, plan.counted, plan.used, plan.difference) == (6, 4, 6, 2)
    plan_slots.take_slot(plan.pk)
    plan.refresh_from_db()
    assert (plan.used, plan.available, plan.difference) == (7, 4, 2)


@pytest.mark.parametrize("kind", ["create", "withdraw", "highlight"])
def test_a_write_that_moves_slots_has_the_plans_read(access, wish, kind):
    row = wish()
    drain_access(access.pk)
    PortalAccess.objects.update(plans_due_at=None)
    if kind == "create":
        wish()
    elif kind == "withdraw":
        Listing.objects.filter(pk=row.pk).update(wanted="absent", due_at=timezone.now())
    else:
        Listing.objects.filter(pk=row.pk).update(highlight=1, due_at=timezone.now())

    drain_access(access.pk)

    access.refresh_from_db()
    assert access.plans_due_at is not None
    assert housekeeping.wants_plans(access.pk)
    assert list(housekeeping.plans_due()) == [access.pk]


def test_a_new_price_moves_no_slot(access, wish):
    row = wish()
    drain_access(access.pk)
    PortalAccess.objects.update(plans_due_at=None)
    row.vehicle.price = 1
    row.vehicle.save()
    Listing.objects.update(due_at=timezone.now())

    assert drain_access(access.pk).by_outcome["updated"] == 1

    access.refresh_from_db()
    assert access.plans_due_at is None


def test_the_sweep_finds_plans_whose_wake_up_was_lost(
    access, sent, django_capture_on_commit_callbacks
):
    PortalAccess.objects.update(plans_due_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()

    assert sent == [("portals.tasks.sync_plans", access.pk)]


def test_a_reading_settles_what_was_due_before_it_and_no_later_one(access):
    before, after = timezone.now(), timezone.now() + timedelta(minutes=5)
    for due, left in ((before, None), (after, after)):
        PortalAccess.objects.update(plans_due_at=due)
        sync_access_plans(access)
        access.refresh_from_db()
        assert access.plans_due_at == left


def test_a_reading_that_failed_is_made_again_and_not_every_minute(access, fake):
    fake.script("plans", Fault(error=Unreachable("503")))
    PortalAccess.objects.update(plans_due_at=timezone.now())

    assert sync_access_plans(access).failure == "unreachable"

    access.refresh_from_db()
    assert access.plans_due_at > timezone.now() + READ_AGAIN / 2


def test_a_highlight_the_portal_denies_holds_no_slot_and_is_asked_for_again_when_there_is_room(
    access, wish, fake
):
    plan = PlanFactory(access=access, remote_key="h1", total=2)
    row = wish(highlight=1, wished_at=timezone.now())
    fake.warnings = (DENIED,)
    drain_access(access.pk)
    row.refresh_from_db()
    plan.refresh_from_db()
    assert (row.slot_highlight_id, row.reduced, plan.reserved) == (None, True, 0)

    fake.plan_reports = told(2, 2)
    sync_access_plans(access)
    assert drain_access(access.pk).by_outcome["updated"] == 0

    fake.warnings, fake.plan_reports = (), told(2, 1)
    sync_access_plans(access)
    assert drain_access(access.pk).by_outcome["updated"] == 1
    row.refresh_from_db()
    plan.refresh_from_db()
    assert (row.slot_highlight_id, row.reduced, plan.reserved) == (plan.pk, False, 1)


def test_a_highlight_that_is_not_released_is_not_asked_for_and_says_so(access, wish, fake):
    plan = PlanFactory(access=access, total=2, released=False)
    row = wish(highlight=1)

    drain_access(access.pk)

    row.refresh_from_db()
    assert [warning["message"] for warning in row.warnings] == ["not_released"]
    assert [ad.body["highlight"] for ad in fake.ads] == [0]
    assert Plan.objects.get(pk=plan.pk).reserved == 0


def test_what_nobody_sees_holds_no_highlight(access, wish, fake):
    plan = PlanFactory(access=access, total=1)
    row = wish(highlight=1)
    drain_access(access.pk)
    assert Plan.objects.get(pk=plan.pk).reserved == 1

    Listing.objects.filter(pk=row.pk).update(wanted="paused", due_at=timezone.now())
    drain_access(access.pk)

    assert Plan.objects.get(pk=plan.pk).reserved == 0
    assert [(ad.state, ad.body["highlight"]) for ad in fake.ads] == [("paused", 0)]
