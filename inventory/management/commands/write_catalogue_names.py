"""Write the names that the development portals build their catalogues of."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.lib.folding import fold
from inventory.reference import catalogue, known_bodies

_TYPES = {1: "car", 2: "motorcycle"}


class Command(BaseCommand):
    """`write_catalogue_names FILE.csv.gz`: columns type, brand, model, version, styles.

    `styles` are the bodies (our words) under which a portal may file the model, joined by "|".
    The same input gives the same bytes.
    """

    help = "Write type, brand, model, version and styles of the shipped catalogue (gzipped CSV)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file to write."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Split the shipped catalogue again and write its names."""
        del args
        rows = [row for row in catalogue.read_catalogue() if row.category in _TYPES]
        styles = _styles(rows)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("type", "brand", "model", "version", "styles"))
        for row in rows:
            writer.writerow(
                (_TYPES[row.category], row.brand, row.model, row.name, styles[_key(row)])
            )
        with (
            options["file"].open("wb") as target,
            gzip.GzipFile("", mode="wb", fileobj=target, mtime=0) as packed,
        ):
            packed.write(text.getvalue().encode())
        self.stderr.write(f"{len(rows)} names")


def _key(row: catalogue.CatalogueRow) -> tuple[int, str, str]:
    """Return what tells one model from another."""
    return row.category, fold(row.brand), fold(row.model)


def _styles(rows: list[catalogue.CatalogueRow]) -> dict[tuple[int, str, str], str]:
    """Return per model the styles under which the trade may file it."""
    bodies: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.category == 1:
            bodies[_key(row)] |= {known_bodies.usual_body(row.model, brand=row.brand), row.body}
        else:
            bodies[_key(row)].add(known_bodies.motorcycle_style(row.model, text=row.name))
    return {
        key: "|".join(sorted(known_bodies.plausible_bodies(found - {""})))
        for key, found in bodies.items()
    }
