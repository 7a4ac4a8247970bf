"""What the dealer's portals ask of photos, held against those of one vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from accounts.models import Dealer
from config.lib.htmx import render_page_or_fragment
from inventory.models import Vehicle, VehiclePhoto
from inventory.models.photo import PhotoState
from portals.connectors.registry import connector_class
from portals.models import PortalAccess

PHOTO_SIZE = 1920  # the rendition that portals fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSize:
    """A photo by its place in the album (1 = cover), with the pixels a portal gets."""

    photo_id: int
    number: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLimits:
    """What a portal asks of photos (pixels, number; 0 = no limit), and which ones fall short."""

    portal: str
    width: int
    height: int
    most: int
    small: Sequence[PhotoSize]
    left_out: int


@require_safe
@dealer_page
def vehicle_photo_limits(request: DealerRequest, pk: int) -> HttpResponse:
    """Show which photos are too small or too many for which portal; a fragment for the album."""
    vehicle = get_object_or_404(Vehicle.objects.for_dealer(request.dealer), pk=pk)
    sizes = _sizes(vehicle, request.dealer)
    accesses = PortalAccess.objects.for_dealer(request.dealer).filter(is_active=True)
    portals = {each.portal.slug: each.portal.name for each in accesses.select_related("portal")}
    found = [_limits(slug, name, sizes) for slug, name in sorted(portals.items())]
    return render_page_or_fragment(
        request,
        page="portals/photo_limits.html",
        fragment="portals/_photo_limits.html",
        context={"vehicle": vehicle, "limits": found},
    )


def _limits(slug: str, name: str, sizes: Sequence[PhotoSize]) -> PhotoLimits:
    traits = connector_class(slug).traits
    width, height = traits.min_photo
    return PhotoLimits(
        portal=name,
        width=width,
        height=height,
        most=traits.max_photos,
        small=[each for each in sizes if each.width < width or each.height < height],
        left_out=max(0, len(sizes) - traits.max_photos) if traits.max_photos else 0,
    )


def _sizes(vehicle: Vehicle, dealer: Dealer) -> list[PhotoSize]:
    """Return the size of every photo that is ready; those without are not judged."""
    photos = VehiclePhoto.objects.for_dealer(dealer).filter(vehicle=vehicle)
    rows = photos.prefetch_related("blob__renditions").select_related("blob")
    sizes = []
    for number, photo in enumerate(rows, start=1):
        for each in photo.blob.renditions.all():
            if each.size == PHOTO_SIZE and photo.blob.state == PhotoState.READY:
                size = PhotoSize(
                    photo_id=photo.pk, number=number, width=each.width, height=each.height
                )
                sizes.append(size)
    return sizes
