"""Kills publishing at random points and proves that nothing is lost, doubled or left wrong.

`python -m tests.crash.publish --portal olx --seeds 200 --database sqlite` prints a line per seed
and the sum, and exits with 1 unless every seed ended right. Time-outs are shortened by the same
settings that an installation has, the waits of the portals by their grounds; the portal is the
sandbox in a process of its own, losing answers and whatever else it does not always do.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django

from tests.benchmarks.scratch import environment, migrate, scratch_database, scratch_folder
from tests.crash.grounds.registry import GROUNDS
from tests.crash.sandbox_process import plain_names, sandbox_process, write_names

ADS = 60
# Seconds. A lease outlives an exchange; the slack is longer than the sandbox takes for a request.
SHORTENED = {
    "HTTP_CONNECT_TIMEOUT": "0.5",
    "HTTP_READ_TIMEOUT": "0.8",
    "HTTP_DEADLINE": "1.0",
    "DRAIN_LEASE": "2.0",
    "LANDING_SLACK": "0.5",
    "FIRST_RETRY": "0.2",
    "PORTAL_PROBE_DELAY": "0.2",
}


def main() -> int:
    """Run; 0 if every seed ended right."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.publish")
    parser.add_argument("--portal", choices=sorted(GROUNDS), default="usadosbr")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--side-by-side", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="print the reports as JSON only")
    options = parser.parse_args()
    started = time.monotonic()
    reports = []
    for report in _reports(options):
        reports.append(report)
        if not options.json:
            print(_line(report), flush=True)
    wrong = [report for report in reports if not report["right"]]
    if options.json:
        print(json.dumps(reports))
    else:
        print(_sum(reports, options, time.monotonic() - started))
    return 1 if wrong else 0


def _reports(options: argparse.Namespace) -> Any:
    names = plain_names("car", ADS * 4 // 5) + plain_names("motorcycle", ADS // 5)
    seeds = range(options.first, options.first + options.seeds)
    with scratch_folder() as folder, scratch_database(options.database) as url:
        write_names(folder / "names.csv.gz", names)
        with sandbox_process(names=Path(folder / "names.csv.gz")) as sandbox:
            environ = environment(DATABASE_URL=url, SANDBOX_URL=sandbox.origin, **SHORTENED)
            migrate(environ)
            os.environ.update(environ)
            django.setup()
            # What reads the settings can be imported only now that the environment is complete.
            runs = importlib.import_module("tests.crash.runs")
            ground = GROUNDS[options.portal]
            runs.prepare(names, ground=ground, sandbox=sandbox)
            yield from runs.run_seeds(
                seeds, ground=ground, sandbox=sandbox, ads=ADS, side_by_side=options.side_by_side
            )


def _line(report: dict[str, Any]) -> str:
    if "broken" in report:
        return f"seed {report['seed']}: BROKEN\n{report['broken']}"
    word = "right" if report["right"] else f"WRONG {report['verdict']} {report['left']}"
    return (
        f"seed {report['seed']}: {word}; {report['kills']} kills "
        f"({report['kills_while_pending']} while pending), {report['edits']} edits, "
        f"{report['explained']} explained, "
        f"{report['seconds']} s, {dict(sorted(report['steps'].items()))}"
    )


def _sum(reports: list[dict[str, Any]], options: argparse.Namespace, seconds: float) -> str:
    verdicts = [report["verdict"] for report in reports if "verdict" in report]
    kinds = verdicts[0] if verdicts else ()
    totals = Counter({kind: sum(len(one[kind]) for one in verdicts) for kind in kinds})
    kills = sum(report.get("kills", 0) for report in reports)
    pending = sum(report.get("kills_while_pending", 0) for report in reports)
    edits = sum(report.get("edits", 0) for report in reports)
    explained = sum(report.get("explained", 0) for report in reports)
    broken = sum("broken" in report for report in reports)
    steps: Counter[str] = Counter()
    for report in reports:
        steps.update(report.get("steps", {}))
    return (
        f"{options.portal}, {options.database}: {len(reports)} seeds of {ADS} ads, {kills} kills "
        f"({pending} while pending), {edits} edits in {seconds:.0f} s: {dict(totals)}, {broken} "
        f"broken, {explained} explained; exchanges by outcome {dict(steps)}"
    )


if __name__ == "__main__":
    sys.exit(main())
