"""A few seeds of the crash command per database; 200 are run by hand (`tests.crash.publish`)."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.benchmarks.scratch import ROOT

# Portals that decide later take longer for each.
SEEDS = {"usadosbr": 10, "chavesnamao": 4, "olx": 4}


def run_command(portal: str, database: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command in a process of its own; return its status and the reports."""
    options = ["--portal", portal, "--seeds", str(SEEDS[portal]), "--database", database]
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


def check(portal: str, database: str) -> None:
    """Run the seeds of a portal and look at what they report."""
    status, reports = run_command(portal, database)

    assert shortcomings(reports) == []
    assert (status, len(reports)) == (0, SEEDS[portal])
    assert sum(report["kills"] for report in reports) >= 2 * SEEDS[portal]
    assert sum(report["steps"].get("unknown", 0) for report in reports) > 0
    if portal != "usadosbr":
        assert sum(report["kills_while_pending"] for report in reports) > 0
        assert sum(report["explained"] for report in reports) > 0


@pytest.mark.slow
@pytest.mark.parametrize("portal", SEEDS)
def test_nothing_is_lost_doubled_or_wrong_whenever_a_drain_dies(portal: str):
    check(portal, "sqlite")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("portal", SEEDS)
def test_nothing_is_lost_doubled_or_wrong_whenever_a_drain_dies_on_postgres(portal: str):
    check(portal, "postgres")
