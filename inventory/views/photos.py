"""Photos of a vehicle: upload many, order, choose the cover, remove. Decoding is a task's work."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page
from config.lib.htmx import render_page_or_fragment, trigger, wants_fragment
from config.lib.typed_ids import whole_number
from inventory.models import Vehicle
from inventory.services.photos import add_photo, remove_photo, reorder_photos, set_cover
from inventory.views.vehicles import find_vehicle

MOST_FILES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadResult:
    """What became of one uploaded file."""

    name: str
    problem: str = ""


@require_safe
@dealer_page
def photo_list(request: DealerRequest, pk: int) -> HttpResponse:
    """Show the photos; htmx asks again while some are being processed."""
    vehicle = find_vehicle(request, pk)
    if not wants_fragment(request):
        return redirect("inventory:vehicle_detail", vehicle.pk)
    return _fragment(request, vehicle)


@require_POST
@dealer_page
def photo_upload(request: DealerRequest, pk: int) -> HttpResponse:
    """Take the uploaded files one by one; a bad one never stops the others."""
    vehicle = find_vehicle(request, pk)
    files = request.FILES.getlist("photos")[:MOST_FILES]
    results: list[UploadResult] = []
    for file in files:
        try:
            add_photo(vehicle, file, by=by_person(request))
        except ValidationError as error:
            results.append(UploadResult(name=file.name or "", problem=" ".join(error.messages)))
        else:
            results.append(UploadResult(name=file.name or ""))
    if wants_fragment(request):
        response = _fragment(
            request,
            vehicle,
            template="inventory/_photos.html",
            results=results,
            none_chosen=not files,
        )
        return trigger(response, "photos-changed")
    _tell(request, results)
    return redirect("inventory:vehicle_detail", vehicle.pk)


@require_POST
@dealer_page
def photo_arrange(request: DealerRequest, pk: int) -> HttpResponse:
    """Change the order, the cover or the set: `photo` + `act`, or `order` with all ids."""
    vehicle = find_vehicle(request, pk)
    try:
        _arrange(request, vehicle)
    except ValidationError as error:
        problem = " ".join(error.messages)
        if wants_fragment(request):
            return _fragment(request, vehicle, problem=problem, status=422)
        messages.error(request, problem)
    if wants_fragment(request):
        return trigger(_fragment(request, vehicle), "photos-changed")
    return redirect("inventory:vehicle_detail", vehicle.pk)


def _arrange(request: DealerRequest, vehicle: Vehicle) -> None:
    by = by_person(request)
    typed = request.POST.get("order", "")
    if typed:
        # An id that is none stands as 0, which no photo has: the order is then refused.
        order = [whole_number(each) or 0 for each in typed.split(",")[: MOST_FILES * 2]]
        reorder_photos(vehicle, order, by=by)
        return
    ids = list(vehicle.photos.values_list("pk", flat=True))
    photo, act = whole_number(request.POST.get("photo", "")), request.POST.get("act")
    if photo is None or photo not in ids:
        raise ValidationError(_("This photo is no longer there."))
    if act == "cover":
        set_cover(vehicle, photo, by=by)
    elif act == "remove":
        remove_photo(vehicle, photo, by=by)
    elif act in ("up", "down"):
        reorder_photos(vehicle, _moved(ids, photo, step=-1 if act == "up" else 1), by=by)
    else:
        raise ValidationError(_("There is no such action."))


def _moved(ids: list[int], photo: int, *, step: int) -> list[int]:
    place = ids.index(photo)
    target = min(max(place + step, 0), len(ids) - 1)
    ids.insert(target, ids.pop(place))
    return ids


def _tell(request: DealerRequest, results: list[UploadResult]) -> None:
    for result in results:
        if result.problem:
            messages.error(request, f"{result.name}: {result.problem}")
    number = sum(not result.problem for result in results)
    if number:
        text = ngettext("%(number)d photo was added.", "%(number)d photos were added.", number)
        messages.success(request, text % {"number": number})
    elif not results:
        messages.error(request, _("Choose at least one photo."))


def _fragment(
    request: DealerRequest,
    vehicle: Vehicle,
    *,
    template: str = "inventory/_album.html",
    results: list[UploadResult] | None = None,
    none_chosen: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    photos = list(vehicle.photos.select_related("blob").prefetch_related("blob__renditions"))
    return render_page_or_fragment(
        request,
        page=template,
        fragment=template,
        context={
            "vehicle": vehicle,
            "photos": photos,
            "photos_pending": any(each.blob.state == "pending" for each in photos),
            "results": results or [],
            "none_chosen": none_chosen,
            "problem": problem,
        },
        status=status,
    )
