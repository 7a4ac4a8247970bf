"""Unsaved forms of people: support sees that there are some, and whose."""

from __future__ import annotations

from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from inventory.models import VehicleDraft


@admin.register(VehicleDraft)
class VehicleDraftAdmin(ReadOnlyAdmin):
    """Drafts are written by the form itself and purged by a schedule."""

    list_display = ("user", "dealer", "category", "vehicle", "updated_at")
    list_select_related = ("user", "dealer", "vehicle__version__model__brand")
    list_filter = ("category", "dealer")
    search_fields = ("user__username", "vehicle__code")
