"""Photos of a vehicle: upload many, order, cover, turn, remove. Decoding is a task's work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page
from config.lib.htmx import render_page_or_fragment, trigger, wants_fragment
from config.lib.typed_ids import whole_number
from inventory.models import PhotoBlob, Vehicle
from inventory.services.photos import ALREADY, MOST_PHOTOS, Removed, add_photo
from inventory.views.photo_acts import Done, arrange
from inventory.views.vehicles import find_vehicle

ALBUM = "inventory/_album.html"
MOST_FILES = 60
WIDE_ENOUGH = 1024  # pixels; portals show narrower photos badly, even those that take them


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadResult:
    """What became of one uploaded file: "added", "there" (known already) or "refused"."""

    name: str
    state: str = "added"
    problem: str = ""


def album_context(request: DealerRequest, vehicle: Vehicle) -> dict[str, Any]:
    """Return what the album's templates need, also on the vehicle's page."""
    pictures = vehicle.photos.select_related("blob", "coming")
    photos = list(pictures.prefetch_related("blob__renditions"))
    waiting = sum(each.is_waiting for each in photos)
    return {
        "vehicle": vehicle,
        "photos": photos,
        "photos_pending": waiting,
        "photos_done": len(photos) - waiting,
        "removed": _removed(request),
        "most_photos": MOST_PHOTOS,
        "most_bytes": settings.PHOTO_MAX_BYTES,
        "wide_enough": WIDE_ENOUGH,
    }


@require_safe
@dealer_page
def photo_list(request: DealerRequest, pk: int) -> HttpResponse:
    """Show the photos; htmx asks again while some are being processed."""
    vehicle = find_vehicle(request, pk)
    if not wants_fragment(request):
        return redirect("inventory:vehicle_detail", vehicle.pk)
    # A poll may come home to an album that was replaced meanwhile: it tells the album alone.
    is_poll = request.headers.get("HX-Trigger") == "_album"
    context = {**album_context(request, vehicle), "is_swapped": not is_poll}
    response = render_page_or_fragment(request, page=ALBUM, fragment=ALBUM, context=context)
    # Whoever judges photos looks when they are all there.
    return response if context["photos_pending"] else trigger(response, "photos-changed")


@require_POST
@dealer_page
def photo_upload(request: DealerRequest, pk: int) -> HttpResponse:
    """Take the uploaded files one by one; a bad one never stops the others.

    Who asks for JSON is told what became of each file (`results`), a plain form by messages.
    """
    vehicle = find_vehicle(request, pk)
    files = request.FILES.getlist("photos")[:MOST_FILES]
    results = [_take(request, vehicle, file) for file in files]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": [asdict(result) for result in results]})
    _tell(request, results)
    return _back(vehicle)


@require_POST
@dealer_page
def photo_arrange(request: DealerRequest, pk: int) -> HttpResponse:
    """Do an act on the photos: `photo` + `act`, `order` with all ids, or `restore`."""
    vehicle = find_vehicle(request, pk)
    try:
        done = arrange(request.POST, vehicle, by=by_person(request))
    except ValidationError as error:
        problem = " ".join(error.messages)
        if wants_fragment(request):
            return _album(request, vehicle, problem=problem, status=422)
        messages.error(request, problem)
        done = Done(said="")
    if wants_fragment(request):
        answer = _album(request, vehicle, said=done.said, removed=done.removed)
        return trigger(answer, "photos-changed")
    if done.said:
        messages.success(request, done.said)
    return _back(vehicle, done.removed)


def _back(vehicle: Vehicle, removed: Removed | None = None) -> HttpResponse:
    """Lead who has no script back to the vehicle's page, which offers to put a photo back."""
    address = reverse("inventory:vehicle_detail", args=(vehicle.pk,))
    return redirect(f"{address}?removed={removed.blob_id}-{removed.place}" if removed else address)


def _take(request: DealerRequest, vehicle: Vehicle, file: File[bytes]) -> UploadResult:
    name = (file.name or "")[:120]
    try:
        add_photo(vehicle, file, by=by_person(request))
    except ValidationError as error:
        codes = {each.code for each in error.error_dict.get("photo", ())}
        state = "there" if codes == {ALREADY} else "refused"
        return UploadResult(name=name, state=state, problem=" ".join(error.messages))
    return UploadResult(name=name)


def _tell(request: DealerRequest, results: list[UploadResult]) -> None:
    for result in results:
        if result.state == "there":
            messages.info(request, f"{result.name}: {result.problem}")
        elif result.problem:
            messages.error(request, f"{result.name}: {result.problem}")
    number = sum(not result.problem for result in results)
    if number:
        text = ngettext("%(number)d photo was added.", "%(number)d photos were added.", number)
        messages.success(request, text % {"number": number})
    elif not results:
        messages.error(request, _("Choose at least one photo."))


def _removed(request: DealerRequest) -> Removed | None:
    """Return the photo whose removal can be undone, as the address says; nothing of a stranger."""
    blob, _dash, place = request.GET.get("removed", "").partition("-")
    blob_id, at = whole_number(blob), whole_number(place, highest=MOST_PHOTOS)
    if blob_id is None or at is None:
        return None
    mine = PhotoBlob.objects.for_dealer(request.dealer).filter(pk=blob_id)
    return Removed(blob_id=blob_id, place=at) if mine.exists() else None


def _album(
    request: DealerRequest,
    vehicle: Vehicle,
    *,
    problem: str = "",
    said: str = "",
    removed: Removed | None = None,
    status: int = 200,
) -> HttpResponse:
    context = album_context(request, vehicle)
    return render_page_or_fragment(
        request,
        page=ALBUM,
        fragment=ALBUM,
        context={
            **context,
            "removed": removed or context["removed"],
            "is_new_removal": removed is not None,
            "problem": problem,
            "said": said or problem,
            "is_swapped": True,
        },
        status=status,
    )
