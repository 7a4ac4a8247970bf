"""App configuration of office."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """The office."""

    name = "office"
    verbose_name = _("Office")
