"""One hold per vehicle; a sale takes it out of the stock, undoing it brings it back as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import Contract, Quote, Reservation, Vehicle, VehicleHold, VehicleState
from inventory.services.customers import Customer
from inventory.services.sales import (
    ReservationTaken,
    cancel_contract,
    cancel_quote,
    cancel_reservation,
    convert_quote,
    create_contract,
    create_quote,
    expire_reservations,
    extend_reservation,
    reserve_vehicle,
)
from inventory.services.vehicles import set_state
from inventory.signals import vehicle_changed
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory

pytestmark = pytest.mark.django_db
BY = By(source="test")
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # still the first of March in São Paulo
BUYER = Customer(
    name="Maria  Teste", tax_id="529.982.247-25", phone="(11) 91234-5678", email="m@example.com"
)


@pytest.fixture(autouse=True)
def clock():
    """Stop the clock at NOW; the tests move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def heard():
    """Collect what the signal says."""
    said = []

    def listen(*, vehicle_ids, fields, **_):
        said.append((tuple(vehicle_ids), set(fields)))

    vehicle_changed.connect(listen, weak=False, dispatch_uid="test")
    yield said
    vehicle_changed.disconnect(dispatch_uid="test")


def state_of(vehicle: Vehicle) -> str:
    """Return the state in the table."""
    return Vehicle.objects.values_list("state", flat=True).get(pk=vehicle.pk)


@pytest.mark.parametrize("state", [VehicleState.AVAILABLE, VehicleState.IN_PREPARATION])
def test_a_reservation_holds_the_vehicle_and_its_end_gives_back_the_state(state, heard):
    vehicle = VehicleFactory(state=state)

    paper = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, customer=BUYER)

    assert state_of(vehicle) == VehicleState.RESERVED
    assert VehicleHold.objects.get().reservation == paper
    cancel_reservation(paper.pk, dealer=vehicle.dealer, by=BY)
    paper.refresh_from_db()
    assert (paper.state, paper.closed_at, state_of(vehicle)) == ("cancelled", NOW, state)
    assert VehicleHold.objects.count() == 0
    assert heard == [((vehicle.pk,), {"state"})] * 2


def test_the_customer_is_stored_in_one_spelling_and_erasable_in_the_history():
    vehicle = VehicleFactory()

    paper = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, customer=BUYER)

    paper.refresh_from_db()
    assert (paper.customer_name, paper.customer_tax_id, paper.customer_phone) == (
        "Maria Teste",
        "52998224725",
        "+5511912345678",
    )
    change = Change.objects.get(subject_type="inventory.reservation")
    assert set(change.personal) == {
        "customer_name",
        "customer_tax_id",
        "customer_phone",
        "customer_email",
    }
    assert "Maria" not in f"{change.before}{change.after}{change.subject_label}"
    assert "Maria" not in repr(BUYER)


@pytest.mark.parametrize(
    ("customer", "field"),
    [
        (Customer(tax_id="111.111.111-11"), "customer_tax_id"),
        (Customer(tax_id="12345"), "customer_tax_id"),
        (Customer(phone="12"), "customer_phone"),
        (Customer(phone="x" * 500), "customer_phone"),
        (Customer(email="nobody"), "customer_email"),
        (Customer(name="x" * 121), "customer_name"),
        (Customer(name="a\x00b"), "customer_name"),
    ],
)
def test_a_wrong_customer_is_named_and_changes_nothing(customer, field):
    vehicle = VehicleFactory()

    with pytest.raises(ValidationError) as caught:
        reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, customer=customer)

    assert list(caught.value.error_dict) == [field]
    assert (Reservation.objects.count(), state_of(vehicle)) == (0, "available")


def test_the_second_to_reserve_is_told_so():
    vehicle = VehicleFactory()
    reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY)

    with pytest.raises(ReservationTaken):
        reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY)

    assert Reservation.objects.count() == 1


def test_the_database_itself_refuses_a_second_hold():
    vehicle = VehicleFactory()
    reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY)

    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(dealer=vehicle.dealer, vehicle=vehicle, state_before="available")


def test_a_vehicle_that_left_the_stock_is_neither_reserved_nor_quoted_nor_sold():
    vehicle = VehicleFactory(state=VehicleState.ARCHIVED)
    common = {"dealer": vehicle.dealer, "by": BY}

    for act in (
        lambda: reserve_vehicle(vehicle.pk, **common),
        lambda: create_quote(vehicle.pk, price=Decimal(1), **common),
        lambda: create_contract(vehicle.pk, **common),
    ):
        with pytest.raises(ValidationError) as caught:
            act()
        assert list(caught.value.error_dict) == ["state"]


def test_another_dealer_neither_reserves_nor_cancels_nor_sells():
    vehicle, stranger = VehicleFactory(), DealerFactory()
    paper = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY)

    with pytest.raises(Vehicle.DoesNotExist):
        create_contract(vehicle.pk, dealer=stranger, by=BY)
    with pytest.raises(Reservation.DoesNotExist):
        cancel_reservation(paper.pk, dealer=stranger, by=BY)

    assert state_of(vehicle) == VehicleState.RESERVED


def test_a_reservation_cannot_end_in_the_past():
    vehicle = VehicleFactory()

    with pytest.raises(ValidationError) as caught:
        reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, until=NOW)

    assert list(caught.value.error_dict) == ["until"]


