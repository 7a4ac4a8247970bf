"""Outcomes are written down fenced: never for what another drain or a newer change owns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.services.changes import By
from config.lib.remote_errors import Exchange, Unreachable
from inventory.services.vehicles import set_state, update_vehicle
from portals.connectors.errors import NotAsked, PlanExhausted
from portals.models import Attempt, Listing, Plan, PortalAccess, PortalGate
from portals.services.drain import drain_access
from portals.services.gates import FAILURES
from portals.services.next_step import Step
from portals.services.slots import Outcome
from tests.factories.portals import PlanFactory
from tests.portals.by_hand import HandDrain
from tests.portals.fake_portal import (
    FakePortal,
    lose_answer_after_write,
    plan_full,
    refuse,
    server_error,
    throttle,
)

Wish = Callable[..., Listing]
BY = By()


def take_over(access: PortalAccess) -> HandDrain:
    """Let the lease run out and another drain begin."""
    PortalAccess.objects.filter(pk=access.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    return HandDrain(access)


def plan_of(access: PortalAccess, **columns: object) -> Plan:
    """Make an ad plan."""
    plan: Plan = PlanFactory.create(access=access, kind="ad", **columns)
    return plan


def test_an_outcome_of_a_drain_that_lost_its_lease_writes_nothing(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    paused = HandDrain(access)
    outcomes = paused.send(paused.prepare().jobs)
    other = take_over(access)

    paused.record(outcomes)

    row.refresh_from_db()
    assert (row.state, row.remote_id, row.claim) == ("unknown", "", "")
    other.turn()  # looks, finds the ad of the paused one
    other.turn()
    row.refresh_from_db()
    assert (row.state, row.remote_id) == ("pending", fake.ads[0].remote_id)
    assert len(fake.ads) == 1


def test_an_edit_during_a_send_leaves_the_listing_due(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain = HandDrain(access)
    jobs = drain.prepare().jobs
    update_vehicle(row.vehicle_id, dealer=access.dealer, by=BY, price=Decimal(39000))

    drain.record(drain.send(jobs))

    row.refresh_from_db()
    assert (row.state, row.remote_id) == ("pending", "1000")
    assert row.due_at is not None
    drain.turn()
    assert fake.ads[0].body["price"] == "39000.00"


def test_a_vehicle_sold_while_its_create_is_under_way_disappears_again(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain = HandDrain(access)
    jobs = drain.prepare().jobs
    set_state(row.vehicle_id, dealer=access.dealer, by=BY, state="archived")

    drain.record(drain.send(jobs))
    assert len(fake.ads) == 1
    drain.end()
    drain_access(access.pk)

    row.refresh_from_db()
    assert fake.ads == []
    assert (row.state, row.due_at, row.wanted) == ("absent", None, "live")


def test_a_vehicle_sold_while_its_create_got_lost_disappears_too(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    fake.script("create", lose_answer_after_write())
    drain = HandDrain(access)
    jobs = drain.prepare().jobs
    set_state(row.vehicle_id, dealer=access.dealer, by=BY, state="archived")

    drain.record(drain.send(jobs))
    drain.end()
    drain_access(access.pk)

    row.refresh_from_db()
    assert fake.ads == []
    assert (row.state, row.due_at) == ("absent", None)


def test_a_lost_answer_is_looked_for_and_never_doubled(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    fake.script("create", lose_answer_after_write())

    drain_access(access.pk)

    row.refresh_from_db()
    assert [ad.reference for ad in fake.ads] == [row.vehicle.code]
    assert (fake.counters["create"], fake.counters["find"]) == (1, 1)
    assert (row.state, row.failure_mode, row.failures) == ("live", "", 0)


def test_a_create_that_never_happened_is_looked_for_and_then_made(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    fake.script("create", server_error())

    drain_access(access.pk)

    row.refresh_from_db()
    assert (fake.counters["create"], fake.counters["find"]) == (2, 1)
    assert (row.state, len(fake.ads)) == ("live", 1)


def test_exchanges_are_kept_with_their_listing(access: PortalAccess, wish: Wish) -> None:
    row = wish()

    drain_access(access.pk)

    kept = Attempt.objects.filter(listing=row, dealer=access.dealer, access=access).order_by("id")
    assert [(a.step, a.outcome) for a in kept if a.path.endswith("create")] == [
        ("create", "created")
    ]
    assert kept.last().outcome == "checked"  # type: ignore[union-attr]


def test_a_hold_back_is_kept_on_the_access(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    wish()
    fake.script("create", throttle(120.0))

    report = drain_access(access.pk)

    access.refresh_from_db()
    assert report.reason == "held_back"
    assert access.blocked_until is not None
    seconds = (access.blocked_until - timezone.now()).total_seconds()
    assert 110 < seconds <= 120
    assert drain_access(access.pk).reason == "held_back"
    assert fake.counters["create"] == 1


def test_refused_credentials_stop_the_access_and_lose_no_wish(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    fake.password = "changed-at-the-portal"

    report = drain_access(access.pk)

    access.refresh_from_db()
    row.refresh_from_db()
    assert report.reason == "credentials"
    assert (access.failure_mode, access.failure_code) == ("credentials", "credentials_refused")
    assert access.failed_at is not None
    assert (row.state, row.failure_mode) == ("absent", "")
    assert row.due_at is not None


def test_an_account_changed_meanwhile_is_not_stopped_by_the_old_one(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    wish()
    drain = HandDrain(access)
    jobs = drain.prepare().jobs
    fake.password = "changed-at-the-portal"
    outcomes = drain.send(jobs)
    PortalAccess.objects.filter(pk=access.pk).update(account_fingerprint="another")

    drain.record(outcomes)

    access.refresh_from_db()
    assert access.failure_mode == ""


# -- slots of plans ------------------------------------------------------------------------------
def test_a_withdrawal_frees_its_slot_for_the_next_in_line(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    plan = plan_of(access, total=1)
    first, second, third = (wish(plan=plan, wished_at=timezone.now()) for _ in range(3))
    drain_access(access.pk)

    Listing.objects.filter(pk=first.pk).update(wanted="absent", due_at=timezone.now())
    drain_access(access.pk)

    plan.refresh_from_db()
    assert plan.reserved == 1
    states = [Listing.objects.get(pk=row.pk).state for row in (first, second, third)]
    assert states == ["absent", "live", "absent"]


def test_a_refused_create_frees_its_slot(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    plan = plan_of(access, total=1)
    bad = wish(plan=plan)
    drain = HandDrain(access)
    jobs = drain.prepare().jobs
    waiting = wish(plan=plan, failure_mode="plan", due_at=None)
    fake.script("create", refuse("price"))

    drain.record(drain.send(jobs))

    plan.refresh_from_db()
    bad.refresh_from_db()
    waiting.refresh_from_db()
    assert (plan.reserved, bad.slot_plan_id) == (0, None)
    assert waiting.due_at is not None


def test_a_plan_the_portal_calls_full_offers_its_slot_to_nobody(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    plan = plan_of(access, total=5)
    row = wish(plan=plan)
    fake.script("create", plan_full(), plan_full(), plan_full())

    drain_access(access.pk)

    row.refresh_from_db()
    plan.refresh_from_db()
    assert fake.counters["create"] == 1
    assert (row.failure_mode, row.due_at, row.slot_plan_id) == ("plan", None, None)
    assert plan.reserved == 0


def test_a_refused_move_to_another_plan_keeps_the_old_slot(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    old, new = plan_of(access, total=1, reserved=1), plan_of(access, total=1)
    row = wish(live=True, plan=new, slot_plan=old)
    fake.script("update", refuse("price"))
    fake.add(row.vehicle.code, 1, {"active": True}).remote_id = row.remote_id

    drain_access(access.pk)

    row.refresh_from_db()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (row.slot_plan_id, row.failure_mode) == (old.pk, "refused")
    assert (old.reserved, new.reserved) == (1, 0)


def test_a_move_to_another_plan_frees_the_old_slot(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    old, new = plan_of(access, total=1, reserved=1), plan_of(access, total=1)
    row = wish(live=True, plan=new, slot_plan=old)
    fake.add(row.vehicle.code, 1, {"active": True}).remote_id = row.remote_id

    drain_access(access.pk)

    row.refresh_from_db()
    old.refresh_from_db()
    new.refresh_from_db()
    assert row.slot_plan_id == new.pk
    assert (old.reserved, new.reserved) == (0, 1)


# -- the portal's health -------------------------------------------------------------------------
def outcomes_of(drain: HandDrain, errors: list[Exception]) -> list[Outcome]:
    """Let the jobs in hand fail with these errors."""
    jobs = drain.prepare().jobs
    return [Outcome(job=j, error=e) for j, e in zip(jobs, errors, strict=True)]  # type: ignore[arg-type]


def test_failures_in_a_row_close_the_gate(access: PortalAccess, wish: Wish) -> None:
    for _ in range(FAILURES):
        wish()
    drain = HandDrain(access)

    verdict = drain.record(outcomes_of(drain, [Unreachable("500")] * FAILURES))

    gate = PortalGate.objects.get()
    assert verdict.stop == "portal_down"
    assert gate.closed_until is not None


def test_one_request_that_fails_is_one_failure_however_many_ads_it_was_about(
    access: PortalAccess, wish: Wish
) -> None:
    for _ in range(FAILURES + 1):
        wish()
    drain = HandDrain(access)
    errors: list[Exception] = [*[Unreachable("500")] * FAILURES, NotAsked()]
    outcomes = outcomes_of(drain, errors)
    request = Exchange(
        method="PUT", path="/", status=500, milliseconds=1, request_excerpt="", answer_excerpt=""
    )
    for outcome in outcomes:
        outcome.exchanges = [request]

    verdict = drain.record(outcomes)

    assert verdict.stop == ""
    assert PortalGate.objects.get().failures == 1


def test_an_answer_in_between_keeps_it_open(access: PortalAccess, wish: Wish) -> None:
    for _ in range(FAILURES + 1):
        wish()
    drain = HandDrain(access)
    errors = [Unreachable("500")] * FAILURES
    errors.insert(FAILURES - 1, PlanExhausted("full"))  # type: ignore[arg-type]

    verdict = drain.record(outcomes_of(drain, list(errors)))

    assert verdict.stop == ""
    assert PortalGate.objects.get().closed_until is None


def test_a_verdict_is_an_answer(access: PortalAccess, wish: Wish) -> None:
    wish()
    drain = HandDrain(access)

    verdict = drain.record(outcomes_of(drain, [PlanExhausted("full")]))

    assert verdict.answered
    assert verdict.names == {"plan": 1}


def test_steps_are_what_the_intent_says(access: PortalAccess, wish: Wish) -> None:
    wish(live=True, wanted="absent")

    found = HandDrain(access).prepare()

    assert [job.step for job in found.jobs] == [Step.WITHDRAW]
