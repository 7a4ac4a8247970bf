"""The buttons of the vehicle's form that fill it in further; nothing is saved by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.guards import DealerRequest, manages
from config.lib.htmx import wants_fragment
from config.lib.typed_ids import whole_number
from inventory.catalogue_facts import facts_of, year_in
from inventory.forms import VehicleForm, tolerant
from inventory.history import labels_of
from inventory.models import DescriptionTemplate, Optional, Vehicle, Version
from inventory.services.descriptions import describe
from inventory.views.form_page import FormPage, show_form

LATEST_YEAR = 9999
_SHOWN = 12  # names of copied optionals that a notice spells out


def is_help(data: QueryDict) -> bool:
    """Tell whether the form was sent to be filled in further, not to be saved."""
    if "act" in data or "find_version" in data or "copy_from" in data:
        return True
    # Enter in the search, without script, presses the first button: that means "search".
    named = any(data.get(name) for name in ("version", "fipe_code", "brand_text", "model_text"))
    return "enter" in data and bool(data.get("version_words")) and not named


def unjudged(
    request: DealerRequest, page: FormPage, *, typed: QueryDict | None = None
) -> VehicleForm:
    """Return the form to fill in: fresh, or with what was typed so far."""
    vehicle = page.vehicle
    initial: dict[str, Any] = {"revision": vehicle.revision} if vehicle else {}
    if vehicle:
        initial["optionals"] = list(vehicle.optionals.values_list("pk", flat=True))
    if typed is not None:
        initial = values_of(typed)
    return VehicleForm(
        instance=vehicle,
        initial=initial,
        category=page.category,
        sees_cost=manages(request),
        is_new_row=vehicle is None,
    )


def values_of(data: QueryDict) -> dict[str, Any]:
    """Return what was typed, as the initial values of an unjudged form."""
    unticked = dict.fromkeys(VehicleForm.claims_and_new(), False)
    ticked = [pk for pk in map(whole_number, data.getlist("optionals")) if pk is not None]
    return {**unticked, **data.dict(), "optionals": ticked}


def helped(request: DealerRequest, page: FormPage) -> HttpResponse:
    """Answer a button that fills the form in; 404 for a source that is not the dealer's."""
    form = unjudged(request, page, typed=request.POST)
    if "copy_from" in request.POST:
        return _copy(request, page, form)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is not None:
        return act(request, page, form)
    looked = "enter" in request.POST
    return show_form(request, page, form, looked=looked)


def _use_version(request: DealerRequest, page: FormPage, form: VehicleForm) -> HttpResponse:
    """Fill in what the catalogue knows of the chosen version, where nothing was typed."""
    version = form.chosen_version
    filled = _fill(form, version, request.POST.get("version_words", "")) if version else []
    note = ""
    if filled:
        note = _("Filled in from the FIPE table: %(fields)s.") % {
            "fields": ", ".join(labels_of(filled))
        }
    return show_form(request, page, form, filled_note=note)


def _fill(form: VehicleForm, version: Version, words: str) -> list[str]:
    typed = whole_number(form.initial.get("year_model"), highest=LATEST_YEAR)
    year = typed or year_in(words, version)
    filled = []
    for name, value in facts_of(version, year=year).items():
        if name in form.fields and not form.initial.get(name):
            form.initial[name] = value
            filled.append(name)
    return filled


def _describe(request: DealerRequest, page: FormPage, form: VehicleForm) -> HttpResponse:
    """Write the description from a template, with what the form says now."""
    pk = whole_number(request.POST.get("template"))
    templates = DescriptionTemplate.objects.for_dealer(request.dealer)
    template = get_object_or_404(templates, pk=pk)
    vehicle, optionals = _imagined(request, page)
    before = str(form.initial.get("description", ""))
    text = describe(template.text, vehicle, optionals=optionals)
    form.initial["description"] = text
    return _show_text(
        request,
        page,
        form,
        described=template.name,
        text_before=before if before.strip() not in ("", text) else "",
    )


def _take_back(request: DealerRequest, page: FormPage, form: VehicleForm) -> HttpResponse:
    """Give back the text that a template took the place of."""
    form.initial["description"] = request.POST.get("text_before", "")
    return _show_text(request, page, form, opens_text=True)


def _show_text(
    request: DealerRequest, page: FormPage, form: VehicleForm, **more: Any
) -> HttpResponse:
    if wants_fragment(request):
        context = {"form": form, "page": page, **more}
        return render(request, "inventory/_description.html", context)
    return show_form(request, page, form, **more)


def _copy(request: DealerRequest, page: FormPage, form: VehicleForm) -> HttpResponse:
    """Tick what a similar vehicle of the dealer has; say what, before anything is saved."""
    vehicles = Vehicle.objects.for_dealer(request.dealer)
    pk = whole_number(request.POST.get("copy_from"))
    source = get_object_or_404(vehicles.select_related("version__model__brand"), pk=pk)
    ticked = set(form.initial["optionals"])
    added = [each for each in source.optionals.all() if each.pk not in ticked]
    form.initial["optionals"] = [*ticked, *(each.pk for each in added)]
    takes_text = "copy_description" in request.POST and bool(source.description)
    if takes_text:
        form.initial["description"] = source.description
    told: dict[str, Any] = {
        "copied_from": source,
        "copied": _names(added),
        "copied_text": takes_text,
    }
    if wants_fragment(request):
        context = {"form": form, "page": page, **told}
        return render(request, "inventory/_copied.html", context)
    return show_form(request, page, form, **told)


def _names(optionals: list[Optional]) -> str:
    names = [each.name for each in optionals[:_SHOWN]]
    if more := len(optionals) - len(names):
        names.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return ", ".join(names)


def _imagined(request: DealerRequest, page: FormPage) -> tuple[Vehicle, list[Optional]]:
    vehicle = page.vehicle
    typed = VehicleForm(
        tolerant(request.POST),
        instance=vehicle,
        category=page.category,
        sees_cost=manages(request),
        is_new_row=vehicle is None,
    )
    return typed.imagined(request.dealer, now=timezone.now())


_Act = Callable[[DealerRequest, FormPage, VehicleForm], HttpResponse]
_ACTS: dict[str, _Act] = {
    "version": _use_version,
    "describe": _describe,
    "take_back": _take_back,
}
