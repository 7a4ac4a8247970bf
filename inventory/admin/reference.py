"""The reference catalogue: `load_fipe` writes it, support looks it up."""

from __future__ import annotations

from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from inventory.models import Brand, Optional, ReferencePrice, VehicleModel, Version


@admin.register(Brand)
class BrandAdmin(ReadOnlyAdmin):
    """Makes."""

    list_display = ("name", "category", "source_name")
    list_filter = ("category",)
    search_fields = ("folded",)
    folds_search = True


@admin.register(VehicleModel)
class VehicleModelAdmin(ReadOnlyAdmin):
    """Models without their body."""

    list_display = ("name", "brand")
    list_select_related = ("brand",)
    list_filter = ("brand__category",)
    search_fields = ("folded", "brand__folded")
    folds_search = True


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Versions by FIPE code."""

    list_display = ("fipe_code", "model", "name", "year_first", "year_last", "retired_at")
    list_select_related = ("model__brand",)
    list_filter = ("model__brand__category", "has_zero_km", "body")
    search_fields = ("fipe_code", "folded", "model__folded", "model__brand__folded")
    folds_search = True


@admin.register(ReferencePrice)
class ReferencePriceAdmin(ReadOnlyAdmin):
    """FIPE's prices in BRL."""

    list_display = ("version", "model_year", "fuel", "price", "month")
    list_select_related = ("version__model__brand",)
    search_fields = ("version__fipe_code",)


@admin.register(Optional)
class OptionalAdmin(ReadOnlyAdmin):
    """Features a vehicle may have."""

    list_display = ("name", "group", "variants", "retired_at")
    list_filter = ("group",)
    search_fields = ("folded",)
    folds_search = True
