"""Bulk changes: one act on many vehicles, planned, confirmed, carried out, and taken back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models import Vehicle


class BulkKind(models.TextChoices):
    """What is done to every vehicle of a run."""

    PRICE = "price", _("Change the price")
    PROMOTION = "promotion", _("Set or remove the promotional price")
    STATE = "state", _("Change the state or archive")
    OPTIONALS = "optionals", _("Add or remove optionals")
    DESCRIPTION = "description", _("Write the description from a template")
    UNDO = "undo", _("Undo a bulk change")


class BulkState(models.TextChoices):
    """Life of a run: a plan is only a preview until somebody confirms it."""

    PLANNED = "planned", _("Not confirmed")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    STOPPED = "stopped", _("Stopped")


# At an end: nothing will be changed any more.
ENDED = (BulkState.DONE, BulkState.STOPPED)


class BulkRun(models.Model):
    """One bulk change of one dealer. Its items say what it does to each vehicle.

    `parameters` are those of its kind (office.services.bulk_kinds), checked. Every row of history
    it writes bears its `request_id` and `reason`. The lease is held by the one worker at it.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="bulk_runs")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bulk_runs",
        verbose_name=_("who"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=BulkKind.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=BulkState.choices, default=BulkState.PLANNED
    )
    parameters = models.JSONField(_("parameters"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    request_id = models.CharField(_("request id"), max_length=40)
    undoes = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="undoings",
        verbose_name=_("takes back"),
    )
    lease_owner = models.CharField(_("held by"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = DealerScopedManager["BulkRun"]()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("undoes",),
                # An undo that was stopped may be followed by another, for what is left.
                condition=models.Q(state__in=(BulkState.RUNNING, BulkState.DONE)),
                name="office_bulkrun_undone_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=BulkKind.UNDO, undoes__isnull=False)
                | (~models.Q(kind=BulkKind.UNDO) & models.Q(undoes__isnull=True)),
                name="office_bulkrun_undo_of_something",
            ),
            models.CheckConstraint(
                condition=models.Q(state=BulkState.PLANNED, confirmed_at__isnull=True)
                | (~models.Q(state=BulkState.PLANNED) & models.Q(confirmed_at__isnull=False)),
                name="office_bulkrun_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ENDED, finished_at__isnull=False)
                | (~models.Q(state__in=ENDED) & models.Q(finished_at__isnull=True)),
                name="office_bulkrun_finished",
            ),
        )
        indexes = (
            models.Index(fields=("dealer", "-created_at", "-id"), name="office_bulkrun_recent"),
            models.Index(
                fields=("state", "lease_until"),
                condition=models.Q(state=BulkState.RUNNING),
                name="office_bulkrun_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class Outcome(models.TextChoices):
    """What became of one vehicle; in a plan, what is going to."""

    PENDING = "pending", _("To be changed")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Already so")
    REFUSED = "refused", _("Refused")
    CONFLICT = "conflict", _("Changed by somebody meanwhile")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Not done: stopped")


class BulkItem(models.Model):
    """One vehicle of a run: the touched fields before and after, and what became of it.

    `revision` is that of the vehicle when the plan was made. `field` and `message` say why not.
    """

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="bulk_items")
    revision = models.PositiveIntegerField(_("revision"))
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.PENDING
    )
    field = models.CharField(_("field"), max_length=40, blank=True)
    message = models.CharField(_("message"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("vehicle of a bulk change")
        verbose_name_plural = _("vehicles of bulk changes")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("run", "vehicle"), name="office_bulkitem_once"),
        )
        indexes = (models.Index(fields=("run", "outcome", "id"), name="office_bulkitem_outcome"),)

    def __str__(self) -> str:
        return f"{self.run_id}/{self.vehicle_id}"
