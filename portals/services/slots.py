"""The slot threads of a drain: each carries out one job at a time and never sees the database."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from config.lib.remote_errors import Exchange, RemoteError, Unreachable
from portals.connectors.base import Connector, Result, SendsBatches
from portals.connectors.types import Change, ObservedListing, Payload, RemoteRef, Token
from portals.services.leases import Lease
from portals.services.next_step import WRITES, Step

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Job:
    """One thing to do for one listing, with all a slot needs. `version` fences the outcome.

    `is_pending`: written and not yet confirmed. `is_clean`: no complaint about a write is open.
    `foreseen`: stored warnings of what we left out ourselves when it was last sent.
    `confirms`: the ad should be gone, and this looks whether it is. `cause`: what led to the job.
    `holds` are the plan slots the listing holds once this job succeeds, `held` those before it,
    each as (ad plan, highlight plan) ids.
    """

    listing_id: int
    version: int
    step: Step
    ref: RemoteRef
    payload: Payload | None = None
    failures: int = 0
    was_live: bool = False
    is_pending: bool = False
    is_clean: bool = True
    confirms: bool = False
    cause: str = ""
    cause_request: str = ""
    foreseen: tuple[dict[str, Any], ...] = ()
    wanted: str = "live"
    sent_seconds_ago: float = 0.0
    asked: dict[str, object] = field(default_factory=dict)
    holds: tuple[int | None, int | None] = (None, None)
    held: tuple[int | None, int | None] = (None, None)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of a job: an observation or an error, and the exchanges it took.

    Of a batch, the exchange that decided it: one request of many ads is not written down for each
    of them again and again.
    """

    job: Job
    observed: ObservedListing | None = None
    error: RemoteError | None = None
    exchanges: list[Exchange] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Finished:
    """A slot has carried out all jobs it was given."""

    slot: Slot
    outcomes: list[Outcome]


@dataclass(slots=True, kw_only=True)
class LeaseAsked:
    """A slot wants to log in: the main thread answers (fresh token, lease owner)."""

    stale: str
    reply: queue.SimpleQueue[tuple[str, str]]


@dataclass(slots=True, kw_only=True)
class TokenHandedOver:
    """A slot has logged in (token) or failed to (None)."""

    owner: str
    token: Token | None


Message = Finished | LeaseAsked | TokenHandedOver


class Permits:
    """So many exchanges at a time. Hands over in C, where threading.Semaphore takes several turns
    of the interpreter, which are dear while many threads want it."""

    def __init__(self, count: int) -> None:
        self._free: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def __enter__(self) -> None:
        self._free.get()

    def __exit__(self, *_: object) -> None:
        self._free.put(None)


class Slot(threading.Thread):
    """One worker of a drain, with a connection of its own.

    It is given jobs in lists: one at a time, or many for a connector that sends batches. It takes
    its next ones only after `go` was released, that is after its last outcomes were committed by
    the main thread.
    """

    def __init__(
        self,
        *,
        ready: queue.SimpleQueue[list[Job] | None],
        messages: queue.SimpleQueue[Message],
        lease: Lease,
        build: Callable[[Slot], Connector],
    ) -> None:
        super().__init__(daemon=True, name="portal-slot")
        self.go = threading.Semaphore(0)
        self._ready, self._messages = ready, messages
        self._lease = lease
        self.exchanges: list[Exchange] = []
        self._connector = build(self)  # what fails here fails before anything is claimed

    def note_exchange(self, exchange: Exchange) -> None:
        """Keep an exchange of the job in hand."""
        self.exchanges.append(exchange)

    def check_lease(self) -> None:
        """Forbid an exchange that could outlive the lease: another drain may already send."""
        if not self._lease.allows_exchange():
            raise Unreachable("lease ends", sent=False)

    def run(self) -> None:
        """Carry out jobs until there are none."""
        connector = self._connector
        try:
            while (jobs := self._ready.get()) is not None:
                self._messages.put(Finished(slot=self, outcomes=self._carry_out(connector, jobs)))
                self.go.acquire()
        finally:
            connector.http.close()

    def _carry_out(self, connector: Connector, jobs: list[Job]) -> list[Outcome]:
        self.exchanges = []
        outcomes = [Outcome(job=job) for job in jobs]
        undecided = set(range(len(jobs)))
        batch = outcomes if len(jobs) > 1 else []
        error: RemoteError
        try:
            for position, result in _results(connector, jobs):
                undecided.discard(position)
                _tell(outcomes[position], result, self.exchanges[-1:] if batch else self.exchanges)
            error = RemoteError("no result")
        except RemoteError as err:
            error = err
        except Exception as err:
            # A fault of ours with one ad must not stop the others, and without a verdict the
            # portal may hold anything.
            logger.exception("portal step failed", extra={"listing": jobs[0].listing_id})
            error = RemoteError(type(err).__name__)
        for position in undecided:
            _tell(outcomes[position], error, self.exchanges[-1:] if batch else self.exchanges)
        return outcomes


def _tell(outcome: Outcome, result: Result, exchanges: list[Exchange]) -> None:
    outcome.exchanges = exchanges
    if isinstance(result, RemoteError):
        outcome.error = result
    else:
        outcome.observed = result


def _results(connector: Connector, jobs: list[Job]) -> Iterator[tuple[int, Result]]:
    """Carry out jobs, all of them writes or all of them reads if there are many."""
    if not isinstance(connector, SendsBatches):
        for position, job in enumerate(jobs):
            yield position, perform(connector, job)
    elif jobs[0].step in WRITES:
        yield from connector.send_batch([Change(ref=job.ref, payload=job.payload) for job in jobs])
    else:
        yield from connector.read_batch([job.ref for job in jobs])


def perform(connector: Connector, job: Job) -> ObservedListing:
    """Make the one call of a job's step."""
    if job.step == Step.CREATE and job.payload is not None:
        return connector.create(job.payload)
    if job.step == Step.UPDATE and job.payload is not None:
        return connector.update(job.payload, job.ref)
    if job.step == Step.WITHDRAW:
        return connector.withdraw(job.ref)
    if job.step == Step.LOOK or job.confirms:
        return connector.find(job.ref)
    return connector.observe(job.ref)
