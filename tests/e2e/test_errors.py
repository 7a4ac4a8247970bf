"""Every way in which the portal can fail, over real HTTP: the right outcome, and never two ads."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from inventory.services.vehicles import update_vehicle
from portals.models import CatalogueEntry, PortalAccess
from tests.e2e.office import BY, Office

# Faults after which nobody can know whether the write was done, and whether it was.
DOUBTFUL = [
    pytest.param({"fail_rate": 1}, False, id="500 before the write"),
    pytest.param({"fail_rate": 1, "fail_after_write": True}, True, id="500 after the write"),
    pytest.param({"lose_answers_rate": 1}, True, id="answer lost"),
    pytest.param({"outage": "503"}, False, id="503"),
    pytest.param({"outage": "close"}, False, id="connection closed"),
    pytest.param({"garbage": "html"}, True, id="HTML after the write"),
    pytest.param({"garbage": "html", "garbage_before_write": True}, False, id="HTML before it"),
    pytest.param({"garbage": "broken"}, True, id="broken JSON"),
    pytest.param({"garbage": "empty", "garbage_before_write": True}, False, id="nothing"),
]


@pytest.mark.parametrize(("faults", "was_written"), DOUBTFUL)
def test_a_create_without_verdict_is_looked_up_before_it_is_tried_again(
    office: Office, faults: dict[str, Any], was_written: bool
):
    vehicles = office.add_vehicles(3)
    office.publish(vehicles)
    office.sandbox.configure(**faults)

    office.drain(connections=1)

    doubtful = [row for row in office.listings() if row.state == "unknown"]
    assert doubtful
    assert {row.failure_mode for row in doubtful} <= {"transient", "unexpected"}
    assert all(row.uncertain_until > timezone.now() - timedelta(seconds=5) for row in doubtful)
    assert bool(office.ads()) is was_written

    office.sandbox.configure(**dict.fromkeys(faults, None))
    office.recover()

    assert sorted(ad["codigo"] for ad in office.ads()) == sorted(v.code for v in vehicles)
    assert office.verdict().is_right


def test_a_write_that_takes_too_long_is_looked_up_once_it_can_no_longer_land(
    office: Office, settings: Settings
):
    settings.HTTP_DEADLINE = settings.HTTP_READ_TIMEOUT = 0.2
    [vehicle] = office.add_vehicles(1)
    office.publish([vehicle])
    office.sandbox.configure(latency_ms=400)

    office.drain()

    listing = office.listing(vehicle)
    assert (listing.state, listing.failure_mode) == ("unknown", "transient")
    assert office.ads() == []  # it lands later, when nobody listens any more
    office.sandbox.configure(latency_ms=0)
    office.sandbox.wait_for(lambda counters: counters["creates"] == 1)
    office.recover()
    assert office.sandbox.counters()["creates"] == 1
    assert office.verdict().is_right


def test_a_dripping_answer_does_not_outlast_the_deadline(office: Office, settings: Settings):
    settings.HTTP_DEADLINE = 0.4
    [vehicle] = office.add_vehicles(1)
    office.publish([vehicle])
    office.sandbox.configure(drip_s=5)

    office.drain()

    assert office.listing(vehicle).state == "unknown"
    office.sandbox.configure(drip_s=0)
    office.recover()
    assert office.sandbox.counters()["creates"] == 1
    assert office.verdict().is_right


def test_an_ad_refused_with_422_names_the_field_and_waits_for_new_data(office: Office):
    entries = CatalogueEntry.objects.filter(vehicle_type=1, kind="colour", parent=None)
    entries.filter(folded="branco").update(remote_key="BRANCO PAPIRO")
    bad, good = office.add_vehicles(2)
    update_vehicle(good.pk, dealer=office.dealer, by=BY, colour="black")
    office.publish([bad, good])

    office.settle()

    listing = office.listing(bad)
    assert (listing.state, listing.failure_mode) == ("refused", "refused")
    assert [(one["field"], one["code"]) for one in listing.problems] == [("colour", "refused_name")]
    assert [ad["codigo"] for ad in office.ads()] == [good.code]
    asked = office.sandbox.counters()["requests"]
    office.listings().update(due_at=timezone.now())
    office.drain()
    assert office.sandbox.counters()["requests"] == asked  # the same data are not sent again

    update_vehicle(bad.pk, dealer=office.dealer, by=BY, colour="black")
    office.settle()

    assert office.listing(bad).problems == []
    assert office.verdict().is_right


def test_429_holds_the_whole_access_back_for_as_long_as_the_portal_says(office: Office):
    office.publish(office.add_vehicles(10))
    office.sandbox.configure(rate_429=1, retry_after=45)

    report = office.drain()

    blocked = PortalAccess.objects.get(pk=office.access.pk).blocked_until
    assert blocked is not None
    assert timedelta(seconds=40) < blocked - timezone.now() <= timedelta(seconds=45)
    assert (report.reason, office.ads()) == ("held_back", [])
    office.sandbox.configure(rate_429=0)
    asked = office.sandbox.counters()["requests"]
    assert office.drain().reason == "held_back"
    assert office.sandbox.counters()["requests"] == asked
    office.recover()
    assert (office.sandbox.counters()["creates"], office.verdict().is_right) == (10, True)


def test_a_refused_password_stops_the_access_until_there_is_a_new_one(office: Office):
    office.publish(office.add_vehicles(5))
    office.sandbox.configure(
        accounts=[{"user": office.user, "password": "changed behind our back"}],
        expire_tokens=office.user,
    )

    assert office.drain().reason == "credentials"

    access = PortalAccess.objects.get(pk=office.access.pk)
    assert (access.failure_mode, access.is_stopped) == ("credentials", True)
    asked = office.sandbox.counters()["requests"]
    assert office.drain().reason == "stopped"
    assert (office.sandbox.counters()["requests"], office.ads()) == (asked, [])

    office.change_password("changed behind our back")
    office.settle()

    assert (office.sandbox.counters()["creates"], office.verdict().is_right) == (5, True)


def test_an_ad_that_vanished_at_the_portal_is_made_again_by_the_next_change(office: Office):
    vehicles = office.add_vehicles(2)
    office.publish(vehicles)
    office.settle()
    office.sandbox.call("POST", "/usadosbr/_reset", {"keep_config": True})
    update_vehicle(vehicles[0].pk, dealer=office.dealer, by=BY, price=Decimal(77_000))

    office.settle()

    assert [ad["codigo"] for ad in office.ads()] == [vehicles[0].code]
    assert [ad["payload"]["Valor"] for ad in office.ads()] == ["77000.00"]
    office.listings().update(check_at=timezone.now())  # the other one is noticed by its status
    office.settle()
    assert office.verdict().is_right


def test_an_ad_already_gone_counts_as_withdrawn(office: Office):
    [vehicle] = office.add_vehicles(1)
    office.publish([vehicle])
    office.settle()
    office.sandbox.call("POST", "/usadosbr/_reset", {"keep_config": True})
    office.publish([vehicle], wanted="absent")

    report = office.drain()

    assert report.by_outcome == {"withdrawn": 1}
    assert (office.listing(vehicle).state, office.listing(vehicle).failure_mode) == ("absent", "")


def test_a_refusal_in_the_review_is_shown_with_the_portals_reason(office: Office):
    office.sandbox.configure(
        moderation={"reads": 0, "verdict": "Recusado", "reason": "Foto com propaganda"}
    )
    [vehicle] = office.add_vehicles(1)
    office.publish([vehicle])

    office.settle()

    listing = office.listing(vehicle)
    assert (listing.state, listing.failure_mode) == ("refused", "refused")
    assert [one["message"] for one in listing.problems] == ["Foto com propaganda"]


@pytest.mark.slow
def test_ten_percent_of_all_kinds_of_faults_end_right(office: Office, settings: Settings):
    settings.FIRST_RETRY = settings.LANDING_SLACK = 0.05
    settings.PORTAL_PROBE_DELAY = 0.05
    vehicles = office.add_vehicles(45)
    office.publish(vehicles[:40])
    office.sandbox.configure(
        fail_rate=0.04, lose_answers_rate=0.03, rate_429=0.01, retry_after=1, garbage="html",
        garbage_rate=0.02, latency_ms=5, seed=7,
    )  # fmt: skip
    for number, vehicle in enumerate(vehicles[:6]):
        office.drain()
        update_vehicle(vehicle.pk, dealer=office.dealer, by=BY, price=Decimal(50_000 + number))
    office.publish(vehicles[6:10], wanted="absent")
    office.publish(vehicles[10:13], wanted="paused")
    office.publish(vehicles[40:])

    office.recover(rounds=40)

    assert office.verdict().is_right
    assert sum(ad["status"] == "Ativo" for ad in office.ads()) == 38
    assert sum(ad["status"] == "Inativo" for ad in office.ads()) == 3
    assert office.sandbox.counters()["by_status"].keys() >= {"200", "500", "lost"}
