"""Support's view of leads: whether one arrived and where it went."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.lib.admin import ReadOnlyAdmin
from leads.models import Delivery, Lead, LeadEvent


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """People who wrote in."""

    list_display = ("id", "dealer", "source", "external_id", "stage", "owner", "received_at")
    list_select_related = ("dealer", "owner")
    list_filter = ("source", "stage", "dealer")
    search_fields = ("=external_id", "=vehicle__code", "=phone", "=email")
    search_help_text = _("Id in the source, stock code, phone or e-mail, in full.")


@admin.register(LeadEvent)
class LeadEventAdmin(ReadOnlyAdmin):
    """Timelines of leads."""

    list_display = ("at", "lead", "kind", "actor", "dealer")
    list_select_related = ("lead", "actor", "dealer")
    list_filter = ("kind",)
    search_fields = ("=lead__external_id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Hand-offs to other systems."""

    list_display = ("lead", "destination", "state", "failure_mode", "due_at", "delivered_at")
    list_select_related = ("lead",)
    list_filter = ("state", "destination")
    search_fields = ("=lead__external_id", "=remote_id")
