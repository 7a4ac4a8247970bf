"""Write the schedules and the portals that the code declares into the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.module_loading import autodiscover_modules

from config.lib.ops import OpsCommand
from office.services.schedules import sync_schedules
from portals.services.catalogue import upsert_portals


class Command(OpsCommand):
    """`sync_schedules` → {"created", "updated", "unchanged", "deleted", "portals"}; at deploy."""

    help = "Bring schedules and portals in line with the code; run it after every migrate."

    def work(self, **_: Any) -> dict[str, int]:
        """Import every module that declares schedules, then write."""
        autodiscover_modules("tasks", "schedules")
        return {**asdict(sync_schedules()), "portals": upsert_portals()}
