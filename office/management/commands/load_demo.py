"""Load the demo dealer."""

from __future__ import annotations

from typing import Any

from config.lib.ops import OpsCommand
from config.lib.tasks import enqueue
from office.services.demo import load_adverts, load_stock
from portals import tasks

CHANGED = "(changed)"


class Command(OpsCommand):
    """`load_demo` → {"dealer", "users": [{"username", "password", "role"}]}.

    The worker begins to publish as soon as it has read the sandbox's catalogue. Run again it only
    adds what is missing.
    """

    help = "Load the demo dealer: people, about 60 vehicles with pictures, accesses to the sandbox."

    def work(self, **_: Any) -> dict[str, Any]:
        """Load, waking the worker as early as it has something to do."""
        report = load_stock()
        for access in report.accesses:
            if access.catalogue_fetched_at is None:
                # Reading begins with the brands of the stock, while the pictures are still drawn.
                enqueue(tasks.sync_access, access.pk)
        load_adverts(report)
        tasks.wake_accesses([access.pk for access in report.accesses])
        users = [
            {"username": one.username, "password": one.password or CHANGED, "role": one.role}
            for one in report.users
        ]
        return {"dealer": report.dealer.code, "users": users}
