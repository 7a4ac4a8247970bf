"""Import a stock file into a dealer's stock."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.models import Dealer
from accounts.services.changes import By
from config.lib.ops import OpsCommand
from inventory.reference.tables import TableError
from inventory.services.stock_import import import_stock, summary


class Command(OpsCommand):
    """`import_stock FILE --dealer CODE [--invent-missing]`; safe to run twice.

    Prints {"rows", "created", "updated", "unchanged", "rejected", "problems"}; a problem has line,
    field and message. Exit status 1 when the file or the dealer cannot be used.
    """

    help = "Import a stock file (CSV); a line is known by its stock_id."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the dealer's code and the wish to invent."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dealer", required=True, help="the dealer's code")
        parser.add_argument(
            "--invent-missing",
            action="store_true",
            help="fill in what the file does not say, marked as invented (for demonstrations)",
        )

    def work(self, **options: Any) -> Any:
        """Import, tell how many were placed, and return the counts."""
        dealer = Dealer.objects.filter(code=options["dealer"]).first()
        if dealer is None:
            raise CommandError(f"There is no dealer {options['dealer']!r}.")
        path: Path = options["file"]
        try:
            report = import_stock(
                path,
                dealer=dealer,
                by=By(source="import", reason=path.name[:200]),
                invent_missing=options["invent_missing"],
            )
        except (TableError, OSError) as error:
            raise CommandError(f"{path.name}: {error}") from error
        self.say(summary(report))
        result = asdict(report)
        del result["placed"]
        return result
