"""Tell a supervisor whether the worker lives."""

from __future__ import annotations

import contextlib
import json
import math
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from portals.services.heartbeat import worker_age, worker_is_well


class Command(BaseCommand):
    """`check_worker` → {"alive", "age"} (seconds); 1 when the last sign of life is too old.

    With `--every SECONDS` it stays, and prints one line starting with "stalled" for every look that
    finds no life. Whoever acts on it kills the worker's whole process group: a queue whose idle
    worker was killed never moves again by itself. A database that cannot be reached is another
    matter: that line starts with "unknown", and killing the worker would not help.
    """

    help = "Exit with 1 when the worker has shown no sign of life for HEARTBEAT_MAX_AGE seconds."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --every."""
        parser.add_argument(
            "--every", type=_seconds, metavar="SECONDS", help="stay, and look every so often"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Look once, or for ever."""
        if options["every"] is None:
            self._look_once()
            return
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                close_old_connections()  # a database that was restarted is found again
                problem = self._problem()
                if problem:
                    self.stdout.write(problem)
                    self.stdout.flush()
                time.sleep(options["every"])

    def _look_once(self) -> None:
        problem = self._problem()
        if problem.startswith("unknown"):
            raise CommandError(problem)
        age = worker_age()
        report = {"alive": not problem, "age": None if age is None else round(age, 1)}
        self.stdout.write(json.dumps(report))
        if problem:
            raise CommandError(problem)

    def _problem(self) -> str:
        """Return a line about what is wrong, '' when the worker is well."""
        try:
            return "" if worker_is_well() else _describe(worker_age())
        except DatabaseError as err:
            reason = (str(err).strip().splitlines() or [""])[0]
            return f"unknown: the database cannot be asked ({reason})"


def _describe(age: float | None) -> str:
    if age is None:
        return "stalled: the worker has never shown a sign of life"
    return f"stalled: the worker's last sign of life is {age:.0f} s old"


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError(text)
    return value
