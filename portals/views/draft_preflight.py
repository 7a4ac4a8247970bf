"""What every portal would say of a vehicle's form as it is typed, before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.guards import DealerRequest, dealer_page, manages
from config.lib.htmx import render_page_or_fragment
from config.lib.typed_ids import whole_number
from inventory.forms import VehicleForm, tolerant
from inventory.models import Category, Vehicle, VehicleState
from portals.fixes import ANCHORS, MAPPED, OF_THE_STORE, Fix, fix_at_store
from portals.models import PortalAccess
from portals.selectors.problems import FOLLOWS
from portals.services.preflight import AccessFindings, preflight_vehicle
from portals.wording import describe

_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "act", "enter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding in words, and the id of the field that puts it right ('' where none does).

    `fix` leads to another page, for what is no field of this form.
    """

    text: str
    anchor: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one portal would say."""

    access: PortalAccess
    refused: list[Line]
    reduced: list[Line]
    needs_photos: bool


@require_POST
@dealer_page
def draft_preflight(request: DealerRequest, pk: int | None = None) -> HttpResponse:
    """Judge the form that is sent as if it were saved and published now; nothing is written."""
    stored = None if pk is None else _find(request, pk)
    category = stored.category if stored else _category(request)
    form = VehicleForm(
        tolerant(request.POST),
        instance=stored,
        category=category,
        sees_cost=manages(request),
        is_new_row=stored is None,
    )
    vehicle, optionals = form.imagined(request.dealer, now=timezone.now())
    vehicle.state = VehicleState.AVAILABLE  # as it will be when it is published
    found = preflight_vehicle(vehicle, accesses=_accesses(request), optionals=optionals)
    checks = [_check(form, each, leads=manages(request)) for each in found]
    back = (
        reverse("inventory:vehicle_update", args=[stored.pk])
        if stored
        else f"{reverse('inventory:vehicle_create')}?category={category}"
    )
    return render_page_or_fragment(
        request,
        page="portals/draft_preflight.html",
        fragment="portals/_draft_preflight.html",
        context={
            "checks": checks,
            "refusing": [each.access.portal.name for each in checks if each.refused],
            "reducing": [
                each.access.portal.name for each in checks if each.reduced and not each.refused
            ],
            "unreadable": [form[name] for name in form.errors if name in form.fields],
            "back": back,
            "typed": [
                (name, value)
                for name, values in request.POST.lists()
                if name not in _NOT_TYPED
                for value in values
            ],
        },
    )


def _check(form: VehicleForm, found: AccessFindings, *, leads: bool) -> Check:
    """Put the findings in words; the photos of a vehicle that is not saved are the next step.

    `leads`: whether the person may change the store's data.
    """
    is_new = form.instance.pk is None
    refused, reduced = list(found.refused), list(found.reduced)
    photos = [each for each in (*refused, *reduced) if is_new and each.problem.field == "photos"]
    return Check(
        access=found.access,
        refused=[_line(form, each, leads=leads) for each in refused if _counts(each, photos)],
        reduced=[_line(form, each, leads=leads) for each in reduced if each not in photos],
        needs_photos=bool(photos),
    )


def _counts(finding: Any, photos: list[Any]) -> bool:
    return finding.problem.code != FOLLOWS and finding not in photos


def _line(form: VehicleForm, finding: Any, *, leads: bool) -> Line:
    name = finding.problem.field
    fix = fix_at_store(name) if leads and name in OF_THE_STORE else None
    anchor = ANCHORS.get(name, f"field-{name}" if name in form.fields else "")
    if finding.problem.code in MAPPED and anchor == "field-optionals":
        anchor = ""  # a name the portal lacks is put right elsewhere, by a mapping
    return Line(text=describe(finding.problem.as_json()), anchor=anchor, fix=fix)


def _category(request: DealerRequest) -> int:
    number = whole_number(request.GET.get("category"), highest=9)
    return number if number in Category.values else Category.CAR.value


def _find(request: DealerRequest, pk: int) -> Vehicle:
    vehicles = Vehicle.objects.for_dealer(request.dealer)
    return get_object_or_404(vehicles.select_related("version__model__brand"), pk=pk)


def _accesses(request: DealerRequest) -> list[PortalAccess]:
    accesses = PortalAccess.objects.for_dealer(request.dealer).filter(is_active=True)
    related = accesses.select_related("portal", "dealer").prefetch_related("plans")
    return list(related.order_by("portal__name", "id"))
