"""Drains an access: the only sender of ads. Slots send, this thread alone touches the database.

Rounds of due listings are prepared and their intents committed; slots carry the jobs out; all
outcomes waiting are committed in one transaction, and only then may those slots go on. Whatever
kills this process leaves claims and intents behind, by which the next drain knows what to verify.
"""

from __future__ import annotations

import queue
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from config.lib.remote_errors import Unreachable
from portals.connectors.base import Connector
from portals.connectors.registry import connector_class
from portals.connectors.types import Token
from portals.models import Listing, Plan, PortalAccess
from portals.services import gates, leases, plan_slots, recording, tokens
from portals.services.next_step import WRITES
from portals.services.preparing import Preparer
from portals.services.sessions import base_url_of, build_connector
from portals.services.slots import (
    Finished,
    Job,
    LeaseAsked,
    Message,
    Permits,
    Slot,
    TokenHandedOver,
)

ROUND = 32  # listings decided together, if the connections ask for no more
SPARE = 1  # slots that stand by, per connection
SWITCH_INTERVAL = 0.0005  # seconds a thread may keep the interpreter while others wait for it


@dataclass(slots=True)
class DrainReport:
    """What a drain did: listings sent, by outcome; `left` = something is still due now."""

    sent: int = 0
    by_outcome: Counter[str] = field(default_factory=Counter)
    left: bool = False
    reason: str = ""


def drain_access(
    access_id: int, *, deadline: float | None = None, connections: int | None = None
) -> DrainReport:
    """Send what is due for an access until nothing is, or `deadline` seconds are over.

    Returns at once, with a reason, if another drain is at work, the access is stopped, held back,
    or its portal is down. Safe to call at any time from any number of processes.
    """
    budget = settings.DRAIN_BUDGET if deadline is None else deadline
    report = DrainReport()
    started = time.monotonic()
    while True:
        left_over = _drain_once(access_id, report, started + budget, connections)
        # A wake-up that came while we held the lease found it taken: look once more without it.
        if not left_over or time.monotonic() >= started + budget:
            break
    report.left = bool(report.reason) or has_due(access_id)
    return report


def _drain_once(access_id: int, report: DrainReport, ends: float, connections: int | None) -> bool:
    """Drain under one lease; True if something became due again in the very end."""
    access = PortalAccess.objects.select_related("portal", "dealer").get(pk=access_id)
    report.reason = standing_still(access)
    if report.reason or not has_due(access_id):
        return False
    gate = gates.gate_for(base_url_of(access))
    lease = leases.acquire(access_id)
    if lease is None:
        report.reason = "busy"
        return False
    passage = gates.pass_gate(gate.pk)
    if not passage.allowed:
        leases.release(lease)
        report.reason = "portal_down"
        return False
    drain = _Drain(access, gate.pk, lease, report, ends=ends, probe=passage.probe)
    drain.run(connections or settings.PORTAL_CONNECTIONS)
    leases.release(lease)
    return not drain.report.reason and has_due(access_id)


def standing_still(access: PortalAccess) -> str:
    """Return why an access sends nothing at the moment, '' if it does."""
    if access.is_stopped or not access.portal.is_active or not access.dealer.is_active:
        return "stopped"
    if access.blocked_until is not None and access.blocked_until > timezone.now():
        return "held_back"
    return ""


def has_due(access_id: int) -> bool:
    """Whether a listing of this access is due now (two index probes)."""
    now = timezone.now()
    rows = Listing.objects.filter(access_id=access_id)
    return rows.filter(due_at__lte=now).exists() or rows.filter(check_at__lte=now).exists()


def check_is_near(access_id: int) -> bool:
    """Whether a status read comes so soon that it is not worth another drain."""
    soon = timezone.now() + timedelta(seconds=settings.STATUS_PATIENCE)
    return Listing.objects.filter(access_id=access_id, check_at__lte=soon).exists()


