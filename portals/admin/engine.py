"""The rows the engine runs on: for looking, when something stands still."""

from __future__ import annotations

from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from portals.models import FanOut, Heartbeat, PortalGate, Turn


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


@admin.register(Turn)
class TurnAdmin(ReadOnlyAdmin):
    """Long work that one process does at a time, and whose turn it is."""

    list_display = ("name", "owner", "until")
