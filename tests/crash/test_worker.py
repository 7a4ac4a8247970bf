"""An idle worker killed: the queue stands still for ever, which the heartbeat tells, and a
restart of the whole group heals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.scratch import ROOT, environment, migrate
from tests.crash.cluster import Office, kill_group, wait_until, workers_of
from tests.crash.prepare import USER, office_names
from tests.crash.sandbox_process import SandboxLevers, sandbox_process, write_names

ADS, WORKERS = 10, 2
MAX_AGE = 6.0  # seconds, instead of minutes


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxLevers]:
    """A sandbox that knows the names of the stock, with an account."""
    names = tmp_path / "names.csv.gz"
    write_names(names, office_names(ADS))
    with sandbox_process(names=names) as levers:
        levers.configure(
            accounts=[{"user": USER, "password": "crash-password"}], check_photos=False
        )
        yield levers


@pytest.fixture
def office(sandbox: SandboxLevers, tmp_path: Path) -> Office:
    """An installation with a stock and an access, whose heartbeat may not be old."""
    database = tmp_path / "office.sqlite3"
    environ = environment(
        DATABASE_URL=f"sqlite:///{database}",
        SANDBOX_URL=sandbox.origin,
        HEARTBEAT_MAX_AGE=str(MAX_AGE),
        WORKERS=str(WORKERS),
    )
    migrate(environ)
    subprocess.run(
        [sys.executable, "-m", "tests.crash.prepare", "--ads", str(ADS)],
        cwd=ROOT,
        env=environ,
        check=True,
    )
    made = Office(environ, database)
    made.run("sync_schedules")
    return made


def is_alive(office: Office) -> bool:
    """Whether the worker is found alive: on a busy machine the command may start slower than a
    sign of life grows old, so that one look says little."""
    return office.command("check_worker").returncode == 0


@pytest.mark.slow
def test_a_killed_idle_worker_turns_the_heartbeat_red_and_a_restart_drains_all(
    office: Office, sandbox: SandboxLevers
):
    cluster = office.start_worker()
    try:
        office.run("publish", "--dealer", "crash", "--portal", "usadosbr", "--code", "70000")
        wait_until(lambda: office.count("state = 'live'") == 1, patience=60, what="the first ad")
        wait_until(partial(is_alive, office), patience=90, what="a sign of life that is not old")

        for worker in workers_of(cluster, count=WORKERS):
            os.kill(worker, signal.SIGKILL)
        time.sleep(MAX_AGE / 2)
        office.run("publish", "--dealer", "crash", "--portal", "usadosbr", "--all")
        time.sleep(MAX_AGE)
        red = office.command("check_worker")
        assert (red.returncode, "stalled" in red.stderr) == (1, True)
        assert office.count("state = 'live'") == 1

        kill_group(cluster)
        cluster = office.start_worker()
        wait_until(lambda: office.count("state = 'live'") == ADS, patience=90, what="all ads")
        wait_until(partial(is_alive, office), patience=90, what="a sign of life again")
    finally:
        kill_group(cluster)
    codes = sorted(ad["codigo"] for ad in sandbox.ads(USER))
    assert codes == [str(70_000 + number) for number in range(ADS)]
