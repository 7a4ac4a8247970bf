"""App configuration of leads."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    """Leads."""

    name = "leads"
    verbose_name = _("Leads")
