"""Reservations, quotes and contracts: who has a hold on a vehicle, and what a sale does to it.

The row of VehicleHold is what two sellers race for: its key is the vehicle, so that of two who
reserve or sell at once the database lets one through. Every act locks the vehicle first.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from inventory.models import Contract, Quote, Reservation, Vehicle, VehicleHold, VehicleState
from inventory.models.sale import ContractState, QuoteState, ReservationState
from inventory.services.customers import PERSONAL, Customer, clean_customer
from inventory.services.vehicle_rows import lock_vehicle, move_vehicle

Paper = TypeVar("Paper", Reservation, Quote, Contract)
NOBODY = Customer()
_LONGEST_EXTERNAL_ID = 60
_HIGHEST_PRICE = Decimal("9999999999.99")
_CENT = Decimal("0.01")


class ReservationTaken(Exception):
    """The vehicle is reserved or sold to somebody else already."""


def reserve_vehicle(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    until: datetime | None = None,
    customer: Customer = NOBODY,
    external_id: str = "",
) -> Reservation:
    """Keep a vehicle for someone until a moment (aware; None: until cancelled).

    Raises Vehicle.DoesNotExist, ReservationTaken, ValidationError by field (`until` in the past,
    `state` of a vehicle that has left the stock, customer_*).
    """
    now = timezone.now()
    paper = Reservation(until=until, **_common(customer, external_id, dealer=dealer))
    _refuse_past(until, now=now)
    with transaction.atomic():
        vehicle = _lock_sellable(vehicle_id, dealer=dealer)
        if VehicleHold.objects.filter(vehicle=vehicle).exists():
            raise ReservationTaken
        paper.state_before = vehicle.state
        _issue(paper, vehicle=vehicle, by=by, action="reserved", said={"until": until})
        _take_hold(VehicleHold(dealer_id=dealer.pk, vehicle=vehicle, reservation=paper))
        move_vehicle(vehicle, state=VehicleState.RESERVED, action="reserved", by=by, now=now)
    return paper


def extend_reservation(
    reservation_id: int, *, dealer: Dealer, by: By, until: datetime | None
) -> Reservation:
    """Move the end of an open reservation; raises as reserve_vehicle, and if it is closed."""
    _refuse_past(until, now=timezone.now())
    with transaction.atomic():
        paper, _vehicle = _lock_paper(Reservation, reservation_id, dealer=dealer)
        _refuse_closed(paper, state=ReservationState.OPEN)
        if paper.until != until:
            before, paper.until = paper.until, until
            paper.save(update_fields=["until"])
            record_change(
                subject=paper,
                action="extended",
                before={"until": before},
                after={"until": until},
                by=by,
            )
    return paper


def cancel_reservation(reservation_id: int, *, dealer: Dealer, by: By) -> Reservation:
    """Give a reserved vehicle back to the state it had.

    Raises Reservation.DoesNotExist and ValidationError if it is closed already.
    """
    with transaction.atomic():
        paper, vehicle = _lock_paper(Reservation, reservation_id, dealer=dealer)
        _refuse_closed(paper, state=ReservationState.OPEN)
        _end_reservation(paper, vehicle, state=ReservationState.CANCELLED, by=by)
    return paper


def expire_reservations(*, now: datetime, by: By | None = None) -> int:
    """End every reservation whose moment has come, each for itself; returns how many."""
    by = by or By()
    due = Reservation.objects.filter(state=ReservationState.OPEN, until__lte=now).order_by("until")
    ended = 0
    for reservation_id, dealer_id in list(due.values_list("pk", "dealer_id")):
        with transaction.atomic():
            paper, vehicle = _lock_paper(Reservation, reservation_id, dealer=dealer_id)
            still_due = paper.until is not None and paper.until <= now
            if paper.state == ReservationState.OPEN and still_due:
                _end_reservation(paper, vehicle, state=ReservationState.EXPIRED, by=by)
                ended += 1
    return ended


def create_quote(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    price: Decimal,
    customer: Customer = NOBODY,
    external_id: str = "",
) -> Quote:
    """Offer a vehicle to a person at a price in the dealer's currency; holds nothing.

    Raises Vehicle.DoesNotExist and ValidationError by field.
    """
    paper = Quote(price=_price(price), **_common(customer, external_id, dealer=dealer))
    with transaction.atomic():
        vehicle = _lock_sellable(vehicle_id, dealer=dealer)
        _issue(paper, vehicle=vehicle, by=by, action="quoted", said={"price": paper.price})
    return paper


def cancel_quote(quote_id: int, *, dealer: Dealer, by: By) -> Quote:
    """Withdraw an open quote; raises Quote.DoesNotExist and ValidationError if it is closed."""
    with transaction.atomic():
        paper, _vehicle = _lock_paper(Quote, quote_id, dealer=dealer)
        _refuse_closed(paper, state=QuoteState.OPEN)
        _close(paper, state=QuoteState.CANCELLED, by=by)
    return paper


def convert_quote(
    quote_id: int, *, dealer: Dealer, by: By, sold_on: date | None = None, external_id: str = ""
) -> Contract:
    """Turn an open quote into a contract for the same person and price; raises as create_contract.

    Also raises Quote.DoesNotExist, and ValidationError if the quote is closed.
    """
    with transaction.atomic():
        quote, vehicle = _lock_paper(Quote, quote_id, dealer=dealer)
        _refuse_closed(quote, state=QuoteState.OPEN)
        contract = create_contract(
            vehicle.pk,
            dealer=dealer,
            by=by,
            price=quote.price,
            sold_on=sold_on,
            customer=_customer_of(quote),
            external_id=external_id,
            quote=quote,
        )
        _close(quote, state=QuoteState.CONVERTED, by=by)
    return contract


def create_contract(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    price: Decimal | None = None,
    sold_on: date | None = None,
    customer: Customer = NOBODY,
    external_id: str = "",
    quote: Quote | None = None,
) -> Contract:
    """Sell a vehicle: it leaves the stock, and an open reservation of it becomes this contract.

    `sold_on` is a day in the dealer's zone, today unless given. Raises Vehicle.DoesNotExist,
    ReservationTaken (sold already), ValidationError by field.
    """
    now = timezone.now()
    today = timezone.localdate(now, timezone=dealer.tz)
    day = sold_on or today
    if day > today:
        raise ValidationError({"sold_on": _("This day is still to come.")})
    paper = Contract(
        price=None if price is None else _price(price),
        sold_on=day,
        quote=quote,
        **_common(customer, external_id, dealer=dealer),
    )
    with transaction.atomic():
        vehicle = _lock_sellable(vehicle_id, dealer=dealer)
        _refuse_foreign(quote, vehicle=vehicle)
        paper.state_before = _release_for_contract(vehicle, by=by)
        _issue(paper, vehicle=vehicle, by=by, action="sold", said={"price": paper.price, "on": day})
        _take_hold(VehicleHold(dealer_id=dealer.pk, vehicle=vehicle, contract=paper))
        vehicle.sold_at = now if day == today else datetime.combine(day, time(12), dealer.tz)
        move_vehicle(vehicle, state=VehicleState.SOLD, action="sold", by=by, now=now)
    return paper


def cancel_contract(contract_id: int, *, dealer: Dealer, by: By) -> Contract:
    """Undo a sale: the vehicle is back in the state it had before the sale (or its reservation).

    Raises Contract.DoesNotExist, and ValidationError if it is cancelled already or if another
    vehicle in stock bears the plate or chassis by now.
    """
    with transaction.atomic():
        paper, vehicle = _lock_paper(Contract, contract_id, dealer=dealer)
        _refuse_closed(paper, state=ContractState.OPEN)
        VehicleHold.objects.filter(contract=paper).delete()
        _close(paper, state=ContractState.CANCELLED, by=by)
        now = timezone.now()
        move_vehicle(vehicle, state=paper.state_before, action="unsold", by=by, now=now)
    return paper


def _common(customer: Customer, external_id: str, *, dealer: Dealer) -> dict[str, Any]:
    external_id = external_id.strip()
    if len(external_id) > _LONGEST_EXTERNAL_ID or not external_id.isprintable():
        raise ValidationError({"external_id": _("At most 60 printable characters.")})
    person = clean_customer(customer, country=dealer.country)
    return {**person, "external_id": external_id, "dealer_id": dealer.pk}


def _customer_of(paper: Quote) -> Customer:
    return Customer(
        name=paper.customer_name,
        tax_id=paper.customer_tax_id,
        phone=paper.customer_phone,
        email=paper.customer_email,
    )


def _price(price: Decimal) -> Decimal:
    if not (price.is_finite() and _CENT <= price <= _HIGHEST_PRICE):
        raise ValidationError({"price": _("Enter a price above zero.")})
    return price.quantize(_CENT)


def _refuse_past(until: datetime | None, *, now: datetime) -> None:
    if until is not None and until <= now:
        raise ValidationError({"until": _("This moment has passed.")})


def _refuse_closed(paper: Paper, *, state: str) -> None:
    if paper.state != state:
        raise ValidationError({"state": _("This is closed already.")})


def _refuse_foreign(quote: Quote | None, *, vehicle: Vehicle) -> None:
    if quote is not None and quote.vehicle_id != vehicle.pk:
        raise ValidationError({"quote": _("This choice does not exist.")})


def _lock_sellable(vehicle_id: int, *, dealer: Dealer) -> Vehicle:
    vehicle = lock_vehicle(vehicle_id, dealer=dealer)
    if VehicleHold.objects.filter(vehicle=vehicle, contract__isnull=False).exists():
        raise ReservationTaken
    if vehicle.is_gone:
        raise ValidationError({"state": _("The vehicle has left the stock.")})
    return vehicle


def _lock_paper(
    model: type[Paper], paper_id: int, *, dealer: Dealer | int
) -> tuple[Paper, Vehicle]:
    """Lock the vehicle first, then read the paper as it is under the lock."""
    papers = model.objects.for_dealer(dealer)
    vehicle = lock_vehicle(papers.get(pk=paper_id).vehicle_id, dealer=dealer)
    return papers.get(pk=paper_id), vehicle


def _issue(paper: Paper, *, vehicle: Vehicle, by: By, action: str, said: dict[str, Any]) -> None:
    paper.vehicle = vehicle
    paper.created_by_id = by.user_id
    paper.save(force_insert=True)
    person = {name: getattr(paper, name) for name in PERSONAL if getattr(paper, name)}
    record_change(
        subject=paper,
        action=action,
        after={"vehicle": vehicle.pk, **said, **person},
        by=by,
        personal_fields=tuple(person),
        label=vehicle.code,
    )


def _close(paper: Paper, *, state: str, by: By) -> None:
    before, paper.state = paper.state, state
    fields = ["state"]
    if not isinstance(paper, Quote):
        paper.closed_at = timezone.now()
        fields.append("closed_at")
    paper.save(update_fields=fields)
    record_change(
        subject=paper,
        action=state,
        before={"state": before},
        after={"state": state},
        by=by,
        label=paper.vehicle.code,
    )


def _take_hold(hold: VehicleHold) -> None:
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError as err:
        raise ReservationTaken from err


def _end_reservation(paper: Reservation, vehicle: Vehicle, *, state: str, by: By) -> None:
    VehicleHold.objects.filter(reservation=paper).delete()
    _close(paper, state=state, by=by)
    move_vehicle(
        vehicle, state=paper.state_before, action=f"reservation_{state}", by=by, now=timezone.now()
    )


def _release_for_contract(vehicle: Vehicle, *, by: By) -> str:
    """Convert an open reservation, if any; returns the state the vehicle had before it all."""
    hold = VehicleHold.objects.filter(vehicle=vehicle).select_related("reservation").first()
    if hold is None or hold.reservation is None:
        return vehicle.state
    reservation = hold.reservation
    hold.delete()
    _close(reservation, state=ReservationState.CONVERTED, by=by)
    return reservation.state_before
