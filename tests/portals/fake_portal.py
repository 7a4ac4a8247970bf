"""The state of a portal in memory: its ads, what it is told to do wrong, what it counted.

The ads are a list, so that a doubled ad is seen. Faults are scripted per verb and used up in
order. Threads may share a portal.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from config.lib.remote_errors import RemoteError, Throttled, Unreachable
from portals.connectors.errors import ListingRefused, PlanExhausted
from portals.connectors.types import AdWarning, PlanReport, Problem, RemoteRef, State


@dataclass(slots=True, kw_only=True)
class FakeAd:
    """An ad as the portal holds it."""

    remote_id: str
    reference: str
    category: int
    body: dict[str, Any]
    state: State
    updates: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call. `after_write` = the portal did it, only the answer is lost."""

    error: RemoteError | None = None
    after_write: bool = False
    unauthorized: bool = False
    seconds: float = 0.0


def lose_answer_after_write() -> Fault:
    """The write is done, the answer never arrives."""
    return Fault(error=Unreachable("TimeoutError"), after_write=True)


def never_arrives() -> Fault:
    """The request does not reach the portal, and the caller knows."""
    return Fault(error=Unreachable("ConnectionRefusedError", sent=False))


def server_error() -> Fault:
    """500: nothing was written, but the caller cannot know."""
    return Fault(error=Unreachable("500"))


def throttle(retry_after: float | None = 2.0) -> Fault:
    """429 with so many seconds to wait."""
    return Fault(error=Throttled("429", retry_after=retry_after))


def refuse(*fields: str) -> Fault:
    """422 naming these fields of ours."""
    problems = tuple(Problem(field=name, code="refused_field", message="No.") for name in fields)
    return Fault(error=ListingRefused(problems, "422"))


def plan_full() -> Fault:
    """No slot is left."""
    return Fault(error=PlanExhausted("full"))


def unauthorized() -> Fault:
    """The token in use ends with this call (401)."""
    return Fault(unauthorized=True)


def slow(seconds: float) -> Fault:
    """The call succeeds, later."""
    return Fault(seconds=seconds)


@dataclass(slots=True)
class FakePortal:
    """State of the portal. `latency` in seconds is added to every call.

    `token_refused` refuses every token, fresh ones too. `state_after_write` is what the status
    read says of an active ad once it is written; `warnings` are given with every write; `outage`
    makes every call fail as a 503 does.
    """

    latency: float = 0.0
    state_after_write: State = "live"
    warnings: tuple[AdWarning, ...] = ()
    outage: bool = False
    password: str = "fake-password"
    ads: list[FakeAd] = field(default_factory=list)
    counters: Counter[str] = field(default_factory=Counter)
    serial: int = 999
    in_flight: int = 0
    peak_in_flight: int = 0
    plan_reports: tuple[PlanReport, ...] = ()
    catalogue: dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = field(
        default_factory=dict
    )
    scripted: dict[str, deque[Fault]] = field(default_factory=dict)
    token: str = ""
    token_refused: bool = False
    lock: RLock = field(default_factory=RLock)

    def script(self, verb: str, *faults: Fault) -> None:
        """Let the next calls of a verb (create, update, withdraw, observe, login …) go wrong."""
        with self.lock:
            self.scripted.setdefault(verb, deque()).extend(faults)

    def expire_tokens(self) -> None:
        """Let every token given so far be refused."""
        with self.lock:
            self.token = ""

    def of_reference(self, reference: str) -> list[FakeAd]:
        """Return the ads of a reference: more than one is a doubled ad."""
        with self.lock:
            return [ad for ad in self.ads if ad.reference == reference]

    def next_fault(self, verb: str) -> Fault:
        """Take the next scripted fault of a verb."""
        with self.lock:
            queue = self.scripted.get(verb)
            return queue.popleft() if queue else Fault()

    def add(self, reference: str, category: int, body: dict[str, Any]) -> FakeAd:
        """Create an ad, whether or not the reference has one already."""
        with self.lock:
            self.counters["created"] += 1
            self.serial += 1  # not a counter: tests clear those
            number = str(self.serial)
            ad = FakeAd(
                remote_id=number,
                reference=reference,
                category=category,
                body=body,
                state=self._state_of(body),
            )
            self.ads.append(ad)
            return ad

    def known(self, ref: RemoteRef) -> FakeAd | None:
        """Return the oldest ad of an id or, without one, of a reference."""
        with self.lock:
            for ad in self.ads:
                if ref.remote_id in ("", ad.remote_id) and (
                    ref.remote_id or ad.reference == ref.reference
                ):
                    return ad
            return None

    def change(self, ad: FakeAd, body: dict[str, Any]) -> None:
        """Replace what an ad says."""
        with self.lock:
            ad.body, ad.state = body, self._state_of(body)
            ad.updates += 1

    def remove(self, ad: FakeAd) -> None:
        """Take an ad away."""
        with self.lock:
            self.ads.remove(ad)

    def _state_of(self, body: dict[str, Any]) -> State:
        return self.state_after_write if body["active"] else "paused"
