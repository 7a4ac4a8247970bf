"""A portal we can publish to, upserted from the registry of connectors."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Portal(models.Model):
    """A classified portal. `categories` are those it accepts; inactive ones are offered to nobody.

    `requests_per_second` overrides the connector's own figure (null = that figure).
    `names_stamp` grows whenever a mapping or a catalogue of this portal changes, so that a running
    drain notices that its loaded names are old.
    """

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    logo = models.CharField(_("logo"), max_length=200, blank=True)
    icon = models.CharField(_("icon"), max_length=200, blank=True)
    categories = models.JSONField(_("categories"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    requests_per_second = models.PositiveIntegerField(
        _("requests per second"), null=True, blank=True
    )
    names_stamp = models.PositiveBigIntegerField(_("names stamp"), default=1)

    class Meta:
        verbose_name = _("portal")
        verbose_name_plural = _("portals")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
