"""Where stock comes from: a DMS, a Cockpit, a file."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager


class StockSource(models.Model):
    """One origin of stock of one dealer, e.g. the file import or a DMS account."""

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="stock_sources")
    kind = models.SlugField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["StockSource"]()

    class Meta:
        verbose_name = _("stock source")
        verbose_name_plural = _("stock sources")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "kind", "name"), name="inventory_source_dealer_kind_name"
            ),
        )

    def __str__(self) -> str:
        return self.name
