"""Turns due listings into jobs: reads, decides outside any transaction, commits the intents.

One round costs a bounded number of queries, however many listings it takes, and reads only what is
due (two indexes), never the stock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Any

from django.utils import timezone

from inventory.models import Version
from portals.connectors.base import Connector
from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.types import (
    AdWarning,
    Finding,
    ListingDraft,
    Payload,
    Problem,
    RemoteRef,
)
from portals.models import Listing, Plan, PortalAccess
from portals.models.access import FailureMode
from portals.models.listing import Cause
from portals.services import plan_slots
from portals.services.drafts import build_drafts
from portals.services.leases import Lease
from portals.services.names import NameResolver
from portals.services.next_step import Situation, Step, effective, is_there, next_step
from portals.services.rounds import Round, Settled, check_ids, commit_round, due_ids
from portals.services.slots import Job

logger = logging.getLogger(__name__)
_UNDECIDED = "?"  # stands for a fingerprint while the draft is not built yet


@dataclass(slots=True, kw_only=True)
class _Offer:
    """What would be sent, or why nothing can be; `holds` are the plan slots it takes."""

    payload: Payload | None = None
    draft: ListingDraft | None = None
    blocked: tuple[str, tuple[Problem, ...]] | None = None
    holds: tuple[int | None, int | None] = (None, None)

    def taken(self, row: Listing) -> list[int]:
        """Return the plans of which a slot was taken for this offer."""
        before = (row.slot_plan_id, row.slot_highlight_id)
        pairs = zip(self.holds, before, strict=True)
        return [plan for plan, held in pairs if plan is not None and plan != held]

    def step_of(self, row: Listing, step: Step) -> Step:
        """Return the step, UPDATE if the same data are to ask anew for a highlight once denied."""
        denied = any(
            warning["kind"] == "highlight_denied" and not warning.get("foreseen")
            for warning in row.warnings
        )
        takes = self.holds[1] is not None and row.slot_highlight_id is None
        same = self.payload is not None and self.payload.fingerprint() == row.sent_fingerprint
        return Step.UPDATE if step == Step.NOTHING and denied and takes and same else step


class Preparer:
    """Prepares rounds for one access under one lease."""

    def __init__(self, access: PortalAccess, connector: type[Connector], lease: Lease) -> None:
        self.access, self.connector, self.lease = access, connector, lease
        self._resolver: NameResolver | None = None
        self._versions: dict[int, Version] = {}

    def next_round(self, limit: int) -> Round:
        """Take up to `limit` due listings in hand; intents are committed when this returns.

        Nothing more, and the lease is closing, once somebody has switched the access off.
        """
        now = timezone.now()
        ids = due_ids(self.access.pk, owner=self.lease.owner, now=now, limit=limit)
        if ids:
            rows = self._load(ids)
            # After the rows: whoever flips a switch marks them afterwards, so that what is decided
            # here by an old switch stays due.
            if not self._read_switches():
                self.lease.closing = True
                return Round()
            found = self._decide_all(rows, now=now)
        else:
            ids = check_ids(self.access.pk, owner=self.lease.owner, now=now, limit=limit)
            found = Round(jobs=[self._check_job(row, now=now) for row in self._load(ids)])
        return found if commit_round(found, lease=self.lease, now=now) else Round()

    def _read_switches(self) -> bool:
        """Read anew what people may change while a drain is running; False = send no more."""
        stock, keeps, phone, postal_code, stamp, failure, *active = (
            PortalAccess.objects.filter(pk=self.access.pk)
            .values_list(
                *("stock_enabled", "dealer__reservation_keeps_ads"),
                *("dealer__phone", "dealer__postal_code", "portal__names_stamp"),
                *("failure_mode", "is_active", "dealer__is_active", "portal__is_active"),
            )
            .get()
        )
        dealer = self.access.dealer
        self.access.stock_enabled, dealer.reservation_keeps_ads = stock, keeps
        dealer.phone, dealer.postal_code = phone, postal_code
        self.access.portal.names_stamp = stamp
        return all(active) and failure != FailureMode.CREDENTIALS

    def _load(self, ids: Sequence[int]) -> list[Listing]:
        rows = Listing.objects.filter(pk__in=ids).select_related("vehicle")
        by_id = {row.pk: row for row in rows}
        return [by_id[pk] for pk in ids if pk in by_id]

    def _place(self, rows: Sequence[Listing]) -> None:
        """Give the vehicles their versions; each is read once for as long as the names are."""
        placed = [(row.vehicle.version_id, row.vehicle) for row in rows]
        new = {pk for pk, _ in placed if pk is not None} - self._versions.keys()
        if new:
            found = Version.objects.filter(pk__in=new).select_related("model__brand")
            self._versions.update((version.pk, version) for version in found)
        for pk, vehicle in placed:
            if pk is not None:
                vehicle.version = self._versions[pk]

    def _decide_all(self, rows: list[Listing], *, now: datetime) -> Round:
        found = Round()
        steps = {row.pk: self._step(row, _UNDECIDED, now=now) for row in rows}
        drafted = [row for row in rows if steps[row.pk] in (Step.CREATE, Step.UPDATE)]
        drafts = self._drafts(drafted) if drafted else {}
        lit = any(row.highlight for row in drafted)
        plans = plan_slots.highlight_plans(self.access.pk) if lit else {}
        for row in rows:
            if row.pk in drafts:
                self._decide_drafted(found, row, drafts[row.pk], plans, now=now)
            else:
                self._decide_plain(found, row, steps[row.pk], now=now)
        return found

    def _drafts(self, rows: list[Listing]) -> dict[int, ListingDraft]:
        portal = self.access.portal
        if self._resolver is None or self._resolver.stamp != portal.names_stamp:
            self._resolver = NameResolver(portal, self.access.environment, self.access.dealer_id)
            self._versions.clear()
        self._place(rows)
        return build_drafts(self.access, rows, self._resolver)

    def _desired(self, row: Listing) -> str:
        return effective(
            row.wanted,
            row.vehicle.state,
            reservation_keeps_ads=self.access.dealer.reservation_keeps_ads,
            can_pause=self.connector.traits.pause != "withdraw",
        )

    def _step(self, row: Listing, fingerprint: str, *, now: datetime) -> Step:
        return next_step(
            Situation(
                wanted=row.wanted,
                vehicle_state=row.vehicle.state,
                reservation_keeps_ads=self.access.dealer.reservation_keeps_ads,
                stock_enabled=self.access.stock_enabled,
                can_pause=self.connector.traits.pause != "withdraw",
                state=row.state,
                remote_id=row.remote_id,
                sent_fingerprint=row.sent_fingerprint,
                # A refusal nobody can read any more must not hold an ad back in silence.
                refused_fingerprint=row.refused_fingerprint if _is_refused(row) else "",
                fingerprint=fingerprint,
                uncertain_until=row.uncertain_until,
                now=now,
                leaving=row.state == "pending" and bool(row.asked.get("absent")),
            )
        )

    def _decide_plain(self, found: Round, row: Listing, step: Step, *, now: datetime) -> None:
        """Steps that need no draft: wait, look, withdraw, nothing."""
        if step in (Step.LOOK, Step.WITHDRAW):
            found.jobs.append(self._job(row, step, now=now))
            return
        settled = Settled(listing_id=row.pk, version=row.version, name="unchanged")
        if step == Step.WAIT:
            settled.name, settled.due_at = "waiting", row.uncertain_until
        elif self._desired(row) == "absent" and row.state in ("absent", "refused"):
            # Nothing is there and nothing is wanted: old complaints have lost their subject.
            settled.columns = {"failure_mode": "", "problems": [], "failures": 0, "state": "absent"}
            settled.is_gone = True
        elif row.failure_mode == "transient":
            settled.columns = {"failure_mode": "", "problems": [], "failures": 0}
        if step != Step.WAIT:
            _give_up_slots(found, settled, row)
        found.settled.append(settled)

    def _decide_drafted(
        self,
        found: Round,
        row: Listing,
        draft: ListingDraft,
        plans: dict[int, Plan],
        *,
        now: datetime,
    ) -> None:
        try:
            offer = self._offer(row, draft, plans)
        except (MappingMissing, NotSupported) as err:
            offer = _Offer(blocked=(err.mode, _problems_of(err)))
        except Exception as err:
            # One ad whose data our own code cannot bear must not stop the others.
            logger.exception("payload failed", extra={"listing": row.pk})
            problem = Problem(
                field="", code="internal_error", params={"detail": type(err).__name__}
            )
            offer = _Offer(blocked=("unexpected", (problem,)))
        if offer.payload is None and self._desired(row) == "paused":
            # It must not be shown, and what a pause would have to send is not complete.
            found.jobs.append(self._job(row, Step.WITHDRAW, now=now))
            return
        if offer.payload is None:
            settled = self._as_blocked(row, offer.blocked)
            _give_up_slots(found, settled, row)
            found.settled.append(settled)
            return
        step = offer.step_of(row, self._step(row, offer.payload.fingerprint(), now=now))
        if step in (Step.CREATE, Step.UPDATE):
            found.jobs.append(self._job(row, step, offer=offer, now=now))
            return
        found.returned += offer.taken(row)
        columns: dict[str, Any] = {}
        if offer.payload.fingerprint() == row.sent_fingerprint:
            columns = _foreseen_anew(row, offer.payload)
            if _is_lifted(row):
                columns |= {"failure_mode": "", "problems": [], "failures": 0}
        found.settled.append(
            Settled(listing_id=row.pk, version=row.version, name="unchanged", columns=columns)
        )

    def _blocked(self, draft: ListingDraft) -> tuple[str, tuple[Problem, ...]] | None:
        findings = [f for f in self.connector.preflight(draft) if f.severity == "refused"]
        if not findings:
            return None
        return _worst_mode(findings), tuple(finding.problem for finding in findings)

    def _as_blocked(self, row: Listing, blocked: tuple[str, tuple[Problem, ...]] | None) -> Settled:
        mode, problems = blocked or ("unexpected", ())
        columns = {"failure_mode": mode, "problems": [p.as_json() for p in problems]}
        return Settled(listing_id=row.pk, version=row.version, name=mode, columns=columns)

    def _offer(self, row: Listing, draft: ListingDraft, plans: dict[int, Plan]) -> _Offer:
        """Preflight, plan slots, payload: what would be sent for this listing now."""
        blocked = self._blocked(draft)
        if blocked is not None:
            return _Offer(blocked=blocked)
        payload = self.connector.payload(draft)  # before any slot is taken: it may raise
        there = is_there(row.state, row.remote_id, row.sent_fingerprint)
        ad_plan = row.plan_id
        if ad_plan and row.slot_plan_id != ad_plan and not self._take(ad_plan):
            if not there:
                return _Offer(blocked=("plan", (Problem(field="plan", code="plan_full"),)))
            # A full plan holds back new ads, never a change (or a pause) of one that is there.
            ad_plan = row.slot_plan_id
        plan = plans.get(draft.highlight) if draft.highlight else None
        denied: tuple[AdWarning, ...] = ()
        highlight_plan = plan.pk if plan is not None else None
        reason = "" if plan is None else self._denial(row, plan)
        if reason:
            highlight_plan, denied = None, (_no_highlight(draft.highlight, reason),)
            draft = replace(draft, highlight=0)
            payload = self.connector.payload(draft)
        payload = replace(payload, foreseen=(*payload.foreseen, *denied))
        return _Offer(payload=payload, draft=draft, holds=(ad_plan, highlight_plan))

    def _denial(self, row: Listing, plan: Plan) -> str:
        """Return why the ad gets no slot of a highlight, '' if it has or takes one."""
        if row.slot_highlight_id == plan.pk:
            return ""
        if not plan.released:
            return "not_released"
        return "" if self._take(plan.pk) else "quota_used_up"

    def _take(self, plan_id: int) -> bool:
        return plan_slots.take_slot(plan_id, lease_owner=self.lease.owner)

    def _check_job(self, row: Listing, *, now: datetime) -> Job:
        return self._job(row, Step.CHECK, now=now)

    def _job(
        self,
        row: Listing,
        step: Step,
        *,
        now: datetime,
        offer: _Offer | None = None,
    ) -> Job:
        asked: dict[str, object] = dict(row.asked)
        draft = offer.draft if offer is not None else None
        if draft is not None:
            asked = {
                "active": draft.active,
                "highlight": draft.highlight,
                "photos": len(draft.photos),
                "price": str(draft.price),
            }
        confirms = step == Step.CHECK and row.state == "absent"
        ago = inf if row.intent_at is None else (now - row.intent_at).total_seconds()
        ref = RemoteRef(
            reference=row.vehicle.code,
            category=row.vehicle.category,
            remote_id=row.remote_id,
            # What is looked for is asked for by our reference, not by an answer that never came.
            pending_ref=row.pending_ref if step == Step.CHECK else "",
            asked=row.asked if row.sent_fingerprint else {},
        )
        return Job(
            listing_id=row.pk,
            version=row.version,
            step=step,
            ref=ref,
            payload=offer.payload if offer is not None else None,
            failures=row.failures,
            was_live=row.state == "live" and row.live_at is not None,
            is_pending=row.state == "pending",
            is_clean=_is_clean(row),
            confirms=confirms,
            cause=_cause(row, step, confirms=confirms),
            cause_request="" if step == Step.CHECK else row.cause_request,
            foreseen=tuple(warning for warning in row.warnings if warning.get("foreseen")),
            wanted=row.wanted,
            sent_seconds_ago=ago,
            asked=asked,
            holds=offer.holds if offer is not None else (None, None),
            held=(row.slot_plan_id, row.slot_highlight_id),
        )


_LIFTED = frozenset({"preflight", "mapping", "plan", "unsupported", "transient", "unexpected"})


def _is_lifted(row: Listing) -> bool:
    """Whether a complaint is over once the ad is again as it was last sent."""
    return row.failure_mode in _LIFTED or (row.failure_mode == "refused" and row.state != "refused")


def _foreseen_anew(row: Listing, payload: Payload) -> dict[str, Any]:
    """What is left out of the same data may be another thing now: a highlight wished since."""
    told = [warning for warning in row.warnings if not warning.get("foreseen")]
    warnings = [*payload.foreseen_as_json(), *told]
    return {} if warnings == row.warnings else {"warnings": warnings, "reduced": bool(warnings)}


def _cause(row: Listing, step: Step, *, confirms: bool) -> str:
    """What led to a job: a status read is due by itself, all else was marked."""
    if step == Step.CHECK:
        return Cause.CONFIRM if confirms else Cause.STATUS
    return row.cause


def _is_refused(row: Listing) -> bool:
    """Whether the complaint shown is that the data last sent were refused."""
    return row.failure_mode in ("refused", "mapping", "unsupported")


def _is_clean(row: Listing) -> bool:
    """Whether no complaint is open but those a status read made and another one may take back."""
    if row.failure_mode == "unexpected":
        return all(problem["code"] != "internal_error" for problem in row.problems)
    told = row.failure_mode in ("refused", "plan") and row.state == "refused"
    return row.failure_mode == "" or told


def _give_up_slots(found: Round, settled: Settled, row: Listing) -> None:
    """Give back the slots of a listing that is not on the portal and is not going there now."""
    held = [plan for plan in (row.slot_plan_id, row.slot_highlight_id) if plan is not None]
    if held and not is_there(row.state, row.remote_id, row.sent_fingerprint):
        settled.columns |= {"slot_plan": None, "slot_highlight": None}
        found.returned += held


def _worst_mode(findings: Sequence[Finding]) -> str:
    """Return who must act first: unsupported, then names, then data."""
    modes = {finding.mode for finding in findings}
    return next(m for m in ("unsupported", "mapping", "preflight", *sorted(modes)) if m in modes)


def _no_highlight(weight: int, reason: str) -> AdWarning:
    return AdWarning(kind="highlight_denied", asked=weight, granted=0, message=reason)


def _problems_of(err: MappingMissing | NotSupported) -> tuple[Problem, ...]:
    if isinstance(err, MappingMissing):
        return err.problems
    return (Problem(field="category", code=err.detail or err.code),)
