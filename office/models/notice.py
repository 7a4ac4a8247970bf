"""What the people of a dealer are told of by themselves, and the mails by which they are told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager


class NoticeKind(models.TextChoices):
    """What came about; each is told once when it begins and once when it is over."""

    STOPPED = "stopped", _("Account stopped")
    DOWN = "down", _("Portal down")
    LATE = "late", _("Not gone in time")
    ADS = "ads", _("Ads with problems")
    PLAN = "plan", _("Plan full")
    NAMES = "names", _("Names changed by a portal")
    OVERDUE = "overdue", _("Reservations past their end")


class Phase(models.TextChoices):
    """Which of the two a mail tells."""

    OPENED = "opened", _("Began")
    CLEARED = "cleared", _("Over")


class Notice(models.Model):
    """Something that stands at a dealer, from when it was first seen until it is over.

    However often it is found it is one row: an outage with a thousand ads behind it is one notice.
    `subject` tells those of one kind apart (the id of an access or plan). `facts` are the names and
    numbers its words need: portal, plan, mode, number. `seen_at` is when it was last found;
    `returns` says how often it had been over within the day before: its all-clear waits longer.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices)
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    returns = models.PositiveSmallIntegerField(_("returns within a day"), default=0)
    opened_at = models.DateTimeField(_("began"))
    seen_at = models.DateTimeField(_("last found"))
    cleared_at = models.DateTimeField(_("over since"), null=True, blank=True)
    created_at = models.DateTimeField(_("told since"), default=timezone.now)

    objects = DealerScopedManager["Notice"]()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "kind", "subject"),
                name="office_notice_open",
                condition=models.Q(cleared_at__isnull=True),
            ),
        )
        indexes = (models.Index(fields=("dealer", "-opened_at"), name="office_notice_dealer"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}".strip()


class NoticeMail(models.Model):
    """That one person is to be told of one notice by e-mail: when it began, or that it is over.

    Those due at the same time go out in one mail. `claimed_until` keeps two workers from sending
    it both; if the sender dies it is sent again, under the same Message-ID.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="mails")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_mails"
    )
    phase = models.CharField(_("tells"), max_length=8, choices=Phase.choices)
    due_at = models.DateTimeField(_("due at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = DealerScopedManager["NoticeMail"]()

    class Meta:
        verbose_name = _("mail of a notice")
        verbose_name_plural = _("mails of notices")
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "user", "phase"), name="office_notice_mail_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                name="office_notice_mail_due",
                condition=models.Q(sent_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.notice_id} → {self.user_id}"
