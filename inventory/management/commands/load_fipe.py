"""Load or refresh the reference catalogue from FIPE's table."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from config.lib.ops import OpsCommand
from inventory.reference import catalogue
from inventory.reference.tables import TableError, has_column
from inventory.services import reference

PRICE_COLUMN = "price_brl"


class Command(OpsCommand):
    """`load_fipe [FILE] [--prices FILE [--month YYYY-MM]] [--partial]`.

    Without FILE the shipped table is loaded. A FILE of prices (it has their column) is taken as
    --prices, and the catalogue stays as it is. Prints counts as JSON on standard output; safe to
    run twice, the second run changes nothing.
    """

    help = "Load the reference catalogue (shipped table, or FILE), and prices from --prices FILE."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("file", nargs="?", type=Path, help="FIPE table (CSV or CSV.gz)")
        parser.add_argument("--prices", type=Path, help="price table (CSV or CSV.gz)")
        parser.add_argument("--month", type=_month, help="month of the prices, YYYY-MM")
        parser.add_argument(
            "--partial", action="store_true", help="retire nothing that the file lacks"
        )

    def work(self, **options: Any) -> Any:
        """Load and return {"versions": {...}, "optionals": {...}, "prices": {...}}."""
        file: Path | None = options["file"]
        prices: Path | None = options["prices"]
        try:
            only_prices = file is not None and prices is None and has_column(file, PRICE_COLUMN)
            if only_prices:
                prices = file
            month = options["month"] or (_month_in(prices) if prices else None)
            if prices and month is None:
                raise CommandError("--month YYYY-MM is needed: the file's name does not tell it")
            result = {} if only_prices else _load_names(file, partial=options["partial"])
            if prices and month:
                result["prices"] = reference.load_prices(prices, month=month).as_dict()
        except (TableError, OSError) as error:
            raise CommandError(str(error)) from error
        return result


def _load_names(file: Path | None, *, partial: bool) -> dict[str, Any]:
    """Load versions and optionals."""
    now = timezone.now()
    rows = catalogue.read_catalogue(file)
    return {
        "versions": reference.load_catalogue(rows, now=now, partial=partial).as_dict(),
        "optionals": reference.load_optionals(now=now).as_dict(),
    }


def _month(text: str) -> date:
    """Read YYYY-MM as the first day of that month."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not YYYY-MM") from error


def _month_in(path: Path) -> date | None:
    """Return the month that a file's name carries (fipe_prices_2026-06.csv)."""
    found = re.search(r"(20\d\d)-(0[1-9]|1[0-2])", path.name)
    return date(int(found.group(1)), int(found.group(2)), 1) if found else None
