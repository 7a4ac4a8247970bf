"""The worker, which looks first at what waited while there was none."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django_q.management.commands.qcluster import Command as ClusterCommand

from config.lib.tasks import enqueue
from portals.tasks import sweep


class Command(ClusterCommand):  # type: ignore[misc]  # django-q ships no types
    """`qcluster`: django-q's own, begun with a sweep.

    A group that was killed keeps the messages it had in hand for many minutes; its successor must
    not wait for the sweep's next minute to find the work itself.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for a sweep, then start the cluster."""
        enqueue(sweep)
        connections.close_all()  # the cluster forks: no process may inherit a connection
        super().handle(*args, **options)
