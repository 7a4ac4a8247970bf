"""What somebody typed into a vehicle's form and has not saved yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models.vehicle import Vehicle
from inventory.models.vocabulary import Category


class VehicleDraft(models.Model):
    """One person's unsaved form: of one vehicle, or of a new one of a kind.

    `fields` holds lists of texts by field name, as a browser sends them; never files. It is deleted
    as soon as the form is saved, and after inventory.services.vehicle_drafts.KEEP at the latest.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="vehicle_drafts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vehicle_drafts"
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    category = models.PositiveSmallIntegerField(_("category"), choices=Category.choices)
    fields = models.JSONField(_("fields"), default=dict)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DealerScopedManager["VehicleDraft"]()

    class Meta:
        verbose_name = _("vehicle draft")
        verbose_name_plural = _("vehicle drafts")
        ordering = ("-updated_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "user", "vehicle"),
                condition=models.Q(vehicle__isnull=False),
                name="inventory_draft_of_vehicle",
            ),
            models.UniqueConstraint(
                fields=("dealer", "user", "category"),
                condition=models.Q(vehicle__isnull=True),
                name="inventory_draft_of_new",
            ),
        )
        indexes = (models.Index(fields=("updated_at",), name="inventory_draft_age"),)

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.updated_at:%Y-%m-%d %H:%M}"
