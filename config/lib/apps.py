"""App configuration of the shared library: template filters and system checks, no tables."""

from __future__ import annotations

from django.apps import AppConfig


class LibConfig(AppConfig):
    """The shared library."""

    name = "config.lib"
    label = "lib"

    def ready(self) -> None:
        """Register the system checks."""
        from config.lib import checks

        checks.register()
