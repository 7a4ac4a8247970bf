"""How fast the engine publishes: `python -m tests.benchmarks.publish [--database postgres]`.

`--portal chavesnamao` sends to a portal that accepts now and is asked for the outcome later.

Against a portal that does nothing but wait 50 ms, the wall clock can at best be
ads x latency / connections. Printed is how far the engine is from that (1.00 = perfect), beside a
bare http.client loop of the same run; then what a re-publication without changes sends (nothing),
and what it costs to find what is due among 10,000 and among 1,000,000 listings.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

from tests.benchmarks.scratch import environment, migrate, scratch_database


def main() -> None:
    """Measure and print."""
    options = _options()
    with scratch_database(options.database) as url, bare_portal(options.latency_ms) as port:
        environ = environment(
            DATABASE_URL=url,
            SANDBOX_URL=f"http://127.0.0.1:{port}",
            STATUS_PATIENCE="-1",  # statuses are read when they are due, and measured apart
        )
        migrate(environ)
        os.environ.update(environ)
        django.setup()
        # What reads the settings can be imported only now that the environment is complete.
        report = importlib.import_module("tests.benchmarks.measuring").measure(options, port)
    print(json.dumps(report, indent=1) if options.json else _as_text(report))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.publish")
    parser.add_argument("--portal", choices=("usadosbr", "chavesnamao"), default="usadosbr")
    parser.add_argument("--ads", type=int, default=2000)
    parser.add_argument("--connections", default="8,16", help="comma-separated")
    parser.add_argument("--latency-ms", type=float, default=50.0)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--due", default="10000,1000000", help="sizes of the due query; 0 = none")
    parser.add_argument("--repeat", type=int, default=1, help="runs per number of connections")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def bare_portal(latency_ms: float) -> Iterator[int]:
    """Run a bare portal in a process of its own; yields its port."""
    command = [sys.executable, "-m", "tests.benchmarks.bare_portal"]
    process = subprocess.Popen(
        [*command, "--latency-ms", str(latency_ms)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=10)


def _as_text(report: dict[str, Any]) -> str:
    head = f"{report['portal']}: {report['ads']} ads, {report['latency_ms']:g} ms"
    lines = [f"{head}, {report['database']}"]
    for run in report["publish"]:
        lines.append(
            f"  {run['connections']:>3} connections: {run['write_s']:.2f} s of at least "
            f"{run['limit_s']:.2f} s: ratio {run['ratio']:.3f} (bare loop {run['floor_ratio']:.3f})"
            f"; {run['cpu_ms_per_ad']} ms CPU an ad (bare loop {run['floor_cpu_ms']})"
        )
        lines.append(
            f"      statuses {run['status_s']:.2f} s, ratio {run['status_ratio']:.3f}; "
            f"live {run['live']}; at most {run['peak']} under way; {run['requests']}"
        )
    again = report["unchanged"]
    lines.append(
        f"  nothing changed: {again['seconds']} s, {again['outcomes']}, requests "
        f"{again['requests'] or 0}"
    )
    lines += [
        f"  due among {row['listings']:>9,}: {row['due_ms']} ms, sweep {row['sweep_ms']} ms  "
        f"({row['plan']})"
        for row in report["due"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
