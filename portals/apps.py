"""App configuration of portals."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalsConfig(AppConfig):
    """Classified portals and the publish engine."""

    name = "portals"
    verbose_name = _("Portals")

    def ready(self) -> None:
        """Connect the receivers that mark listings when a vehicle or a store changed."""
        from portals import receivers

        receivers.connect()
