"""Due listings become jobs, with what was decided committed before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portals.models import Listing, Plan, PortalAccess
from portals.services import marking
from portals.services.drain import drain_access
from portals.services.next_step import Step
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PlanFactory
from tests.portals.by_hand import HandDrain
from tests.portals.fake_portal import FakePortal, refuse

Wish = Callable[..., Listing]


def take_over(access: PortalAccess) -> HandDrain:
    """Let the lease run out and another drain begin, as when a process was paused for long."""
    PortalAccess.objects.filter(pk=access.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    return HandDrain(access)


def test_claims_and_intents_are_committed_before_anything_is_sent(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()

    drain = HandDrain(access)
    found = drain.prepare()

    row.refresh_from_db()
    assert [job.step for job in found.jobs] == [Step.CREATE]
    assert (row.claim, row.intent) == (drain.lease.owner, "create")
    assert row.intent_at is not None
    assert fake.counters["requests"] == 0


def test_a_claimed_listing_is_not_taken_twice(access: PortalAccess, wish: Wish) -> None:
    wish()
    drain = HandDrain(access)
    drain.prepare()

    assert not drain.prepare()


def test_what_leaves_goes_before_what_comes_and_the_rest_by_its_moment(
    access: PortalAccess, wish: Wish
) -> None:
    now = timezone.now()
    late = wish(due_at=now - timedelta(seconds=1))
    early = wish(due_at=now - timedelta(hours=1))
    leaving = wish(live=True, urgent=True, wanted="absent", due_at=now)

    found = HandDrain(access).prepare(limit=2)
    rest = [job.listing_id for job in found.jobs]

    assert rest == [leaving.pk, early.pk]
    assert late.pk not in rest


def test_what_is_due_later_is_left_alone(access: PortalAccess, wish: Wish) -> None:
    wish(due_at=timezone.now() + timedelta(minutes=1))

    assert not HandDrain(access).prepare()


def test_a_status_is_read_only_when_nothing_else_is_due(access: PortalAccess, wish: Wish) -> None:
    now = timezone.now()
    checked = wish(live=True, due_at=None, check_at=now)
    created = wish()
    drain = HandDrain(access)

    first, second = drain.prepare(), drain.prepare()

    assert [(j.listing_id, j.step) for j in first.jobs] == [(created.pk, Step.CREATE)]
    assert [(j.listing_id, j.step) for j in second.jobs] == [(checked.pk, Step.CHECK)]


def test_a_drain_that_was_paused_beyond_its_lease_claims_nothing(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    """Paused between reading and claiming, while another one sends the same ad."""
    row = wish()
    paused = HandDrain(access)
    other = take_over(access)
    jobs = other.prepare().jobs
    outcomes = other.send(jobs)

    found = paused.prepare()  # it wakes up in the middle of the other one's send
    other.record(outcomes)

    row.refresh_from_db()
    assert not found
    assert paused.lease.lost
    assert (row.state, row.claim, row.remote_id) == ("pending", "", "1000")
    assert drain_access(access.pk).reason == "busy"
    other.end()
    drain_access(access.pk)
    assert len(fake.ads) == 1


def test_a_drain_whose_account_was_changed_claims_nothing(access: PortalAccess, wish: Wish) -> None:
    """Another account voids the lease: the old one must not get ads of the new one."""
    row = wish()
    drain = HandDrain(access)
    PortalAccess.objects.filter(pk=access.pk).update(lease_owner="", lease_until=None)

    assert not drain.prepare()

    row.refresh_from_db()
    assert (row.claim, row.intent) == ("", "")


def test_switches_flipped_during_a_drain_count_at_once(access: PortalAccess, wish: Wish) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(stock_enabled=False)
    drain = HandDrain(access)
    PortalAccess.objects.filter(pk=access.pk).update(stock_enabled=True)
    wish()

    assert [job.step for job in drain.prepare().jobs] == [Step.CREATE]


@pytest.mark.parametrize("whose", ["access", "dealer", "portal"])
def test_an_access_switched_off_during_a_drain_sends_no_more(
    access: PortalAccess, wish: Wish, whose: str
) -> None:
    row = wish()
    drain = HandDrain(access)
    owner = access if whose == "access" else getattr(access, whose)
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    assert not drain.prepare()

    row.refresh_from_db()
    assert not drain.lease.allows_exchange()
    assert (row.claim, row.due_at is not None) == ("", True)


def test_an_edit_between_reading_and_claiming_stays_due(access: PortalAccess, wish: Wish) -> None:
    row = wish(live=True, vehicle__price=None)
    drain = HandDrain(access)
    load = drain.preparer._load

    def load_and_edit(ids: list[int]) -> list[Listing]:
        rows = load(ids)
        marking.mark_due([row.pk], now=timezone.now())
        return rows

    drain.preparer._load = load_and_edit  # type: ignore[method-assign,assignment]
    drain.prepare()

    row.refresh_from_db()
    assert row.failure_mode == "preflight"
    assert row.due_at is not None


# -- settled without a request -------------------------------------------------------------------
def test_an_equal_payload_costs_no_request(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain_access(access.pk)
    requests = fake.counters["requests"]

    marking.mark_due([row.pk], now=timezone.now())
    report = drain_access(access.pk)

    row.refresh_from_db()
    assert fake.counters["requests"] == requests
    assert report.by_outcome == {"unchanged": 1}
    assert row.due_at is None


def test_an_ad_that_must_not_be_shown_goes_even_if_its_data_cannot_be_sent(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain_access(access.pk)
    row.vehicle.price = None
    row.vehicle.save()
    Listing.objects.filter(pk=row.pk).update(wanted="paused", due_at=timezone.now())

    report = drain_access(access.pk)

    row.refresh_from_db()
    assert (row.state, row.wanted, fake.ads) == ("absent", "paused", [])
    assert report.by_outcome == {"withdrawn": 1, "gone": 1}


def test_a_blocked_ad_costs_no_request_and_names_field_and_cause(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish(vehicle=VehicleFactory.create(dealer=access.dealer, price=None))
    good = wish()

    report = drain_access(access.pk)

    row.refresh_from_db()
    good.refresh_from_db()
    assert (row.failure_mode, row.due_at, row.state) == ("preflight", None, "absent")
    assert [(p["field"], p["code"]) for p in row.problems] == [("price", "price_missing")]
    assert fake.counters["create"] == 1
    assert good.state == "live"
    assert report.by_outcome["preflight"] == 1


def test_a_category_the_portal_does_not_take_is_unsupported(
    access: PortalAccess, wish: Wish
) -> None:
    row = wish(vehicle=VehicleFactory.create(dealer=access.dealer, category=3))

    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.failure_mode, row.due_at) == ("unsupported", None)


def test_new_data_lift_a_complaint(access: PortalAccess, wish: Wish, fake: FakePortal) -> None:
    row = wish(vehicle=VehicleFactory.create(dealer=access.dealer, price=None))
    drain_access(access.pk)

    row.vehicle.price = Decimal(30000)
    row.vehicle.save()
    marking.mark_due([row.pk], now=timezone.now())
    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.state, row.failure_mode, row.problems) == ("live", "", [])
    assert fake.ads[0].body["price"] == "30000.00"


def test_nothing_there_and_nothing_wanted_has_nothing_to_complain_about(
    access: PortalAccess, wish: Wish
) -> None:
    row = wish(wanted="absent", state="refused", failure_mode="refused", problems=[{"code": "x"}])

    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.state, row.failure_mode, row.problems, row.due_at) == ("absent", "", [], None)


def test_data_taken_back_to_what_is_live_end_the_refusal(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain_access(access.pk)
    Listing.objects.filter(pk=row.pk).update(failure_mode="refused", problems=[{"code": "x"}])

    marking.mark_due([row.pk], now=timezone.now())
    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.failure_mode, row.problems) == ("", [])


# -- slots of plans ------------------------------------------------------------------------------
def full_plan(access: PortalAccess, **columns: object) -> Plan:
    """Make an ad plan with a single slot."""
    plan: Plan = PlanFactory.create(access=access, kind="ad", total=1, **columns)
    return plan


def reserved(plan: Plan) -> int:
    """Return how many slots we count."""
    plan.refresh_from_db()
    return plan.reserved


def test_a_blocked_ad_takes_no_slot(access: PortalAccess, wish: Wish) -> None:
    plan = full_plan(access)
    wish(plan=plan, vehicle=VehicleFactory.create(dealer=access.dealer, price=None))

    HandDrain(access).prepare()

    assert reserved(plan) == 0


def test_an_ad_that_will_not_go_gives_its_slot_to_the_next_in_line(
    access: PortalAccess, wish: Wish
) -> None:
    """It held a slot for a create that never left; now it is no longer wished."""
    plan = full_plan(access, reserved=1)
    gone = wish(plan=plan, wanted="absent", slot_plan=plan)
    waiting = wish(plan=plan, failure_mode="plan", due_at=None)

    drain = HandDrain(access)
    drain.prepare()

    gone.refresh_from_db()
    waiting.refresh_from_db()
    assert gone.slot_plan_id is None
    assert reserved(plan) == 0
    assert waiting.due_at is not None


def test_a_slot_taken_for_an_offer_that_is_not_sent_goes_back(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain_access(access.pk)
    plan = full_plan(access)
    Listing.objects.filter(pk=row.pk).update(plan=plan, due_at=timezone.now())

    HandDrain(access).prepare()

    assert reserved(plan) == 0


def test_a_full_plan_blocks_without_a_request(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    plan = full_plan(access)
    first, second = wish(plan=plan), wish(plan=plan)

    drain_access(access.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.slot_plan_id) == ("live", plan.pk)
    assert (second.state, second.failure_mode, second.due_at) == ("absent", "plan", None)
    assert fake.counters["create"] == 1
    assert reserved(plan) == 1


def test_a_round_costs_as_many_queries_for_many_as_for_few(
    access: PortalAccess, wish: Wish, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        wish(vehicle=VehicleFactory.create(dealer=access.dealer, complete=True))
    drain = HandDrain(access)

    with django_assert_max_num_queries(25):
        found = drain.prepare(limit=30)

    assert len(found.jobs) == 30


def test_a_full_plan_holds_back_no_change_of_an_ad_that_is_there(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain_access(access.pk)
    plan = full_plan(access, reserved=1)
    wish(live=True, due_at=None, slot_plan=plan, plan=plan)
    Listing.objects.filter(pk=row.pk).update(plan=plan, wanted="paused", due_at=timezone.now())

    drain_access(access.pk)

    row.refresh_from_db()
    assert [ad.state for ad in fake.ads] == ["paused"]
    assert (row.state, row.failure_mode, row.slot_plan_id) == ("paused", "", None)


def test_a_refusal_that_is_no_longer_shown_holds_nothing_back_in_silence(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    """A failed look has put its own complaint in the place of the refusal."""
    row = wish()
    fake.script("create", refuse("price"))
    drain_access(access.pk)
    Listing.objects.filter(pk=row.pk).update(
        state="unknown", failure_mode="transient", due_at=timezone.now()
    )

    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.state, row.failure_mode, len(fake.ads)) == ("live", "", 1)


def test_a_pause_of_nothing_has_nothing_to_complain_about(access: PortalAccess, wish: Wish) -> None:
    row = wish(wanted="paused", failure_mode="transient", problems=[{"code": "unreachable"}])

    drain_access(access.pk)

    row.refresh_from_db()
    assert (row.state, row.failure_mode, row.problems) == ("absent", "", [])
