"""How many vehicles of a real stock can be published without a person deciding a name.

    python -m tests.benchmarks.names --stock STOCK.csv --catalogue PORTAL.csv [MORE.csv …]

A sandbox runs as a process of its own with the files (columns as in the development files) as its
catalogue, and that is read over HTTP as every portal's is; such a catalogue tells no years. The
stock is imported, what it does not say is invented. Prints, as JSON, the share that the preflight
lets pass with equal names alone and after the safe names were decided, what holds the rest back,
and whether each of those stands in the queue.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.scratch import environment, migrate, scratch_database, scratch_folder
from tests.crash.sandbox_process import sandbox_process

NAMES = ("portal_brand", "portal_model", "portal_version")


def main() -> None:
    """Measure in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", type=Path, required=True)
    parser.add_argument("--catalogue", type=Path, nargs="+", required=True)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options = parser.parse_args()
    with scratch_folder() as folder, scratch_database(options.database) as url:
        catalogue = _joined(options.catalogue, folder / "catalogue.csv")
        with sandbox_process(catalogue=catalogue) as sandbox:
            environ = environment(DATABASE_URL=url, SANDBOX_URL=sandbox.origin)
            migrate(environ)
            os.environ.update(environ)
            json.dump(_measure(options.stock), sys.stdout, indent=2)
            sys.stdout.write("\n")


def _joined(files: list[Path], path: Path) -> Path:
    """Write the names of all files into one; returns where."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(NAMES)
        writer.writerows([row[name] for name in NAMES] for file in files for row in _rows(file))
    return path


def _measure(stock: Path) -> dict[str, Any]:
    import django  # noqa: PLC0415 - the environment must be complete first

    django.setup()
    from tests.benchmarks.names_world import NamesWorld  # noqa: PLC0415

    world = NamesWorld()
    catalogue = world.read_catalogue()
    report = world.load_stock(stock)
    before = world.look()
    started = time.process_time()
    applied = world.decide_safe_names()
    seconds = time.process_time() - started
    after = world.look()
    return {
        "catalogue": catalogue,
        "vehicles": before.total,
        "placed_in_reference": report,
        "publishable_before": before.publishable,
        "publishable_after": after.publishable,
        "share_before": round(before.publishable / before.total, 4),
        "share_after": round(after.publishable / after.total, 4),
        "share_of_those_whose_model_the_portal_has": {
            "vehicles": world.reachable,
            "before": round(before.publishable / max(1, world.reachable), 4),
            "after": round(after.publishable / max(1, world.reachable), 4),
        },
        "names_asked": applied.waiting,
        "names_decided": applied.decided,
        "seconds_of_cpu": round(seconds, 1),
        "blocked_before": dict(before.causes.most_common()),
        "blocked_after": dict(after.causes.most_common()),
        "blocked_by_names_after": after.by_names,
        "of_these_in_the_queue": after.queued,
        "of_these_under_one_cause": after.single,
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
