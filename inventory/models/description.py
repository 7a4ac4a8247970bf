"""Texts that a dealer writes once and fills for every vehicle."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models.vocabulary import Category


class DescriptionTemplate(models.Model):
    """A description with placeholders such as {brand}; inventory.services.descriptions fills it.

    `category` null means every kind of vehicle. At most one template of a dealer and category is
    the default, which the form offers first; that of its kind before that of every kind.
    """

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="description_templates"
    )
    name = models.CharField(_("name"), max_length=60)
    text = models.TextField(_("text"), max_length=4000)
    category = models.PositiveSmallIntegerField(
        _("category"), choices=Category.choices, null=True, blank=True
    )
    is_default = models.BooleanField(_("offered first"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DealerScopedManager["DescriptionTemplate"]()

    class Meta:
        verbose_name = _("description template")
        verbose_name_plural = _("description templates")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("dealer", "name"), name="inventory_template_name"),
            models.UniqueConstraint(
                fields=("dealer", "category"),
                condition=models.Q(is_default=True, category__isnull=False),
                name="inventory_template_default_kind",
            ),
            models.UniqueConstraint(
                fields=("dealer",),
                condition=models.Q(is_default=True, category__isnull=True),
                name="inventory_template_default",
            ),
        )

    def __str__(self) -> str:
        return self.name
