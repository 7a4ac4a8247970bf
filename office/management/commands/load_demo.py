"""Load the demo dealer."""

from __future__ import annotations

from typing import Any

from config.lib.ops import OpsCommand
from config.lib.tasks import enqueue
from office.services.demo import load_demo
from portals import tasks

CHANGED = "(changed)"


class Command(OpsCommand):
    """`load_demo` → {"dealer", "users": [{"username", "password", "role"}]}.

    The worker begins to publish as soon as it has read the sandbox's catalogue. Run again it only
    adds what is missing.
    """

    help = (
        "Load the demo dealer: people, about 60 vehicles with pictures, an access to the sandbox."
    )

    def work(self, **_: Any) -> dict[str, Any]:
        """Load, and wake the worker for a portal that was not read yet."""
        report = load_demo()
        access = report.access
        if access.catalogue_fetched_at is None:
            # Its own drain follows; a drain before it would find no name known.
            enqueue(tasks.sync_access, access.pk)
        else:
            tasks.wake_accesses([access.pk])
        users = [
            {"username": one.username, "password": one.password or CHANGED, "role": one.role}
            for one in report.users
        ]
        return {"dealer": report.dealer.code, "users": users}
