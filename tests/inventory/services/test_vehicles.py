"""Vehicles are created, changed and moved through services that leave a trace and tell the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import Vehicle, VehicleState
from inventory.services.vehicles import (
    EditConflict,
    create_vehicle,
    set_optionals,
    set_state,
    update_vehicle,
)
from inventory.signals import vehicle_changed
from tests.factories.accounts import DealerFactory, UserFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory, VersionFactory

pytestmark = pytest.mark.django_db
BY = By(source="test")


@pytest.fixture
def heard():
    """Collect what the signal says."""
    said = []

    def listen(*, vehicle_ids, fields, **_):
        said.append((tuple(vehicle_ids), set(fields)))

    vehicle_changed.connect(listen, weak=False, dispatch_uid="test")
    yield said
    vehicle_changed.disconnect(dispatch_uid="test")


def errors_of(caught) -> dict[str, list[str]]:
    """Return field → error codes of a caught ValidationError."""
    return {
        name: [error.code for error in errors] for name, errors in caught.value.error_dict.items()
    }


def test_creating_invents_a_code_of_digits_and_tells_history_and_listeners(heard):
    dealer, user = DealerFactory(), UserFactory()

    vehicle = create_vehicle(
        dealer, by=By(user_id=user.pk, source="web"), plate="abc-1d23", price="45990"
    )

    vehicle.refresh_from_db()
    assert (vehicle.code, vehicle.plate, vehicle.price) == ("1001", "ABC1D23", Decimal("45990.00"))
    assert (vehicle.state, vehicle.revision) == (VehicleState.IN_PREPARATION, 1)
    change = Change.objects.get()
    assert (change.action, change.subject_id, change.actor, change.source, change.dealer) == (
        "created",
        vehicle.pk,
        user,
        "web",
        dealer,
    )
    assert change.after["plate"] == "ABC1D23"
    assert change.after["price"] == "45990"
    assert heard == [((vehicle.pk,), set())]


def test_invented_codes_go_on_from_the_highest_count_and_skip_foreign_references():
    dealer = DealerFactory()
    for code in ("A-77", "1500", "00042", "9999999999999999999"):
        VehicleFactory(dealer=dealer, code=code)
    VehicleFactory(code="8000")

    assert create_vehicle(dealer, by=BY).code == "1501"


@pytest.mark.parametrize("code", ["a b", "é1", "x" * 20, "1/2", "1;2"])
def test_a_code_of_another_shape_is_refused(code):
    with pytest.raises(ValidationError) as caught:
        create_vehicle(DealerFactory(), by=BY, code=code)

    assert errors_of(caught) == {"code": ["code_shape"]}
    assert Vehicle.objects.count() == 0


def test_a_taken_code_is_refused_even_if_its_vehicle_is_archived():
    old = VehicleFactory(state=VehicleState.ARCHIVED)

    with pytest.raises(ValidationError) as caught:
        create_vehicle(old.dealer, by=BY, code=old.code)

    assert list(caught.value.error_dict) == ["code"]


def test_the_code_of_a_vehicle_never_changes():
    vehicle = VehicleFactory()

    with pytest.raises(ValidationError) as caught:
        update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, code="other")

    assert list(caught.value.error_dict) == ["code"]


@pytest.mark.parametrize("field", ["plate", "chassis"])
def test_a_plate_or_chassis_in_stock_is_refused_by_name_and_free_after_the_sale(field):
    value = {"plate": "ABC1D23", "chassis": "9BGKS48U0KG000001"}[field]
    bearing: dict[str, Any] = {field: value}
    first = VehicleFactory(**bearing)

    with pytest.raises(ValidationError) as caught:
        create_vehicle(first.dealer, by=BY, **bearing)
    assert list(caught.value.error_dict) == [field]

    create_vehicle(DealerFactory(), by=BY, **bearing)
    Vehicle.objects.filter(pk=first.pk).update(state=VehicleState.SOLD)
    create_vehicle(first.dealer, by=BY, **bearing)
    assert Vehicle.objects.filter(**bearing).count() == 3


def test_the_mercosul_spelling_of_an_old_plate_is_the_same_vehicle():
    first = VehicleFactory(plate="ABC1234")

    with pytest.raises(ValidationError) as caught:
        create_vehicle(first.dealer, by=BY, plate="ABC1C34")

    assert list(caught.value.error_dict) == ["plate"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"plate": "AB12345"}, "plate"),
        ({"chassis": "9BGKS48U0KG00000O"}, "chassis"),
        ({"chassis": "12345"}, "chassis"),
        ({"chassis": "12345", "year_manufacture": 1999}, "chassis"),
        ({"renavam": "12345678901"}, "renavam"),
        ({"renavam": "²²²"}, "renavam"),
        ({"year_manufacture": 1899}, "year_manufacture"),
        ({"year_manufacture": 2100}, "year_manufacture"),
        ({"year_model": "next"}, "year_model"),
        ({"first_registration_month": 13}, "first_registration_month"),
        ({"price": 0}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "12345678901.00"}, "price"),
        ({"price": "abc"}, "price"),
        ({"price": 10, "promotional_price": 11}, "promotional_price"),
        ({"cost": -1}, "cost"),
        ({"mileage": -1}, "mileage"),
        ({"mileage": 10**12}, "mileage"),
        ({"colour": "mauve"}, "colour"),
        ({"category": 9}, "category"),
        ({"description": "a\x00b"}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"model_text": "x" * 121}, "model_text"),
        ({"version": 999_999}, "version"),
        ({"version": "x"}, "version"),
        ({"source_facts": []}, "source_facts"),
        ({"doors": 40_000}, "doors"),
        ({"state": VehicleState.RESERVED}, "state"),
        ({"optionals": [999_999]}, "optionals"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(facts, field, heard):
    with pytest.raises(ValidationError) as caught:
        create_vehicle(DealerFactory(), by=BY, **facts)

    assert list(caught.value.error_dict) == [field]
    assert (Vehicle.objects.count(), Change.objects.count(), heard) == (0, 0, [])


def test_every_bad_field_is_named_at_once():
    with pytest.raises(ValidationError) as caught:
        create_vehicle(DealerFactory(), by=BY, code="a b", plate="?", price=0, doors="many")

    assert set(caught.value.error_dict) == {"code", "plate", "price", "doors"}


def test_a_version_of_another_category_is_refused():
    version = VersionFactory()

    with pytest.raises(ValidationError) as caught:
        create_vehicle(DealerFactory(), by=BY, category=2, version=version)

    assert errors_of(caught) == {"version": ["version_category"]}


def test_italian_plates_follow_italian_rules():
    dealer = DealerFactory(italian=True)

    assert create_vehicle(dealer, by=BY, plate="ab 123-cd").plate == "AB123CD"
    with pytest.raises(ValidationError):
        create_vehicle(dealer, by=BY, plate="ABC1D23")


def test_a_short_chassis_is_taken_from_a_vehicle_older_than_the_standard():
    vehicle = create_vehicle(DealerFactory(), by=BY, chassis="bj-12345", year_manufacture=1972)

    assert vehicle.chassis == "BJ12345"


def test_a_renavam_is_filled_with_zeros():
    assert create_vehicle(DealerFactory(), by=BY, renavam="639884962").renavam == "00639884962"


def test_an_update_writes_only_what_differs_under_the_next_revision(heard):
    vehicle = VehicleFactory(plate="ABC1D23", mileage=10)

    updated = update_vehicle(
        vehicle.pk,
        dealer=vehicle.dealer,
        by=By(source="web", reason="typo"),
        expected_revision=1,
        plate="abc1d23",
        mileage=20,
        price="45990.00",
    )

    vehicle.refresh_from_db()
    assert (vehicle.mileage, vehicle.revision, updated.revision) == (20, 2, 2)
    change = Change.objects.get()
    assert (change.before, change.after, change.reason) == (
        {"mileage": 10},
        {"mileage": 20},
        "typo",
    )
    assert heard == [((vehicle.pk,), {"mileage"})]


def test_an_update_that_changes_nothing_leaves_no_trace(heard):
    vehicle = VehicleFactory()

    update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, price=vehicle.price, optionals=[])

    vehicle.refresh_from_db()
    assert (vehicle.revision, Change.objects.count(), heard) == (1, 0, [])


def test_two_editors_notice_each_other():
    vehicle = VehicleFactory(mileage=10)
    update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, expected_revision=1, mileage=20)

    with pytest.raises(EditConflict) as caught:
        update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, expected_revision=1, mileage=30)

    vehicle.refresh_from_db()
    assert (caught.value.revision, vehicle.mileage) == (2, 20)


def test_an_old_flaw_elsewhere_does_not_block_an_edit():
    vehicle = VehicleFactory(plate="FLAWED", price=Decimal("1.00"))

    update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, price="2.00")

    vehicle.refresh_from_db()
    assert (vehicle.plate, vehicle.price) == ("FLAWED", Decimal("2.00"))


def test_the_kind_changes_only_while_in_preparation(heard):
    """A portal knows an ad under its kind, so the ad has to be gone before."""
    vehicle = VehicleFactory(category=1, state=VehicleState.AVAILABLE)

    with pytest.raises(ValidationError) as caught:
        update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, category=2)
    Vehicle.objects.filter(pk=vehicle.pk).update(state=VehicleState.IN_PREPARATION)
    update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, category=2)

    vehicle.refresh_from_db()
    assert list(caught.value.error_dict) == ["category"]
    assert (vehicle.category, len(heard)) == (2, 1)


def test_another_dealers_vehicle_does_not_exist():
    vehicle = VehicleFactory()

    with pytest.raises(Vehicle.DoesNotExist):
        update_vehicle(vehicle.pk, dealer=DealerFactory(), by=BY, mileage=1)
    with pytest.raises(Vehicle.DoesNotExist):
        set_state(vehicle.pk, dealer=DealerFactory(), by=BY, state=VehicleState.ARCHIVED)

    vehicle.refresh_from_db()
    assert (vehicle.mileage, vehicle.state) == (None, VehicleState.AVAILABLE)


def test_an_unknown_fact_is_a_mistake_of_the_caller():
    vehicle = VehicleFactory()

    with pytest.raises(TypeError, match="revision"):
        update_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, revision=7)


def test_optionals_are_replaced_as_a_set(heard):
    vehicle, (first, second) = VehicleFactory(), OptionalFactory.create_batch(2)
    vehicle.optionals.add(first)

    set_optionals(vehicle.pk, dealer=vehicle.dealer, by=BY, optionals=[second, second.pk])

    assert list(vehicle.optionals.all()) == [second]
    change = Change.objects.get()
    assert (change.before, change.after) == ({"optionals": [first.pk]}, {"optionals": [second.pk]})
    assert heard == [((vehicle.pk,), {"optionals"})]


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("in_preparation", "available"),
        ("in_preparation", "archived"),
        ("available", "in_preparation"),
        ("available", "archived"),
        ("sold", "available"),
        ("sold", "archived"),
        ("archived", "in_preparation"),
        ("archived", "available"),
    ],
)
def test_allowed_moves(state, target, heard):
    vehicle = VehicleFactory(state=state)

    set_state(vehicle.pk, dealer=vehicle.dealer, by=BY, state=target)

    vehicle.refresh_from_db()
    assert (vehicle.state, vehicle.revision) == (target, 2)
    change = Change.objects.get()
    assert (change.action, change.before, change.after) == (
        "state_changed",
        {"state": state},
        {"state": target},
    )
    assert heard == [((vehicle.pk,), {"state"})]


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("in_preparation", "sold"),
        ("in_preparation", "reserved"),
        ("available", "sold"),
        ("available", "reserved"),
        ("reserved", "available"),
        ("reserved", "archived"),
        ("sold", "in_preparation"),
        ("archived", "sold"),
        ("available", "nonsense"),
    ],
)
def test_moves_that_are_not_allowed_change_nothing(state, target, heard):
    vehicle = VehicleFactory(state=state)

    with pytest.raises(ValidationError) as caught:
        set_state(vehicle.pk, dealer=vehicle.dealer, by=BY, state=target)

    vehicle.refresh_from_db()
    assert list(caught.value.error_dict) == ["state"]
    assert (vehicle.state, Change.objects.count(), heard) == (state, 0, [])


def test_coming_back_to_a_stock_where_the_plate_is_taken_is_refused():
    gone = VehicleFactory(plate="ABC1C34", state=VehicleState.ARCHIVED)
    VehicleFactory(dealer=gone.dealer, plate="ABC1234")

    with pytest.raises(ValidationError) as caught:
        set_state(gone.pk, dealer=gone.dealer, by=BY, state=VehicleState.AVAILABLE)

    assert list(caught.value.error_dict) == ["plate"]


def test_the_days_in_stock_begin_when_a_vehicle_first_becomes_available():
    vehicle = create_vehicle(DealerFactory(), by=BY)
    assert vehicle.available_at is None

    first = set_state(vehicle.pk, dealer=vehicle.dealer, by=BY, state="available").available_at
    set_state(vehicle.pk, dealer=vehicle.dealer, by=BY, state="in_preparation")
    again = set_state(vehicle.pk, dealer=vehicle.dealer, by=BY, state="available").available_at

    assert first is not None
    assert again == first
