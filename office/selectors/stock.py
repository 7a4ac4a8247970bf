"""Which vehicles of the stock a filter lets through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from accounts.models import Dealer
from config.lib.folding import fold
from inventory.finding import search_vehicles
from inventory.models import Brand, Vehicle, VehiclePhoto
from inventory.models.vehicle import GONE, IN_STOCK, SHOWN_PRICE, key_of_brand
from portals.models import Listing
from portals.models.listing import Observed, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFilter:
    """What of the stock is wanted to be seen; '' and None = no restriction.

    `state` '' is what is in stock, "all" also what has gone. `portal` is a slug and narrows `ads`,
    how the ads stand. Days are whole days in stock, prices what buyers see; bounds are included.
    """

    text: str = ""
    state: str = ""
    category: int | None = None
    brand: str = ""
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    days_from: int | None = None
    days_to: int | None = None
    portal: str = ""
    ads: str = ""
    problem: str = ""
    sort: str = "recent"


def stock_of(
    dealer: Dealer, chosen: StockFilter, *, now: datetime | None = None
) -> QuerySet[Vehicle]:
    """Return the vehicles the filter lets through."""
    vehicles: QuerySet[Vehicle] = search_vehicles(dealer, chosen.text)
    vehicles = vehicles.filter(_in_state(chosen))
    if chosen.price_from is not None or chosen.price_to is not None:
        vehicles = vehicles.alias(shown_price=SHOWN_PRICE).filter(_priced(chosen))
    if chosen.category is not None:
        vehicles = vehicles.filter(category=chosen.category)
    if chosen.brand:
        vehicles = vehicles.filter(brand_key=key_of_brand(chosen.brand))
    if chosen.days_from is not None or chosen.days_to is not None:
        vehicles = vehicles.filter(_aged(chosen, now=now or timezone.now()))
    vehicles = _with_ads(dealer, vehicles, chosen)
    return _with_problem(dealer, vehicles, chosen.problem)


def brands_of(dealer: Dealer) -> list[str]:
    """Return the names of the brands among a dealer's vehicles, in one query.

    Every brand of the catalogue is looked up in an index, which costs the same for any stock.
    """
    vehicles = Vehicle.objects.for_dealer(dealer).order_by()
    held = Brand.objects.filter(Exists(vehicles.filter(brand_key=OuterRef("folded")))).order_by()
    written = vehicles.filter(version__isnull=True).exclude(brand_text="")
    found = written.values_list(Value(0), "brand_text").union(held.values_list(Value(1), "name"))
    names = {fold(name): name for _, name in sorted(found)}  # the catalogue's spelling wins
    return [names[key] for key in sorted(names)]


def _in_state(chosen: StockFilter) -> Q:
    if chosen.state == "all":
        return Q()
    if not chosen.state:
        return IN_STOCK
    state = Q(state=chosen.state)
    # Saying both lets the indexes of what is in stock serve one state of it, too.
    return state if chosen.state in GONE else IN_STOCK & state


def _priced(chosen: StockFilter) -> Q:
    condition = Q()
    if chosen.price_from is not None:
        condition &= Q(shown_price__gte=chosen.price_from)
    if chosen.price_to is not None:
        condition &= Q(shown_price__lte=chosen.price_to)
    return condition


def _aged(chosen: StockFilter, *, now: datetime) -> Q:
    condition = Q(available_at__isnull=False)
    gone_too = chosen.state == "all" or chosen.state in GONE
    if chosen.days_from:
        least = timedelta(days=chosen.days_from)
        condition &= _since(available_at__lte=now - least) | (
            Q(sold_at__gte=F("available_at") + least) if gone_too else Q()
        )
    if chosen.days_to is not None:
        most = timedelta(days=chosen.days_to + 1)
        condition &= _since(available_at__gt=now - most) | (
            Q(sold_at__lt=F("available_at") + most) if gone_too else Q()
        )
    return condition


def _since(**bound: datetime) -> Q:
    """Return the condition of the days of a vehicle that is not sold."""
    return Q(sold_at__isnull=True, **bound)


def _with_ads(
    dealer: Dealer, vehicles: QuerySet[Vehicle], chosen: StockFilter
) -> QuerySet[Vehicle]:
    if not chosen.ads and not chosen.portal:
        return vehicles
    ads = Listing.objects.for_dealer(dealer).filter(access__is_active=True)
    if chosen.portal:
        ads = ads.filter(access__portal__slug=chosen.portal)
    if chosen.ads == "live":  # thousands: looked up vehicle by vehicle until the page is full
        # Not asked whether one exists: PostgreSQL would collect and sort all of them for that.
        live = ads.filter(state=Observed.LIVE, vehicle=OuterRef("pk")).order_by().values("pk")[:1]
        return vehicles.alias(live_ad=Subquery(live)).filter(live_ad__isnull=False)
    if chosen.ads == "none":
        return vehicles.exclude(pk__in=ads.exclude(_NOWHERE).values("vehicle"))
    # Of these there are few: found by their own index, each condition by another, then sorted.
    among = Q()
    for condition in _RARE_ADS.get(chosen.ads, (~_NOWHERE,)):
        among |= Q(pk__in=ads.filter(condition).values("vehicle"))
    return vehicles.filter(among)


_NOWHERE = Q(wanted=Wanted.ABSENT, state=Observed.ABSENT)
# Greater than nothing, since an index can seek that.
_FAILED = Q(failure_mode__gt="") & ~Q(wanted=Wanted.ABSENT)
_RARE_ADS = {
    "pending": (Q(state=Observed.PENDING),),
    "refused": (Q(state=Observed.REFUSED), _FAILED),
    "reduced": (Q(reduced=True),),
    "missing": (Q(wanted=Wanted.LIVE, state__in=set(Observed.values) - {Observed.LIVE}),),
}


def _with_problem(dealer: Dealer, vehicles: QuerySet[Vehicle], problem: str) -> QuerySet[Vehicle]:
    ads = Listing.objects.for_dealer(dealer)
    if problem == "problem":
        return vehicles.filter(pk__in=ads.filter(_FAILED).values("vehicle"))
    if problem == "reduced":
        return vehicles.filter(pk__in=ads.filter(reduced=True).values("vehicle"))
    if problem == "unplaced":
        return vehicles.filter(version__isnull=True)
    if problem == "no_photo":
        return vehicles.filter(~Exists(VehiclePhoto.objects.filter(vehicle=OuterRef("pk"))))
    if problem == "no_price":
        return vehicles.filter(price__isnull=True)
    return vehicles
