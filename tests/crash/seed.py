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
from django.db.models import Q

from inventory.models import Vehicle
from inventory.models.sale import Contract
from inventory.services.sales import cancel_contract, create_contract
from inventory.services.vehicles import set_state, update_vehicle
from portals.connectors.registry import traits_of
from portals.models import Attempt, Listing, PortalAccess
from portals.services.foreground import drain_until_idle
from portals.services.publish import set_wish
from tests.crash.grounds.base import Ground
from tests.crash.judging import Verdict, judge
from tests.crash.sandbox_process import SandboxLevers
from tests.crash.world import BY, connect

FORK = multiprocessing.get_context("fork")
DRAINING = 0.04  # seconds between two looks for a new drain
PATIENCE = 15.0  # seconds until a new drain must have begun
RECOVERY = 90.0  # seconds after which what is left counts as left wrong


@dataclass(slots=True, kw_only=True)
class SeedReport:
    """What happened under one seed. `steps` counts outcomes of the engine by name.

    `kills_while_pending`: something was accepted and not yet decided when the drain was killed.
    `explained`: ads that the portal never takes, which say why.
    """

    seed: int
    kills: int = 0
    kills_while_pending: int = 0
    explained: int = 0
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


def run_seed(
    seed: int, *, ground: Ground, database: str, sandbox: SandboxLevers, ads: int
) -> SeedReport:
    """Run one seed on a database that is a fresh copy of the template."""
    started = time.monotonic()
    use_database(database)
    user = f"seed-{seed}-{os.getpid()}"
    access = connect(ground, sandbox, user)
    dice = random.Random(seed)
    weather = ground.weather(dice, [str(70_000 + number) for number in range(ads)])
    sandbox.at(ground.slug).configure(per_account={user: dict(weather.faults)})
    report = SeedReport(seed=seed)
    _Storm(dice, access, report, ads=ads).rage()
    sandbox.at(ground.slug).configure(per_account={user: dict(ground.calm)})
    report.left = drain_until_idle(access.pk, deadline=RECOVERY).left
    report.verdict = judge(access, ground.holdings(sandbox, user), refused=weather.refused)
    report.explained = Listing.objects.filter(
        ~Q(failure_mode=""), access=access, vehicle__code__in=weather.refused
    ).count()
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
        self._traits = traits_of(access.portal.slug)
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
            open_ = Listing.objects.filter(~Q(pending_ref=""), access=self._access)
            self._report.kills_while_pending += open_.exists()
            for _ in range(self._dice.randint(0, 3)):
                self._edit()

    def _wait_for_drain(self) -> None:
        """Wait until a drain other than the one before has taken the lease, if one may send."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            owners = PortalAccess.objects.filter(pk=self._access.pk).values_list("lease_owner")
            owner = owners.get()[0]
            due = Listing.objects.filter(access=self._access, due_at__isnull=False).exists()
            self._access.refresh_from_db(fields=["blocked_until"])
            if (owner and owner != self._owner) or not due or self._access.blocked_until:
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
        lit = self._dice.choice((0, 0, 1)) if self._traits.highlights else 0
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
