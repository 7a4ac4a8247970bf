"""Two dealers at one portal: what one does, and what befalls one, never reaches the other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from inventory.services.vehicles import update_vehicle
from portals.models import PortalAccess
from portals.services.reconcile import reconcile_access
from tests.e2e.office import BY, Office


def test_the_same_codes_at_two_dealers_are_two_ads(open_for: Callable[..., Office]):
    one, two = open_for("one"), open_for("two")
    ours, theirs = one.add_vehicles(3), two.add_vehicles(3)
    assert [v.code for v in ours] == [v.code for v in theirs]
    one.publish(ours)
    two.publish(theirs)

    one.settle()

    assert (len(one.ads()), len(two.ads())) == (3, 0)
    two.settle()
    one.publish(ours[:1], wanted="absent")
    update_vehicle(ours[1].pk, dealer=one.dealer, by=BY, price=Decimal(99_000))
    one.settle()
    assert (len(one.ads()), len(two.ads())) == (2, 3)
    prices = sorted(ad["payload"]["Valor"] for ad in two.ads())
    assert prices == ["30000.00", "30001.00", "30002.00"]
    assert (one.verdict().is_right, two.verdict().is_right) == (True, True)


def test_a_wish_for_another_dealers_vehicle_does_nothing(open_for: Callable[..., Office]):
    one, two = open_for("one"), open_for("two")
    theirs = two.add_vehicles(2)

    one.publish(theirs)

    assert list(one.listings()) == []
    assert one.drain().sent == 0


def test_refused_credentials_of_one_leave_the_other_alone(open_for: Callable[..., Office]):
    one, two = open_for("one"), open_for("two")
    one.publish(one.add_vehicles(2))
    two.publish(two.add_vehicles(2))
    one.sandbox.configure(
        accounts=[{"user": "one", "password": "another one"}], expire_tokens="one"
    )

    assert one.drain().reason == "credentials"
    two.settle()

    assert PortalAccess.objects.get(pk=two.access.pk).failure_mode == ""
    assert (one.ads(), len(two.ads()), two.verdict().is_right) == ([], 2, True)


def test_a_throttled_account_does_not_hold_the_other_back(open_for: Callable[..., Office]):
    one, two = open_for("one"), open_for("two")
    one.publish(one.add_vehicles(2))
    two.publish(two.add_vehicles(2))
    one.sandbox.configure(per_account={"one": {"rate_429": 1, "retry_after": 60}})

    assert one.drain().reason == "held_back"
    two.settle()

    assert (one.ads(), two.verdict().is_right) == ([], True)


def test_a_comparison_with_the_portals_list_heals_only_the_own_ads(
    open_for: Callable[..., Office],
):
    one, two = open_for("one"), open_for("two")
    for office in (one, two):
        office.publish(office.add_vehicles(2))
        office.settle()
    lost = next(ad for ad in one.ads() if ad["codigo"] == one.made[0].code)
    one.publish(one.made[:1], wanted="absent")
    one.drain()
    one.listings().filter(vehicle=one.made[0]).update(
        wanted="live", state="live", remote_id=str(lost["id"]), due_at=None, intent_at=None
    )

    report = reconcile_access(one.access.pk)

    assert (report.missing, report.extra, report.doubled) == ([lost["codigo"]], [], [])
    one.settle()
    assert (one.verdict().is_right, two.verdict().is_right) == (True, True)
    assert [ad["updates"] for ad in two.ads()] == [0, 0]
