"""The pieces that the vehicle's form asks for while it is filled in, and the draft it keeps."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, dealer_page
from config.lib.htmx import render_page_or_fragment
from config.lib.typed_ids import whole_number
from inventory.models import Version
from inventory.services.vehicle_drafts import discard_draft, save_draft
from inventory.similar import similar_vehicles
from inventory.views.form_page import FormPage, category_of, fipe_of, found_versions
from inventory.views.vehicles import find_vehicle

LATEST_YEAR = 9999


@require_safe
@dealer_page
def version_search(request: DealerRequest) -> HttpResponse:
    """Return the versions of the reference catalogue that match the words, as choices."""
    year = request.GET.get("year_model", "")
    words = request.GET.get("version_words", "")
    context: dict[str, object] = {
        "versions": found_versions(
            words,
            category=category_of(request.GET.get("category")),
            year=whole_number(year, highest=LATEST_YEAR) if len(year) == len("2020") else None,
        ),
        "looked": bool(words.strip()),
    }
    return _piece(request, "inventory/_versions.html", context)


@require_safe
@dealer_page
def fipe_price(request: DealerRequest) -> HttpResponse:
    """Return what FIPE says a version of a year and fuel is worth; nothing where it is silent."""
    found = fipe_of(
        request.dealer,
        _version(request),
        year=whole_number(request.GET.get("year_model"), highest=LATEST_YEAR),
        is_new=bool(request.GET.get("is_new")),
        fuel=request.GET.get("fuel", "")[:20],
    )
    return _piece(request, "inventory/_fipe.html", {"fipe": found})


@require_safe
@dealer_page
def similar_list(request: DealerRequest) -> HttpResponse:
    """Return the dealer's vehicles of the same model, whose optionals may be copied."""
    but = whole_number(request.GET.get("vehicle"))
    similar = similar_vehicles(
        request.dealer,
        version=_version(request),
        brand=request.GET.get("brand_text", ""),
        model=request.GET.get("model_text", ""),
        but=but,
    )
    return _piece(request, "inventory/_similar.html", {"similar": similar, "but": but or ""})


@require_POST
@dealer_page
def draft_save(request: DealerRequest, pk: int | None = None) -> HttpResponse:
    """Keep what is typed, or forget it (`discard`); the form of a vehicle, or of a new one."""
    vehicle = None if pk is None else find_vehicle(request, pk)
    category = vehicle.category if vehicle else category_of(request.GET.get("category"))
    page = FormPage(category=category, vehicle=vehicle)
    if "discard" in request.POST:
        discard_draft(request.dealer, user=request.user, vehicle=vehicle, category=category)
        return redirect(page.action)
    try:
        draft = save_draft(
            request.dealer,
            user=request.user,
            vehicle=vehicle,
            category=category,
            fields=dict(request.POST.lists()),
        )
    except ValidationError as error:
        return JsonResponse({"text": " ".join(error.messages)}, status=422)
    at = date_format(timezone.localtime(draft.updated_at), "TIME_FORMAT")
    return JsonResponse({"text": _("Draft saved %(time)s") % {"time": at}})


def _version(request: DealerRequest) -> Version | None:
    pk = whole_number(request.GET.get("version"))
    versions = Version.objects.select_related("model__brand")
    return versions.filter(pk=pk).first() if pk else None


def _piece(request: DealerRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render_page_or_fragment(request, page=template, fragment=template, context=context)
