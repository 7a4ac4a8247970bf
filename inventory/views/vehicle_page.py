"""A vehicle's page, the centre of everything about it, and its whole history."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page, manages
from accounts.selectors import changes_of
from config.lib.typed_ids import whole_number
from inventory.fipe_prices import fipe_prices_of
from inventory.forms import ReservationForm, SaleForm
from inventory.history import labels_of, lines_of
from inventory.history_words import names_in
from inventory.models import Vehicle, VehicleState
from inventory.price_history import price_chart, price_steps
from inventory.selectors import days_in_stock
from inventory.services.vehicles import MOVES
from inventory.showroom.addresses import vehicle_path
from inventory.showroom.stock import SHOWN
from inventory.vehicle_history import (
    KINDS,
    HistoryFilter,
    fields_to_choose,
    history_page,
)
from inventory.views.photos import album_context
from inventory.views.vehicles import find_vehicle

RECENT = 6  # acts shown on the vehicle's page
SHOWN_STEPS = 8  # price changes shown before the others are unfolded


@require_safe
@dealer_page
def vehicle_detail(request: DealerRequest, pk: int) -> HttpResponse:
    """Show everything about a vehicle, and what can be done with it now."""
    return show_vehicle(request, find_vehicle(request, pk))


def show_vehicle(
    request: DealerRequest,
    vehicle: Vehicle,
    *,
    sale_form: SaleForm | None = None,
    reservation_form: ReservationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with a short form as it was sent where it was not accepted."""
    recent = list(changes_of(vehicle, dealer=request.dealer)[:RECENT])
    context = {
        **album_context(request, vehicle),
        **_price_context(request, vehicle),
        "vehicle": vehicle,
        "public_path": _public_path(request, vehicle),
        "optionals": list(vehicle.optionals.all()),
        "moves": [state for state in VehicleState if state in MOVES[vehicle.state]],
        "hold": getattr(vehicle, "hold", None),
        "days": days_in_stock(vehicle, now=timezone.now()),
        "sale_form": sale_form
        or SaleForm(
            auto_id="sale_%s",
            initial={"sold_on": timezone.localdate(), "price": vehicle.price_for("")},
        ),
        "reservation_form": reservation_form or ReservationForm(auto_id="reservation_%s"),
        "sees_cost": manages(request),
        "invented": labels_of(vehicle.source_facts.get("invented", [])),
        "history": lines_of(
            recent,
            hides_cost=not manages(request),
            currency=request.dealer.currency,
            names=names_in(recent),
        ),
    }
    return render(request, "inventory/vehicle_detail.html", context, status=status)


@require_safe
@dealer_page
def vehicle_history(request: DealerRequest, pk: int) -> HttpResponse:
    """Show every act on a vehicle, newest first, by pages; `kind` and `field` filter them.

    A filter that does not exist restricts nothing.
    """
    vehicle = find_vehicle(request, pk)
    fields = fields_to_choose(hides_cost=not manages(request))
    kind, field = request.GET.get("kind", ""), request.GET.get("field", "")
    chosen = HistoryFilter(
        kind=kind if kind in KINDS else "",
        field=field if field in dict(fields) else "",
        before=whole_number(request.GET.get("before", "")),
    )
    page = history_page(vehicle, chosen, dealer=request.dealer)
    kept = {"kind": chosen.kind, "field": chosen.field}
    context = {
        "vehicle": vehicle,
        "lines": lines_of(
            page.changes,
            hides_cost=not manages(request),
            currency=request.dealer.currency,
            names=names_in(page.changes),
            tells_birth=True,
        ),
        "chosen": chosen,
        "kinds": KINDS.items(),
        "fields": fields,
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "older": page.older,
    }
    return render(request, "inventory/vehicle_history.html", context)


def _public_path(request: DealerRequest, vehicle: Vehicle) -> str:
    """Return where strangers see the vehicle; "" when they do not."""
    shown = request.dealer.public_pages and vehicle.state in SHOWN
    return vehicle_path(request.dealer, vehicle) if shown else ""


def _price_context(request: DealerRequest, vehicle: Vehicle) -> dict[str, object]:
    """Return the asking price against FIPE's, and how it went."""
    fipe = fipe_prices_of([vehicle]).get(vehicle.pk)
    steps = price_steps(vehicle, dealer=request.dealer)
    return {
        "asked_price": vehicle.price_for(""),
        "fipe": fipe,
        "price_steps": steps[:SHOWN_STEPS],
        "older_price_steps": steps[SHOWN_STEPS:],
        "price_chart": price_chart(steps, now=timezone.now(), fipe=fipe.price if fipe else None),
    }
