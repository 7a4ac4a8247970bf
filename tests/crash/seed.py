"""One crash run: publish, kill, edit, kill again, recover, compare. Needs a set-up Django.

The drains are forked from this process, so that a fresh one costs milliseconds; each opens
connections of its own and is killed by SIGKILL, at moments drawn from the seed.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, connections

from inventory.models import Vehicle
from inventory.models.sale import Contract
from inventory.services.sales import cancel_contract, create_contract
from inventory.services.vehicles import set_state, update_vehicle
from portals.models import Attempt, Listing, PortalAccess
from portals.services.foreground import drain_until_idle
from portals.services.publish import set_wish
from tests.crash.sandbox_process import SandboxLevers
from tests.crash.world import BY, PASSWORD, PLANS, Verdict, connect, judge

FORK = multiprocessing.get_context("fork")
# Every answer may be lost after the write was done, or be a 500 although it was done.
FAULTS: dict[str, Any] = {
    "latency_ms": 15,
    "latency_jitter_ms": 45,
    "lose_answers_rate": 0.08,
    "fail_rate": 0.06,
    "fail_after_write": True,
    "check_photos": False,
}
DRAINING = 0.04  # seconds between two looks for a new drain
PATIENCE = 15.0  # seconds until a new drain must have begun
RECOVERY = 90.0  # seconds after which what is left counts as left wrong


@dataclass(slots=True, kw_only=True)
class SeedReport:
    """What happened under one seed. `steps` counts outcomes of the engine by name."""

    seed: int
    kills: int = 0
    edits: int = 0
    seconds: float = 0.0
    steps: dict[str, int] = field(default_factory=dict)
    left: str = ""
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def is_right(self) -> bool:
        """Whether everything ended as it should."""
        return self.verdict.is_right and not self.left

    def as_json(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {**asdict(self), "right": self.is_right}


def use_database(name: str) -> None:
    """Let this process talk to the database of that name from now on."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


def run_seed(seed: int, *, database: str, sandbox: SandboxLevers, ads: int) -> SeedReport:
    """Run one seed on a database that is a fresh copy of the template."""
    started = time.monotonic()
    use_database(database)
    user = f"seed-{seed}-{os.getpid()}"
    sandbox.configure(accounts=[{"user": user, "password": PASSWORD, "plans": PLANS}])
    access = connect(user)
    sandbox.configure(per_account={user: FAULTS})
    report = SeedReport(seed=seed)
    _Storm(random.Random(seed), access, report, ads=ads).rage()
    report.left = drain_until_idle(access.pk, deadline=RECOVERY).left
    report.verdict = judge(access, sandbox.ads(user))
    report.steps = dict(Counter(Attempt.objects.values_list("outcome", flat=True)))
    report.seconds = round(time.monotonic() - started, 1)
    connections.close_all()
    return report


def _drain_for_ever(access_id: int) -> None:
    """What a worker does, over and over, until it is killed."""
    while True:
        drain_until_idle(access_id, deadline=RECOVERY)
        time.sleep(DRAINING)


class _Storm:
    """The part of a run in which processes die and people work on."""

    def __init__(
        self, dice: random.Random, access: PortalAccess, report: SeedReport, *, ads: int
    ) -> None:
        self._dice, self._access, self._report = dice, access, report
        self._dealer = access.dealer
        self._owner = ""
        self._codes = dice.sample(range(ads), ads)

    def rage(self) -> None:
        """Start drains and kill them, editing in between."""
        for _ in range(self._dice.randint(2, 4)):
            connections.close_all()  # a forked process must not share them
            drain = FORK.Process(target=_drain_for_ever, args=(self._access.pk,))
            drain.start()
            assert drain.pid is not None
            try:
                self._wait_for_drain()
                until = time.monotonic() + self._dice.uniform(0.02, 0.9)
                while time.monotonic() < until:
                    self._edit()
                    time.sleep(max(0.0, min(until - time.monotonic(), self._dice.random() / 3)))
            finally:
                os.kill(drain.pid, signal.SIGKILL)
                drain.join()
            self._report.kills += 1
            for _ in range(self._dice.randint(0, 3)):
                self._edit()

    def _wait_for_drain(self) -> None:
        """Wait until a drain other than the one before has taken the lease."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            owners = PortalAccess.objects.filter(pk=self._access.pk).values_list("lease_owner")
            owner = owners.get()[0]
            due = Listing.objects.filter(access=self._access, due_at__isnull=False).exists()
            if (owner and owner != self._owner) or not due:
                self._owner = owner
                return
            time.sleep(DRAINING)
        raise RuntimeError("no drain has begun")

    def _edit(self) -> None:
        """Let somebody change something, through the services that pages use."""
        choices: list[Callable[[Vehicle], None]] = [
            self._reprice, self._reprice, self._withdraw, self._wish, self._pause, self._sell,
            self._park,
        ]  # fmt: skip
        code = str(70_000 + self._dice.choice(self._codes))
        vehicle = Vehicle.objects.get(dealer=self._dealer, code=code)
        self._dice.choice(choices)(vehicle)
        self._report.edits += 1

    def _reprice(self, vehicle: Vehicle) -> None:
        price = Decimal(self._dice.randint(20_000, 90_000))
        update_vehicle(vehicle.pk, dealer=self._dealer, by=BY, price=price)

    def _withdraw(self, vehicle: Vehicle) -> None:
        set_wish(access=self._access, vehicle_ids=[vehicle.pk], wanted="absent", by=BY)

    def _wish(self, vehicle: Vehicle) -> None:
        lit = self._dice.choice((0, 0, 1))
        ids = [vehicle.pk]
        set_wish(access=self._access, vehicle_ids=ids, wanted="live", highlight=lit, by=BY)

    def _pause(self, vehicle: Vehicle) -> None:
        set_wish(access=self._access, vehicle_ids=[vehicle.pk], wanted="paused", by=BY)

    def _sell(self, vehicle: Vehicle) -> None:
        if vehicle.state == "available":
            create_contract(vehicle.pk, dealer=self._dealer, by=BY)
        elif vehicle.state == "sold":
            paper = Contract.objects.filter(vehicle=vehicle).latest("id")
            cancel_contract(paper.pk, dealer=self._dealer, by=BY)

    def _park(self, vehicle: Vehicle) -> None:
        moves = {"available": "in_preparation", "in_preparation": "available"}
        if vehicle.state in moves:
            set_state(vehicle.pk, dealer=self._dealer, by=BY, state=moves[vehicle.state])
