"""Workers at a bulk change: one at a time, taken up where it was, no vehicle twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.utils import timezone

from config.lib import tasks
from inventory.models import Vehicle
from inventory.services.vehicles import update_vehicle
from office.models import BulkItem, BulkRun
from office.services import bulk_lease, bulk_run
from office.services.bulk_run import confirm_run, execute_run
from office.tasks import run_bulk, sweep_bulk
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.office.bulk import BY, FIVE_LESS, carried_out, outcomes, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


def test_a_run_that_dies_half_way_is_taken_up_and_does_nothing_twice(dealer, monkeypatch):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(4)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)
    real, calls = update_vehicle, []

    def dies_at_the_third(vehicle_id, **facts):
        calls.append(vehicle_id)
        changed = real(vehicle_id, **facts)
        if len(calls) == 3:
            raise OperationalError("the database went away")
        return changed

    monkeypatch.setattr(bulk_run, "update_vehicle", dies_at_the_third)
    with pytest.raises(OperationalError):
        execute_run(run.pk, seconds=60)
    assert outcomes(run) == {"changed": 2, "pending": 2}
    assert Vehicle.objects.filter(price=Decimal(950)).count() == 2

    assert sweep_bulk().startswith("1 runs woken")
    run_bulk(run.pk)

    assert outcomes(run) == {"changed": 4}
    assert Vehicle.objects.filter(price=Decimal(950)).count() == 4


def test_one_stumble_does_not_stop_the_others(dealer, monkeypatch):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(3)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    real = update_vehicle

    def stumbles(vehicle_id, **facts):
        if vehicle_id == vehicles[1].pk:
            raise RuntimeError("a mistake of ours")
        return real(vehicle_id, **facts)

    monkeypatch.setattr(bulk_run, "update_vehicle", stumbles)
    carried_out(run)

    assert outcomes(run) == {"changed": 2, "failed": 1}
    assert run.items.get(outcome="failed").message


def test_a_second_worker_stays_away_until_the_lease_has_run_out(dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = planned(dealer, "price", FIVE_LESS, vehicle)
    confirm_run(run.pk, dealer=dealer, by=BY)
    assert bulk_lease.acquire(run.pk)

    assert execute_run(run.pk, seconds=60) is False
    assert outcomes(run) == {"pending": 1}
    assert sweep_bulk().startswith("0 runs woken")

    BulkRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep_bulk().startswith("1 runs woken")
    execute_run(run.pk, seconds=60)
    assert outcomes(run) == {"changed": 1}


def test_an_item_that_another_worker_claimed_is_not_done_again(dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = planned(dealer, "price", FIVE_LESS, vehicle)
    item = run.items.get()
    BulkItem.objects.filter(pk=item.pk).update(outcome="changed")

    bulk_run._settle(run, item, by=BY)

    vehicle.refresh_from_db()
    assert vehicle.price == Decimal(1000)


def test_a_long_run_asks_for_another_turn(dealer):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(30)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)

    assert execute_run(run.pk, seconds=0) is True
    assert outcomes(run) == {"changed": 25, "pending": 5}
    assert execute_run(run.pk, seconds=60) is False
    assert BulkRun.objects.get().state == "done"


def test_a_plan_is_not_carried_out_before_it_is_confirmed(dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = planned(dealer, "price", FIVE_LESS, vehicle)

    run_bulk(run.pk)
    run_bulk(run.pk + 1)

    assert outcomes(run) == {"pending": 1}


def test_portals_are_woken_once_for_all_vehicles(
    dealer, monkeypatch, django_capture_on_commit_callbacks
):
    access = PortalAccessFactory(dealer=dealer)
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(5)]
    for vehicle in vehicles:
        ListingFactory(access=access, vehicle=vehicle, live=True)
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)
    woken = []
    monkeypatch.setattr(tasks, "async_task", lambda name, *ids, **_: woken.append((name, *ids)))

    with django_capture_on_commit_callbacks(execute=True):
        execute_run(run.pk, seconds=60)

    assert woken == [("portals.tasks.drain_access", access.pk)]
