"""A vehicle's pages: see it, register it, change it, move it through its life."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page, manages
from accounts.models import Change
from config.lib.htmx import render_page_or_fragment
from config.lib.typed_ids import whole_number
from inventory.finding import search_versions
from inventory.forms import ReservationForm, SaleForm, VehicleForm
from inventory.history import labels_of, lines_of
from inventory.models import Category, Vehicle, VehicleState
from inventory.services.vehicles import (
    MOVES,
    EditConflict,
    create_vehicle,
    set_state,
    update_vehicle,
)

HISTORY = 30  # changes shown on the vehicle's page


def find_vehicle(request: DealerRequest, pk: int) -> Vehicle:
    """Return the dealer's vehicle with its names; 404 for one of somebody else."""
    vehicles = Vehicle.objects.for_dealer(request.dealer)
    return get_object_or_404(vehicles.select_related("version__model__brand"), pk=pk)


@require_safe
@dealer_page
def vehicle_detail(request: DealerRequest, pk: int) -> HttpResponse:
    """Show everything about a vehicle, and what can be done with it now."""
    vehicle = find_vehicle(request, pk)
    changes = Change.objects.for_dealer(request.dealer).filter(
        subject_type="inventory.vehicle", subject_id=vehicle.pk
    )
    photos = list(vehicle.photos.select_related("blob").prefetch_related("blob__renditions"))
    context = {
        "vehicle": vehicle,
        "photos": photos,
        "photos_pending": any(each.blob.state == "pending" for each in photos),
        "optionals": list(vehicle.optionals.all()),
        "moves": [state for state in VehicleState if state in MOVES[vehicle.state]],
        "hold": getattr(vehicle, "hold", None),
        "sale_form": SaleForm(
            auto_id="sale_%s",
            initial={"sold_on": timezone.localdate(), "price": vehicle.price_for("")},
        ),
        "reservation_form": ReservationForm(auto_id="reservation_%s"),
        "sees_cost": manages(request),
        "invented": labels_of(vehicle.source_facts.get("invented", [])),
        "history": lines_of(
            list(changes.select_related("actor")[:HISTORY]), hides_cost=not manages(request)
        ),
    }
    return render(request, "inventory/vehicle_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@dealer_page
def vehicle_create(request: DealerRequest) -> HttpResponse:
    """Register a vehicle of the kind in the query (`category`); then show it, ready for photos."""
    category = _category(request.GET.get("category"))
    if request.method != "POST" or "find_version" in request.POST:
        return _show_form(request, _unjudged(request, category=category, is_new_row=True), None)
    form = VehicleForm(request.POST, category=category, sees_cost=manages(request), is_new_row=True)
    if form.is_valid():
        try:
            vehicle = create_vehicle(
                request.dealer,
                by=by_person(request),
                category=category,
                code=form.cleaned_data["code"],
                **{name: value for name, value in form.facts().items() if name != "code"},
            )
        except ValidationError as error:
            form.show_errors_of(error)
        else:
            messages.success(request, _("The vehicle was registered. Now add its photos."))
            return redirect("inventory:vehicle_detail", vehicle.pk)
    return _show_form(request, form, None, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@dealer_page
def vehicle_update(request: DealerRequest, pk: int) -> HttpResponse:
    """Change a vehicle; who edits at the same time as another is told, and decides."""
    vehicle = find_vehicle(request, pk)
    if request.method != "POST" or "find_version" in request.POST:
        form = _unjudged(request, category=vehicle.category, vehicle=vehicle)
        return _show_form(request, form, vehicle)
    form = VehicleForm(
        request.POST,
        instance=find_vehicle(request, pk),
        category=vehicle.category,
        sees_cost=manages(request),
    )
    conflict: list[tuple[Any, Any, Any]] = []
    if form.is_valid():
        try:
            update_vehicle(
                vehicle.pk,
                dealer=request.dealer,
                by=by_person(request),
                expected_revision=form.cleaned_data["revision"],
                **form.facts(),
            )
        except ValidationError as error:
            form.show_errors_of(error)
        except EditConflict as err:
            form, conflict = _conflict(request, form, vehicle, revision=err.revision)
        else:
            messages.success(request, _("The vehicle was saved."))
            return redirect("inventory:vehicle_detail", vehicle.pk)
    return _show_form(request, form, vehicle, conflict=conflict, status=422)


@require_POST
@dealer_page
def vehicle_move(request: DealerRequest, pk: int) -> HttpResponse:
    """Move a vehicle to the state in the body; a move that is not allowed is told."""
    vehicle = find_vehicle(request, pk)
    state = request.POST.get("state", "")
    try:
        if state not in VehicleState.values:
            raise ValidationError({"state": _("There is no such state.")})
        set_state(vehicle.pk, dealer=request.dealer, by=by_person(request), state=state)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("The vehicle is now: %(state)s.") % {"state": VehicleState(state).label}
        )
    return redirect("inventory:vehicle_detail", vehicle.pk)


@require_safe
@dealer_page
def version_search(request: DealerRequest) -> HttpResponse:
    """Return the versions of the reference catalogue that match the words, as choices."""
    year = request.GET.get("year_model", "")
    context: dict[str, object] = {
        "versions": search_versions(
            request.GET.get("version_words", ""),
            category=_category(request.GET.get("category")),
            year=int(year) if year.isdecimal() and len(year) == len("2020") else None,
        ),
        "words": request.GET.get("version_words", ""),
    }
    return render_page_or_fragment(
        request,
        page="inventory/_versions.html",
        fragment="inventory/_versions.html",
        context=context,
    )


def _category(value: str | None) -> int:
    number = int(value) if value and value.isdecimal() and len(value) == 1 else 0
    return number if number in Category.values else Category.CAR.value


def _unjudged(
    request: DealerRequest,
    *,
    category: int,
    vehicle: Vehicle | None = None,
    is_new_row: bool = False,
) -> VehicleForm:
    """Return the form to fill in: fresh, or with what was typed before a version was looked up."""
    initial: dict[str, Any] = {"revision": vehicle.revision} if vehicle else {}
    if vehicle:
        initial["optionals"] = list(vehicle.optionals.values_list("pk", flat=True))
    if request.method == "POST":
        initial = _typed(request.POST)
    return VehicleForm(
        instance=vehicle,
        initial=initial,
        category=category,
        sees_cost=manages(request),
        is_new_row=is_new_row,
    )


def _typed(data: QueryDict) -> dict[str, Any]:
    unticked = dict.fromkeys(VehicleForm.claims_and_new(), False)
    ticked = [pk for pk in map(whole_number, data.getlist("optionals")) if pk is not None]
    return {**unticked, **data.dict(), "optionals": ticked}


def _conflict(
    request: DealerRequest, form: VehicleForm, shown: Vehicle, *, revision: int
) -> tuple[VehicleForm, list[tuple[Any, Any, Any]]]:
    """Return the form as typed, now fenced by the newest revision, and the fields that differ."""
    now = find_vehicle(request, shown.pk)
    differing = [
        (form.fields[name].label, getattr(now, name), value)
        for name, value in form.facts().items()
        if name in form.fields and name != "optionals" and getattr(now, name) != value
    ]
    data = request.POST.copy()
    data["revision"] = str(revision)
    again = VehicleForm(data, instance=now, category=now.category, sees_cost=manages(request))
    again.is_valid()
    return again, differing


def _show_form(
    request: DealerRequest,
    form: VehicleForm,
    vehicle: Vehicle | None,
    *,
    conflict: list[tuple[Any, Any, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    words = request.POST.get("version_words", "")
    found = search_versions(words, category=form.category) if "find_version" in request.POST else []
    context = {
        "form": form,
        "vehicle": vehicle,
        "category": form.category,
        "categories": Category.choices,
        "conflict": conflict,
        "words": words,
        "versions": found,
        "looked": "find_version" in request.POST,
        "chosen_version": form.chosen_version,
    }
    return render(request, "inventory/vehicle_form.html", context, status=status)
