"""The whole engine, threads included, against a portal in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.services.changes import By
from inventory.services.vehicles import set_state
from portals.models import Listing, Plan, PortalAccess, PortalGate
from portals.services import gates, leases, marking
from portals.services.drain import drain_access
from tests.factories.portals import PlanFactory
from tests.portals.fake_portal import (
    FakePortal,
    Fault,
    never_arrives,
    refuse,
    server_error,
    throttle,
    unauthorized,
)

Wish = Callable[..., Listing]


def states(access: PortalAccess) -> dict[str, int]:
    """Count the listings of an access by state."""
    found: dict[str, int] = {}
    for state in Listing.objects.filter(access=access).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_ads_go_live_and_nothing_stays_due(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    listings = [wish() for _ in range(3)]

    report = drain_access(access.pk)

    assert {ad.reference for ad in fake.ads} == {row.vehicle.code for row in listings}
    assert fake.counters["create"] == 3
    assert report.by_outcome == {"created": 3, "checked": 3}
    assert not report.left
    rows = Listing.objects.filter(access=access).values_list("state", "due_at", "claim", "intent")
    assert set(rows) == {("live", None, "", "")}


def test_the_lease_is_free_afterwards(access: PortalAccess, wish: Wish) -> None:
    wish()

    drain_access(access.pk)

    access.refresh_from_db()
    assert (access.lease_owner, access.lease_until) == ("", None)


def test_nothing_due_takes_no_lease_and_sends_nothing(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    wish(due_at=timezone.now() + timedelta(hours=1))

    report = drain_access(access.pk)

    assert (report.sent, report.reason, report.left) == (0, "", False)
    assert fake.counters["requests"] == 0
    assert not PortalGate.objects.exists()


def test_a_second_drain_does_nothing(access: PortalAccess, wish: Wish, fake: FakePortal) -> None:
    wish()
    assert leases.acquire(access.pk) is not None

    report = drain_access(access.pk)

    assert (report.reason, report.sent, report.left) == ("busy", 0, True)
    assert fake.counters["requests"] == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "stopped"),
        ({"failure_mode": "credentials"}, "stopped"),
        ({"blocked_until": timezone.now() + timedelta(hours=1)}, "held_back"),
        ({"blocked_until": timezone.now() - timedelta(hours=1)}, ""),
    ],
)
def test_an_access_that_stands_still_says_why(
    access: PortalAccess, wish: Wish, fake: FakePortal, change: dict[str, object], reason: str
) -> None:
    wish()
    PortalAccess.objects.filter(pk=access.pk).update(**change)

    report = drain_access(access.pk)

    assert report.reason == reason
    assert fake.counters["create"] == (0 if reason else 1)


@pytest.mark.parametrize("whose", ["portal", "dealer"])
def test_an_inactive_portal_or_dealer_sends_nothing(
    access: PortalAccess, wish: Wish, fake: FakePortal, whose: str
) -> None:
    wish()
    owner = getattr(access, whose)
    owner.is_active = False
    owner.save()

    assert drain_access(access.pk).reason == "stopped"
    assert fake.counters["requests"] == 0


def test_as_many_connections_as_allowed_are_used_and_no_more(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    fake.latency = 0.02
    for _ in range(20):
        wish()

    drain_access(access.pk, connections=3)

    assert fake.peak_in_flight == 3
    assert states(access) == {"live": 20}


# -- faults of the portal ------------------------------------------------------------------------
def test_a_token_that_ends_in_mid_batch_is_renewed_once(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    for _ in range(12):
        wish()
    fake.latency = 0.005
    fake.script("create", *[Fault()] * 5, unauthorized())

    drain_access(access.pk, connections=4)

    assert states(access) == {"live": 12}
    assert fake.counters["login"] == 2
    assert fake.counters["created"] == 12


def test_what_never_left_is_tried_again_without_a_look(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    wish()
    fake.script("create", never_arrives())

    drain_access(access.pk)

    assert (fake.counters["create"], fake.counters["find"]) == (2, 0)
    assert states(access) == {"live": 1}


def test_a_portal_that_is_down_is_left_alone(
    access: PortalAccess, fake: FakePortal, wish: Wish, settings: Settings
) -> None:
    settings.PORTAL_PROBE_DELAY = 30.0
    settings.FIRST_RETRY = 60.0
    for _ in range(50):
        wish()
    fake.outage = True

    first = drain_access(access.pk, connections=2)
    asked = fake.counters["requests"]
    second = drain_access(access.pk, connections=2)

    assert (first.reason, second.reason) == ("portal_down", "portal_down")
    assert asked <= gates.FAILURES + 4
    assert fake.counters["requests"] == asked
    assert first.left
    assert second.left


def test_one_probe_opens_the_gate_and_all_goes_on(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    for _ in range(10):
        wish()
    gate = gates.gate_for("http://127.0.0.1:8100/fake")
    past = timezone.now() - timedelta(seconds=1)
    PortalGate.objects.filter(pk=gate.pk).update(failures=9, closed_until=past, closed_since=past)

    report = drain_access(access.pk)

    assert states(access) == {"live": 10}
    assert PortalGate.objects.get().closed_until is None
    assert not report.left


def test_a_probe_that_is_asked_to_wait_holds_the_access_back(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    wish()
    gate = gates.gate_for("http://127.0.0.1:8100/fake")
    past = timezone.now() - timedelta(seconds=1)
    PortalGate.objects.filter(pk=gate.pk).update(failures=9, closed_until=past, closed_since=past)
    fake.script("create", throttle(60.0))

    assert drain_access(access.pk).reason == "held_back"


def test_an_outage_in_the_middle_ends_with_every_ad_once(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    for _ in range(20):
        wish()
    fake.script("create", *[server_error()] * 8)

    for _ in range(30):
        PortalGate.objects.update(closed_until=timezone.now() - timedelta(seconds=1))
        if not drain_access(access.pk).left:
            break

    assert states(access) == {"live": 20}
    assert len(fake.ads) == len({ad.reference for ad in fake.ads}) == 20


# -- the status tells ----------------------------------------------------------------------------
def test_a_200_alone_makes_no_ad_live(access: PortalAccess, fake: FakePortal, wish: Wish) -> None:
    row = wish()
    fake.state_after_write = "pending"

    drain_access(access.pk, deadline=0.3)
    row.refresh_from_db()
    assert row.state == "pending"
    fake.ads[0].state = "live"
    Listing.objects.update(check_at=timezone.now())
    drain_access(access.pk)

    row.refresh_from_db()
    assert row.state == "live"
    assert row.live_at is not None


def test_an_ad_that_vanished_is_made_again(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    row = wish()
    drain_access(access.pk)
    fake.ads.clear()
    Listing.objects.update(check_at=timezone.now())

    drain_access(access.pk)

    row.refresh_from_db()
    assert [ad.reference for ad in fake.ads] == [row.vehicle.code]
    assert (row.state, row.remote_id) == ("live", fake.ads[0].remote_id)


def test_an_unknown_word_is_one_work_item_and_does_not_flap(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    row = wish()
    drain_access(access.pk)
    fake.ads[0].state = "unknown"

    seen = []
    for _ in range(3):
        Listing.objects.update(check_at=timezone.now())
        drain_access(access.pk)
        row.refresh_from_db()
        seen.append((row.state, row.failure_mode, row.due_at))

    assert seen == [("live", "unexpected", None)] * 3
    assert (fake.counters["create"], fake.counters["update"]) == (1, 0)


def test_a_change_refused_stays_shown_while_the_ad_stays_live(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    row = wish()
    drain_access(access.pk)
    row.vehicle.description = "<b>not allowed</b>"
    row.vehicle.save()
    fake.script("update", refuse("description"))
    marking.mark_due([row.pk], now=timezone.now())
    drain_access(access.pk)
    Listing.objects.update(check_at=timezone.now())

    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.state, row.failure_mode) == ("live", "refused")
    assert [p["field"] for p in row.problems] == ["description"]


# -- two dealers, slots, sales -------------------------------------------------------------------
def test_a_drain_touches_only_its_own_access(
    access: PortalAccess, fake: FakePortal, wish: Wish, connected: Callable[..., PortalAccess]
) -> None:
    wish()
    other = connected()
    theirs = wish(access=other)

    drain_access(access.pk)

    theirs.refresh_from_db()
    assert (theirs.state, theirs.due_at is not None, theirs.claim) == ("absent", True, "")
    assert [ad.reference for ad in fake.ads] != [theirs.vehicle.code]


def test_slots_lost_in_a_crash_are_counted_again_and_offered(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    plan: Plan = PlanFactory.create(access=access, kind="ad", total=1, reserved=1)
    waiting = wish(plan=plan, failure_mode="plan", due_at=None)
    wish()

    drain_access(access.pk)

    waiting.refresh_from_db()
    plan.refresh_from_db()
    assert (waiting.state, waiting.slot_plan_id, plan.reserved) == ("live", plan.pk, 1)


def test_a_sold_vehicle_disappears_and_its_wish_stays(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    row = wish()
    drain_access(access.pk)

    set_state(row.vehicle_id, dealer=access.dealer, by=By(), state="archived")
    drain_access(access.pk)

    row.refresh_from_db()
    assert fake.ads == []
    assert (row.state, row.wanted, row.remote_id, row.check_at) == ("absent", "live", "", None)


def test_what_is_missing_says_which_field(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    row = wish()
    fake.script("create", refuse("plate", "price"))

    drain_access(access.pk)

    row.refresh_from_db()
    assert [p["field"] for p in row.problems] == ["plate", "price"]
