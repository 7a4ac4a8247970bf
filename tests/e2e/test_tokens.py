"""The token ends while many ads are on their way: one renewal, and every ad once."""

from __future__ import annotations

import threading

from portals.models import PortalToken
from tests.e2e.office import Office


def test_a_token_that_expires_in_mid_batch_is_renewed_once_and_doubles_nothing(office: Office):
    vehicles = office.add_vehicles(40)
    office.publish(vehicles)
    office.sandbox.configure(latency_ms=30)
    before = office.sandbox.counters()["logins"]
    generation = PortalToken.objects.get(access=office.access).generation

    def expire() -> None:
        office.sandbox.wait_for(lambda counters: counters["creates"] >= 12)
        office.sandbox.configure(expire_tokens=office.user)

    clerk = threading.Thread(target=expire)
    clerk.start()
    office.drain(connections=8)
    clerk.join()

    counters = office.sandbox.counters()
    assert counters["by_status"]["401"] >= 1
    assert (counters["logins"] - before, counters["creates"]) == (1, 40)
    assert PortalToken.objects.get(access=office.access).generation == generation + 1
    office.settle()
    assert office.verdict().is_right


def test_a_token_that_ends_by_its_own_date_is_not_even_tried(office: Office):
    office.sandbox.configure(token_ttl_s=20)  # less than the engine's leeway
    PortalToken.objects.all().delete()
    office.publish(office.add_vehicles(1))
    office.drain()
    logins = office.sandbox.counters()["logins"]
    office.publish(office.add_vehicles(1))

    office.drain()

    counters = office.sandbox.counters()
    assert counters["logins"] == logins + 1
    assert "401" not in counters["by_status"]
