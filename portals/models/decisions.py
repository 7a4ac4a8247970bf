"""Decisions about names: made together, taken back together; and what was refused for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from portals.models.catalogue import CatalogueEntry, CatalogueKind
from portals.models.portal import Portal


class BatchKind(models.TextChoices):
    """How the decisions of a batch came about."""

    DECISION = "decision", _("By hand")
    BULK = "bulk", _("Suggestions accepted together")
    AUTOMATIC = "automatic", _("Safe suggestions")
    IMPORT = "import", _("From a file")
    COPY = "copy", _("Copied from another portal")
    RADAR = "radar", _("After a change of the portal")


class MappingBatch(models.Model):
    """Mappings decided in one go, so that they can be undone in one go.

    `dealer` null = for everyone. `threshold` is the least probability that was applied, null where
    none played a part; `snapshot` the reading of a catalogue that caused it, if one did. Undoing
    sets `undone_at`; the batch stays for the record.
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="mapping_batches")
    environment = models.CharField(_("environment"), max_length=12)
    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, null=True, blank=True, related_name="mapping_batches"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=BatchKind.choices)
    snapshot = models.ForeignKey(
        "portals.CatalogueSnapshot",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="batches",
    )
    threshold = models.FloatField(_("least probability"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch of mappings")
        verbose_name_plural = _("batches of mappings")
        indexes = (
            models.Index(fields=("dealer", "portal", "-made_at"), name="portals_batch_newest"),
        )

    def __str__(self) -> str:
        return f"batch {self.pk}"


class MappingStep(models.Model):
    """One mapping of a batch: where it lies, and what it was before and after (null = none).

    `before` and `after` hold {"entry", "origin", "probability", "reasons", "decided_by",
    "decided_at"}, ids and ISO times, so that an undo restores exactly what was.
    """

    batch = models.ForeignKey(MappingBatch, on_delete=models.CASCADE, related_name="steps")
    vehicle_type = models.PositiveSmallIntegerField(_("vehicle type"))
    kind = models.CharField(_("kind"), max_length=14, choices=CatalogueKind.choices)
    source_key = models.CharField(_("our value"), max_length=200)
    body = models.CharField(_("body"), max_length=20, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("year"), default=0)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a batch")
        verbose_name_plural = _("steps of a batch")
        indexes = (models.Index(fields=("source_key",), name="portals_step_source"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.source_key}"


class MappingRefusal(models.Model):
    """A suggestion that a person refused: it is not made again for this dealer (null: anyone)."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="+")
    environment = models.CharField(_("environment"), max_length=12)
    vehicle_type = models.PositiveSmallIntegerField(_("vehicle type"))
    kind = models.CharField(_("kind"), max_length=14, choices=CatalogueKind.choices)
    source_key = models.CharField(_("our value"), max_length=200)
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="refusals")
    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_at = models.DateTimeField(_("refused at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refused suggestion")
        verbose_name_plural = _("refused suggestions")
        constraints = (
            models.UniqueConstraint(
                fields=("portal", "environment", "vehicle_type", "kind", "source_key", "entry"),
                condition=models.Q(dealer__isnull=True),
                name="portals_refusal_global",
            ),
            models.UniqueConstraint(
                fields=(
                    *("portal", "environment", "vehicle_type", "kind", "source_key", "entry"),
                    "dealer",
                ),
                condition=models.Q(dealer__isnull=False),
                name="portals_refusal_dealer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.source_key}"
