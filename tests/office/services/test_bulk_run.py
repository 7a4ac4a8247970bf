"""Bulk changes: what is previewed is done, what is refused is named, all of it is taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Change
from inventory.models import DescriptionTemplate, Reservation, Vehicle, VehicleHold
from inventory.services import vehicle_facts
from inventory.services.vehicles import set_state, update_vehicle
from office.models import BulkItem, BulkRun
from office.services.bulk_plan import drop_plan, plan_undo, purge_plans
from office.services.bulk_run import confirm_run
from office.tasks import run_bulk
from portals.models import Listing
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.office.bulk import BY, FIVE_LESS, carried_out, dump, outcomes, planned, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


def test_prices_are_changed_exactly_as_previewed_and_given_back(dealer):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(10_000 + n)) for n in range(5)]
    VehicleFactory(dealer=dealer, price=Decimal(777))
    before = dump(dealer)
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    assert dump(dealer) == before
    assert outcomes(run) == {"pending": 5}
    preview = dict(run.items.values_list("vehicle_id", "after"))

    carried_out(run)

    assert (run.state, outcomes(run)) == ("done", {"changed": 5})
    assert {
        pk: {"price": str(row["price"])} for pk, row in dump(dealer).items() if pk in preview
    } == preview
    assert Vehicle.objects.get(pk=vehicles[1].pk).price == Decimal("9500.95")

    assert outcomes(undone(run)) == {"changed": 5}
    assert dump(dealer) == before


def test_seven_of_a_hundred_are_bad_and_explained(dealer):
    good = [VehicleFactory(dealer=dealer, price=Decimal(50_000)) for _ in range(93)]
    bad = [
        *(VehicleFactory(dealer=dealer, price=None) for _ in range(3)),
        *(VehicleFactory(dealer=dealer, price=Decimal(900)) for _ in range(2)),
        *(
            VehicleFactory(dealer=dealer, price=Decimal(50_000), promotional_price=Decimal(49_500))
            for _ in range(2)
        ),
    ]
    before = dump(dealer)
    thousand_less = {"mode": "amount", "value": "-1000", "rounding": "none"}
    run = planned(dealer, "price", thousand_less, *good, *bad)
    expected = outcomes(run)
    assert expected == {"pending": 93, "refused": 7}

    carried_out(run)

    assert outcomes(run) == {"changed": 93, "refused": 7}
    refused = run.items.filter(outcome="refused")
    assert {item.vehicle_id for item in refused} == {vehicle.pk for vehicle in bad}
    assert sorted(item.field for item in refused) == ["price"] * 5 + ["promotional_price"] * 2
    assert all(item.message for item in refused)
    assert refused.filter(before__price="900.00", after__price="-100.00").count() == 2
    undone(run)
    assert dump(dealer) == before


def test_a_rule_of_the_single_edit_refuses_here_too(dealer, monkeypatch):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))

    def never(vehicle):
        raise ValidationError("Never.")

    monkeypatch.setattr(vehicle_facts, "_promotion", never)
    with pytest.raises(ValidationError, match="Never"):
        update_vehicle(vehicle.pk, dealer=dealer, by=BY, price=Decimal(950))

    run = planned(dealer, "price", FIVE_LESS, vehicle)

    item = run.items.get()
    assert (item.outcome, item.field, item.message) == ("refused", "promotional_price", "Never.")


def test_a_rule_that_came_after_the_preview_refuses_in_the_run(dealer, monkeypatch):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = planned(dealer, "price", FIVE_LESS, vehicle)

    def never(vehicle):
        raise ValidationError("Never.")

    monkeypatch.setattr(vehicle_facts, "_promotion", never)
    carried_out(run)

    item = run.items.get()
    assert (item.outcome, item.message) == ("refused", "Never.")
    vehicle.refresh_from_db()
    assert vehicle.price == Decimal(1000)


def test_promotions_start_from_the_price_and_end(dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(45_990), promotional_price=None)
    before = dump(dealer)
    offer = {"mode": "percent", "value": "-3", "rounding": "ends_90"}
    run = carried_out(planned(dealer, "promotion", offer, vehicle))
    vehicle.refresh_from_db()
    assert (vehicle.price, vehicle.promotional_price) == (Decimal(45_990), Decimal(44_590))

    ended = carried_out(planned(dealer, "promotion", {"mode": "remove"}, vehicle))

    vehicle.refresh_from_db()
    assert vehicle.promotional_price is None
    undone(ended)
    undone(run)
    assert dump(dealer) == before


def test_states_are_moved_by_the_rules_of_one_and_given_back_with_their_moments(dealer):
    long_ago = timezone.now() - timedelta(days=90)
    prepared = VehicleFactory(dealer=dealer, state="in_preparation", available_at=None)
    available = VehicleFactory(dealer=dealer, state="available", available_at=long_ago)
    archived = VehicleFactory(dealer=dealer, state="archived", available_at=long_ago)
    sold = VehicleFactory(dealer=dealer, state="sold", available_at=long_ago, sold_at=long_ago)
    reserved = VehicleFactory(dealer=dealer, state="reserved")
    before = dump(dealer)

    run = planned(
        dealer, "state", {"state": "available"}, prepared, available, archived, sold, reserved
    )
    assert outcomes(run) == {"pending": 3, "unchanged": 1, "refused": 1}
    carried_out(run)

    assert outcomes(run) == {"changed": 3, "unchanged": 1, "refused": 1}
    assert run.items.get(outcome="refused").vehicle_id == reserved.pk
    assert set(Vehicle.objects.exclude(pk=reserved.pk).values_list("state", flat=True)) == {
        "available"
    }
    assert outcomes(undone(run)) == {"changed": 3}
    assert dump(dealer) == before


def test_of_two_returning_with_one_plate_the_second_is_refused_in_preview_and_run(dealer):
    first = VehicleFactory(dealer=dealer, state="archived", plate="ABC1234")
    second = VehicleFactory(dealer=dealer, state="archived", plate="ABC1C34")
    third = VehicleFactory(dealer=dealer, state="archived", plate="XYZ1234")
    VehicleFactory(dealer=dealer, state="available", plate="XYZ1C34")
    run = planned(dealer, "state", {"state": "available"}, first, second, third)
    previewed = list(run.items.values_list("vehicle_id", "outcome", "field"))
    assert previewed == [
        (first.pk, "pending", ""),
        (second.pk, "refused", "plate"),
        (third.pk, "refused", "plate"),
    ]

    carried_out(run)

    assert outcomes(run) == {"changed": 1, "refused": 2}


def test_a_hold_that_came_since_keeps_a_move_from_being_taken_back(dealer):
    vehicle = VehicleFactory(dealer=dealer, state="available")
    run = carried_out(planned(dealer, "state", {"state": "archived"}, vehicle))
    paper = Reservation.objects.create(dealer=dealer, vehicle=vehicle)
    VehicleHold.objects.create(dealer=dealer, vehicle=vehicle, reservation=paper)

    undo = plan_undo(run.pk, dealer=dealer, by=BY)

    assert outcomes(undo) == {"refused": 1}
    BulkItem.objects.filter(run=undo).update(outcome="pending")
    assert outcomes(carried_out(undo)) == {"refused": 1}


def test_a_plate_that_came_since_keeps_a_vehicle_from_being_brought_back(dealer):
    vehicle = VehicleFactory(dealer=dealer, state="available", plate="ABC1234")
    run = carried_out(planned(dealer, "state", {"state": "archived"}, vehicle))
    VehicleFactory(dealer=dealer, state="available", plate="ABC1C34")  # its newer spelling

    undo = plan_undo(run.pk, dealer=dealer, by=BY)

    assert list(undo.items.values_list("outcome", "field")) == [("refused", "plate")]
    BulkItem.objects.filter(run=undo).update(outcome="pending")
    assert outcomes(carried_out(undo)) == {"refused": 1}


def test_ads_follow_a_bulk_move_and_its_undo_as_they_follow_a_single_one(dealer):
    access = PortalAccessFactory(dealer=dealer)
    ads = [ListingFactory(access=access, live=True) for _ in range(2)]
    one, many = (ad.vehicle for ad in ads)

    def marks() -> list[tuple[bool, bool, int]]:
        rows = Listing.objects.order_by("pk").values_list("due_at", "urgent", "version")
        return [(due is not None, urgent, version) for due, urgent, version in rows]

    set_state(one.pk, dealer=dealer, by=BY, state="archived")
    run = carried_out(planned(dealer, "state", {"state": "archived"}, many))
    gone = marks()
    set_state(one.pk, dealer=dealer, by=BY, state="available")
    undone(run)

    assert gone[0] == gone[1]
    assert gone[0][:2] == (True, True)
    assert marks()[0] == marks()[1]
    assert marks()[0][2] > gone[0][2]


def test_optionals_are_added_and_removed_and_nothing_else(dealer):
    air, roof, bell = OptionalFactory(), OptionalFactory(), OptionalFactory()
    vehicles = [VehicleFactory(dealer=dealer) for _ in range(3)]
    vehicles[0].optionals.set([roof, bell])
    vehicles[1].optionals.set([air])
    before = dump(dealer)
    run = planned(dealer, "optionals", {"add": [air.pk], "remove": [roof.pk]}, *vehicles)
    assert outcomes(run) == {"pending": 2, "unchanged": 1}

    carried_out(run)

    assert [row["optionals"] for row in dump(dealer).values()] == [
        sorted([air.pk, bell.pk]),
        [air.pk],
        [air.pk],
    ]
    undone(run)
    assert dump(dealer) == before


def test_descriptions_return_byte_by_byte(dealer):
    odd = "  Revisado.\r\n\tÚnico dono  \n\n"
    vehicle = VehicleFactory(dealer=dealer, brand_text="Puma")
    Vehicle.objects.filter(pk=vehicle.pk).update(description=odd)
    bare = VehicleFactory(dealer=dealer, brand_text="Gurgel", description="")
    moto = VehicleFactory(dealer=dealer, brand_text="Yamaha", category=2)
    template = DescriptionTemplate.objects.create(
        dealer=dealer, name="Curta", text="{marca} à venda", category=1
    )
    before = dump(dealer)
    chosen = {"template": template.pk, "only_empty": False}
    run = carried_out(planned(dealer, "description", chosen, vehicle, bare, moto))

    assert outcomes(run) == {"changed": 2, "refused": 1}
    vehicle.refresh_from_db()
    assert vehicle.description == "Puma à venda"
    undone(run)
    assert dump(dealer) == before
    gentle = planned(dealer, "description", {**chosen, "only_empty": True}, vehicle, bare)
    assert outcomes(gentle) == {"pending": 1, "unchanged": 1}


def test_an_edit_between_preview_and_run_is_left_alone(dealer):
    touched = VehicleFactory(dealer=dealer, price=Decimal(1000))
    other = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = planned(dealer, "price", FIVE_LESS, touched, other)
    update_vehicle(touched.pk, dealer=dealer, by=BY, price=Decimal(1100))

    carried_out(run)

    assert outcomes(run) == {"conflict": 1, "changed": 1}
    item = run.items.get(outcome="conflict")
    assert "since the preview" in item.message
    touched.refresh_from_db()
    assert touched.price == Decimal(1100)


def test_an_edit_between_run_and_undo_is_left_alone_but_other_fields_do_not_matter(dealer):
    repriced = VehicleFactory(dealer=dealer, price=Decimal(1000))
    driven = VehicleFactory(dealer=dealer, price=Decimal(1000), mileage=5)
    late = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = carried_out(planned(dealer, "price", FIVE_LESS, repriced, driven, late))
    update_vehicle(repriced.pk, dealer=dealer, by=BY, price=Decimal(990))
    update_vehicle(driven.pk, dealer=dealer, by=BY, mileage=50)
    undo = plan_undo(run.pk, dealer=dealer, by=BY)
    assert outcomes(undo) == {"conflict": 1, "pending": 2}
    update_vehicle(late.pk, dealer=dealer, by=BY, price=Decimal(980))

    carried_out(undo)

    assert outcomes(undo) == {"conflict": 2, "changed": 1}
    prices = list(Vehicle.objects.order_by("pk").values_list("price", flat=True))
    assert prices == [Decimal(990), Decimal(1000), Decimal(980)]


def test_an_undo_may_not_break_the_rules_of_prices(dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000), promotional_price=None)
    more = {"mode": "amount", "value": "500", "rounding": "none"}
    run = carried_out(planned(dealer, "price", more, vehicle))
    update_vehicle(vehicle.pk, dealer=dealer, by=BY, promotional_price=Decimal(1400))

    undo = undone(run)

    assert undo.items.get().field == "promotional_price"
    vehicle.refresh_from_db()
    assert vehicle.price == Decimal(1500)


def test_a_run_is_undone_once(dealer):
    run = carried_out(planned(dealer, "price", FIVE_LESS, VehicleFactory(dealer=dealer)))
    first = plan_undo(run.pk, dealer=dealer, by=BY)
    second = plan_undo(run.pk, dealer=dealer, by=BY)
    assert not BulkRun.objects.filter(pk=first.pk).exists()
    carried_out(second)

    with pytest.raises(ValidationError, match="undone already"):
        plan_undo(run.pk, dealer=dealer, by=BY)
    with pytest.raises(ValidationError, match="finished"):
        plan_undo(second.pk, dealer=dealer, by=BY)
    with pytest.raises(IntegrityError):
        BulkRun.objects.create(
            dealer=dealer, kind="undo", undoes=run, state="running", confirmed_at=timezone.now()
        )


def test_history_says_who_why_and_under_which_request(dealer):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(2)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    confirm_run(run.pk, dealer=dealer, by=BY)

    run_bulk(run.pk)

    changes = Change.objects.filter(subject_type="inventory.vehicle", action="updated")
    assert {change.subject_id for change in changes} == {vehicle.pk for vehicle in vehicles}
    assert {(change.request_id, change.reason, change.source) for change in changes} == {
        (run.request_id, "November", "bulk")
    }


def test_plans_are_dropped_by_hand_and_after_a_day_and_runs_never(dealer):
    vehicle = VehicleFactory(dealer=dealer)
    done = carried_out(planned(dealer, "price", FIVE_LESS, vehicle))
    plan = planned(dealer, "price", FIVE_LESS, vehicle)
    drop_plan(done.pk, dealer=dealer)
    drop_plan(plan.pk, dealer=DealerFactory())
    assert BulkRun.objects.count() == 2
    drop_plan(plan.pk, dealer=dealer)
    planned(dealer, "price", FIVE_LESS, vehicle)

    assert purge_plans(now=timezone.now() + timedelta(hours=25)) == 1
    assert BulkRun.objects.get() == done


def test_a_vehicle_moved_since_the_preview_is_left_alone(dealer):
    vehicle = VehicleFactory(dealer=dealer, state="available")
    run = planned(dealer, "state", {"state": "archived"}, vehicle)
    set_state(vehicle.pk, dealer=dealer, by=BY, state="in_preparation")

    carried_out(run)

    assert outcomes(run) == {"conflict": 1}
