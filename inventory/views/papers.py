"""Short forms of the vehicle's page: keep it for somebody, sell it, or undo either."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.guards import DealerRequest, by_person, dealer_page
from config.lib.form_errors import show_refusal
from inventory.forms import ReservationForm, SaleForm
from inventory.models import Vehicle, VehicleHold
from inventory.services.customers import Customer
from inventory.services.sales import (
    ReservationTaken,
    cancel_contract,
    cancel_reservation,
    create_contract,
    reserve_vehicle,
)
from inventory.views.vehicle_page import show_vehicle
from inventory.views.vehicles import find_vehicle


@require_POST
@dealer_page
def vehicle_reserve(request: DealerRequest, pk: int) -> HttpResponse:
    """Keep the vehicle for somebody, until a moment or until cancelled."""
    vehicle = find_vehicle(request, pk)
    form = ReservationForm(request.POST, auto_id="reservation_%s")

    def act() -> str:
        reserve_vehicle(
            vehicle.pk,
            dealer=request.dealer,
            by=by_person(request),
            until=form.cleaned_data["until"],
            customer=Customer(name=form.cleaned_data["customer_name"]),
        )
        return _("The vehicle is reserved.")

    return _try(request, vehicle, form, act)


@require_POST
@dealer_page
def vehicle_sell(request: DealerRequest, pk: int) -> HttpResponse:
    """Record the sale; the vehicle leaves every portal."""
    vehicle = find_vehicle(request, pk)
    form = SaleForm(request.POST, auto_id="sale_%s")

    def act() -> str:
        create_contract(
            vehicle.pk,
            dealer=request.dealer,
            by=by_person(request),
            price=form.cleaned_data["price"],
            sold_on=form.cleaned_data["sold_on"],
            customer=Customer(name=form.cleaned_data["customer_name"]),
        )
        return _("Sold. The ads are being taken down.")

    return _try(request, vehicle, form, act)


@require_POST
@dealer_page
def vehicle_release(request: DealerRequest, pk: int) -> HttpResponse:
    """Cancel the open reservation or sale; what was wished of the ads comes back."""
    vehicle = find_vehicle(request, pk)
    hold = VehicleHold.objects.filter(vehicle=vehicle).first()

    def act() -> str:
        by = by_person(request)
        if hold is not None and hold.reservation_id:
            cancel_reservation(hold.reservation_id, dealer=request.dealer, by=by)
            return _("The reservation was cancelled.")
        if hold is not None and hold.contract_id:
            cancel_contract(hold.contract_id, dealer=request.dealer, by=by)
            return _("The sale was cancelled; the vehicle is back in stock.")
        raise ValidationError(_("There is nothing to cancel."))

    return _try(request, vehicle, None, act)


def _try(
    request: DealerRequest,
    vehicle: Vehicle,
    form: ReservationForm | SaleForm | None,
    act: Callable[[], str],
) -> HttpResponse:
    """Do it and say so, or say why not; a form that is not accepted keeps what was typed (422)."""
    if form is None or form.is_valid():
        try:
            messages.success(request, act())
        except (ReservationTaken, ValidationError) as error:
            refused = _refusal(error)
            if form is None:
                messages.error(request, " ".join(refused.messages))
            else:
                show_refusal(form, refused)
    if form is None or not form.errors:
        return redirect("inventory:vehicle_detail", vehicle.pk)
    for name, errors in form.errors.items():
        label = f"{form.fields[name].label}: " if name in form.fields else ""
        messages.error(request, f"{label}{' '.join(str(error) for error in errors)}")
    return show_vehicle(
        request,
        find_vehicle(request, vehicle.pk),  # whoever was faster has changed it
        sale_form=form if isinstance(form, SaleForm) else None,
        reservation_form=form if isinstance(form, ReservationForm) else None,
        status=422,
    )


def _refusal(error: ReservationTaken | ValidationError) -> ValidationError:
    if isinstance(error, ValidationError):
        return error
    return ValidationError(_("The vehicle is reserved or sold to somebody else already."))
