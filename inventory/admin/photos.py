"""Pictures and their places; the private originals are never linked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin, each_one
from inventory.models import PhotoBlob, PhotoRendition, VehiclePhoto
from inventory.services.photos import remove_photo
from inventory.services.rendering import retry_picture


@admin.register(PhotoBlob)
class PhotoBlobAdmin(ServiceAdmin):
    """Uploaded pictures and what became of them."""

    list_display = (
        "__str__",
        "turn",
        "dealer",
        "state",
        "problem",
        "width",
        "height",
        "created_at",
    )
    list_select_related = ("dealer",)
    list_filter = ("state", "problem", "dealer")
    search_fields = ("sha256",)
    actions = ("retry",)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave the original out: it lies outside of what is served, so a link could not work."""
        return [*super().get_exclude(request, obj), "original"]

    @admin.action(description=_("Try again"), permissions=["change"])
    def retry(self, request: HttpRequest, blobs: QuerySet[PhotoBlob]) -> None:
        """Render refused pictures once more."""
        by = by_support(request)
        rows = blobs.select_related("dealer")
        each_one(self, request, rows, lambda b: retry_picture(b.pk, dealer=b.dealer, by=by))


@admin.register(PhotoRendition)
class PhotoRenditionAdmin(ReadOnlyAdmin):
    """Served sizes of pictures."""

    list_display = ("__str__", "dealer", "size", "width", "height", "file")
    list_select_related = ("blob", "dealer")
    list_filter = ("size",)
    search_fields = ("file", "blob__sha256")


@admin.register(VehiclePhoto)
class VehiclePhotoAdmin(ServiceAdmin):
    """Places of pictures on vehicles."""

    list_display = ("vehicle_code", "position", "blob", "dealer")
    list_select_related = ("vehicle", "blob", "dealer")
    search_fields = ("vehicle__code", "vehicle__plate", "blob__sha256")
    actions = ("take_off",)

    @admin.display(description=_("vehicle"), ordering="vehicle__code")
    def vehicle_code(self, photo: VehiclePhoto) -> str:
        """The vehicle's stock code."""
        return photo.vehicle.code

    @admin.action(description=_("Take off the vehicle"), permissions=["change"])
    def take_off(self, request: HttpRequest, photos: QuerySet[VehiclePhoto]) -> None:
        """Remove photos from their vehicles; the ads follow."""
        by = by_support(request)
        rows = photos.select_related("vehicle__dealer")
        each_one(self, request, rows, lambda photo: remove_photo(photo.vehicle, photo.pk, by=by))
