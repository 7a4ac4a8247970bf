"""Vehicles and where they come from."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin import by_support
from accounts.guards import may_enter
from config.lib.admin import ServiceAdmin, each_one
from inventory.models import StockSource, Vehicle, VehicleState
from inventory.services.sources import create_source, update_source
from inventory.services.vehicle_facts import FACTS
from inventory.services.vehicles import set_state, update_vehicle

# The source says these; a person who changed them would be overruled by the next feed.
_OF_THE_SOURCE = frozenset({"source", "source_reference", "source_facts"})
_FACTS = tuple(
    field.name
    for field in Vehicle._meta.concrete_fields  # noqa: SLF001 - the documented Model API
    if field.name in FACTS - _OF_THE_SOURCE
)


@admin.register(Vehicle)
class VehicleAdmin(ServiceAdmin):
    """Facts of a vehicle, written by update_vehicle: a change reaches the portals from here too."""

    editable = _FACTS
    list_display = ("code", "dealer", "title", "plate", "state", "price", "updated_at")
    list_display_links = ("code", "title")
    list_select_related = ("dealer", "version__model__brand")
    list_filter = ("state", "category", "dealer")
    search_fields = ("code", "plate", "chassis", "brand_text", "model_text", "version__fipe_code")
    search_help_text = _("Stock code, plate, chassis or FIPE code.")
    actions = ("make_available", "archive")

    def view_on_site(self, vehicle: Vehicle) -> str:
        """The page of the vehicle in its dealer's office."""
        return reverse("inventory:vehicle_detail", args=[vehicle.pk])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Lead to the office only who gets in there; support works here, without a membership."""
        response = super().render_change_form(request, context, *args, **kwargs)
        vehicle: Vehicle | None = kwargs.get("obj")
        if vehicle is not None and not may_enter(request, vehicle.dealer_id):
            cast("TemplateResponse", response).context_data = {**context, "has_absolute_url": False}
        return response

    @admin.display(description=_("vehicle"))
    def title(self, vehicle: Vehicle) -> str:
        """Brand, model and version."""
        return vehicle.title or "—"

    def apply_changes(self, request: HttpRequest, obj: Vehicle, form: Form) -> None:
        """Write what changed, unless somebody else has changed the vehicle meanwhile."""
        update_vehicle(
            obj.pk,
            dealer=obj.dealer,
            by=by_support(request),
            **{name: form.cleaned_data[name] for name in form.changed_data},
        )

    @admin.action(description=_("Put into the stock"), permissions=["change"])
    def make_available(self, request: HttpRequest, vehicles: QuerySet[Vehicle]) -> None:
        """Make vehicles available."""
        self._move(request, vehicles, state=VehicleState.AVAILABLE)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, vehicles: QuerySet[Vehicle]) -> None:
        """Archive vehicles; their ads are taken down."""
        self._move(request, vehicles, state=VehicleState.ARCHIVED)

    def _move(self, request: HttpRequest, vehicles: QuerySet[Vehicle], *, state: str) -> None:
        by = by_support(request)
        each_one(
            self,
            request,
            vehicles.select_related("dealer"),
            lambda row: set_state(row.pk, dealer=row.dealer, by=by, state=state),
        )


@admin.register(StockSource)
class StockSourceAdmin(ServiceAdmin):
    """Origins of stock; whose and of which kind is said once."""

    can_add = True
    editable = ("name", "is_active")
    addable = ("dealer", "kind")
    list_display = ("name", "kind", "dealer", "is_active", "created_at")
    list_select_related = ("dealer",)
    list_filter = ("kind", "is_active", "dealer")
    search_fields = ("name",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: StockSource | None = None
    ) -> list[str]:
        """A new source is active."""
        names = super().get_readonly_fields(request, obj)
        return names if obj is not None else [*names, "is_active"]

    def apply_addition(self, request: HttpRequest, form: Form) -> StockSource:
        """Add the source."""
        return create_source(by=by_support(request), **form.cleaned_data)

    def apply_changes(self, request: HttpRequest, obj: StockSource, form: Form) -> None:
        """Write name or activity."""
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        update_source(obj.pk, dealer=obj.dealer, by=by_support(request), **changed)
