"""A stock on all portals at once, sent and settled by the cluster without a hand."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.benchmarks.scratch import ROOT, environment

STOCK = 30


def publish_everywhere(database: str) -> dict[str, dict[str, Any]]:
    """Run the command on an invented stock; return its reports by portal."""
    arguments = ("--invented", str(STOCK), "--database", database, "--json")
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.whole_stock", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.stdout, done.stderr[-2000:]
    return {report["portal"]: report for report in json.loads(done.stdout)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_every_ad_is_live_as_sent_or_has_a_named_reason_on_every_portal(database):
    reports = publish_everywhere(database)

    assert reports.keys() == {"usadosbr", "chavesnamao", "olx"}
    for report in reports.values():
        assert report["right"], report
        assert report["wanted"] == STOCK == report["live"] + report["waiting"]
        assert report["compared"] == report["live"] > STOCK // 2
        # One name in ten is unknown to every portal, and some have no plate.
        assert report["reasons"]["mapping"] == STOCK // 10
    assert reports["usadosbr"]["reasons"]["preflight"] > 0
