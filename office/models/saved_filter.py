"""Filters of the stock list that a person keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager


class SavedFilter(models.Model):
    """A filter of one person at one dealer. `query` is the list's own query string."""

    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="saved_filters")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filter"), max_length=1000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DealerScopedManager["SavedFilter"]()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "user", "name"), name="office_saved_filter_name"
            ),
        )

    def __str__(self) -> str:
        return self.name
