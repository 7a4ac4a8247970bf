"""A portal's own names (catalogue) and how ours lead to them (mapping, de-para)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from portals.models.portal import Portal


class CatalogueKind(models.TextChoices):
    """What a catalogue entry names."""

    BRAND = "brand", _("Brand")
    MODEL = "model", _("Model")
    VERSION = "version", _("Version")
    STYLE = "style", _("Style")
    COLOUR = "colour", _("Colour")
    FUEL = "fuel", _("Fuel")
    GEARBOX = "gearbox", _("Gearbox")
    DOORS = "doors", _("Doors")
    DISPLACEMENT = "displacement", _("Displacement")
    OPTIONAL = "optional", _("Optional")


class CatalogueEntry(models.Model):
    """One name of a portal's catalogue, in one environment, for one vehicle type.

    `remote_key` is what the portal wants to be sent (an id, or the name itself). `folded` is the
    name without case and accents, by which exact names are found. Entries that vanish are retired.
    `snapshot` numbers the reading that last saw the entry.
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="catalogue")
    environment = models.CharField(_("environment"), max_length=12)
    vehicle_type = models.PositiveSmallIntegerField(_("vehicle type"))
    kind = models.CharField(_("kind"), max_length=14, choices=CatalogueKind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    remote_key = models.CharField(_("key at the portal"), max_length=200)
    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(_("folded name"), max_length=200)
    year_first = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    year_last = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    snapshot = models.PositiveIntegerField(_("snapshot"), default=0)
    children_read_at = models.DateTimeField(_("children read at"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        constraints = (
            models.UniqueConstraint(
                fields=("parent", "kind", "remote_key"),
                condition=models.Q(parent__isnull=False),
                name="portals_entry_child",
            ),
            models.UniqueConstraint(
                fields=("portal", "environment", "vehicle_type", "kind", "remote_key"),
                condition=models.Q(parent__isnull=True),
                name="portals_entry_root",
            ),
        )
        indexes = (
            models.Index(
                fields=("portal", "environment", "vehicle_type", "kind", "parent", "folded"),
                name="portals_entry_name",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class MappingOrigin(models.TextChoices):
    """Who made a mapping."""

    EXACT = "exact", _("Same name")
    SUGGESTED = "suggested", _("Suggested")
    PERSON = "person", _("By hand")
    CONFIRMED = "confirmed", _("Suggested, confirmed")


class Mapping(models.Model):
    """Leads one of our values to an entry of a portal's catalogue; dealer null = for everyone.

    `source_key` says what is mapped: `brand:…`, `model:<id>`, `fipe:<code>`, `value:<ours>`,
    `optional:<folded>` or `text:<folded words>` of a vehicle that is not in the reference
    catalogue. `body` and `year` narrow it ('' and 0 = any). `entry` null = deliberately none: the
    value is not sent (optionals) or blocks with that reason. `probability` (0 … 1) and `reasons`
    are those of the suggestion at the time it was decided; null and empty without one.
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="mappings")
    environment = models.CharField(_("environment"), max_length=12)
    vehicle_type = models.PositiveSmallIntegerField(_("vehicle type"))
    kind = models.CharField(_("kind"), max_length=14, choices=CatalogueKind.choices)
    source_key = models.CharField(_("our value"), max_length=200)
    body = models.CharField(_("body"), max_length=20, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("year"), default=0)
    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, null=True, blank=True, related_name="mappings"
    )
    entry = models.ForeignKey(
        CatalogueEntry, on_delete=models.CASCADE, null=True, blank=True, related_name="mappings"
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=MappingOrigin.choices, default=MappingOrigin.PERSON
    )
    probability = models.FloatField(_("probability"), null=True, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), auto_now=True)

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    *("portal", "environment", "vehicle_type", "kind"),
                    *("source_key", "body", "year"),
                ),
                condition=models.Q(dealer__isnull=True),
                name="portals_mapping_global",
            ),
            models.UniqueConstraint(
                fields=(
                    *("portal", "environment", "vehicle_type", "kind"),
                    *("source_key", "body", "year", "dealer"),
                ),
                condition=models.Q(dealer__isnull=False),
                name="portals_mapping_dealer",
            ),
        )
        # By our name alone: the unique ones are split by dealer, and look-ups ask for both kinds.
        indexes = (models.Index(fields=("source_key",), name="portals_mapping_source"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.source_key}"
