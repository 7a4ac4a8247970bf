"""Marks listings as due: always inside the transaction of the change, never by scanning the stock.

Up to DIRECT listings are marked at once; a wider change leaves one FanOut row, which the sweep and
its own wake-up spread in short chunks, so that no transaction holds the database for long. Nothing
here wakes a worker: callers get told whom to wake once the transaction is committed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from config.lib import request_id
from portals.models import FanOut, Listing
from portals.models.listing import Cause, Observed, Wanted

DIRECT = 200
CHUNK = 200
IDS_PER_ROW = 1000
PAUSE = 0.01  # seconds between chunks: SQLite's lock is unfair, others need a gap

# Changes of a vehicle that no portal shows cause no work at all.
INVISIBLE = frozenset({"cost", "location", "source_facts", "stock_type", "renavam"})
# What ads say of the store, or what decides whether they are shown.
SAID_OF_DEALER = frozenset({"phone", "postal_code", "reservation_keeps_ads"})
CONCERNED = ~Q(wanted=Wanted.ABSENT) | ~Q(state=Observed.ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Whom to wake after the commit: accesses to drain, and whether a fan-out waits."""

    access_ids: frozenset[int] = frozenset()
    fan_out: bool = False


class TouchedListing(NamedTuple):
    """What marking needs of a listing. A dealer has one access per portal, so that a portal and
    a vehicle tell a listing."""

    pk: int
    access_id: int
    vehicle_id: int


def because(cause: str) -> dict[str, str]:
    """Return the columns that say why listings are marked: the cause and the request in hand."""
    return {"cause": cause, "cause_request": request_id.current()}


def mark_due(
    ids: Sequence[int],
    *,
    now: datetime,
    urgent: bool = False,
    why: Mapping[str, str] | None = None,
) -> int:
    """Mark these listings as due now; returns how many. The version fences running sends.

    `why` is what `because` gives; without it the cause is not recorded.
    """
    why = because(Cause.UNKNOWN) if why is None else why
    changes: dict[str, object] = {"due_at": now, "version": F("version") + 1, **why}
    if urgent:
        changes["urgent"] = True
    return Listing.objects.filter(pk__in=ids).update(**changes)


def mark_vehicles_changed(vehicle_ids: Sequence[int], *, fields: frozenset[str]) -> Marked:
    """Mark the listings of changed vehicles; must run inside the change's transaction."""
    if fields and fields <= INVISIBLE:
        return Marked()
    if len(vehicle_ids) > DIRECT:
        return _leave_fan_out(vehicle_ids)
    concerned = Listing.objects.filter(CONCERNED, vehicle_id__in=vehicle_ids)
    rows = list(concerned.values_list("id", "access_id")[: DIRECT + 1])
    if len(rows) > DIRECT:
        return _leave_fan_out(vehicle_ids)
    if rows:
        # A car that leaves the stock must not wait behind new ads.
        ids = [pk for pk, _ in rows]
        why = because(Cause.VEHICLE)
        mark_due(ids, now=timezone.now(), why=why, urgent="state" in fields)
    return Marked(access_ids=frozenset(access_id for _, access_id in rows))


def mark_dealer_changed(dealer_id: int, *, fields: frozenset[str]) -> Marked:
    """Mark a changed store's listings if an ad says any of it; inside the change's transaction."""
    if not fields & SAID_OF_DEALER:
        return Marked()
    if not Listing.objects.filter(CONCERNED, dealer_id=dealer_id).exists():
        return Marked()
    return mark_scope(dealer_id=dealer_id, cause=Cause.STORE)


def _leave_fan_out(vehicle_ids: Sequence[int]) -> Marked:
    FanOut.objects.bulk_create(
        FanOut(vehicle_ids=list(vehicle_ids[start : start + IDS_PER_ROW]), **because(Cause.VEHICLE))
        for start in range(0, len(vehicle_ids), IDS_PER_ROW)
    )
    return Marked(fan_out=True)


def mark_listings(listings: Sequence[TouchedListing], *, portal_id: int) -> Marked:
    """Mark exactly these listings of a portal; must run inside the change's transaction."""
    if len(listings) > DIRECT:
        vehicle_ids = sorted({listing.vehicle_id for listing in listings})
        FanOut.objects.bulk_create(
            FanOut(
                portal_id=portal_id,
                vehicle_ids=vehicle_ids[start : start + IDS_PER_ROW],
                **because(Cause.NAMES),
            )
            for start in range(0, len(vehicle_ids), IDS_PER_ROW)
        )
        return Marked(fan_out=True)
    ids = sorted(listing.pk for listing in listings)
    if ids:
        # Everybody locks listings in one order, so that nobody waits for us while we wait for him.
        list(Listing.objects.filter(pk__in=ids).order_by("pk").select_for_update().values("pk"))
        mark_due(ids, now=timezone.now(), why=because(Cause.NAMES))
    return Marked(access_ids=frozenset(listing.access_id for listing in listings))


def mark_scope(
    *,
    access_id: int | None = None,
    portal_id: int | None = None,
    dealer_id: int | None = None,
    failure_mode: str = "",
    cause: str = Cause.ACCESS,
) -> Marked:
    """Ask for every concerned listing of an access or portal (of one dealer) to be decided anew."""
    FanOut.objects.create(
        access_id=access_id,
        portal_id=portal_id,
        dealer_id=dealer_id,
        failure_mode=failure_mode,
        **because(cause),
    )
    return Marked(fan_out=True)


def spread(*, budget: float = 60.0) -> Marked:
    """Spread waiting fan-outs in short chunks until none is left or `budget` seconds are over.

    Only in the latter case does the result ask for another turn: what somebody else has in hand
    just now is his.
    """
    deadline = time.monotonic() + budget
    accesses: set[int] = set()
    while time.monotonic() < deadline:
        if _spread_chunk(accesses) is None:
            return Marked(access_ids=frozenset(accesses))
        time.sleep(PAUSE)
    return Marked(access_ids=frozenset(accesses), fan_out=True)


def _spread_chunk(accesses: set[int]) -> int | None:
    """Mark the next chunk of the oldest fan-out; None when there is no fan-out left."""
    with transaction.atomic():
        queue = FanOut.objects.order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            queue = queue.select_for_update(skip_locked=True)
        fan_out = queue.first()
        if fan_out is None:
            return None
        rows = list(
            _selection(fan_out)
            .filter(pk__gt=fan_out.listing_after)
            .order_by("pk")
            .values_list("pk", "access_id")[:CHUNK]
        )
        if rows:
            why = {"cause": fan_out.cause, "cause_request": fan_out.cause_request}
            mark_due([pk for pk, _ in rows], now=timezone.now(), why=why)
            accesses.update(access_id for _, access_id in rows)
        if len(rows) < CHUNK:
            fan_out.delete()
        else:
            fan_out.listing_after = rows[-1][0]
            fan_out.save(update_fields=["listing_after"])
        return len(rows)


def _selection(fan_out: FanOut) -> QuerySet[Listing]:
    chosen = Listing.objects.filter(CONCERNED)
    if fan_out.vehicle_ids:
        chosen = chosen.filter(vehicle_id__in=fan_out.vehicle_ids)
    if fan_out.access_id:
        chosen = chosen.filter(access_id=fan_out.access_id)
    if fan_out.portal_id:
        chosen = chosen.filter(access__portal_id=fan_out.portal_id)
    if fan_out.dealer_id:
        chosen = chosen.filter(dealer_id=fan_out.dealer_id)
    if fan_out.failure_mode:
        chosen = chosen.filter(failure_mode=fan_out.failure_mode)
    return chosen
