"""Slots of plans: never overrun, never lost, offered in line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portals.models import Listing, Plan, PortalAccess
from portals.services import plan_slots
from portals.services.drain import drain_access
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PlanFactory, PortalAccessFactory
from tests.portals.fake_portal import FakePortal

Wish = Callable[..., Listing]


def plan_of(access: PortalAccess, **columns: object) -> Plan:
    """Make an ad plan of three slots."""
    plan: Plan = PlanFactory.create(**{"access": access, "kind": "ad", "total": 3, **columns})
    return plan


def test_slots_are_taken_until_the_plan_is_full(access: PortalAccess) -> None:
    plan = plan_of(access)

    assert [plan_slots.take_slot(plan.pk) for _ in range(5)] == [True] * 3 + [False] * 2

    plan.refresh_from_db()
    assert plan.reserved == 3


def test_a_plan_without_known_total_is_never_full(access: PortalAccess) -> None:
    plan = plan_of(access, total=None)

    assert all(plan_slots.take_slot(plan.pk) for _ in range(5))


def test_a_slot_given_back_is_free_and_never_less_than_none(access: PortalAccess) -> None:
    plan = plan_of(access, reserved=1)

    plan_slots.free_slot(plan.pk)
    plan_slots.free_slot(plan.pk)

    plan.refresh_from_db()
    assert plan.reserved == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_overrun_a_plan() -> None:
    plan = plan_of(PortalAccessFactory.create(), total=7)
    taken: list[bool] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        taken.extend(plan_slots.take_slot(plan.pk) for _ in range(5))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    plan.refresh_from_db()
    assert taken.count(True) == plan.reserved == 7


def test_a_freed_slot_goes_to_the_one_who_waits_longest(access: PortalAccess, wish: Wish) -> None:
    plan, now = plan_of(access), timezone.now()
    waiting = {"plan": plan, "failure_mode": "plan", "due_at": None}
    late = wish(**waiting, wished_at=now)
    early = wish(**waiting, wished_at=now - timedelta(hours=1))
    blocked = wish(**{**waiting, "failure_mode": "preflight"}, wished_at=now - timedelta(days=1))
    sold = wish(**waiting, wished_at=now - timedelta(days=2), vehicle__state="sold")
    held = wish(**waiting, wished_at=now - timedelta(days=3), slot_plan=plan)

    assert plan_slots.offer_freed([plan.pk], now=now) == 1

    due = Listing.objects.filter(due_at__isnull=False)
    assert list(due.values_list("pk", flat=True)) == [early.pk]
    assert {late.pk, blocked.pk, sold.pk, held.pk}.isdisjoint(due.values_list("pk", flat=True))


def test_two_freed_slots_of_one_plan_are_two_turns(access: PortalAccess, wish: Wish) -> None:
    plan = plan_of(access)
    for _ in range(3):
        wish(plan=plan, failure_mode="plan", due_at=None, wished_at=timezone.now())

    assert plan_slots.offer_freed([plan.pk, plan.pk], now=timezone.now()) == 2


def test_who_was_called_already_is_not_called_again(access: PortalAccess, wish: Wish) -> None:
    plan = plan_of(access)
    for _ in range(3):
        wish(plan=plan, failure_mode="plan", due_at=None, wished_at=timezone.now())

    first = plan_slots.offer_freed([plan.pk], now=timezone.now())
    second = plan_slots.offer_freed([plan.pk], now=timezone.now())

    assert (first, second) == (1, 1)
    assert Listing.objects.filter(due_at__isnull=False).count() == 2


@pytest.mark.parametrize(("total", "reserved", "marked"), [(3, 1, 2), (3, 3, 0), (None, 9, 4)])
def test_after_a_sync_as_many_wait_no_longer_as_there_are_slots(
    access: PortalAccess, wish: Wish, total: int | None, reserved: int, marked: int
) -> None:
    plan = plan_of(access, total=total, reserved=reserved)
    for _ in range(4):
        wish(plan=plan, failure_mode="plan", due_at=None, wished_at=timezone.now())

    assert plan_slots.offer_free(access.pk, now=timezone.now()) == marked


def test_another_dealers_listings_are_not_in_line(
    access: PortalAccess, wish: Wish, connected: Callable[..., PortalAccess]
) -> None:
    plan = plan_of(access)
    wish(access=connected(), plan=plan, failure_mode="plan", due_at=None)

    assert plan_slots.offer_freed([plan.pk], now=timezone.now()) == 0


# -- highlights ----------------------------------------------------------------------------------
def test_without_a_highlight_slot_the_ad_goes_without_and_says_so(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    plan = plan_of(access, kind="highlight", weight=1, total=1)
    first, second = wish(highlight=1), wish(highlight=1)

    drain_access(access.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    plan.refresh_from_db()
    assert (first.slot_highlight_id, second.slot_highlight_id) == (plan.pk, None)
    assert [w["kind"] for w in second.warnings] == ["highlight_denied"]
    assert (second.reduced, second.state, plan.reserved) == (True, "live", 1)
    assert sorted(ad.body["highlight"] for ad in fake.ads) == [0, 1]


def test_a_highlight_wished_for_a_live_ad_in_vain_is_told_until_it_is_wished_no_more(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    plan_of(access, kind="highlight", weight=1, total=1)
    wish(highlight=1)
    plain = wish()
    drain_access(access.pk)
    told = []
    for highlight in (1, 0):
        Listing.objects.filter(pk=plain.pk).update(highlight=highlight, due_at=timezone.now())
        drain_access(access.pk)
        plain.refresh_from_db()
        told.append(([w["kind"] for w in plain.warnings], plain.reduced))

    assert told == [(["highlight_denied"], True), ([], False)]
    assert fake.counters["update"] == 0


def test_a_freed_highlight_goes_to_the_ad_that_was_denied_one(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    plan = plan_of(access, kind="highlight", weight=1, total=1)
    first, second = wish(highlight=1), wish(highlight=1)
    drain_access(access.pk)

    Listing.objects.filter(pk=first.pk).update(wanted="absent", due_at=timezone.now())
    drain_access(access.pk)

    second.refresh_from_db()
    plan.refresh_from_db()
    assert (second.slot_highlight_id, second.reduced, plan.reserved) == (plan.pk, False, 1)
    assert [ad.body["highlight"] for ad in fake.ads] == [1]


def test_a_plan_is_never_overrun_by_a_drain(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    plan = plan_of(access, total=5)
    for _ in range(12):
        wish(plan=plan)

    drain_access(access.pk, connections=4)

    plan.refresh_from_db()
    assert (plan.reserved, len(fake.ads)) == (5, 5)
    assert Listing.objects.filter(failure_mode="plan", due_at=None).count() == 7


def test_slots_of_two_dealers_are_their_own(
    access: PortalAccess, fake: FakePortal, wish: Wish, connected: Callable[..., PortalAccess]
) -> None:
    other = connected(dealer=DealerFactory.create())
    mine, theirs = plan_of(access, total=1), plan_of(other, total=1)
    wish(plan=mine)
    wish(access=other, plan=theirs, vehicle=VehicleFactory.create(dealer=other.dealer))

    drain_access(access.pk)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.reserved, theirs.reserved) == (1, 0)


def test_ads_the_portal_turned_away_are_offered_as_many_slots_as_it_has_free(
    access: PortalAccess, wish: Wish
) -> None:
    plan_of(access, total=5, published=3)
    rows = [wish() for _ in range(4)]
    Listing.objects.filter(pk__in=[row.pk for row in rows]).update(
        due_at=None, failure_mode="plan", state="refused"
    )

    assert plan_slots.offer_free(access.pk, now=timezone.now()) == 2

    due = Listing.objects.filter(due_at__isnull=False).order_by("pk")
    assert [row.pk for row in due] == [row.pk for row in rows[:2]]
