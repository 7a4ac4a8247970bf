"""The paper behind a windscreen: one A4 page per vehicle, with the way to its public page."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from accounts.models import Dealer
from config.lib.qr_codes import qr_svg
from config.lib.typed_ids import whole_number
from inventory.models import Vehicle
from inventory.showroom.addresses import absolute, vehicle_path
from inventory.showroom.contact import contact_of
from inventory.showroom.showing import claims_of, facts_of, name_of, prices_of, years_of
from inventory.showroom.stock import SHOWN

MOST_SHEETS = 60
MOST_OPTIONALS = 16  # as many as are read through a windscreen


@require_safe
@dealer_page
def sticker(request: DealerRequest, pk: int) -> HttpResponse:
    """Show a vehicle's sticker, ready for printing; `price=0` leaves the price out."""
    return _sheets(request, [pk], back=pk)


@require_safe
@dealer_page
def sticker_list(request: DealerRequest) -> HttpResponse:
    """Show the stickers of the vehicles named in the query, a page each; 404 for a foreign one."""
    ids = [whole_number(text) for text in request.GET.getlist("vehicle")]
    if None in ids:
        raise Http404
    return _sheets(request, list(dict.fromkeys(pk for pk in ids if pk is not None)))


def _sheets(request: DealerRequest, ids: Sequence[int], *, back: int | None = None) -> HttpResponse:
    shown = ids[:MOST_SHEETS]
    found = (
        Vehicle.objects.for_dealer(request.dealer)
        .select_related("version__model__brand")
        .prefetch_related("optionals")
        .in_bulk(shown)
    )
    if len(found) < len(shown):
        raise Http404
    vehicles = [found[pk] for pk in shown]
    with_price = request.GET.get("price") != "0"
    context = {
        "sheets": [_sheet(request.dealer, each) for each in vehicles],
        "with_price": with_price,
        "other_query": _other_query(shown if back is None else (), with_price=with_price),
        "left_out": len(ids) - len(shown),
        "not_shown_yet": [each for each in vehicles if each.state not in SHOWN],
        "contact": contact_of(request.dealer),
        "back": back,
    }
    return render(request, "inventory/stickers.html", context)


def _sheet(dealer: Dealer, vehicle: Vehicle) -> dict[str, object]:
    """Return what stands on one sheet; no code when nobody could open where it leads."""
    address = absolute(vehicle_path(dealer, vehicle))
    optionals = [each.name for each in vehicle.optionals.all()]
    years = years_of(vehicle)
    return {
        "name": name_of(vehicle),
        "years": years,
        "facts": [fact for fact in facts_of(vehicle) if fact[1] != years],
        "claims": claims_of(vehicle),
        "optionals": optionals[:MOST_OPTIONALS],
        "more": len(optionals) - MOST_OPTIONALS,
        "prices": prices_of(vehicle),
        "address": address,
        "code": qr_svg(address, title=_("QR code to the page of this vehicle"))
        if dealer.public_pages
        else "",
    }


def _other_query(ids: Sequence[int], *, with_price: bool) -> str:
    """Return the query of the same sheets with or without the price, whichever is not shown."""
    return "&".join([*(f"vehicle={pk}" for pk in ids), f"price={0 if with_price else 1}"])
