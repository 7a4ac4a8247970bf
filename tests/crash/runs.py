"""Many crash runs side by side, each on its own copy of a template: needs a set-up Django."""

from __future__ import annotations

import shutil
import traceback
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from django.db import connection, connections

from sandbox.names import SourceName
from tests.benchmarks.scratch import drop_postgres, on_server
from tests.crash.grounds.base import Ground
from tests.crash.sandbox_process import SandboxLevers
from tests.crash.seed import FORK, run_seed
from tests.crash.world import build_template


def prepare(names: list[SourceName], *, ground: Ground, sandbox: SandboxLevers) -> None:
    """Fill the database of the settings, from now on the template, and shorten all waits."""
    ground.shorten()
    build_template(names, ground=ground, sandbox=sandbox, user="template")
    connections.close_all()


def run_seeds(
    seeds: Sequence[int], *, ground: Ground, sandbox: SandboxLevers, ads: int, side_by_side: int
) -> Iterator[dict[str, Any]]:
    """Run seeds in `side_by_side` processes; yields their reports as they come.

    A run that broke is reported with the key "broken".
    """
    template = str(connection.settings_dict["NAME"])
    reports: Queue[dict[str, Any]] = FORK.Queue()
    runners = [
        FORK.Process(
            target=_run_all, args=(seeds[n::side_by_side], template, ground, sandbox, ads, reports)
        )
        for n in range(side_by_side)
    ]
    for runner in runners:
        runner.start()
    for _ in seeds:
        yield reports.get(timeout=600)
    for runner in runners:
        runner.join()


def _run_all(
    seeds: Sequence[int],
    template: str,
    ground: Ground,
    sandbox: SandboxLevers,
    ads: int,
    reports: Queue[dict[str, Any]],
) -> None:
    for seed in seeds:
        try:
            with _copy_of(template) as database:
                report = run_seed(seed, ground=ground, database=database, sandbox=sandbox, ads=ads)
            reports.put(report.as_json())
        except Exception:  # noqa: BLE001 - one broken run must not hide the others
            reports.put({"seed": seed, "right": False, "broken": traceback.format_exc()})


@contextmanager
def _copy_of(template: str) -> Iterator[str]:
    """Lend a copy of the template; yields its name as the settings want it."""
    if connection.vendor == "sqlite":
        copy = Path(template).with_name(f"{uuid.uuid4().hex}.sqlite3")
        shutil.copy(template, copy)
        try:
            yield str(copy)
        finally:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{copy}{suffix}").unlink(missing_ok=True)
        return
    name = f"office_scratch_{uuid.uuid4().hex[:12]}"
    connections.close_all()
    on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        connections.close_all()
        drop_postgres(name)
