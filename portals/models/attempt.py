"""What went over the wire, redacted, kept for a while."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from portals.models.access import PortalAccess
from portals.models.listing import Cause, Listing


class Attempt(models.Model):
    """One exchange with a portal: no secret, no personal data, kept ATTEMPT_DAYS days.

    `cause` says what led to it; `cause_request` is the request id that the change behind it bears.
    A read that told of several `ads` names no listing: what it told of each is an `AttemptShare`.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="+")
    access = models.ForeignKey(PortalAccess, on_delete=models.CASCADE, related_name="attempts")
    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, null=True, blank=True, related_name="attempts"
    )
    step = models.CharField(_("step"), max_length=12)
    outcome = models.CharField(_("outcome"), max_length=20)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices, blank=True)
    cause_request = models.CharField(_("request of the cause"), max_length=40, blank=True)
    method = models.CharField(_("method"), max_length=8)
    path = models.CharField(_("path"), max_length=300)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    request_excerpt = models.TextField(_("request"), blank=True)
    answer_excerpt = models.TextField(_("answer"), blank=True)
    ads = models.PositiveIntegerField(_("ads"), default=1)
    at = models.DateTimeField(_("at"))

    objects = DealerScopedManager["Attempt"]()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("listing", "-id"), name="portals_attempt_listing"),
            models.Index(fields=("access", "-id"), name="portals_attempt_access"),
            models.Index(fields=("at",), name="portals_attempt_at"),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status or '-'}"


class AttemptShare(models.Model):
    """What one read of many ads told of one of them, unless that it still waits as before."""

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="shares")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=20)

    objects = DealerScopedManager["AttemptShare"]()

    class Meta:
        verbose_name = _("share of an attempt")
        verbose_name_plural = _("shares of attempts")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("listing", "attempt"), name="portals_attemptshare_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.listing_id} {self.outcome}"
