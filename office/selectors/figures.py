"""Figures of the stock for the start page: its age, its value, and how fast it sells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import mean, median
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Dealer
from inventory.models import Vehicle, VehiclePhoto, VehicleState
from inventory.models.vehicle import GONE, IN_STOCK

AGES: Sequence[tuple[int, int | None]] = ((0, 15), (16, 30), (31, 60), (61, 90), (91, None))
RECENT = timedelta(days=90)
MONTHS = 6
MOST_SALES = 5000  # of the newest, so that a huge store costs no more than a big one
OLDEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFigures:
    """The stock in numbers. `ages` goes with AGES; what is gone counts in `states` only."""

    states: Mapping[str, int]
    ages: Sequence[int]
    no_price: int
    no_photo: int
    unplaced: int
    value: Decimal

    @property
    def total(self) -> int:
        """All vehicles there ever were."""
        return sum(self.states.values())

    @property
    def in_stock(self) -> int:
        """What is neither sold nor archived."""
        return self.total - sum(self.states[state] for state in GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfSales:
    """How long what was sold in a month had been in stock; None without a sale."""

    month: datetime
    number: int
    median: int | None
    mean: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesPace:
    """Days in stock until the sale: of the last 90 days, and month by month, oldest first."""

    number: int
    median: int | None
    mean: int | None
    months: Sequence[MonthOfSales]


def stock_figures(dealer: Dealer, *, now: datetime) -> StockFigures:
    """Count the stock in one query, however large it is."""
    here = ~Q(state__in=GONE)
    photos = VehiclePhoto.objects.filter(vehicle=OuterRef("pk"))
    wanted: dict[str, Any] = {
        f"state_{state.value}": Count("id", filter=Q(state=state)) for state in VehicleState
    }
    for position, (first, last) in enumerate(AGES):
        wanted[f"age_{position}"] = Count("id", filter=here & aged(first, last, now=now))
    found = Vehicle.objects.for_dealer(dealer).aggregate(
        no_price=Count("id", filter=here & Q(price__isnull=True)),
        unplaced=Count("id", filter=here & Q(version__isnull=True)),
        no_photo=Count("id", filter=Q(here, ~Exists(photos))),
        value=Sum(Coalesce("promotional_price", "price"), filter=here),
        **wanted,
    )
    return StockFigures(
        states={state.value: found[f"state_{state.value}"] for state in VehicleState},
        ages=[found[f"age_{position}"] for position in range(len(AGES))],
        no_price=found["no_price"],
        no_photo=found["no_photo"],
        unplaced=found["unplaced"],
        value=found["value"] or Decimal(),
    )


def aged(first: int, last: int | None, *, now: datetime) -> Q:
    """Return the condition of vehicles that are that many whole days in stock, ends included."""
    condition = Q(available_at__isnull=False)
    if first > 0:
        condition &= Q(available_at__lte=now - timedelta(days=first))
    if last is not None:
        condition &= Q(available_at__gt=now - timedelta(days=last + 1))
    return condition


def oldest_vehicles(dealer: Dealer) -> list[Vehicle]:
    """Return the vehicles that are in stock the longest, versions loaded."""
    vehicles = Vehicle.objects.for_dealer(dealer).filter(IN_STOCK, available_at__isnull=False)
    vehicles = vehicles.select_related("version__model__brand")
    return list(vehicles.order_by("available_at", "id")[:OLDEST])


def sales_pace(dealer: Dealer, *, now: datetime) -> SalesPace:
    """Return how long the vehicles sold lately had been in stock, in one query."""
    months = _months(now)
    sold = Vehicle.objects.for_dealer(dealer).filter(
        state__in=GONE, sold_at__isnull=False, available_at__isnull=False
    )
    sold = sold.filter(sold_at__gte=min(months[0], now - RECENT), sold_at__lte=now)
    moments = sold.order_by("-sold_at").values_list("sold_at", "available_at")[:MOST_SALES]
    recent: list[int] = []
    by_month: dict[tuple[int, int], list[int]] = defaultdict(list)
    for sold_at, available_at in moments:
        if sold_at is None or available_at is None:
            continue  # cannot be, but the types do not know the filter
        days = max(0, (sold_at - available_at).days)
        by_month[_month_of(sold_at)].append(days)
        if sold_at >= now - RECENT:
            recent.append(days)
    return SalesPace(
        number=len(recent),
        median=_rounded(median, recent),
        mean=_rounded(mean, recent),
        months=[
            MonthOfSales(
                month=month,
                number=len(days),
                median=_rounded(median, days),
                mean=_rounded(mean, days),
            )
            for month, days in ((each, by_month[_month_of(each)]) for each in months)
        ],
    )


def _rounded(what: Any, days: Sequence[int]) -> int | None:
    return round(what(days)) if days else None


def _month_of(moment: datetime) -> tuple[int, int]:
    """Return the year and month in which the moment lies, in the dealer's zone."""
    local = timezone.localtime(moment)
    return local.year, local.month


def _first_of_month(moment: datetime) -> datetime:
    """Return the local beginning of the moment's month, in the dealer's zone."""
    local = timezone.localtime(moment)
    naive = datetime(local.year, local.month, 1)  # noqa: DTZ001 - made aware on the next line
    return timezone.make_aware(naive)


def _months(now: datetime) -> list[datetime]:
    months = [_first_of_month(now)]
    while len(months) < MONTHS:
        months.append(_first_of_month(months[-1] - timedelta(days=1)))
    return months[::-1]
