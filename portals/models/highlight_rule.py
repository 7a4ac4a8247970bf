"""By what an account's highlights are given, if the dealer lets a rule give them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from portals.models.access import PortalAccess

KEEP_DAYS = 7
MOST_KEEP_DAYS = 90


class Criterion(models.TextChoices):
    """Which vehicle deserves a highlight most."""

    OLDEST = "oldest", _("Longest in stock")
    NEWEST = "newest", _("Newest in stock")
    MARGIN = "margin", _("Highest margin")
    FIPE = "fipe", _("Lowest price against FIPE")
    LEADS = "leads", _("Fewest leads")
    PRICE = "price", _("Highest price")
    UNLIT = "unlit", _("Most days without highlight")


class HighlightRule(models.Model):
    """The rule of one access: a criterion, and for how many days a highlight is kept at least.

    `due_at`: when it is carried out next; null = not by itself. `ran_at`: when it last was.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    access = models.OneToOneField(
        PortalAccess, on_delete=models.CASCADE, related_name="highlight_rule"
    )
    criterion = models.CharField(_("criterion"), max_length=8, choices=Criterion.choices)
    keep_days = models.PositiveSmallIntegerField(
        _("days a highlight is kept at least"),
        default=KEEP_DAYS,
        validators=[MaxValueValidator(MOST_KEEP_DAYS)],
    )
    is_active = models.BooleanField(_("carried out every day"), default=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    ran_at = models.DateTimeField(_("last carried out"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["HighlightRule"]()

    class Meta:
        verbose_name = _("highlight rule")
        verbose_name_plural = _("highlight rules")

    def __str__(self) -> str:
        return f"{self.criterion} @ {self.access_id}"
