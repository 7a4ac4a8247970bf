"""The one append-only history: who changed what, when, why, and under which request."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dealer import Dealer, DealerScopedManager


class Change(models.Model):
    """One act, written by a service in the transaction of the act itself.

    `before` and `after` hold only the fields that changed. A personal value stands there as
    `{"digest": sha256(salt + value)}` while salt and text live in `personal` and can be erased:
    `digest` (over everything but `personal`) and the chain then still verify. A `reason` was typed
    by a person too: `digest` covers its `reason_digest`, so that it can go with its salt. Rows from
    before have none; theirs is covered as it stands. `sequence` and `chain` are given later by one
    sealing task, so that writers never wait for each other.
    """

    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    source = models.CharField(_("source"), max_length=40, default="system")
    request_id = models.CharField(_("request id"), max_length=40, blank=True)
    subject_type = models.CharField(_("subject type"), max_length=40)
    subject_id = models.BigIntegerField(_("subject id"))
    subject_label = models.CharField(_("subject"), max_length=120, blank=True)
    action = models.CharField(_("action"), max_length=40)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    personal = models.JSONField(_("erasable text"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reason_salt = models.CharField(_("salt of the reason"), max_length=32, blank=True)
    reason_digest = models.CharField(_("digest of the reason"), max_length=64, blank=True)
    at = models.DateTimeField(_("at"))
    digest = models.CharField(_("digest"), max_length=64)
    sequence = models.BigIntegerField(_("sequence"), null=True, blank=True, unique=True)
    chain = models.CharField(_("chain"), max_length=64, blank=True)

    objects = DealerScopedManager["Change"]()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("dealer", "-at", "-id"), name="accounts_change_dealer_at"),
            models.Index(
                fields=("subject_type", "subject_id", "-id"), name="accounts_change_subject"
            ),
            models.Index(fields=("request_id",), name="accounts_change_request"),
            models.Index(
                fields=("id",),
                name="accounts_change_unsealed",
                condition=models.Q(sequence__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_label}"


class ChainHead(models.Model):
    """Where the chain of the history ends: its one row is what sealing locks.

    It stands apart from the history, so that rows cut off the end, or added behind it, show.
    """

    ONLY = 1

    sequence = models.BigIntegerField(_("sequence"), default=0)
    chain = models.CharField(_("chain"), max_length=64, blank=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("end of the history's chain")
        verbose_name_plural = _("end of the history's chain")

    def __str__(self) -> str:
        return f"{self.sequence}:{self.chain}"
