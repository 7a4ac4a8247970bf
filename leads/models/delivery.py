"""Where a lead is handed off to, one row per destination."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Dealer, DealerScopedManager
from leads.models.lead import Lead
from portals.models.access import FailureMode


class DeliveryState(models.TextChoices):
    """Where a hand-off stands; uncertain = sent, but no answer told whether it arrived."""

    DUE = "due", pgettext_lazy("delivery", "Due")
    UNCERTAIN = "uncertain", pgettext_lazy("delivery", "To be verified")
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    REFUSED = "refused", pgettext_lazy("delivery", "Refused")


class Delivery(models.Model):
    """The hand-off of one lead to one destination (a CRM's or ERP's account), at most once.

    `remote_id` is the id the destination gave. `due_at` null = nothing to send.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="deliveries")
    destination = models.CharField(_("destination"), max_length=80)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE
    )
    remote_id = models.CharField(_("id at the destination"), max_length=80, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failure_mode = models.CharField(
        _("failure"), max_length=12, choices=FailureMode.choices, blank=True
    )
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["Delivery"]()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(
                fields=("lead", "destination"), name="leads_delivery_destination"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                name="leads_delivery_due",
                condition=models.Q(due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"lead {self.lead_id} to {self.destination}"
