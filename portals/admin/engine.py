"""The rows the engine runs on: for looking, when something stands still."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.lib.admin import ReadOnlyAdmin
from portals.models import Departure, FanOut, Heartbeat, PortalGate, Turn


@admin.register(FanOut)
class FanOutAdmin(ReadOnlyAdmin):
    """Wide changes that are still being spread."""

    list_display = ("id", "dealer", "access", "portal", "failure_mode", "created_at")
    list_select_related = ("dealer", "portal", "access__portal", "access__dealer")


@admin.register(PortalGate)
class PortalGateAdmin(ReadOnlyAdmin):
    """Whether a portal's address is down, and since when."""

    list_display = ("origin", "failures", "closed_since", "closed_until")
    search_fields = ("origin",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """The workers' last signs of life."""

    list_display = ("name", "at")


@admin.register(Departure)
class DepartureAdmin(ReadOnlyAdmin):
    """How long ads stayed on a portal after they had to go."""

    list_display = ("started_at", "dealer", "code", "access", "reason", "end", "seconds")
    list_select_related = ("dealer", "access__portal", "access__dealer", "listing__vehicle")
    list_filter = ("end", "reason", "access__portal")
    search_fields = ("=listing__vehicle__code", "=dealer__code", "=request_id")
    search_help_text = _("Stock code, code of the dealer, or a request id.")

    @admin.display(description=_("stock code"))
    def code(self, departure: Departure) -> str:
        """The vehicle's stock code."""
        return departure.listing.vehicle.code


@admin.register(Turn)
class TurnAdmin(ReadOnlyAdmin):
    """Long work that one process does at a time, and whose turn it is."""

    list_display = ("name", "owner", "until")