class _Drain:
    """One run under one lease."""

    def __init__(
        self,
        access: PortalAccess,
        gate_id: int,
        lease: leases.Lease,
        report: DrainReport,
        *,
        ends: float,
        probe: bool,
    ) -> None:
        self.access, self.gate_id, self.lease, self.report = access, gate_id, lease, report
        self.ends = ends
        self.probe = probe
        self.stopping = False
        self._connector = connector_class(access.portal.slug)
        self._preparer = Preparer(access, self._connector, lease)
        self._ready: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._slots: list[Slot] = []
        self._waiting: list[list[Job]] = []  # prepared, not yet granted by the portal's rate
        self._in_hand = 0  # lists of jobs given to the slots and not yet committed
        self._dry = False  # the last round found nothing
        self._batch = self._connector.traits.batch
        self._rate = access.portal.requests_per_second or (
            self._connector.traits.requests_per_second
        )
        self._recorder = recording.Recorder(access, lease, gate_id, self._connector.traits)

    def run(self, connections: int) -> None:
        """Send until nothing is due, the budget is over or the access has to stop."""
        _recount_slots(self.access.pk)
        width = 1 if self.probe else connections
        # Others stand by with a job in hand, so that no connection waits for a commit or a round.
        spare = 0 if self.probe else connections * SPARE
        sending = Permits(width)
        source = tokens.SlotTokens(tokens.read_token(self.access), self._ask_lease, self._hand_over)

        def build(slot: Slot) -> Connector:
            return build_connector(
                self.access,
                source,
                on_exchange=slot.note_exchange,
                before_exchange=slot.check_lease,
                sending=sending,
            )

        self._depth = width + spare
        self._slots = [
            Slot(ready=self._ready, messages=self._messages, lease=self.lease, build=build)
            for _ in range(width + spare)
        ]
        interval = sys.getswitchinterval()
        # A slot whose answer has come must not wait 5 ms for this thread to yield.
        sys.setswitchinterval(SWITCH_INTERVAL)
        for slot in self._slots:
            slot.start()
        try:
            self._loop()
        finally:
            sys.setswitchinterval(interval)
            for slot in self._slots:
                self._ready.put(None)
                slot.go.release()
        if self._recorder.moved:  # they may have been read since the first of it
            recording.ask_for_plans(
                self.access.pk, now=timezone.now(), lag=self._connector.traits.plans_lag
            )

    def _loop(self) -> None:
        while True:
            if self.lease.wants_renewal():
                leases.renew(self.lease)
            if self.lease.lost or self.lease.closing or time.monotonic() >= self.ends:
                self.stopping = True
            if self.stopping:
                self.lease.closing = True
            else:
                self._refill()
            if not self._in_hand and self._is_over():
                return
            self._collect(timeout=self._patience())

    def _is_over(self) -> bool:
        """Whether, with nothing in hand, there is nothing left for this drain."""
        if self.stopping:
            return True
        return self._dry and not self._waiting and not check_is_near(self.access.pk)

    def _patience(self) -> float:
        """Seconds to wait for a message: none while there is more to decide and nothing to send."""
        if self._in_hand:
            return 0.25
        if self._waiting:
            return 0.05
        return 0.25 if self._dry else 0.0

    def _refill(self) -> None:
        """Keep the slots supplied: prepare a round, ask the gate for permits, hand over."""
        depth = self._depth
        if len(self._waiting) + self._in_hand < depth * 2:
            limit = 1 if self.probe else max(ROUND, self._batch)
            found = self._preparer.next_round(limit)
            self._dry = not found
            for settled in found.settled:
                self.report.by_outcome[settled.name] += 1
            self._waiting += together(found.jobs, most=self._batch)
        if self.probe and self._in_hand:
            return
        if self._waiting:
            granted = self._permits(1 if self.probe else len(self._waiting))
            for jobs in self._waiting[:granted]:
                self._in_hand += 1
                self._ready.put(jobs)
            del self._waiting[:granted]

    def _permits(self, wish: int) -> int:
        """Return how many may go out now: at most a quarter of a second's worth at a time."""
        if self._rate is None:
            return wish
        return gates.grant(self.gate_id, rate=self._rate, wish=min(wish, max(1, self._rate // 4)))

    def _collect(self, *, timeout: float) -> None:
        """Take every message that waits and commit all outcomes among them at once."""
        try:
            messages = [self._messages.get(block=timeout > 0, timeout=timeout)]
        except queue.Empty:
            return
        while True:
            try:
                messages.append(self._messages.get_nowait())
            except queue.Empty:
                break
        finished = [m for m in messages if isinstance(m, Finished)]
        for message in messages:
            if isinstance(message, LeaseAsked):
                message.reply.put(self._lease_for(message.stale))
            elif isinstance(message, TokenHandedOver):
                self._take_token(message)
        if finished:
            self._record(finished)

    def _record(self, finished: list[Finished]) -> None:
        outcomes = [outcome for each in finished for outcome in each.outcomes]
        verdict = self._recorder.record(outcomes)
        self._in_hand -= len(finished)
        self.report.sent += len(outcomes)
        self.report.by_outcome.update(verdict.names)
        if verdict.stop:
            self.stopping = True
            self.report.reason = verdict.stop
        if self.probe and verdict.answered:
            self.stopping = True  # the rest is sent by a new drain with all connections
        for each in finished:
            each.slot.go.release()

    # -- tokens, on behalf of the slots -----------------------------------------------------

    def _ask_lease(self, stale: str) -> tuple[str, str]:
        """Called by a slot: have the main thread look for a fresh token or take the lease."""
        reply: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._messages.put(LeaseAsked(stale=stale, reply=reply))
        try:
            return reply.get(timeout=settings.HTTP_DEADLINE)
        except queue.Empty as err:  # the main thread is gone: do not wait for ever
            raise Unreachable("nobody answers", sent=False) from err

    def _hand_over(self, owner: str, token: Token | None) -> None:
        """Called by a slot: have the main thread store what the login gave."""
        self._messages.put(TokenHandedOver(owner=owner, token=token))

    def _lease_for(self, stale: str) -> tuple[str, str]:
        current = tokens.read_token(self.access)
        if current and current != stale:
            return current, ""
        return "", tokens.take_lease(self.access)

    def _take_token(self, message: TokenHandedOver) -> None:
        if message.token is None:
            tokens.drop_lease(self.access, message.owner)
        else:
            tokens.store_token(self.access, message.owner, message.token)


def together(jobs: list[Job], *, most: int) -> list[list[Job]]:
    """Return the jobs as they are given to slots: writes with writes, reads with reads.

    Reads of one pending reference stay next to each other, so that one request tells of them all.
    """
    if most == 1:
        return [[job] for job in jobs]
    writes = [job for job in jobs if job.step in WRITES]
    reads = [job for job in jobs if job.step not in WRITES]
    reads.sort(key=lambda job: job.ref.pending_ref)
    return [
        kind[start : start + most]
        for kind in (writes, reads)
        for start in range(0, len(kind), most)
    ]


def _recount_slots(access_id: int) -> None:
    """Make `reserved` true again after a crash: under the lease nobody else writes it.

    Slots found to be free go to the next in line.
    """
    plans = Plan.objects.filter(access_id=access_id).annotate(
        ads=Count("holders", distinct=True), lights=Count("highlight_holders", distinct=True)
    )
    wrong = {
        plan.pk: plan.ads + plan.lights
        for plan in plans.filter(~Q(reserved=0) | Q(ads__gt=0) | Q(lights__gt=0))
        if plan.ads + plan.lights != plan.reserved
    }
    for plan_id, held in wrong.items():
        Plan.objects.filter(pk=plan_id).update(reserved=held)
    if wrong:
        plan_slots.offer_free(access_id, now=timezone.now())
