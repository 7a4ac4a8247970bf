"""Workers and a stop at one bulk change on a real server: no vehicle twice, none half done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import Change
from inventory.models import Vehicle
from office.models import BulkRun
from office.services import bulk_run
from office.services.bulk_run import confirm_run, execute_run, stop_run
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.office.bulk import BY, FIVE_LESS, outcomes, planned

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> None:
    """Run each act in a thread of its own; they start together."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


@pytest.fixture
def run():
    dealer = DealerFactory()
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(60)]
    made = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(made.pk, dealer=dealer, by=BY)
    return made


def test_workers_woken_at_once_do_the_work_once(run):
    at_once(*[lambda: execute_run(run.pk, seconds=60)] * 4)

    assert outcomes(run) == {"changed": 60}
    assert Vehicle.objects.filter(price=Decimal(950), revision=2).count() == 60


def test_even_without_a_lease_no_vehicle_is_changed_twice(run):
    """Workers that each believe to hold the lease, as after a pause longer than it."""

    def work() -> None:
        mine = BulkRun.objects.select_related("dealer").get(pk=run.pk)
        for item in mine.items.all():
            bulk_run._settle(mine, item, by=BY)

    at_once(*[work] * 4)

    assert outcomes(run) == {"changed": 60}
    assert Vehicle.objects.filter(price=Decimal(950), revision=2).count() == 60
    assert Change.objects.filter(action="updated").count() == 60


def test_a_stop_among_workers_leaves_no_vehicle_half_done(run):
    started = threading.Event()
    real = bulk_run._settle

    def settle(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        started.set()

    def stop() -> None:
        assert started.wait(timeout=10)
        stop_run(run.pk, dealer=run.dealer, by=BY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_run, "_settle", settle)
        at_once(stop, *[lambda: execute_run(run.pk, seconds=60)] * 2)

    found = outcomes(run)
    assert found["changed"] >= 1
    assert found["stopped"] >= 1
    assert found["changed"] + found["stopped"] == 60
    done = run.items.filter(outcome="changed").values_list("vehicle_id", flat=True)
    changed = Vehicle.objects.filter(price=Decimal(950), revision=2)
    assert sorted(changed.values_list("pk", flat=True)) == sorted(done)
    assert Change.objects.filter(action="updated").count() == found["changed"]
    run.refresh_from_db()
    assert (run.state, run.lease_owner) == ("stopped", "")


def test_a_stop_waits_for_the_vehicle_that_is_being_changed(run):
    """The worker has claimed its item and changed the vehicle, but not committed yet."""
    item = run.items.first()
    holding, stopping = threading.Event(), threading.Event()
    real = bulk_run._note_result

    def pauses(*args: Any) -> None:
        holding.set()
        assert stopping.wait(timeout=10)
        time.sleep(0.3)  # the stop is at the lock by now
        real(*args)

    def work() -> None:
        mine = BulkRun.objects.select_related("dealer").get(pk=run.pk)
        bulk_run._settle(mine, item, by=BY)

    def stop() -> None:
        assert holding.wait(timeout=10)
        stopping.set()
        stop_run(run.pk, dealer=run.dealer, by=BY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_run, "_note_result", pauses)
        at_once(work, stop)

    item.refresh_from_db()
    assert item.outcome == "changed"
    assert Vehicle.objects.filter(price=Decimal(950)).get() == item.vehicle
    assert outcomes(run) == {"changed": 1, "stopped": 59}
