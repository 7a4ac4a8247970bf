"""Dated readings of a portal's catalogue, and what each found changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Dealer, DealerScopedManager
from portals.models.catalogue import CatalogueEntry, CatalogueKind
from portals.models.listing import Listing
from portals.models.portal import Portal


class Stage(models.IntegerChoices):
    """How far a reading is; after a stop it goes on with the stage it was in."""

    READING = 0, _("Being read")
    COMPARING = 1, _("Being compared")
    RETIRING = 2, _("Taking vanished names out of use")
    TOUCHING = 3, _("Finding the ads it touches")
    REMAPPING = 4, _("Leading mappings on")
    WAKING = 5, _("Marking ads as due")
    DONE = 6, pgettext_lazy("reading of a catalogue", "Complete")


class CatalogueSnapshot(models.Model):
    """One reading of a portal's catalogue, in one environment, for one vehicle type.

    `number` is the reading's unix second, as in `CatalogueEntry.snapshot`. The first complete
    reading is the baseline: it is counted, yet its entries are no changes. `counts` holds the
    entries there were after it, by kind. A reading that was cut short goes on under the same
    number; names that vanished stay in use until all is read. `finished_at` is null until then.
    `stage` and `cursor` (the last row of the stage) say where to go on after a stop. `emptied` are
    the names below which many names were suddenly missing, which was not believed: [{"entry" (id),
    "name", "kinds"}].
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="snapshots")
    environment = models.CharField(_("environment"), max_length=12)
    vehicle_type = models.PositiveSmallIntegerField(_("vehicle type"))
    number = models.PositiveBigIntegerField(_("number"))
    is_baseline = models.BooleanField(_("first reading"), default=False)
    stage = models.PositiveSmallIntegerField(
        _("stage"), choices=Stage.choices, default=Stage.READING
    )
    cursor = models.PositiveBigIntegerField(_("stage done up to"), default=0)
    counts = models.JSONField(_("entries by kind"), default=dict, blank=True)
    added = models.PositiveIntegerField(_("added"), default=0)
    renamed = models.PositiveIntegerField(_("renamed"), default=0)
    retired = models.PositiveIntegerField(_("retired"), default=0)
    renumbered = models.PositiveIntegerField(_("renumbered"), default=0)
    emptied = models.JSONField(_("lists that came back empty"), default=list, blank=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reading of a catalogue")
        verbose_name_plural = _("readings of catalogues")
        constraints = (
            models.UniqueConstraint(
                fields=("portal", "environment", "vehicle_type", "number"),
                name="portals_snapshot_number",
            ),
        )

    def __str__(self) -> str:
        return f"snapshot {self.number}"


class ChangeKind(models.TextChoices):
    """What happened to an entry between two readings."""

    ADDED = "added", _("New")
    RENAMED = "renamed", _("Renamed")
    RETIRED = "retired", _("No longer there")
    RENUMBERED = "renumbered", _("Other key, same name")


class CatalogueChange(models.Model):
    """One difference that a reading found.

    `before` and `after` hold {"name", "remote_key", "years"} (empty where there was none). What
    was found again elsewhere has a `successor`: a renumbered entry under the same name, a renamed
    one (of a portal whose keys are its names) under another spelling of it.
    """

    snapshot = models.ForeignKey(
        CatalogueSnapshot, on_delete=models.CASCADE, related_name="changes"
    )
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="changes")
    successor = models.ForeignKey(
        CatalogueEntry, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    what = models.CharField(_("change"), max_length=10, choices=ChangeKind.choices)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)

    class Meta:
        verbose_name = _("change of a catalogue")
        verbose_name_plural = _("changes of catalogues")
        constraints = (
            models.UniqueConstraint(
                fields=("snapshot", "entry", "what"), name="portals_catalogue_change"
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.entry_id}"


class Effect(models.TextChoices):
    """What a difference does to an ad, after what was safe has been led on."""

    FAILS = "fails", _("Loses its name")
    MOVES = "moves", _("Is sent with another key")
    STAYS = "stays", _("Stays as it is")
    GAINS = "gains", _("Finds its name")


class CatalogueTouch(models.Model):
    """An ad whose names a difference changes: found by looking them up before and after it.

    `kind`, `source_key` and `path` (keys of brand and model) say which name of ours, `key_before`
    and `key_after` what was and is sent for it ('' = nothing). Of names inside each other only the
    outermost that changed is a touch.
    """

    change = models.ForeignKey(CatalogueChange, on_delete=models.CASCADE, related_name="touches")
    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="+")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="touches")
    kind = models.CharField(_("kind"), max_length=14, choices=CatalogueKind.choices)
    source_key = models.CharField(_("our value"), max_length=200)
    ours = models.CharField(_("our name"), max_length=200, blank=True, default="")
    path = models.JSONField(_("inside"), default=list, blank=True)
    key_before = models.CharField(_("key before"), max_length=200, blank=True, default="")
    key_after = models.CharField(_("key after"), max_length=200, blank=True, default="")
    effect = models.CharField(_("effect"), max_length=6, choices=Effect.choices)

    objects = DealerScopedManager["CatalogueTouch"]()

    class Meta:
        verbose_name = _("ad touched by a change")
        verbose_name_plural = _("ads touched by changes")
        constraints = (
            models.UniqueConstraint(
                fields=("change", "listing", "source_key"), name="portals_catalogue_touch"
            ),
        )
        indexes = (models.Index(fields=("dealer", "effect"), name="portals_touch_dealer"),)

    def __str__(self) -> str:
        return f"{self.listing_id} {self.kind}"
