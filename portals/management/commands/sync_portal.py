"""Read a portal's plans and catalogue now."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError

from config.lib.ops import OpsCommand
from portals.management.arguments import access_of, add_access_arguments
from portals.models import CatalogueEntry, PortalAccess
from portals.services import syncing
from portals.services.marking import Marked
from portals.tasks import wake

TURN = 120.0  # seconds; every turn goes on where the last one stopped


class Command(OpsCommand):
    """`sync_portal --dealer D --portal P` → {"plans", "entries", "catalogue": {kind: count}}."""

    help = "Read plans and catalogue of a dealer's access; prints how many names of each kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare dealer and portal."""
        add_access_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """Read until everything is read; what waited for a name becomes due."""
        access = access_of(options["dealer"], options["portal"])
        while True:
            result = syncing.sync_access(access, budget=TURN, patience=TURN)
            if result.failure:
                raise CommandError(f"The portal could not be read: {result.failure}.")
            if result.done:
                break
        wake(Marked(access_ids=frozenset([access.pk]), fan_out=True))
        kinds = _kinds(access)
        return {"plans": result.plans, "entries": sum(kinds.values()), "catalogue": kinds}


def _kinds(access: PortalAccess) -> dict[str, int]:
    entries = CatalogueEntry.objects.filter(portal=access.portal, retired_at__isnull=True)
    return dict(sorted(Counter(entries.values_list("kind", flat=True)).items()))
