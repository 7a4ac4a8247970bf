"""App configuration of the shared library: template filters and system checks, no tables."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.utils.functional import Promise

_OURS = frozenset({"accounts", "inventory", "portals", "leads", "office"})


class LibConfig(AppConfig):
    """The shared library."""

    name = "config.lib"
    label = "lib"

    def ready(self) -> None:
        """Register the system checks, and give relations a name people can read."""
        from config.lib import checks

        checks.register()
        name_relations()


def name_relations() -> None:
    """Call a relation as the table it leads to is called, where the model names only the column.

    Django makes an English name of the attribute's, which no catalogue could translate. Migrations
    know only names that a model gives itself, so they do not notice.
    """
    metas = [model._meta for model in apps.get_models()]  # noqa: SLF001 - the documented Model API
    fields = [field for meta in metas if meta.app_label in _OURS for field in meta.concrete_fields]
    for field in fields:
        table: Any = field.related_model
        if table is not None and not isinstance(field.verbose_name, Promise):
            field.verbose_name = table._meta.verbose_name  # noqa: SLF001 - the documented Model API
