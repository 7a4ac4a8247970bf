"""How long ads stay after they must go: running clocks, and times by portal. Bounded queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import Dealer
from config.lib.keyset import Order, page_of
from portals.models import Departure, PortalAccess
from portals.models.departure import DepartureEnd

PER_PAGE = 50
OLDEST_FIRST = Order(key="since", column="started_at", holds="moment", nullable=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long the ads of one portal took to go, in seconds. `access` None = of all portals.

    Percentiles are nearest ranks: a time that really occurred. `late` took longer than was allowed
    when they went.
    """

    access: PortalAccess | None
    number: int
    late: int
    median: int
    p95: int
    worst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A page of the clocks that run, those that run longest first; cursors "" where it ends."""

    rows: Sequence[Departure]
    before: str
    after: str


def late_before(dealer: Dealer, *, now: datetime) -> datetime:
    """Return the moment before which a running clock must have started to be late."""
    return now - timedelta(minutes=dealer.gone_target_minutes)


def late_departures(dealer: Dealer, *, now: datetime) -> QuerySet[Departure]:
    """Return the clocks that run past the dealer's target, the oldest first."""
    running = Departure.objects.for_dealer(dealer).filter(end=DepartureEnd.OPEN)
    late = running.filter(started_at__lt=late_before(dealer, now=now))
    joined = late.select_related("listing__vehicle__version__model__brand", "access__portal")
    return joined.order_by("started_at", "id")


def running_page(dealer: Dealer, *, after: str = "", before: str = "") -> Running:
    """Return a page of all clocks that run."""
    rows = Departure.objects.for_dealer(dealer).filter(end=DepartureEnd.OPEN)
    page = page_of(rows, OLDEST_FIRST, size=PER_PAGE, after=after, before=before)
    joined = Departure.objects.for_dealer(dealer).select_related(
        "listing__vehicle__version__model__brand", "access__portal"
    )
    by_id = joined.in_bulk(page.ids)
    shown = [by_id[pk] for pk in page.ids if pk in by_id]
    return Running(rows=shown, before=page.before, after=page.after)


def departure_times(dealer: Dealer, *, since: datetime) -> list[Times]:
    """Return the times of what went since that moment: all portals first, then each by name."""
    gone = Departure.objects.for_dealer(dealer).filter(end=DepartureEnd.GONE, ended_at__gte=since)
    late = Count("id", filter=Q(seconds__gt=F("target_minutes") * 60))
    counts = {
        access: (number, late)
        for access, number, late in gone.order_by()
        .values_list("access")
        .annotate(number=Count("id"), late=late)
    }
    if not counts:
        return []
    accesses = PortalAccess.objects.for_dealer(dealer).filter(pk__in=counts)
    ranked = _ranked(gone, by_access=True)
    times = [
        _times(access, *counts[access.pk], ranked[access.pk])
        for access in accesses.select_related("portal").order_by("portal__name", "id")
    ]
    if len(times) == 1:
        return times
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    return [_times(None, sums[0], sums[1], _ranked(gone, by_access=False)[None]), *times]


def _times(access: PortalAccess | None, number: int, late: int, ranks: dict[int, int]) -> Times:
    return Times(
        access=access,
        number=number,
        late=late,
        median=ranks[(number + 1) // 2],
        p95=ranks[(number * 95 + 99) // 100],
        worst=ranks[number],
    )


def _ranked(gone: QuerySet[Departure], *, by_access: bool) -> dict[int | None, dict[int, int]]:
    """Return the seconds at the ranks that are asked for, found by the database."""
    parts = [F("access")] if by_access else None
    place = Window(RowNumber(), partition_by=parts, order_by=("seconds", "id"))
    number = Window(Count("id"), partition_by=parts)
    rows = gone.order_by().annotate(place=place, number=number)
    half, most = (F("number") + 1) / 2, (F("number") * 95 + 99) / 100
    rows = rows.filter(Q(place=half) | Q(place=most) | Q(place=F("number")))
    found: dict[int | None, dict[int, int]] = {}
    for access, rank, seconds in rows.values_list("access", "place", "seconds"):
        found.setdefault(access if by_access else None, {})[rank] = seconds or 0
    return found
