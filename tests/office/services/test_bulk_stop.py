"""Stopping a bulk change: what is done stays and can be undone, the rest is named as not done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change
from inventory.models import Vehicle
from office.models import BulkRun
from office.selectors.bulk import counts_of, undoing_of, vehicles_left
from office.services import bulk_run
from office.services.bulk_plan import plan_undo
from office.services.bulk_run import confirm_run, execute_run, stop_run
from office.tasks import run_bulk, sweep_bulk
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.office.bulk import BY, FIVE_LESS, carried_out, dump, outcomes, planned, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


def half_way(dealer) -> BulkRun:
    """Return a running change of 30 vehicles of which 25 are done."""
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(30)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)
    assert execute_run(run.pk, seconds=0) is True
    return run


def test_a_stopped_change_keeps_what_was_done_and_names_the_rest(dealer):
    run = half_way(dealer)

    stopped = stop_run(run.pk, dealer=dealer, by=BY)

    assert (stopped.state, outcomes(run)) == ("stopped", {"changed": 25, "stopped": 5})
    assert stopped.finished_at is not None
    counts = counts_of([run])[run.pk]
    assert (counts.settled, counts.stopped, counts.bad) == (30, 5, 0)
    assert vehicles_left(run) == list(
        Vehicle.objects.filter(price=1000).order_by("pk").values_list("pk", flat=True)
    )
    noted = Change.objects.get(action="stopped")
    assert (noted.subject_id, noted.after) == (run.pk, {"left": 5})


def test_nothing_is_done_after_the_stop(dealer):
    run = half_way(dealer)
    stop_run(run.pk, dealer=dealer, by=BY)

    run_bulk(run.pk)

    assert sweep_bulk().startswith("0 runs woken")
    assert Vehicle.objects.filter(price=Decimal(950)).count() == 25
    assert BulkRun.objects.get().state == "stopped"


def test_a_worker_in_the_middle_ends_with_the_vehicle_at_hand(dealer, monkeypatch):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(4)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)
    real, done = bulk_run._settle, []

    def stops_after_the_second(*args, **kwargs):
        real(*args, **kwargs)
        done.append(1)
        if len(done) == 2:
            stop_run(run.pk, dealer=dealer, by=BY)

    monkeypatch.setattr(bulk_run, "_settle", stops_after_the_second)

    assert execute_run(run.pk, seconds=60) is False
    assert outcomes(run) == {"changed": 2, "stopped": 2}
    assert Vehicle.objects.filter(price=Decimal(950)).count() == 2
    assert BulkRun.objects.get().state == "stopped"


def test_stopping_twice_is_stopping_once(dealer):
    run = half_way(dealer)

    for _ in range(2):
        stop_run(run.pk, dealer=dealer, by=BY)

    assert Change.objects.filter(action="stopped").count() == 1


def test_only_a_running_change_of_ones_own_is_stopped(dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))
    plan = planned(dealer, "price", FIVE_LESS, vehicle)
    with pytest.raises(ValidationError):
        stop_run(plan.pk, dealer=dealer, by=BY)
    run = carried_out(plan)
    with pytest.raises(ValidationError):
        stop_run(run.pk, dealer=dealer, by=BY)
    with pytest.raises(BulkRun.DoesNotExist):
        stop_run(run.pk, dealer=DealerFactory(), by=BY)

    assert not Change.objects.filter(action="stopped").exists()


def test_what_was_done_before_the_stop_is_undone(dealer):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(30)]
    before = dump(dealer)
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)
    execute_run(run.pk, seconds=0)
    stop_run(run.pk, dealer=dealer, by=BY)

    undo = undone(run)

    assert outcomes(undo) == {"changed": 25}
    assert dump(dealer) == before


def test_an_undo_that_was_stopped_is_followed_by_one_for_the_rest(dealer):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(30)]
    before = dump(dealer)
    run = carried_out(planned(dealer, "price", FIVE_LESS, *vehicles))
    first = plan_undo(run.pk, dealer=dealer, by=BY)
    confirm_run(first.pk, dealer=dealer, by=BY)
    execute_run(first.pk, seconds=0)
    stop_run(first.pk, dealer=dealer, by=BY)
    assert undoing_of(run) == first

    second = undone(run)

    assert outcomes(second) == {"changed": 5}
    assert dump(dealer) == before
    assert undoing_of(run) == second
    with pytest.raises(ValidationError):
        plan_undo(run.pk, dealer=dealer, by=BY)
