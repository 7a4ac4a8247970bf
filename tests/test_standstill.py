"""A worker whose idle processes were killed stands still; dev.py notices and starts it anew."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import dev

READY = re.compile(r"ready for work at (\d+)")
# Asks the worker for a sign of life every second, as its schedule does once a minute.
PULSE = """
import time
from config.lib.tasks import enqueue
from portals.services.heartbeat import beat
while True:
    enqueue(beat)
    time.sleep(1)
"""


def wait_for(what: str, look: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until `look` finds something, and end the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds} s"
        time.sleep(0.1)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dev.Office]:
    """A worker, its watchdog and a pulse on a database of their own, watched as `run` does it."""
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    monkeypatch.setattr(dev, "WATCH_SECONDS", 1)
    monkeypatch.setattr(dev, "GRACE_SECONDS", 20)
    office = dev.Office(8000, 8100)
    office.environment.update(
        DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}",
        REDIS_URL="",
        HEARTBEAT_MAX_AGE="6",
        LOG_LEVEL="INFO",
    )
    office.manage("Preparing the database", "migrate", "--verbosity", "0")
    office.manage("Preparing the cache", "createcachetable")
    office.start("worker", "manage.py", "qcluster")
    office.start("watchdog", "manage.py", "check_worker", "--every", dev.WATCH_SECONDS)
    try:
        yield office
    finally:
        office.close()


def watch(office: dev.Office) -> threading.Thread:
    """Watch the office beside the test, until it is closed."""

    def stay() -> None:
        with contextlib.suppress(dev.Trouble):  # the programs end when the office is closed
            office.watch()

    thread = threading.Thread(target=stay, daemon=True)
    thread.start()
    return thread


def ask(office: dev.Office, question: str) -> str | None:
    """Return the first value that the office's database answers, read past Django."""
    path = office.environment["DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
        row = connection.execute(question).fetchone()
    return None if row is None else str(row[0])


def last_beat(office: dev.Office) -> datetime | None:
    """Return the moment of the worker's last sign of life."""
    text = ask(office, "select at from portals_heartbeat")
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def is_idle(office: dev.Office) -> bool:
    """Whether nothing waits and nothing is being worked on: tasks leave the table when done."""
    return ask(office, "select count(*) from django_q_ormq") == "0"


def worker_processes(worker: dev.Child) -> set[int]:
    """Return the process ids of the cluster's workers, as they have announced themselves."""
    return set(map(int, READY.findall("".join(worker.tail))))


@pytest.mark.slow
def test_a_worker_whose_idle_processes_were_killed_is_started_anew(office):
    worker = office.children["worker"]
    wait_for("the start", lambda: len(worker_processes(worker)) == 2)
    idle = worker_processes(worker)
    first_group = worker.process.pid
    office.start("pulse", "manage.py", "shell", "--verbosity", "0", "--command", PULSE)
    wait_for("a first sign of life", lambda: last_beat(office))
    watching = watch(office)

    wait_for("a moment without work", lambda: is_idle(office))
    for number in idle:
        os.kill(number, signal.SIGKILL)
    killed_at = datetime.now(UTC)
    wait_for("the restart", lambda: worker.process.pid != first_group)
    last_words = last_beat(office)
    restarted_at = datetime.now(UTC)
    wait_for("a new sign of life", lambda: (last_beat(office) or killed_at) > restarted_at)

    assert last_words is not None
    assert (last_words - killed_at).total_seconds() < 1
    assert not group_lives(first_group)
    office.close()
    watching.join(10)


def group_lives(group: int) -> bool:
    """Whether any process of the group still runs; what is dead but not yet reaped does not."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            return True
    return False
