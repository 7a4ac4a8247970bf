"""What it costs to ask a portal that decides later: `python -m tests.benchmarks.polling`.

So many ads wait for the portal's decision among few and among many that are live. All of them are
polled once; printed are wall clock, processor, queries and requests for both, and the ratio of the
large stock to the small one (1.00 = the stock costs nothing).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
from typing import Any

import django

from tests.benchmarks.publish import bare_portal
from tests.benchmarks.scratch import environment, migrate, scratch_database


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.polling")
    parser.add_argument("--pending", type=int, default=200)
    parser.add_argument("--stocks", default="1000,100000", help="live ads beside them, two sizes")
    parser.add_argument("--latency-ms", type=float, default=5.0)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--repeat", type=int, default=3, help="of each size the fastest counts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with scratch_database(options.database) as url, bare_portal(options.latency_ms) as port:
        environ = environment(
            DATABASE_URL=url, SANDBOX_URL=f"http://127.0.0.1:{port}", STATUS_PATIENCE="-1"
        )
        migrate(environ)
        os.environ.update(environ)
        django.setup()
        # What reads the settings can be imported only now that the environment is complete.
        runs = importlib.import_module("tests.benchmarks.polling_runs").measure(
            port,
            pending=options.pending,
            stocks=[int(text) for text in options.stocks.split(",")],
            repeat=options.repeat,
        )
    print(json.dumps(runs, indent=1) if options.json else _as_text(runs, options))


def _as_text(runs: list[dict[str, Any]], options: argparse.Namespace) -> str:
    lines = [f"{options.pending} pending ads, {options.latency_ms:g} ms, {options.database}"]
    lines += [
        f"  among {run['stock']:>9,} live: {run['wall_s']:.3f} s, {run['cpu_s']:.3f} s CPU, "
        f"{run['queries']} queries, {run['requests']}, then {run['live']} live"
        for run in runs
    ]
    small, large = runs[0], runs[-1]
    ratios = {name: large[name] / small[name] for name in ("wall_s", "cpu_s", "queries")}
    told = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
    return "\n".join([*lines, f"  large over small: {told}"])


if __name__ == "__main__":
    main()
