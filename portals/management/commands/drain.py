"""Run the publish engine in the foreground."""

from __future__ import annotations

import math
from argparse import ArgumentParser
from typing import Any

from config.lib.ops import OpsCommand, Unfinished
from portals.management.arguments import access_of, add_access_arguments
from portals.services.foreground import drain_until_idle

DEADLINE = 600.0  # seconds


class Command(OpsCommand):
    """`drain --dealer D --portal P` → {"sent", "by_outcome"}; 1 when work is left.

    Numbers are listings, not requests.
    """

    help = "Send everything that is due for a dealer's access, until nothing is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare access and deadline."""
        add_access_arguments(parser)
        parser.add_argument("--deadline", type=_seconds, default=DEADLINE, metavar="SECONDS")

    def work(self, **options: Any) -> dict[str, Any]:
        """Drain; fail if anything is still due."""
        access = access_of(options["dealer"], options["portal"])
        report = drain_until_idle(access.pk, deadline=options["deadline"])
        result = {"sent": report.sent, "by_outcome": report.by_outcome}
        if report.left:
            raise Unfinished(report.left, result=result)
        return result


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError(text)
    return value
