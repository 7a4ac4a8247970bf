"""Writes exchanges down: one row for each ad it was about, but one alone for a read of many ads.

A portal that decides later is asked for all ads of an import at once and again and again; a row for
each of them would bury everything else. What such a read told of an ad is kept beside its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from config.lib.remote_errors import Exchange
from portals.models import Attempt, AttemptShare, PortalAccess
from portals.services.effects import Effect
from portals.services.next_step import Step
from portals.services.row_writing import insert_attempts
from portals.services.slots import Outcome

SEVERAL = "several"  # the outcome of a read that told one thing of this ad and another of that
Judged = Sequence[tuple[Outcome, Effect]]


@dataclass(slots=True)
class _Shared:
    """A read that several ads have in common, and what it told of each."""

    exchange: Exchange
    told: list[tuple[Outcome, Effect]]


def write_attempts(access: PortalAccess, judged: Judged) -> None:
    """Write down the exchanges of these outcomes; within the caller's transaction."""
    reads: dict[int, _Shared] = {}
    rows: list[Attempt] = []
    for outcome, effect in judged:
        for exchange in outcome.exchanges:
            if outcome.job.step == Step.CHECK:
                shared = reads.setdefault(id(exchange), _Shared(exchange, []))
                shared.told.append((outcome, effect))
            else:
                rows.append(_of_one(access, outcome, effect, exchange))
    for read in reads.values():
        if len(read.told) == 1:
            rows.append(_of_one(access, *read.told[0], read.exchange))
        else:
            _write_shared(access, read)
    insert_attempts(rows)


def _write_shared(access: PortalAccess, read: _Shared) -> None:
    names = {effect.name for _, effect in read.told}
    first = read.told[0][0].job
    attempt = Attempt.objects.create(
        **_columns(access, read.exchange),
        step=first.step.value,
        outcome=names.pop() if len(names) == 1 else SEVERAL,
        cause=first.cause,
        ads=len(read.told),
    )
    AttemptShare.objects.bulk_create(
        AttemptShare(
            dealer_id=access.dealer_id,
            attempt=attempt,
            listing_id=outcome.job.listing_id,
            outcome=effect.name,
        )
        for outcome, effect in read.told
        if not _still_waits(outcome)
    )


def _still_waits(outcome: Outcome) -> bool:
    """Whether the ad was waiting for a decision and goes on waiting."""
    seen = outcome.observed
    return outcome.job.is_pending and seen is not None and seen.state == "pending"


def _of_one(access: PortalAccess, outcome: Outcome, effect: Effect, exchange: Exchange) -> Attempt:
    return Attempt(
        **_columns(access, exchange),
        listing_id=outcome.job.listing_id,
        step=outcome.job.step.value,
        outcome=effect.name,
        cause=outcome.job.cause,
        cause_request=outcome.job.cause_request,
    )


def _columns(access: PortalAccess, exchange: Exchange) -> dict[str, Any]:
    return {
        "dealer_id": access.dealer_id,
        "access_id": access.pk,
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "milliseconds": exchange.milliseconds,
        "request_excerpt": exchange.request_excerpt,
        "answer_excerpt": exchange.answer_excerpt,
        "at": timezone.now(),
    }
