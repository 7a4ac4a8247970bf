"""The stock as the list shows it: a page of vehicles with covers and how each ad stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OrderBy, OuterRef, QuerySet

from accounts.models import Dealer
from inventory.finding import covers_of, search_vehicles
from inventory.models import Vehicle, VehiclePhoto
from inventory.models.vehicle import GONE
from portals.ad_status import AdStatus, status_of
from portals.models import Listing
from portals.models.listing import Observed, Wanted

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFilter:
    """What of the stock is wanted to be seen; '' and None = no restriction."""

    text: str = ""
    state: str = ""
    category: int | None = None
    problem: str = ""
    order: tuple[str, ...] = ("-updated_at", "-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """How one ad of a vehicle stands, in one word."""

    portal: str
    status: AdStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPage:
    """One page of the stock. `covers` and `chips` are keyed by vehicle id."""

    page: Page[Vehicle]
    covers: Mapping[int, str]
    chips: Mapping[int, Sequence[Chip]]


def stock_page(
    dealer: Dealer, chosen: StockFilter, *, number: str | int | None, now: datetime
) -> StockPage:
    """Return a page of the filtered stock in the chosen order; nulls come last."""
    order: list[OrderBy] = []
    for name in chosen.order:
        column = F(name.lstrip("-"))
        order.append(
            column.desc(nulls_last=True) if name[0] == "-" else column.asc(nulls_last=True)
        )
    vehicles = stock_of(dealer, chosen).select_related("version__model__brand").order_by(*order)
    page = Paginator(vehicles, PER_PAGE).get_page(number)
    shown = list(page.object_list)
    for vehicle in shown:
        vehicle.days_in_stock = days_in_stock(vehicle, now=now)  # type: ignore[attr-defined]
    return StockPage(
        page=page, covers=covers_of(dealer, shown), chips=chips_of(dealer, shown, now=now)
    )


def stock_of(dealer: Dealer, chosen: StockFilter) -> QuerySet[Vehicle]:
    """Return the vehicles the filter lets through."""
    vehicles = search_vehicles(dealer, chosen.text)
    if not chosen.state:
        vehicles = vehicles.exclude(state__in=GONE)
    elif chosen.state != "all":
        vehicles = vehicles.filter(state=chosen.state)
    if chosen.category is not None:
        vehicles = vehicles.filter(category=chosen.category)
    return _with_problem(dealer, vehicles, chosen.problem)


def _with_problem(dealer: Dealer, vehicles: QuerySet[Vehicle], problem: str) -> QuerySet[Vehicle]:
    ads = Listing.objects.for_dealer(dealer).filter(vehicle=OuterRef("pk"))
    if problem == "problem":
        failed = ads.exclude(failure_mode="").exclude(wanted=Wanted.ABSENT)
        return vehicles.filter(Exists(failed))
    if problem == "reduced":
        return vehicles.filter(Exists(ads.filter(reduced=True)))
    if problem == "unplaced":
        return vehicles.filter(version__isnull=True)
    if problem == "no_photo":
        return vehicles.filter(~Exists(VehiclePhoto.objects.filter(vehicle=OuterRef("pk"))))
    if problem == "no_price":
        return vehicles.filter(price__isnull=True)
    return vehicles


def chips_of(
    dealer: Dealer, vehicles: Sequence[Vehicle], *, now: datetime
) -> dict[int, list[Chip]]:
    """Return the ads of these vehicles that are wished or still on a portal, in one query."""
    by_id = {vehicle.pk: vehicle for vehicle in vehicles}
    listings = Listing.objects.for_dealer(dealer).filter(
        vehicle_id__in=by_id, access__is_active=True
    )
    chips: dict[int, list[Chip]] = defaultdict(list)
    for listing in listings.select_related("access__portal").order_by("access__portal__name"):
        if listing.wanted == Wanted.ABSENT and listing.state == Observed.ABSENT:
            continue
        listing.vehicle = by_id[listing.vehicle_id]
        status = status_of(listing, now=now)
        chips[listing.vehicle_id].append(Chip(portal=listing.access.portal.name, status=status))
    return dict(chips)


def days_in_stock(vehicle: Vehicle, *, now: datetime) -> int | None:
    """Return whole days since the vehicle became available, until sold; None before that."""
    if vehicle.available_at is None:
        return None
    return max(0, ((vehicle.sold_at or now) - vehicle.available_at).days)
