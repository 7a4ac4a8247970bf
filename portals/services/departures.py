"""The clocks from the moment an ad must go to the look that finds it gone.

Started and stopped inside the transaction of the change that is the reason; ended by the engine,
and only when somebody looked at the portal. The database lets a listing have one open clock.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_changes
from config.lib import request_id
from inventory.models import VehicleState
from portals.connectors.registry import traits_of
from portals.models import Departure, Listing, PortalAccess
from portals.models.departure import DepartureEnd, DepartureReason
from portals.models.listing import Observed, Wanted
from portals.selectors.departures import late_before
from portals.services.next_step import effective, is_there

CHUNK = 500
ALARMS = 500  # told in one transaction
_REASONS = {
    VehicleState.SOLD: DepartureReason.SOLD,
    VehicleState.ARCHIVED: DepartureReason.ARCHIVED,
    VehicleState.IN_PREPARATION: DepartureReason.PREPARATION,
}
_COLUMNS = (
    *("wanted", "state", "remote_id", "sent_fingerprint", "intent", "due_at"),
    *("dealer__reservation_keeps_ads", "access__portal__slug", "vehicle__state"),
)


def follow_vehicles(vehicle_ids: Sequence[int], *, now: datetime) -> None:
    """Start or stop the clocks of these vehicles' ads; inside the transaction of their change."""
    for start in range(0, len(vehicle_ids), CHUNK):
        _follow(Q(vehicle_id__in=vehicle_ids[start : start + CHUNK]), now=now)


def follow(listing_ids: Sequence[int], *, now: datetime) -> None:
    """Start or stop the clocks of these ads; inside the transaction of their change."""
    for start in range(0, len(listing_ids), CHUNK):
        _follow(Q(pk__in=listing_ids[start : start + CHUNK]), now=now)


def at_round(
    *, leaving: Collection[int], coming: Sequence[int], gone: Collection[int], now: datetime
) -> set[int]:
    """Keep the clocks of what a drain decided; return the `gone` that nobody has looked for yet.

    Whatever the reason an ad is taken away for, it has a clock: one that no change started begins
    when the ad was marked. What is sent again although its clock runs is judged by its rows anew.
    """
    ids = {*leaving, *coming, *gone}
    if not ids:
        return set()
    running = set(_open().filter(listing__in=ids).values_list("listing_id", flat=True))
    if missing := set(leaving) - running:
        rows = _rows(Q(pk__in=missing))
        _start([_departure(row, started_at=min(row.due_at or now, now)) for row in rows])
    if back := [pk for pk in coming if pk in running]:
        follow(back, now=now)
    return running & set(gone)


def confirm(listing_ids: Collection[int], *, now: datetime) -> int:
    """Stop the clocks of ads that were looked for and not found; returns how many."""
    if not listing_ids:
        return 0
    rows = list(_open().filter(listing__in=listing_ids).select_related("dealer"))
    for row in rows:
        row.end, row.ended_at = DepartureEnd.GONE, now
        row.seconds = max(0, round((now - row.started_at).total_seconds()))
        row.target_minutes = row.dealer.gone_target_minutes
    Departure.objects.bulk_update(rows, ["end", "ended_at", "seconds", "target_minutes"])
    return len(rows)


def void_account(access: PortalAccess, *, now: datetime) -> None:
    """Stop the clocks of an account that can be read no more."""
    _open().filter(access=access).update(end=DepartureEnd.ACCOUNT, ended_at=now)


def alarm(*, now: datetime) -> int:
    """Tell of ads that are not gone though their time is over, each once; returns how many.

    What was told stands in the history of the ad; pages show it as long as the ad is not gone.
    """
    told = 0
    waiting = _open().filter(alarmed_at__isnull=True)
    dealers = Dealer.objects.filter(pk__in=waiting.values("dealer"))
    for dealer in dealers.only("gone_target_minutes"):
        told += _alarm_dealer(dealer, waiting.filter(dealer=dealer), now=now)
    return told


def _alarm_dealer(dealer: Dealer, waiting: QuerySet[Departure], *, now: datetime) -> int:
    late = waiting.filter(started_at__lt=late_before(dealer, now=now)).order_by("started_at")
    with transaction.atomic():
        rows = list(
            late.select_for_update(of=("self",)).select_related("listing__vehicle")[:ALARMS]
        )
        Departure.objects.filter(pk__in=[row.pk for row in rows]).update(alarmed_at=now)
        acts = [
            Act(
                subject=row.listing,
                action="listing.still_there",
                before={},
                after={
                    "must_go_since": row.started_at,
                    "target_minutes": dealer.gone_target_minutes,
                },
                label=row.listing.vehicle.code,
            )
            for row in rows
        ]
        record_changes(acts, by=By(), dealer=dealer.pk)
    return len(rows)


def _open() -> QuerySet[Departure]:
    return Departure.objects.filter(end=DepartureEnd.OPEN)


def _rows(chosen: Q) -> QuerySet[Listing]:
    joined = Listing.objects.filter(chosen).select_related("vehicle", "access__portal", "dealer")
    return joined.only(*_COLUMNS)


def _follow(chosen: Q, *, now: datetime) -> None:
    start: list[Departure] = []
    stop: list[int] = []
    for row in _rows(chosen):
        if _desired(row) != Wanted.ABSENT:
            stop.append(row.pk)
        elif _may_be_there(row):
            start.append(_departure(row, started_at=now))
    if stop:
        running = _open().filter(listing__in=stop)
        running.update(end=DepartureEnd.CANCELLED, ended_at=now)
    _start(start)


def _start(departures: Sequence[Departure]) -> None:
    # A clock that runs already goes on from its own moment.
    Departure.objects.bulk_create(departures, ignore_conflicts=True, batch_size=CHUNK)


def _departure(row: Listing, *, started_at: datetime) -> Departure:
    return Departure(
        dealer_id=row.dealer_id,
        access_id=row.access_id,
        listing_id=row.pk,
        reason=_reason(row),
        request_id=request_id.current(),
        started_at=started_at,
    )


def _desired(row: Listing) -> str:
    return effective(
        row.wanted,
        row.vehicle.state,
        reservation_keeps_ads=row.dealer.reservation_keeps_ads,
        can_pause=traits_of(row.access.portal.slug).pause != "withdraw",
    )


def _may_be_there(row: Listing) -> bool:
    """Whether an ad is there, may be there, or is on its way there."""
    known = is_there(row.state, row.remote_id, row.sent_fingerprint)
    return known or row.state == Observed.UNKNOWN or bool(row.intent)


def _reason(row: Listing) -> DepartureReason:
    reason = _REASONS.get(VehicleState(row.vehicle.state))
    if reason is not None:
        return reason
    if row.wanted == Wanted.ABSENT:
        return DepartureReason.WITHDRAWN
    if row.vehicle.state == VehicleState.RESERVED and not row.dealer.reservation_keeps_ads:
        return DepartureReason.RESERVED
    return DepartureReason.HELD_BACK
