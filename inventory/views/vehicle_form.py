"""Register a vehicle, change one, and decide where two people changed the same.

Every button of the form but "Save" sends the whole form and gets it back filled in further, so that
nothing typed is ever lost; with script only the piece that changed is swapped in.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import DealerRequest, by_person, dealer_page, manages
from config.lib.form_errors import show_refusal
from inventory.forms import VehicleForm, tolerant
from inventory.history import labels_of
from inventory.models import Vehicle
from inventory.services.merging import EditClash, save_edit
from inventory.services.vehicle_drafts import discard_draft, find_draft
from inventory.services.vehicles import create_vehicle
from inventory.views.form_acts import helped, is_help, unjudged
from inventory.views.form_page import FormPage, category_of, show_form
from inventory.views.merge_page import keep_theirs, show_merge
from inventory.views.vehicles import find_vehicle


@require_http_methods(["GET", "HEAD", "POST"])
@dealer_page
def vehicle_create(request: DealerRequest) -> HttpResponse:
    """Register a vehicle of the kind in the query (`category`); then show it, ready for photos."""
    page = FormPage(category=category_of(request.GET.get("category")))
    if request.method != "POST":
        return _open(request, page)
    if is_help(request.POST):
        return helped(request, page)
    form = VehicleForm(
        tolerant(request.POST),
        category=page.category,
        sees_cost=manages(request),
        is_new_row=True,
    )
    if form.is_valid() and form.says_nothing:
        form.add_error(None, _("Fill in at least the plate or which vehicle it is."))
    elif form.is_valid():
        try:
            vehicle = create_vehicle(
                request.dealer,
                by=by_person(request),
                category=page.category,
                code=form.cleaned_data["code"],
                **{name: value for name, value in form.facts().items() if name != "code"},
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            discard_draft(request.dealer, user=request.user, vehicle=None, category=page.category)
            messages.success(
                request,
                _("The vehicle was registered. Next: add its photos, then publish its ads."),
            )
            return redirect(_address(vehicle, "photos"))
    else:
        form.show_what_else_is_wrong(request.dealer, now=timezone.now())
    return show_form(request, page, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@dealer_page
def vehicle_update(request: DealerRequest, pk: int) -> HttpResponse:
    """Change a vehicle; what others changed meanwhile is merged, or decided field by field."""
    vehicle = find_vehicle(request, pk)
    page = FormPage(category=vehicle.category, vehicle=vehicle)
    if request.method != "POST":
        return _open(request, page)
    if is_help(request.POST):
        return helped(request, page)
    data = keep_theirs(request.POST)
    form = _bound(request, data, find_vehicle(request, pk))
    if form.is_valid():
        try:
            saved, theirs = save_edit(
                vehicle.pk,
                dealer=request.dealer,
                by=by_person(request),
                revision=form.cleaned_data["revision"],
                base=form.base_facts(),
                facts=form.facts(),
            )
        except ValidationError as error:
            show_refusal(form, error)
        except EditClash as clash:
            now = unjudged(request, FormPage(category=vehicle.category, vehicle=clash.vehicle))
            return show_merge(request, data, form=form, now=now, clash=clash)
        else:
            discard_draft(
                request.dealer, user=request.user, vehicle=vehicle, category=vehicle.category
            )
            _tell_saved(request, theirs)
            return redirect(_address(saved))
    else:
        form.show_what_else_is_wrong(request.dealer, now=timezone.now())
    return show_form(request, page, form, status=422)


def _bound(request: DealerRequest, data: QueryDict, vehicle: Vehicle) -> VehicleForm:
    return VehicleForm(
        tolerant(data),
        instance=vehicle,
        category=vehicle.category,
        sees_cost=manages(request),
    )


def _open(request: DealerRequest, page: FormPage) -> HttpResponse:
    """Show the form, fresh or (`?draft=1`) as it was left."""
    draft = find_draft(
        request.dealer, user=request.user, vehicle=page.vehicle, category=page.category
    )
    if draft is None or request.GET.get("draft") != "1":
        return show_form(request, page, unjudged(request, page), draft=draft)
    typed = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        typed.setlist(name, values)
    return show_form(request, page, unjudged(request, page, typed=typed), continued=draft)


def _tell_saved(request: DealerRequest, theirs: list[str]) -> None:
    if not theirs:
        messages.success(request, _("The vehicle was saved."))
        return
    messages.warning(
        request,
        _(
            "Saved. Somebody else changed this vehicle while you were editing; "
            "their changes were kept too: %(fields)s."
        )
        % {"fields": ", ".join(labels_of(theirs))},
    )


def _address(vehicle: Vehicle, anchor: str = "") -> str:
    address = reverse("inventory:vehicle_detail", args=[vehicle.pk])
    return f"{address}#{anchor}" if anchor else address
