"""Drains that die between any two of their steps, among people who go on working.

The portal is careless: a second create makes a second ad. Each seed is one story of crashes, pauses
beyond the lease, lost answers, edits, sales and withdrawals; whatever happened, every vehicle ends
with the ad it should have, once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.services.changes import By
from inventory.models import Vehicle
from inventory.services import sales
from inventory.services.vehicles import update_vehicle
from portals.models import Listing, Plan, PortalAccess, PortalGate
from portals.services import publish
from portals.services.drain import drain_access
from portals.services.slots import Outcome
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PlanFactory
from tests.portals.by_hand import HandDrain
from tests.portals.fake_portal import FakePortal, lose_answer_after_write, refuse, server_error

BY = By()
SEEDS = (*range(8), 15, 35, 385, 1020, 1243)
VEHICLES = 4


class Story:
    """One seed: an access with a few vehicles, drains that die, people who work."""

    def __init__(self, access: PortalAccess, fake: FakePortal, seed: int) -> None:
        self.random = random.Random(seed)
        self.access, self.fake = access, fake
        self.vehicles = VehicleFactory.create_batch(VEHICLES, dealer=access.dealer)
        self.plan: Plan = PlanFactory.create(access=access, kind="ad", total=VEHICLES - 1)
        self.paused: list[tuple[HandDrain, list[Outcome]]] = []
        self.wish("live")

    def wish(self, wanted: str) -> None:
        """Say something about some vehicles."""
        some = self.random.sample(self.vehicles, self.random.randint(1, VEHICLES))
        plan = self.plan if self.random.random() < 0.5 else None
        publish.set_wish(
            access=self.access,
            vehicle_ids=[vehicle.pk for vehicle in some],
            wanted=wanted,
            plan=plan,
            by=BY,
        )

    def work(self) -> None:
        """Let a person do something."""
        vehicle = Vehicle.objects.get(pk=self.random.choice(self.vehicles).pk)
        act = self.random.choice(["price", "sell", "unsell", "live", "absent", "paused"])
        if act in ("live", "absent", "paused"):
            self.wish(act)
        elif act == "price":
            price = Decimal(self.random.randint(10_000, 90_000))
            update_vehicle(vehicle.pk, dealer=self.access.dealer, by=BY, price=price)
        elif act == "sell" and vehicle.state == "available":
            sales.create_contract(vehicle.pk, dealer=self.access.dealer, by=BY)
        elif act == "unsell" and vehicle.state == "sold":
            contract = vehicle.contracts.get(state="open")
            sales.cancel_contract(contract.pk, dealer=self.access.dealer, by=BY)

    def drain_and_die(self) -> None:
        """Begin a drain and stop it somewhere: before, in the middle of or after its sends."""
        self.lease_runs_out()
        drain = HandDrain(self.access)
        jobs = drain.prepare(self.random.randint(1, VEHICLES)).jobs
        self.work_sometimes()
        sent = drain.send(jobs[: self.random.randint(0, len(jobs))])
        self.work_sometimes()
        end = self.random.choice(["die", "pause", "record some", "record all"])
        if end == "pause":
            self.paused.append((drain, sent))
        elif end == "record some":
            drain.record(sent[: len(sent) // 2])
        elif end == "record all" and len(sent) == len(jobs):
            drain.record(sent)
            drain.end()

    def wake_somebody(self) -> None:
        """Let a drain that was paused beyond its lease go on with what it had in hand."""
        if self.paused and self.random.random() < 0.7:
            drain, sent = self.paused.pop()
            drain.record(sent)
            drain.prepare()
            drain.end()

    def work_sometimes(self) -> None:
        """Let a person do something, or not."""
        if self.random.random() < 0.4:
            self.work()

    def lease_runs_out(self) -> None:
        """Let time pass."""
        past = timezone.now() - timedelta(seconds=1)
        PortalAccess.objects.filter(pk=self.access.pk, lease_until__isnull=False).update(
            lease_until=past
        )

    def spoil(self) -> None:
        """Let some of the next calls go wrong."""
        verb = self.random.choice(["create", "update", "withdraw", "find"])
        faults = [lose_answer_after_write(), server_error()]
        if verb in ("create", "update"):
            faults.append(refuse("price"))
        self.fake.script(verb, self.random.choice(faults))

    def settle(self) -> None:
        """Let an honest worker finish what is left."""
        self.fake.scripted.clear()
        for _ in range(40):
            self.lease_runs_out()
            self.wake_somebody()
            self.lease_runs_out()
            PortalGate.objects.update(closed_until=None, failures=0)
            if not drain_access(self.access.pk).left and not self.paused:
                break
        # Once all is settled, deciding everything anew sends nothing.
        Listing.objects.update(due_at=timezone.now())
        self.fake.counters.clear()
        drain_access(self.access.pk)
        assert self.fake.counters["requests"] == 0


def check(story: Story) -> None:
    """Every vehicle has the ad it should have, once, and the slots are counted right."""
    for row in Listing.objects.select_related("vehicle"):
        ads = story.fake.of_reference(row.vehicle.code)
        wanted = row.wanted if row.vehicle.state == "available" else "absent"
        blocked = row.failure_mode in ("refused", "plan")
        assert len(ads) <= 1, "doubled"
        assert (row.claim, row.intent, row.due_at) == ("", "", None)
        if wanted == "absent":
            assert ads == [], "still there"
            assert row.state == "absent"
        elif wanted == "live" and not blocked:
            assert [ad.state for ad in ads] == ["live"], "lost"
            assert ads[0].body["price"] == f"{row.vehicle.price:.2f}", "wrong"
            assert (row.state, row.remote_id) == ("live", ads[0].remote_id)
        elif wanted == "paused" and ads and not blocked:
            assert ads[0].state == "paused"
    story.plan.refresh_from_db()
    holders = Listing.objects.filter(slot_plan=story.plan)
    assert story.plan.reserved == holders.count() <= VEHICLES - 1
    assert not holders.filter(state="absent").exists()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_nothing_is_lost_doubled_or_left_wrong(
    connected: Callable[..., PortalAccess], fake: FakePortal, seed: int
) -> None:
    story = Story(connected(), fake, seed)

    for _ in range(12):
        story.work_sometimes()
        if story.random.random() < 0.3:
            story.spoil()
        story.drain_and_die()
        story.wake_somebody()
    story.settle()

    check(story)
