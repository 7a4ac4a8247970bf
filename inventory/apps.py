"""App configuration of inventory."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    """The stock."""

    name = "inventory"
    verbose_name = _("Stock")
