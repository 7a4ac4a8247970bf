"""How long an ad stays on a portal after it must go."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from portals.models.access import PortalAccess
from portals.models.listing import Listing


class DepartureReason(models.TextChoices):
    """Why an ad must go."""

    SOLD = "sold", _("Vehicle sold")
    ARCHIVED = "archived", _("Vehicle archived")
    PREPARATION = "preparation", _("Vehicle back in preparation")
    RESERVED = "reserved", _("Vehicle reserved")
    WITHDRAWN = "withdrawn", _("Ad withdrawn")
    HELD_BACK = "held_back", _("Ad may not be shown")


class DepartureEnd(models.TextChoices):
    """How the clock stopped; '' = it runs."""

    OPEN = "", _("Running")
    GONE = "gone", _("Confirmed gone")
    CANCELLED = "cancelled", _("Wanted again")
    ACCOUNT = "account", _("Account changed")


class Departure(models.Model):
    """One clock: from the moment an ad must go to the read that finds it gone.

    `started_at` is the moment of the change, `request_id` that change's. Only a look at the portal
    ends it as gone, never the portal's word for having carried out a withdrawal; then `seconds`
    says how long it took and `target_minutes` what the dealer demanded at that time. `alarmed_at`:
    when people were told that it runs past the target, once.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    access = models.ForeignKey(PortalAccess, on_delete=models.PROTECT, related_name="+")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="departures")
    reason = models.CharField(_("reason"), max_length=12, choices=DepartureReason.choices)
    request_id = models.CharField(_("request id"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("must go since"))
    end = models.CharField(_("ended as"), max_length=10, choices=DepartureEnd.choices, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("seconds it took"), null=True, blank=True)
    target_minutes = models.PositiveIntegerField(_("target in minutes"), null=True, blank=True)
    alarmed_at = models.DateTimeField(_("told at"), null=True, blank=True)

    objects = DealerScopedManager["Departure"]()

    class Meta:
        verbose_name = _("departure of an ad")
        verbose_name_plural = _("departures of ads")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("listing",),
                name="portals_departure_one_open",
                condition=models.Q(end=""),
            ),
            models.CheckConstraint(
                condition=models.Q(end="", ended_at__isnull=True)
                | (~models.Q(end="") & models.Q(ended_at__isnull=False)),
                name="portals_departure_ended",
            ),
            models.CheckConstraint(
                condition=~models.Q(end="gone") | models.Q(seconds__isnull=False),
                name="portals_departure_took",
            ),
        )
        indexes = (
            models.Index(
                fields=("dealer", "started_at", "id"),
                name="portals_departure_open",
                condition=models.Q(end=""),
            ),
            models.Index(
                fields=("dealer", "ended_at"),
                name="portals_departure_gone",
                condition=models.Q(end="gone"),
            ),
            models.Index(fields=("listing", "-id"), name="portals_departure_listing"),
        )

    def __str__(self) -> str:
        return f"{self.listing_id} {self.reason} {self.end or '…'}"
