"""A round of due listings: found by index, claimed with its intents in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from portals.models import Listing
from portals.services import departures, plan_slots
from portals.services.leases import Lease, hold
from portals.services.next_step import WRITES, Step
from portals.services.row_writing import RowWrite, write_row
from portals.services.slots import Job


@dataclass(slots=True, kw_only=True)
class Settled:
    """A listing decided without a request: columns to write, when it is due again.

    `is_gone`: nothing is wanted of it, and as far as we know nothing is there.
    """

    listing_id: int
    version: int
    name: str
    columns: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    is_gone: bool = False

    def row(self) -> RowWrite:
        """Return what to write."""
        return RowWrite(
            listing_id=self.listing_id,
            version=self.version,
            columns=self.columns,
            due_at=self.due_at,
        )


@dataclass(slots=True)
class Round:
    """What one round found: jobs to send, listings settled without a request.

    `returned` are plans of which a slot goes back: taken for an offer that is not sent, or held by
    a listing that is not on the portal and will not be.
    """

    jobs: list[Job] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.jobs or self.settled)


def due_ids(access_id: int, *, owner: str, now: datetime, limit: int) -> list[int]:
    """Return ids of listings to decide: urgent ones first, then by due time. Index only."""
    found: list[int] = []
    for urgent in (True, False):
        # A list, since "NOT urgent" is what SQLite's index cannot be searched by.
        rows = Listing.objects.filter(access_id=access_id, urgent__in=[urgent], due_at__lte=now)
        rows = rows.exclude(claim=owner).order_by("due_at")
        found += rows.values_list("id", flat=True)[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def check_ids(access_id: int, *, owner: str, now: datetime, limit: int) -> list[int]:
    """Return ids of listings whose status is to be read now and that are not due otherwise."""
    rows = Listing.objects.filter(access_id=access_id, check_at__lte=now)
    rows = rows.exclude(claim=owner).exclude(due_at__lte=now).order_by("check_at")
    return list(rows.values_list("id", flat=True)[:limit])


def commit_round(found: Round, *, lease: Lease, now: datetime) -> bool:
    """Claim the jobs and write their intents, before anything is sent.

    False if another drain has taken over meanwhile: then nothing is written. (Slots of plans
    taken for nothing are counted anew by the next drain.)
    """
    if not found:
        return True
    with transaction.atomic():
        if not hold(lease):
            return False
        _claim(found, owner=lease.owner, now=now)
        _keep_clocks(found, now=now)
        for settled in found.settled:
            write_row(settled.row())
        for plan_id in found.returned:
            plan_slots.free_slot(plan_id)
        plan_slots.offer_freed(found.returned, now=now)
    return True


def _keep_clocks(found: Round, *, now: datetime) -> None:
    """Start and stop the clocks of departures by what was decided; what is gone is looked for."""
    unproven = departures.at_round(
        leaving=[job.listing_id for job in found.jobs if job.step == Step.WITHDRAW],
        coming=[job.listing_id for job in found.jobs if job.step in (Step.CREATE, Step.UPDATE)],
        gone=[settled.listing_id for settled in found.settled if settled.is_gone],
        now=now,
    )
    for settled in found.settled:
        if settled.listing_id in unproven:
            settled.columns["check_at"] = now


def _claim(found: Round, *, owner: str, now: datetime) -> None:
    """Write claims and intents of the jobs; all rows are locked first, in one order for all."""
    by_step: dict[Step, list[int]] = {}
    for job in found.jobs:
        by_step.setdefault(job.step, []).append(job.listing_id)
    touched = [job.listing_id for job in found.jobs] + [s.listing_id for s in found.settled]
    rows = Listing.objects.select_for_update(no_key=True).filter(pk__in=touched)
    list(rows.order_by("pk").values_list("pk", flat=True))
    for step, ids in by_step.items():
        columns: dict[str, Any] = {"claim": owner}
        if step in WRITES:
            columns |= {"intent": step.value, "intent_at": now}
        Listing.objects.filter(pk__in=ids).update(**columns)
    for job in found.jobs:
        if any(job.holds) and job.holds != job.held:
            Listing.objects.filter(pk=job.listing_id).update(
                slot_plan_id=job.holds[0] or job.held[0],
                slot_highlight_id=job.holds[1] or job.held[1],
            )