def test_every_reservation_that_is_due_expires_whenever_the_sweep_comes(clock):
    first, second, third = VehicleFactory.create_batch(3)
    for vehicle, hours in ((first, 1), (second, 2), (third, 400)):
        until = NOW + timedelta(hours=hours)
        reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, until=until)
    later = NOW + timedelta(days=9)
    clock.move_to(later)

    assert expire_reservations(now=later) == 2
    assert expire_reservations(now=later) == 0

    assert [state_of(v) for v in (first, second, third)] == ["available", "available", "reserved"]
    assert list(Reservation.objects.order_by("pk").values_list("state", flat=True)) == [
        "expired",
        "expired",
        "open",
    ]


def test_an_extended_reservation_stays():
    vehicle = VehicleFactory()
    soon, late = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    paper = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY, until=soon)

    extend_reservation(paper.pk, dealer=vehicle.dealer, by=BY, until=late)

    assert expire_reservations(now=soon) == 0
    assert expire_reservations(now=late) == 1


def test_a_contract_sells_the_vehicle_and_cancelling_it_brings_it_back_as_it_was(heard, clock):
    vehicle = VehicleFactory()

    paper = create_contract(
        vehicle.pk, dealer=vehicle.dealer, by=BY, price=Decimal("45000"), customer=BUYER
    )

    vehicle.refresh_from_db()
    assert (vehicle.state, vehicle.sold_at, paper.sold_on) == ("sold", NOW, date(2026, 3, 1))
    with pytest.raises(ReservationTaken):
        create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY)
    with pytest.raises(ValidationError):
        set_state(vehicle.pk, dealer=vehicle.dealer, by=BY, state="available")
    clock.shift(timedelta(days=3))
    since = vehicle.available_at
    cancel_contract(paper.pk, dealer=vehicle.dealer, by=BY)
    vehicle.refresh_from_db()
    assert (vehicle.state, vehicle.sold_at, vehicle.available_at) == ("available", None, since)
    assert (Contract.objects.get().state, VehicleHold.objects.count()) == ("cancelled", 0)
    assert heard == [((vehicle.pk,), {"state"})] * 2


def test_a_cancelled_contract_makes_room_for_the_next():
    vehicle = VehicleFactory()
    paper = create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY)
    cancel_contract(paper.pk, dealer=vehicle.dealer, by=BY)

    create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY)
    with pytest.raises(ValidationError):
        cancel_contract(paper.pk, dealer=vehicle.dealer, by=BY)

    assert state_of(vehicle) == VehicleState.SOLD


def test_a_contract_on_a_reserved_vehicle_converts_the_reservation():
    vehicle = VehicleFactory(state=VehicleState.IN_PREPARATION)
    reservation = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=BY)

    contract = create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY)

    reservation.refresh_from_db()
    assert (reservation.state, contract.state_before) == ("converted", "in_preparation")
    assert VehicleHold.objects.get().contract == contract
    with pytest.raises(ValidationError):
        cancel_reservation(reservation.pk, dealer=vehicle.dealer, by=BY)
    cancel_contract(contract.pk, dealer=vehicle.dealer, by=BY)
    assert state_of(vehicle) == VehicleState.IN_PREPARATION


def test_a_sale_of_an_earlier_day_keeps_that_day():
    vehicle = VehicleFactory()

    create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY, sold_on=date(2026, 2, 20))

    vehicle.refresh_from_db()
    assert vehicle.sold_at == datetime(2026, 2, 20, 15, tzinfo=UTC)


def test_a_sale_of_a_day_to_come_is_refused_by_the_dealers_calendar():
    vehicle = VehicleFactory()

    with pytest.raises(ValidationError) as caught:
        create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY, sold_on=date(2026, 3, 2))

    assert list(caught.value.error_dict) == ["sold_on"]


def test_undoing_a_sale_is_refused_while_the_plate_is_on_another_vehicle_in_stock():
    vehicle = VehicleFactory(plate="ABC1D23")
    paper = create_contract(vehicle.pk, dealer=vehicle.dealer, by=BY)
    VehicleFactory(dealer=vehicle.dealer, plate="ABC1D23")

    with pytest.raises(ValidationError) as caught:
        cancel_contract(paper.pk, dealer=vehicle.dealer, by=BY)

    assert list(caught.value.error_dict) == ["plate"]
    assert (state_of(vehicle), Contract.objects.get().state) == ("sold", "open")
    assert VehicleHold.objects.count() == 1


def test_a_quote_holds_nothing_and_becomes_a_contract_for_the_same_person_and_price():
    vehicle = VehicleFactory()
    common = {"dealer": vehicle.dealer, "by": BY}
    quote = create_quote(vehicle.pk, price=Decimal("44000"), customer=BUYER, **common)
    other = create_quote(vehicle.pk, price=Decimal("43000"), **common)
    assert (state_of(vehicle), VehicleHold.objects.count()) == ("available", 0)

    contract = convert_quote(quote.pk, **common)

    assert (contract.price, contract.customer_name, contract.quote) == (
        Decimal("44000.00"),
        "Maria Teste",
        quote,
    )
    assert Quote.objects.get(pk=quote.pk).state == "converted"
    assert state_of(vehicle) == VehicleState.SOLD
    with pytest.raises(ValidationError):
        convert_quote(quote.pk, **common)
    with pytest.raises(ReservationTaken):
        convert_quote(other.pk, **common)
    assert Quote.objects.get(pk=other.pk).state == "open"
    cancel_quote(other.pk, **common)
    assert Quote.objects.get(pk=other.pk).state == "cancelled"


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity", "1E+12", "0.001"])
def test_a_quote_has_a_price(price):
    vehicle = VehicleFactory()

    with pytest.raises(ValidationError) as caught:
        create_quote(vehicle.pk, dealer=vehicle.dealer, by=BY, price=Decimal(price))

    assert list(caught.value.error_dict) == ["price"]
    assert Quote.objects.count() == 0
