"""A whole stock to every portal at once, by the worker cluster alone; the totals must add up.

`python -m tests.e2e.whole_stock --stock stock_sample.csv --database postgres` connects a dealer to
an account at each portal of the sandbox, lets the cluster read the catalogues, wishes the whole
stock live everywhere and waits, without a hand, until nothing is on its way. It prints a line per
portal and exits with 1 unless every ad is live as the portal holds it, field by field, or has a
named reason. `--invented N` takes a stock of its own instead of a file.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django

from tests.benchmarks.scratch import environment, migrate, scratch_database, scratch_folder
from tests.crash.cluster import Office, kill_group
from tests.crash.grounds.registry import GROUNDS
from tests.crash.sandbox_process import (
    plain_names,
    sandbox_process,
    write_names,
)

PATIENCE = 1500.0  # seconds until everything must be settled
UNKNOWN_SHARE = 10  # of an invented stock, one in so many has a name no portal knows


def main() -> int:
    """Run; 0 if everything adds up."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.whole_stock")
    stock = parser.add_mutually_exclusive_group(required=True)
    stock.add_argument("--stock", type=Path, help="a CSV as import_stock takes it")
    stock.add_argument("--invented", type=int, metavar="N", help="so many invented vehicles")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON only")
    options = parser.parse_args()
    reports = run(stock=options.stock, invented=options.invented or 0, database=options.database)
    for report in reports:
        if not options.json:
            print(_line(report), flush=True)
    if options.json:
        print(json.dumps(reports))
    return 0 if all(report["right"] for report in reports) else 1


def run(*, stock: Path | None, invented: int, database: str) -> list[dict[str, Any]]:
    """Publish a stock to all portals; return a report per portal, as plain values."""
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        url = stack.enter_context(scratch_database(database))
        names = plain_names("car", invented * 4 // 5) + plain_names("motorcycle", invented // 5)
        known = names[: len(names) - invented // UNKNOWN_SHARE]
        path = None
        if invented:
            path = folder / "names.csv.gz"
            write_names(path, known)
        sandbox = stack.enter_context(sandbox_process(names=path))
        environ = environment(
            DATABASE_URL=url,
            SANDBOX_URL=sandbox.origin,
            MEDIA_ROOT=str(folder / "media"),
        )
        migrate(environ)
        os.environ.update(environ)
        django.setup()
        # What reads the settings can be imported only now that the environment is complete.
        stage = importlib.import_module("tests.e2e.whole_stock_stage")
        stage.build(sandbox, names=names, stock=stock)
        office = Office(environ, Path(url.removeprefix("sqlite:///")))
        office.run("sync_schedules")
        began = time.monotonic()
        with _cluster(office):
            _wait(stage, PATIENCE)
        seconds = time.monotonic() - began
        return [
            {**stage.report(ground, sandbox), "seconds": round(seconds), "database": database}
            for ground in GROUNDS.values()
        ]


@contextmanager
def _cluster(office: Office) -> Iterator[None]:
    process = office.start_worker()
    try:
        yield
    finally:
        kill_group(process)


def _wait(stage: Any, patience: float) -> None:
    """Wait until nothing is due or on its way, and nothing has been for a few looks."""
    ends, calm = time.monotonic() + patience, 0
    while calm < 3:
        if time.monotonic() > ends:
            print(f"not settled after {patience:.0f} s", file=sys.stderr)
            return
        time.sleep(2)
        calm = calm + 1 if stage.is_settled() else 0


def _line(report: dict[str, Any]) -> str:
    word = "right" if report["right"] else "WRONG"
    reasons = ", ".join(f"{number} {cause}" for cause, number in report["reasons"].items())
    text = (
        f"{report['portal']}, {report['database']}: {word}; {report['wanted']} wanted = "
        f"{report['live']} live ({report['reduced']} reduced) + {report['waiting']} with a reason "
        f"({reasons or 'none'}); settled after {report['seconds']} s, "
        f"{report['compared']} ads equal field by field"
    )
    wrong = {key: value for key, value in report["wrong"].items() if value}
    return f"{text}\n  {wrong}" if wrong else text


if __name__ == "__main__":
    sys.exit(main())
