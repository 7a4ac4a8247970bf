"""App configuration of leads."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    """People who write in, their timeline, and where they are handed off to."""

    name = "leads"
    verbose_name = _("Leads")
