"""The reference catalogue: `load_fipe` writes it, support looks it up and corrects names."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin, each_one
from inventory.models import Brand, Optional, ReferencePrice, VehicleModel, Version
from inventory.services.catalogue_edits import (
    create_optional,
    move_version,
    rename_brand,
    rename_model,
    restore,
    retire,
    update_optional,
)


@admin.register(Brand)
class BrandAdmin(ServiceAdmin):
    """Makes."""

    editable = ("name",)
    list_display = ("name", "category", "source_name")
    list_filter = ("category",)
    search_fields = ("folded",)
    folds_search = True

    def apply_changes(self, request: HttpRequest, obj: Brand, form: Form) -> None:
        """Write the name."""
        rename_brand(obj.pk, by=by_support(request), name=form.cleaned_data["name"])


@admin.register(VehicleModel)
class VehicleModelAdmin(ServiceAdmin):
    """Models without their body."""

    editable = ("name",)
    list_display = ("name", "brand")
    list_select_related = ("brand",)
    list_filter = ("brand__category",)
    search_fields = ("folded", "brand__folded")
    folds_search = True

    def apply_changes(self, request: HttpRequest, obj: VehicleModel, form: Form) -> None:
        """Write the name."""
        rename_model(obj.pk, by=by_support(request), name=form.cleaned_data["name"])


class _RetirableAdmin(ServiceAdmin):
    """Rows that are retired, never deleted, so that vehicles keep them."""

    actions = ("retire", "restore")

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Offer rows no longer."""
        by, now = by_support(request), timezone.now()
        each_one(self, request, rows, lambda row: retire(row, by=by, now=now))

    @admin.action(description=_("Offer again"), permissions=["change"])
    def restore(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Offer retired rows again."""
        by = by_support(request)
        each_one(self, request, rows, lambda row: restore(row, by=by))


@admin.register(Version)
class VersionAdmin(_RetirableAdmin):
    """Versions by FIPE code."""

    editable = ("model",)
    list_display = ("fipe_code", "model", "name", "year_first", "year_last", "retired_at")
    list_select_related = ("model__brand",)
    list_filter = ("model__brand__category", "has_zero_km", "body")
    search_fields = ("fipe_code", "folded", "model__folded", "model__brand__folded")
    folds_search = True

    def apply_changes(self, request: HttpRequest, obj: Version, form: Form) -> None:
        """Put the version under another model."""
        move_version(obj.pk, model=form.cleaned_data["model"], by=by_support(request))


@admin.register(ReferencePrice)
class ReferencePriceAdmin(ReadOnlyAdmin):
    """FIPE's prices in BRL."""

    list_display = ("version", "model_year", "fuel", "price", "month")
    list_select_related = ("version__model__brand",)
    search_fields = ("version__fipe_code",)


@admin.register(Optional)
class OptionalAdmin(_RetirableAdmin):
    """Features a vehicle may have."""

    can_add = True
    editable = ("name", "group", "variants")
    list_display = ("name", "group", "variants", "retired_at")
    list_filter = ("group",)
    search_fields = ("folded",)
    folds_search = True

    def apply_addition(self, request: HttpRequest, form: Form) -> Optional:
        """Add the feature."""
        return create_optional(by=by_support(request), **form.cleaned_data)

    def apply_changes(self, request: HttpRequest, obj: Optional, form: Form) -> None:
        """Rename or regroup the feature."""
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        update_optional(obj.pk, by=by_support(request), **changed)
