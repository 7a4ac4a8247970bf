"""What a dealer bought from a portal: ad slots and highlight slots."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models import Category
from portals.models.access import PortalAccess


class PlanKind(models.TextChoices):
    """What a slot of the plan is for."""

    AD = "ad", _("Ad")
    HIGHLIGHT = "highlight", _("Highlight")


class Plan(models.Model):
    """A plan of an access as last read. `published` is the portal's number, `reserved` ours.

    `counted` is what `reserved` was when the portal told its number. `total` null = no limit known.
    `weight` orders highlights (higher = first). `remote_key` is the portal's own identity of the
    plan. `renews_at`: from then on the slots count anew.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    access = models.ForeignKey(PortalAccess, on_delete=models.CASCADE, related_name="plans")
    kind = models.CharField(_("kind"), max_length=10, choices=PlanKind.choices)
    remote_key = models.CharField(_("key at the portal"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    weight = models.PositiveSmallIntegerField(_("weight"), default=0)
    total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    published = models.PositiveIntegerField(_("published (portal)"), default=0)
    reserved = models.PositiveIntegerField(_("reserved (ours)"), default=0)
    counted = models.PositiveIntegerField(_("reserved when last read"), default=0)
    is_for_new = models.BooleanField(_("for new vehicles"), default=False)
    category = models.PositiveSmallIntegerField(
        _("category"), choices=Category.choices, null=True, blank=True
    )
    integrator_plan_id = models.PositiveIntegerField(_("integrator plan id"), default=0)
    subscription_id = models.PositiveBigIntegerField(_("subscription id"), null=True, blank=True)
    renews_at = models.DateTimeField(_("renewed at"), null=True, blank=True)
    released = models.BooleanField(_("released"), default=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = DealerScopedManager["Plan"]()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("access", "kind", "-weight", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("access", "kind", "remote_key"), name="portals_plan_access_key"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def available(self) -> int | None:
        """Free slots by the portal's own number, never negative; None = no limit known."""
        return None if self.total is None else max(0, self.total - self.published)

    @property
    def used(self) -> int:
        """Slots in use: the portal's number, moved by what we took and gave back since."""
        return max(0, self.published + self.reserved - self.counted)

    @property
    def difference(self) -> int:
        """By how many the portal counted more than we did when it was read."""
        return self.published - self.counted
