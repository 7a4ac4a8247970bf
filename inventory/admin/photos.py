"""Pictures and their places; the private originals are never linked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.lib.admin import ReadOnlyAdmin
from inventory.models import PhotoBlob, PhotoRendition, VehiclePhoto


@admin.register(PhotoBlob)
class PhotoBlobAdmin(ReadOnlyAdmin):
    """Uploaded pictures and what became of them."""

    list_display = ("__str__", "dealer", "state", "problem", "width", "height", "created_at")
    list_select_related = ("dealer",)
    list_filter = ("state", "problem", "dealer")
    search_fields = ("sha256",)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave the original out: it lies outside of what is served, so a link could not work."""
        return [*super().get_exclude(request, obj), "original"]


@admin.register(PhotoRendition)
class PhotoRenditionAdmin(ReadOnlyAdmin):
    """Served sizes of pictures."""

    list_display = ("__str__", "dealer", "size", "width", "height", "file")
    list_select_related = ("blob", "dealer")
    list_filter = ("size",)
    search_fields = ("file", "blob__sha256")


@admin.register(VehiclePhoto)
class VehiclePhotoAdmin(ReadOnlyAdmin):
    """Places of pictures on vehicles."""

    list_display = ("vehicle_code", "position", "blob", "dealer")
    list_select_related = ("vehicle", "blob", "dealer")
    search_fields = ("vehicle__code", "vehicle__plate", "blob__sha256")

    @admin.display(description=_("vehicle"), ordering="vehicle__code")
    def vehicle_code(self, photo: VehiclePhoto) -> str:
        """The vehicle's stock code."""
        return photo.vehicle.code
