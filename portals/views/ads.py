"""The ads of one vehicle: on every portal what was asked and granted, and what it will say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page, manages
from config.lib.htmx import render_page_or_fragment, trigger, wants_fragment
from inventory.models import Vehicle
from portals.fixes import Fix, fix_for
from portals.forms import AdForm
from portals.highlight_state import RULE, highlight_value
from portals.models import Attempt, Listing, PortalAccess
from portals.selectors.attempts import exchanges_about
from portals.selectors.board import Cell, choices_of, rows_of
from portals.selectors.problems import FOLLOWS
from portals.services.preflight import preflight_vehicle
from portals.services.publish import publish_everywhere, retry_listings, set_wish
from portals.tasks import wake
from portals.wording import describe

ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """One ad with its form, its problems with their fixes, and the last exchanges."""

    cell: Cell
    form: AdForm
    problems: list[tuple[str, Fix | None]]
    attempts: list[Attempt]


@require_safe
@dealer_page
def vehicle_ads(request: DealerRequest, pk: int) -> HttpResponse:
    """Show how the vehicle stands on every portal; a fragment for the vehicle's page."""
    return _answer(request, _find(request, pk))


@require_POST
@dealer_page
def ad_wish(request: DealerRequest, pk: int, access_pk: int) -> HttpResponse:
    """Write what is wanted of one ad, with plan and highlight; 422 for a choice that is not."""
    vehicle = _find(request, pk)
    access = _find_access(request, access_pk)
    form = _form(access, None, data=request.POST)
    if form.is_valid():
        try:
            result = set_wish(
                access=access, vehicle_ids=[vehicle.pk], by=by_person(request), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            wake(result.marked)
            if wants_fragment(request):
                return trigger(_answer(request, vehicle), "listings-wished")
            messages.success(request, _("Noted. The portal is being told."))
            return redirect("portals:vehicle_ads", vehicle.pk)
    return _answer(request, vehicle, refused={access.pk: form}, status=422)


@require_POST
@dealer_page
def vehicle_publish(request: DealerRequest, pk: int) -> HttpResponse:
    """Publish the vehicle on every connected portal, making it available if it is not yet."""
    vehicle = _find(request, pk)
    try:
        result = publish_everywhere(vehicle.pk, dealer=request.dealer, by=by_person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        wake(result.marked)
        text = ngettext(
            "%(number)d ad will be published.", "%(number)d ads will be published.", result.changed
        )
        messages.success(request, text % {"number": result.changed})
    return redirect(reverse("inventory:vehicle_detail", args=[vehicle.pk]) + "#ads")


@require_POST
@dealer_page
def ad_retry(request: DealerRequest, pk: int, access_pk: int) -> HttpResponse:
    """Decide one ad anew now."""
    vehicle = _find(request, pk)
    access = _find_access(request, access_pk)
    ids = list(Listing.objects.filter(access=access, vehicle=vehicle).values_list("pk", flat=True))
    wake(retry_listings(access=access, listing_ids=ids, by=by_person(request)))
    if wants_fragment(request):
        return _answer(request, vehicle)
    return redirect("portals:vehicle_ads", vehicle.pk)


@require_safe
@dealer_page
def vehicle_preflight(request: DealerRequest, pk: int) -> HttpResponse:
    """Show what every portal will say of the vehicle as it is stored now."""
    vehicle = _find(request, pk)
    found = preflight_vehicle(vehicle, accesses=_accesses(request))
    checks = [
        {
            "access": each.access,
            "refused": [
                _worded(request, vehicle, each.access, finding)
                for finding in each.refused
                if finding.problem.code != FOLLOWS
            ],
            "reduced": [_worded(request, vehicle, each.access, f) for f in each.reduced],
        }
        for each in found
    ]
    return render_page_or_fragment(
        request,
        page="portals/vehicle_preflight.html",
        fragment="portals/_preflight.html",
        context={"vehicle": vehicle, "checks": checks},
    )


def _worded(
    request: DealerRequest, vehicle: Vehicle, access: PortalAccess, finding: Any
) -> tuple[str, Fix | None]:
    problem = finding.problem
    fix = fix_for(
        mode=finding.mode,
        field=problem.field,
        code=problem.code,
        vehicle_id=vehicle.pk,
        access_id=access.pk,
        manages=manages(request),
        category=vehicle.category,
        params=problem.params,
    )
    return describe(problem.as_json()), fix


def _find(request: DealerRequest, pk: int) -> Vehicle:
    vehicles = Vehicle.objects.for_dealer(request.dealer)
    return get_object_or_404(vehicles.select_related("version__model__brand"), pk=pk)


def _accesses(request: DealerRequest) -> list[PortalAccess]:
    accesses = PortalAccess.objects.for_dealer(request.dealer).filter(is_active=True)
    related = accesses.select_related("portal", "dealer", "highlight_rule")
    related = related.prefetch_related("plans")
    return list(related.order_by("portal__name", "id"))


def _find_access(request: DealerRequest, pk: int) -> PortalAccess:
    accesses = PortalAccess.objects.for_dealer(request.dealer).filter(is_active=True)
    return get_object_or_404(accesses.select_related("portal"), pk=pk)


def _form(access: PortalAccess, listing: Listing | None, *, data: Any = None) -> AdForm:
    ruled = choices_of(access).ruled
    initial: dict[str, Any] = {"wanted": "absent", "highlight": RULE if ruled else "0"}
    if listing is not None:
        highlight = highlight_value(listing, ruled=ruled)
        initial = {"wanted": listing.wanted, "plan": listing.plan_id, "highlight": highlight}
    return AdForm(data, initial=initial, access=access)


def _problems(request: DealerRequest, cell: Cell, category: int) -> list[tuple[str, Fix | None]]:
    listing = cell.listing
    if listing is None:
        return []
    return [
        (
            describe(problem),
            fix_for(
                mode=listing.failure_mode,
                field=problem.get("field", ""),
                code=problem.get("code", ""),
                vehicle_id=listing.vehicle_id,
                access_id=listing.access_id,
                manages=manages(request),
                category=category,
                params=problem.get("params"),
            ),
        )
        for problem in listing.problems
    ]


def _answer(
    request: DealerRequest,
    vehicle: Vehicle,
    *,
    refused: dict[int, AdForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    accesses = _accesses(request)
    (row,) = rows_of(request.dealer, [vehicle], accesses, now=now)
    attempts: dict[int, list[Attempt]] = {}
    most = ATTEMPTS * max(1, len(accesses))
    for attempt in exchanges_about(request.dealer, most=most, listing__vehicle=vehicle):
        attempts.setdefault(attempt.access_id, []).append(attempt)
    ads = [
        Ad(
            cell=cell,
            form=(refused or {}).get(cell.access.pk) or _form(cell.access, cell.listing),
            problems=_problems(request, cell, vehicle.category),
            attempts=attempts.get(cell.access.pk, [])[:ATTEMPTS],
        )
        for cell in row.cells
    ]
    moving = any(ad.cell.status and ad.cell.status.tone == "info" for ad in ads)
    return render_page_or_fragment(
        request,
        page="portals/vehicle_ads.html",
        fragment="portals/_vehicle_ads.html",
        context={
            "vehicle": vehicle,
            "ads": ads,
            "moving": moving,
            "may_publish": sum(cell.may_publish and cell.wanted != "live" for cell in row.cells),
            "keeps_forms": request.method == "GET",
        },
        status=status,
    )
