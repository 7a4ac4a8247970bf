"""The publishing board: every vehicle on every portal, what is wished, done, and shown there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page
from config.lib.htmx import render_page_or_fragment, trigger, wants_fragment
from inventory.finding import covers_of
from portals.forms import BoardFilterForm, WishForm
from portals.models import PortalAccess
from portals.models.listing import Wanted
from portals.selectors.board import accesses_of, board_page, board_vehicles, summary_of
from portals.services.publish import set_wish
from portals.tasks import wake

FILTERS = ("q", "access", "show", "page")
MOST_TYPED = 120  # characters of each filter that survive a redirect


@require_safe
@dealer_page
def board(request: DealerRequest) -> HttpResponse:
    """Show the board, or only its changing part when htmx asks (while work is in flight)."""
    return _answer(request)


@require_POST
@dealer_page
def wish(request: DealerRequest) -> HttpResponse:
    """Write what is wanted of the chosen ads; the engine does the rest.

    Ids of other dealers are no valid choice: 422 (htmx) or a message, and nothing is changed.
    """
    form = WishForm(request.POST, dealer=request.dealer)
    if not form.is_valid():
        texts = [str(error) for error in form.non_field_errors()]
        problem = texts[0] if texts else _("That choice is not possible.")
        if wants_fragment(request):
            return _answer(request, problem=problem, status=422)
        messages.error(request, problem)
        return _back(request)
    clean = form.cleaned_data
    accesses = [clean["access"]] if clean["access"] else accesses_of(request.dealer)
    if clean["everything"]:
        vehicle_ids = _all_shown(request)
        if not clean["confirmed"]:
            return _ask(request, accesses, wanted=clean["wanted"], number=len(vehicle_ids))
    else:
        vehicle_ids = [vehicle.pk for vehicle in clean["vehicle"]]
    choice = form.choice() if clean["access"] else {}
    wish = {"wanted": clean["wanted"], **choice}
    number = _wish_everywhere(request, accesses, vehicle_ids, wish=wish)
    if wants_fragment(request):
        return trigger(_answer(request), "listings-wished", number=number)
    told = _("Noted. The portal is being told.") if choice else _told(clean["wanted"], number)
    messages.success(request, told)
    return _back(request)


def _wish_everywhere(
    request: DealerRequest,
    accesses: list[PortalAccess],
    vehicle_ids: list[int],
    *,
    wish: dict[str, Any],
) -> int:
    """Write the wish at every access and wake the worker; returns how many ads changed."""
    number = 0
    for access in accesses:
        result = set_wish(access=access, vehicle_ids=vehicle_ids, by=by_person(request), **wish)
        number += result.changed
        wake(result.marked)
    return number


def _told(wanted: str, number: int) -> str:
    texts = {
        Wanted.LIVE: ngettext(
            "%(number)d ad will be published.", "%(number)d ads will be published.", number
        ),
        Wanted.PAUSED: ngettext(
            "%(number)d ad will be paused.", "%(number)d ads will be paused.", number
        ),
        Wanted.ABSENT: ngettext(
            "%(number)d ad will be withdrawn.", "%(number)d ads will be withdrawn.", number
        ),
    }
    return texts[Wanted(wanted)] % {"number": number}


def _all_shown(request: DealerRequest) -> list[int]:
    chosen = BoardFilterForm(request.GET, dealer=request.dealer).chosen()
    vehicles = board_vehicles(request.dealer, chosen, now=timezone.now())
    return list(vehicles.order_by("pk").values_list("pk", flat=True))


def _ask(
    request: DealerRequest, accesses: list[PortalAccess], *, wanted: str, number: int
) -> HttpResponse:
    context = {
        "accesses": accesses,
        "access_id": request.POST.get("access", ""),
        "wanted": wanted,
        "wanted_text": Wanted(wanted).label,
        "number": number,
        "ads": number * len(accesses),
        "query": request.GET.urlencode(),
    }
    return render(request, "portals/wish_confirm.html", context)


def _back(request: DealerRequest) -> HttpResponse:
    # Only what the board knows, and no more of it than an address may hold.
    shown = {name: request.GET.get(name, "")[:MOST_TYPED] for name in FILTERS}
    query = urlencode({name: value for name, value in shown.items() if value})
    return redirect(reverse("portals:board") + (f"?{query}" if query else ""))


def _answer(request: DealerRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Return the board as the query string of the request asks for it."""
    now = timezone.now()
    form = BoardFilterForm(request.GET, dealer=request.dealer)
    page, rows, accesses = board_page(
        request.dealer, form.chosen(), number=request.GET.get("page"), now=now
    )
    filters = {key: value for key, value in request.GET.items() if key != "page" and value}
    context: dict[str, object] = {
        "form": form,
        "problem": problem,
        "page": page,
        "rows": rows,
        "accesses": accesses,
        "covers": covers_of(request.dealer, [row.vehicle for row in rows]),
        "summary": summary_of(request.dealer, now=now),
        "query": urlencode(filters),
        "keeps_forms": request.method == "GET",
        "full_query": urlencode({**filters, "page": page.number}),
    }
    return render_page_or_fragment(
        request,
        page="portals/board.html",
        fragment="portals/_board.html",
        context=context,
        status=status,
    )
