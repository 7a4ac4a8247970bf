"""Vehicles and where they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin
from config.lib.ops import sentence_of
from inventory.models import StockSource, Vehicle, VehicleState
from inventory.services.vehicle_facts import FACTS
from inventory.services.vehicles import EditConflict, set_state, update_vehicle

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
    raw_id_fields = ("version",)
    actions = ("make_available", "archive")

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


def each_one(
    page: ServiceAdmin, request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object]
) -> None:
    """Do something to every chosen row and tell how many; one that is refused stops no other."""
    done = 0
    for row in rows:
        try:
            act(row)
        except (ValidationError, EditConflict) as err:
            reason = sentence_of(err) if isinstance(err, ValidationError) else str(err)
            text = gettext("%(row)s: %(reason)s") % {"row": row, "reason": reason}
            page.message_user(request, text, messages.ERROR)
        else:
            done += 1
    text = ngettext("%(count)d row done.", "%(count)d rows done.", done) % {"count": done}
    page.message_user(request, text)


@admin.register(StockSource)
class StockSourceAdmin(ReadOnlyAdmin):
    """Origins of stock."""

    list_display = ("name", "kind", "dealer", "is_active", "created_at")
    list_select_related = ("dealer",)
    list_filter = ("kind", "dealer")
    search_fields = ("name",)
