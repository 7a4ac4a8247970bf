"""Rows the engine runs on: fan-out of wide changes, gates of portals, heartbeats of workers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from portals.models.listing import Cause


class FanOut(models.Model):
    """A change that touches many listings, marked as due later in short chunks.

    `listing_after` is the id of the last listing already marked. The selection is by `access`, by
    `mapping` scope or by `vehicle_ids`; exactly what is not null or empty applies.
    `cause` and `cause_request` are handed on to the listings marked.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, null=True, related_name="+")
    access = models.ForeignKey(
        "portals.PortalAccess", on_delete=models.CASCADE, null=True, related_name="+"
    )
    portal = models.ForeignKey(
        "portals.Portal", on_delete=models.CASCADE, null=True, related_name="+"
    )
    vehicle_ids = models.JSONField(_("vehicles"), default=list, blank=True)
    failure_mode = models.CharField(_("only with this failure"), max_length=12, blank=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices, blank=True)
    cause_request = models.CharField(_("request of the cause"), max_length=40, blank=True)
    listing_after = models.BigIntegerField(_("done up to"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("fan-out")
        verbose_name_plural = _("fan-outs")

    def __str__(self) -> str:
        return f"fan-out {self.pk}"


class PortalGate(models.Model):
    """What all workers share about one origin of a portal: its rate and whether it is down.

    `granted` requests were handed out in the second `window`. After `failures` transport failures
    in a row the gate is closed until `closed_until`; then one probe at a time may pass.
    """

    origin = models.CharField(_("origin"), max_length=200, unique=True)
    window = models.BigIntegerField(_("window (unix second)"), default=0)
    granted = models.PositiveIntegerField(_("granted"), default=0)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    closed_until = models.DateTimeField(_("closed until"), null=True, blank=True)
    closed_since = models.DateTimeField(_("closed since"), null=True, blank=True)

    class Meta:
        verbose_name = _("portal gate")
        verbose_name_plural = _("portal gates")

    def __str__(self) -> str:
        return self.origin


class Heartbeat(models.Model):
    """The last sign of life of the worker, written by a schedule and by every batch."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """Whose turn it is at something only one process should do at a time, and until when."""

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    owner = models.CharField(_("owner"), max_length=32, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")

    def __str__(self) -> str:
        return self.name
