"""The price history follows every change of what is asked, and ends at the truth."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By, record_change
from inventory.models import Vehicle
from inventory.price_history import MOST_STEPS, price_chart, price_steps
from inventory.services.vehicles import create_vehicle, update_vehicle
from tests.factories.accounts import DealerFactory, MembershipFactory
from tests.factories.inventory import VehicleFactory

pytestmark = pytest.mark.django_db


def change_of(vehicle: Vehicle, **facts: Any) -> None:
    """Change a vehicle as a member."""
    member = MembershipFactory(dealer=vehicle.dealer)
    by = By(user_id=member.user_id, source="web", reason="sale")
    update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=by, **facts)
    vehicle.refresh_from_db()


def whole(price: Decimal | None) -> int | None:
    """Return a price without its cents."""
    return None if price is None else int(price)


def prices(vehicle: Vehicle) -> list[tuple[int | None, int | None]]:
    """Return from and to of every step in whole money, newest first."""
    steps = price_steps(vehicle, dealer=vehicle.dealer)
    return [(whole(each.before), whole(each.after)) for each in steps]


def test_every_change_is_told_with_who_and_by_how_much():
    vehicle = create_vehicle(DealerFactory(), by=By(source="import"), price=Decimal(50000))
    change_of(vehicle, price=Decimal(48000), mileage=100)
    change_of(vehicle, mileage=200)  # no change of the price

    newest, first = price_steps(vehicle, dealer=vehicle.dealer)

    assert prices(vehicle) == [(50000, 48000), (None, 50000)]
    assert (whole(newest.difference), whole(newest.distance)) == (-2000, 2000)
    assert newest.who == str(Change.objects.exclude(actor=None).earliest("pk").actor)
    assert newest.reason == "sale"
    assert (first.difference, first.who) == (None, "import")


def test_a_promotional_price_is_what_is_asked_while_it_stands():
    vehicle = create_vehicle(DealerFactory(), by=By(), price=Decimal(50000))
    change_of(vehicle, promotional_price=Decimal(45000))
    change_of(vehicle, price=Decimal(49000))  # behind the promotion: nobody asks it
    change_of(vehicle, promotional_price=None)

    steps = price_steps(vehicle, dealer=vehicle.dealer)

    assert prices(vehicle) == [
        (45000, 49000),
        (50000, 45000),
        (None, 50000),
    ]
    assert [each.promotional for each in steps] == [False, True, False]


def test_a_history_that_begins_late_ends_at_the_truth_all_the_same():
    vehicle = VehicleFactory(price=Decimal(40000), promotional_price=Decimal(39000))
    change_of(vehicle, promotional_price=Decimal(38000))

    assert prices(vehicle) == [(39000, 38000)]


def test_steps_are_bounded_and_asked_for_once(django_assert_num_queries):
    vehicle = VehicleFactory()
    for number in range(MOST_STEPS + 5):
        record_change(
            subject=vehicle,
            action="updated",
            before={"price": str(100 + number)},
            after={"price": str(101 + number)},
            label="",
        )

    with django_assert_num_queries(1):
        steps = price_steps(vehicle, dealer=vehicle.dealer)

    assert len(steps) == MOST_STEPS


def test_what_another_dealer_changed_is_not_told():
    vehicle = VehicleFactory()
    change_of(vehicle, price=Decimal(1000))

    assert price_steps(vehicle, dealer=DealerFactory()) == []


@pytest.mark.parametrize("kept", ["NaN", "abc", {"a": 1}, None])
def test_a_kept_value_that_is_no_amount_is_none(kept):
    vehicle = VehicleFactory(price=Decimal(100))
    record_change(
        subject=vehicle, action="updated", before={"price": kept}, after={"price": "100"}, label=""
    )

    assert prices(vehicle) == [(None, 100)]


def test_the_picture_is_of_steps_between_its_bounds():
    now = timezone.now()
    vehicle = VehicleFactory(price=Decimal(50000))
    change_of(vehicle, price=Decimal(48000))
    change_of(vehicle, price=Decimal(46000))
    Change.objects.filter(after__price="48000").update(at=now - timedelta(days=10))
    steps = price_steps(vehicle, dealer=vehicle.dealer)

    chart = price_chart(steps, now=now, fipe=Decimal(47000))

    assert chart is not None
    assert (whole(chart.lowest), whole(chart.highest)) == (46000, 48000)
    assert chart.path.startswith("M12.0 12.0H")
    assert chart.path.count("V") == 1
    assert chart.fipe_y == "70.0"
    assert price_chart(steps[:1], now=now) is None
    assert price_chart([], now=now) is None
