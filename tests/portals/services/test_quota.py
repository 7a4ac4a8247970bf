"""Fifty publishers at once on ten slots, with failures: ten at most at any moment, none leaked.

Real threads over connections of their own, on whatever database the suite runs on.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.services.changes import By
from portals.models import Listing, Plan, PortalAccess
from portals.services import plan_slots
from portals.services.drain import drain_access
from portals.services.publish import set_wish
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PlanFactory
from tests.portals.by_hand import HandDrain
from tests.portals.fake_portal import (
    FakeAd,
    FakePortal,
    lose_answer_after_write,
    never_arrives,
    refuse,
    server_error,
    slow,
)

pytestmark = pytest.mark.django_db(transaction=True)
PUBLISHERS, SLOTS = 50, 10
BY = By()


def at_once(work: Callable[[int], None], number: int = PUBLISHERS) -> None:
    """Run `work(0)` … `work(number - 1)` at the same moment, each with its own connection."""
    start = threading.Barrier(number)
    failed: list[Exception] = []

    def run(each: int) -> None:
        try:
            start.wait(timeout=60)
            work(each)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failed == []


@contextmanager
def most_reserved(plan: Plan) -> Iterator[list[int]]:
    """Read all the time how many slots are reserved; the list yielded holds what was seen."""
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.append(Plan.objects.values_list("reserved", flat=True).get(pk=plan.pk))
            time.sleep(0.005)
        connection.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join(timeout=30)


@pytest.mark.parametrize("seed", range(2))
def test_slots_taken_and_given_back_by_fifty_are_never_more_than_there_are(
    access: PortalAccess, seed: int
) -> None:
    plan = PlanFactory.create(access=access, total=SLOTS)
    lock, held, peaks, kept = threading.Lock(), [0], [0], [0]

    def count(by: int) -> None:
        with lock:
            held[0] += by
            peaks.append(held[0])

    def publish(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        for turn in range(5):
            if not plan_slots.take_slot(plan.pk):
                continue
            count(+1)
            if turn == 4:
                with lock:
                    kept[0] += 1
                continue
            if chance.random() < 0.5:
                time.sleep(chance.random() * 0.003)
            count(-1)  # before the slot is back, so that nobody is counted twice
            plan_slots.free_slot(plan.pk)

    at_once(publish)
    while plan_slots.take_slot(plan.pk):
        kept[0] += 1

    plan.refresh_from_db()
    assert max(peaks) <= SLOTS
    assert plan.reserved == kept[0] == SLOTS


@pytest.mark.parametrize("seed", range(2))
def test_of_fifty_publishers_with_failures_ten_are_live(
    access: PortalAccess, fake: FakePortal, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    plan = PlanFactory.create(access=access, kind="ad", weight=0, total=SLOTS)
    cars = VehicleFactory.create_batch(PUBLISHERS, dealer=access.dealer)
    peaks = [0]
    add = FakePortal.add

    def counted(self: FakePortal, *args: object) -> FakeAd:
        with self.lock:
            ad = add(self, *args)  # type: ignore[arg-type]
            peaks.append(len(self.ads))
            return ad

    monkeypatch.setattr(FakePortal, "add", counted)
    chance = random.Random(seed)
    faults = [lose_answer_after_write, server_error, never_arrives, lambda: refuse("price")]
    for verb in ("create", "create", "find", "withdraw"):
        for _ in range(8):
            fake.script(verb, chance.choice(faults[: 4 if verb == "create" else 3])(), slow(0.002))

    def publish(number: int) -> None:
        mood = random.Random(seed * 1000 + number)
        wish = {"access": access, "vehicle_ids": [cars[number].pk], "plan": plan, "by": BY}
        set_wish(wanted="live", **wish)
        if mood.random() < 0.2:
            die_in_the_middle(access, mood)
        drain_access(access.pk, connections=3)
        if mood.random() < 0.2:  # changes its mind, and makes room for somebody
            set_wish(wanted="absent", **wish)
            drain_access(access.pk, connections=3)

    with most_reserved(plan) as seen:
        at_once(publish)
        settle(access)

    plan.refresh_from_db()
    holders = Listing.objects.filter(slot_plan=plan)
    codes = [ad.reference for ad in fake.ads]
    assert len(codes) == len(set(codes)) == SLOTS
    assert plan.reserved == holders.count() == SLOTS
    assert sorted(holders.values_list("vehicle__code", flat=True)) == sorted(codes)
    assert set(holders.values_list("state", flat=True)) == {"live"}
    assert max(seen) <= SLOTS
    assert max(peaks) <= SLOTS


def die_in_the_middle(access: PortalAccess, mood: random.Random) -> None:
    """Begin a drain, take slots, send some or nothing, and never come back."""
    try:
        drain = HandDrain(access)
    except AssertionError:  # somebody else drains
        return
    jobs = drain.prepare(5).jobs
    drain.send(jobs[: mood.randint(0, len(jobs))])
    lease_runs_out(access)


def lease_runs_out(access: PortalAccess) -> None:
    """Let time pass for whoever holds the lease."""
    past = timezone.now() - timedelta(seconds=1)
    held = PortalAccess.objects.filter(pk=access.pk, lease_until__isnull=False)
    held.update(lease_until=past)


def settle(access: PortalAccess) -> None:
    """Let an honest worker finish what is left, until nothing is."""
    for _ in range(60):
        lease_runs_out(access)
        PortalAccess.objects.filter(pk=access.pk).update(blocked_until=None)
        Listing.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
        drain_access(access.pk, connections=3)
        if not Listing.objects.filter(due_at__isnull=False).exists():
            return
    pytest.fail("it never comes to rest")
