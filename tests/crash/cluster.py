"""A real worker cluster in a process group of its own, looked at from outside."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.scratch import ROOT


def wait_until(is_so: Callable[[], bool], *, patience: float, what: str) -> None:
    """Wait; raises TimeoutError naming what did not come."""
    ends = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > ends:
            raise TimeoutError(what)
        time.sleep(0.1)


@dataclass(slots=True)
class Office:
    """The commands of an installation, run as its operator would, and its SQLite file."""

    environ: dict[str, str]
    database: Path

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py`; whoever calls judges the status."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def run(self, *arguments: str) -> str:
        """Run `manage.py` and return what it printed; raises RuntimeError if it failed."""
        done = self.command(*arguments)
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stderr}")
        return done.stdout

    def count(self, where: str) -> int:
        """Count listings by a condition, without Django in the way."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            [number] = connection.execute(
                f"SELECT count(*) FROM portals_listing WHERE {where}"  # noqa: S608
            ).fetchone()
        return int(number)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start the cluster as the leader of a group of its own."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def kill_group(process: subprocess.Popen[Any]) -> None:
    """Kill a cluster as a supervisor does: every process of the group, at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(timeout=20)


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's children, oldest first."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it has ended meanwhile
                continue
            parent = int(stat.rsplit(")", 1)[1].split()[1])
            if parent == pid:
                found.append(int(entry.name))
    return sorted(found)


def workers_of(cluster: subprocess.Popen[Any], *, count: int) -> list[int]:
    """Return the ids of the workers: the sentinel starts them before its monitor and pusher."""
    [sentinel] = children_of(cluster.pid)
    return children_of(sentinel)[:count]
