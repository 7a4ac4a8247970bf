"""Writes outcomes down: listing columns, attempts, plan slots, and what they mean for the access.

All in one short transaction, fenced by the claim: if another drain has taken over, nothing of ours
is written and the listing is verified by the new one.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portals.connectors.types import PortalTraits
from portals.models import PortalAccess
from portals.services import departures, gates, leases, plan_slots
from portals.services.attempts import write_attempts
from portals.services.effects import Effect, Timing
from portals.services.next_step import WRITES, Step
from portals.services.outcomes import effect_of
from portals.services.row_writing import RowWrite, write_row
from portals.services.slots import Outcome
from portals.services.stopping import stop_access


@dataclass(slots=True)
class Verdict:
    """What a group of outcomes means for the drain: `stop` = reason to end it."""

    names: Counter[str] = field(default_factory=Counter)
    stop: str = ""
    answered: bool = False


class Recorder:
    """Records outcomes of one drain."""

    def __init__(
        self, access: PortalAccess, lease: leases.Lease, gate_id: int, traits: PortalTraits
    ) -> None:
        self._access, self._lease, self._gate_id, self._traits = access, lease, gate_id, traits
        self._failures = 0
        self.moved = False  # whether slots of plans may have been taken or freed at the portal

    def record(self, outcomes: list[Outcome]) -> Verdict:
        """Commit these outcomes in one transaction and judge what follows for the access."""
        now = timezone.now()
        # Everybody locks listings in one order, so that nobody waits for us while we wait for him.
        ordered = sorted(outcomes, key=lambda outcome: outcome.job.listing_id)
        judged = [(outcome, self._effect(outcome, now)) for outcome in ordered]
        with transaction.atomic():
            freed: list[int] = []
            gone: list[int] = []
            for outcome, effect in judged:
                freed += self._write(outcome, effect, gone)
            departures.confirm(gone, now=now)
            plan_slots.offer_freed(freed, now=now)
            write_attempts(self._access, judged)
            if not self.moved and any(_moves_slots(outcome) for outcome, _ in judged):
                self.moved = True
                ask_for_plans(self._access.pk, now=now, lag=self._traits.plans_lag)
            stop = self._stop_access([effect for _, effect in judged], now)
        verdict = Verdict(names=Counter(effect.name for _, effect in judged), stop=stop)
        self._judge_portal(judged, verdict)
        return verdict

    def _effect(self, outcome: Outcome, now: datetime) -> Effect:
        timing = Timing(
            landing_slack=settings.LANDING_SLACK,
            first_retry=settings.FIRST_RETRY,
            spread=random.random(),  # noqa: S311 - spreads retries, no secret
        )
        return effect_of(outcome, traits=self._traits, timing=timing, now=now)

    def _write(self, outcome: Outcome, effect: Effect, gone: list[int]) -> list[int]:
        """Write one listing's columns, fenced; returns plans with a slot for the next in line.

        A listing that was looked for and not found is added to `gone`.
        """
        job = outcome.job
        columns: dict[str, Any] = {**effect.columns, "claim": "", "intent": ""}
        freed = self._slot_columns(outcome, effect, columns)
        row = RowWrite(
            listing_id=job.listing_id,
            version=job.version,
            columns=columns,
            schedules=job.step != Step.CHECK or effect.due_at is not None,
            due_at=effect.due_at,
            calm=effect.due_at is None,
        )
        if not write_row(row, claim=self._lease.owner):
            return []
        if effect.proves_absence:
            gone.append(job.listing_id)
        for plan_id in freed:
            plan_slots.free_slot(plan_id)
        denied = job.holds[1] if _is_denied(outcome) else None
        return [plan for plan in freed if plan != denied] if effect.offers_slots else []

    def _slot_columns(self, outcome: Outcome, effect: Effect, columns: dict[str, Any]) -> list[int]:
        job = outcome.job
        slots = {plan_id for plan_id in (*job.held, *job.holds) if plan_id is not None}
        if effect.free_slots:
            columns |= {"slot_plan": None, "slot_highlight": None}
            return sorted(slots)
        if outcome.observed is not None and job.payload is not None:
            # A highlight the portal did not give takes no slot: the ad is in line for one again.
            holds = (job.holds[0], None if _is_denied(outcome) else job.holds[1])
            columns |= {"slot_plan": holds[0], "slot_highlight": holds[1]}
            return sorted(slots - set(holds))
        if effect.keeps_plan:
            columns |= {"slot_plan": job.held[0], "slot_highlight": job.held[1]}
            return sorted(slots - set(job.held))
        return []

    def _stop_access(self, effects: list[Effect], now: datetime) -> str:
        """Stop or hold back the whole access, if an outcome says so."""
        refused = next((e.stop_access for e in effects if e.stop_access), "")
        waits = [e.block_seconds for e in effects if e.block_seconds is not None]
        if not (refused or waits):
            return ""
        if refused:
            stopped = stop_access(self._access, code=refused)
            return "credentials" if stopped else "account_changed"
        rows = PortalAccess.objects.filter(
            pk=self._access.pk, account_fingerprint=self._access.account_fingerprint
        )
        rows.update(blocked_until=now + timedelta(seconds=max(waits)))
        return "held_back"

    def _judge_portal(self, judged: list[tuple[Outcome, Effect]], verdict: Verdict) -> None:
        """Count failures in a row; too many close the gate for all accesses of the portal.

        One request that failed is one failure, however many ads it was about.
        """
        counted: set[int] = set()
        for outcome, effect in judged:
            if effect.transport is False and outcome.exchanges:
                request = id(outcome.exchanges[-1])
                if request in counted:
                    continue
                counted.add(request)
            if effect.transport is True:
                verdict.answered = True
                if self._failures or self._gate_was_touched:
                    gates.note_success(self._gate_id)
                self._failures = 0
                self._gate_was_touched = False
            elif effect.transport is False:
                self._failures += 1
                self._gate_was_touched = True
                if gates.note_failure(self._gate_id):
                    verdict.stop = verdict.stop or "portal_down"

    _gate_was_touched = True  # the first answer clears what an earlier drain has left


def _is_denied(outcome: Outcome) -> bool:
    """Whether the portal took the ad and did not give it its highlight."""
    seen = outcome.observed
    return seen is not None and any(w.kind == "highlight_denied" for w in seen.warnings or ())


def _moves_slots(outcome: Outcome) -> bool:
    """Whether a write may have changed what the portal counts: ads shown, highlights given."""
    job = outcome.job
    if job.step not in WRITES:
        return False
    before = job.ref.asked
    same = all(before.get(name) == job.asked.get(name) for name in ("active", "highlight"))
    return job.step != Step.UPDATE or not same or _is_denied(outcome)


def ask_for_plans(access_id: int, *, now: datetime, lag: float) -> None:
    """Have the plans read once the portal's numbers can be right again, `lag` seconds from now."""
    moment = now + timedelta(seconds=lag)
    PortalAccess.objects.filter(pk=access_id).update(plans_due_at=moment)
