"""Five minutes without the portal and 500 changes waiting, on a moved clock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from inventory.models import Vehicle
from portals.services.drain import drain_access
from portals.services.housekeeping import accesses_due
from tests.e2e.office import Office

CHANGES = 500
STEP = timedelta(seconds=10)
OUTAGE = timedelta(minutes=5)
# Five failures close the gate while as many as there are connections may be on their way; then it
# is probed after 30 s, and less and less often. Without a gate it would be 500 and more.
BOUND = 25


def sweep() -> None:
    """Do what the schedule and the worker do together: drain what is due."""
    for access_id in list(accesses_due()):
        drain_access(access_id)


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["503", "close"])
def test_an_outage_costs_a_handful_of_requests_and_loses_nothing(office: Office, manner: str):
    vehicles = office.add_vehicles(CHANGES)
    office.publish(vehicles)
    office.settle()
    assert len(office.ads()) == CHANGES
    Vehicle.objects.filter(dealer=office.dealer).update(price=F("price") + Decimal(1000))
    office.listings().update(due_at=timezone.now(), version=F("version") + 1)
    office.sandbox.configure(outage=manner)
    asked = office.sandbox.counters()["requests"]

    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(OUTAGE // STEP):
            sweep()
            clock.shift(STEP)
        during = office.sandbox.counters()["requests"] - asked
        assert 1 <= during <= BOUND
        assert office.listings().filter(due_at=None).count() == 0

        office.sandbox.configure(outage=None)
        for _ in range(60):
            sweep()
            if not office.listings().exclude(due_at=None).exists():
                break
            clock.shift(STEP)
        office.settle()

    counters = office.sandbox.counters()
    assert (counters["creates"], counters["updates"]) == (CHANGES, CHANGES)
    assert office.verdict().is_right
