"""A few seeds of the crash command per database; 200 are run by hand (`tests.crash.publish`)."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.benchmarks.scratch import ROOT

SEEDS = 10


def run_command(database: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command in a process of its own; return its status and the reports."""
    options = ["--seeds", str(SEEDS), "--database", database]
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.publish", "--json", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return done.returncode, json.loads(done.stdout)


def shortcomings(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reports of seeds that did not end right."""
    return [report for report in reports if not report["right"]]


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_wrong_whenever_a_drain_dies():
    status, reports = run_command("sqlite")

    assert shortcomings(reports) == []
    assert (status, len(reports)) == (0, SEEDS)
    assert sum(report["kills"] for report in reports) >= 2 * SEEDS
    assert sum(report["steps"].get("unknown", 0) for report in reports) > 0


@pytest.mark.slow
@pytest.mark.postgres
def test_nothing_is_lost_doubled_or_wrong_whenever_a_drain_dies_on_postgres():
    status, reports = run_command("postgres")

    assert shortcomings(reports) == []
    assert (status, len(reports)) == (0, SEEDS)
    assert sum(report["kills"] for report in reports) >= 2 * SEEDS
    assert sum(report["steps"].get("unknown", 0) for report in reports) > 0
