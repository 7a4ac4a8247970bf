"""Reservations, quotes and contracts: looked at here, and cancelled by their services."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin, each_one
from inventory.models import Contract, Quote, Reservation, VehicleHold
from inventory.services.sales import cancel_contract, cancel_quote, cancel_reservation


class _PaperAdmin(ServiceAdmin):
    """What the three papers share."""

    list_select_related = ("vehicle__version__model__brand", "dealer")
    list_filter = ("state", "dealer")
    search_fields = ("vehicle__code", "vehicle__plate", "external_id")
    search_help_text = _("Stock code, plate or id in the source.")
    actions = ("cancel",)


@admin.register(Reservation)
class ReservationAdmin(_PaperAdmin):
    """Vehicles kept for someone."""

    list_display = ("vehicle", "dealer", "state", "until", "created_at")

    @admin.action(description=_("Cancel"), permissions=["change"])
    def cancel(self, request: HttpRequest, papers: QuerySet[Reservation]) -> None:
        """Cancel reservations; the vehicles return to the state they had."""
        by = by_support(request)
        rows = papers.select_related("dealer")
        each_one(self, request, rows, lambda p: cancel_reservation(p.pk, dealer=p.dealer, by=by))


@admin.register(Quote)
class QuoteAdmin(_PaperAdmin):
    """Offers to people."""

    list_display = ("vehicle", "dealer", "state", "price", "created_at")

    @admin.action(description=_("Cancel"), permissions=["change"])
    def cancel(self, request: HttpRequest, papers: QuerySet[Quote]) -> None:
        """Withdraw quotes."""
        by = by_support(request)
        rows = papers.select_related("dealer")
        each_one(self, request, rows, lambda p: cancel_quote(p.pk, dealer=p.dealer, by=by))


@admin.register(Contract)
class ContractAdmin(_PaperAdmin):
    """Sales."""

    list_display = ("vehicle", "dealer", "state", "price", "sold_on")

    @admin.action(description=_("Cancel"), permissions=["change"])
    def cancel(self, request: HttpRequest, papers: QuerySet[Contract]) -> None:
        """Cancel contracts; the vehicles return to the stock."""
        by = by_support(request)
        rows = papers.select_related("dealer")
        each_one(self, request, rows, lambda p: cancel_contract(p.pk, dealer=p.dealer, by=by))


@admin.register(VehicleHold)
class VehicleHoldAdmin(ReadOnlyAdmin):
    """The one open paper of a vehicle."""

    list_display = ("vehicle", "dealer", "reservation", "contract")
    list_select_related = (
        "vehicle__version__model__brand",
        "dealer",
        "reservation",
        "contract",
    )
    search_fields = ("vehicle__code", "vehicle__plate")
