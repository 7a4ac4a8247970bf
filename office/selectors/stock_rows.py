"""A page of the stock as the list shows it: rows with cover, days, FIPE and how each ad stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from accounts.models import Dealer
from config.lib.keyset import KeysetPage, Order, page_of
from inventory.finding import cover_url, with_albums
from inventory.fipe_prices import FipePrice, fipe_prices_of
from inventory.models import Colour, Vehicle, VehicleState
from inventory.models.vehicle import GONE, SHOWN_PRICE
from inventory.selectors import days_in_stock
from office.selectors.stock import StockFilter, stock_of
from portals.ad_status import AdStatus, Text, delivery_of, status_of
from portals.models import Listing
from portals.models.listing import Observed, Wanted

PER_PAGE = 50
MOST_COUNTED = 500
LONG, VERY_LONG = 60, 90  # days after which capital stands about
ORDERS = {
    each.key: each
    for each in (
        Order(key="recent", column="updated_at", holds="moment", descending=True, nullable=False),
        Order(key="oldest", column="available_at", holds="moment"),
        Order(key="newest", column="available_at", holds="moment", descending=True),
        Order(key="cheap", column="shown_price", holds="amount"),
        Order(key="dear", column="shown_price", holds="amount", descending=True),
        Order(key="mileage", column="mileage", holds="number"),
        Order(key="year", column="year_model", holds="number", descending=True),
    )
}
_STATE_TONES = {"available": "ok", "reserved": "warn"}
# Of its version only the names, rather than three more rows for each.
_NAMES = {
    "brand_name": F("version__model__brand__name"),
    "model_name": F("version__model__name"),
    "version_name": F("version__name"),
}


class StockVehicle(NamedTuple):
    """What a row shows of its vehicle; a model would bring three times as many columns along."""

    pk: int
    code: str
    plate: str
    version_id: int | None
    brand_text: str
    model_text: str
    version_text: str
    year_manufacture: int | None
    year_model: int | None
    mileage: int | None
    is_new: bool
    price: Decimal | None
    promotional_price: Decimal | None
    colour: str
    fuel: str
    state: str
    available_at: datetime | None
    sold_at: datetime | None
    photo_count: int | None
    cover_file: str | None
    brand_name: str | None
    model_name: str | None
    version_name: str | None

    @property
    def title(self) -> str:
        """Brand, model and version in one line, or the code of a vehicle without a name."""
        if self.version_id is not None:
            return f"{self.brand_name} {self.model_name} {self.version_name}"
        words = (self.brand_text, self.model_text, self.version_text)
        return " ".join(text for text in words if text) or self.code

    @property
    def is_gone(self) -> bool:
        """Whether it has left the stock."""
        return self.state in GONE

    def price_for(self, portal: str) -> Decimal | None:
        """Return the price to show, as Vehicle does."""
        del portal
        return self.promotional_price or self.price

    @property
    def state_text(self) -> Text:
        """Its state, in words."""
        return VehicleState(self.state).label

    @property
    def colour_text(self) -> Text:
        """Its colour, in words."""
        return Colour(self.colour).label if self.colour in Colour.values else self.colour


class _Ad(NamedTuple):
    vehicle_id: int
    portal: str
    wanted: str
    state: str
    reduced: bool
    failure_mode: str
    claim: str
    due_at: datetime | None
    check_at: datetime | None
    vehicle: StockVehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """How one ad of a vehicle stands: the sum in one word, and the three facts it is made of."""

    portal: str
    status: AdStatus
    wanted: Text
    delivery: Text
    observed: Text
    reduced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """A vehicle in the list. `tone` is the colour of its days: "" until they are many.

    `off_fipe` is by how many percent its price differs from FIPE's, whichever is higher.
    """

    vehicle: StockVehicle
    title: str
    price: Decimal | None
    photos: int
    days: int | None
    tone: str
    state_tone: str
    fipe: FipePrice | None
    off_fipe: int
    chips: Sequence[Chip]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPage:
    """One page of the stock. `count` stops at MOST_COUNTED, and then `is_more` says so."""

    rows: Sequence[StockRow]
    covers: Mapping[int, str]
    before: str
    after: str
    count: int
    is_more: bool


def stock_page(
    dealer: Dealer, chosen: StockFilter, *, now: datetime, after: str = "", before: str = ""
) -> StockPage:
    """Return the page of the filtered stock after or before a cursor, in the chosen order."""
    found = stock_of(dealer, chosen, now=now)
    order = ORDERS[chosen.sort]
    rows = found.annotate(shown_price=SHOWN_PRICE) if order.column == "shown_price" else found
    page = page_of(rows, order, size=PER_PAGE, after=after, before=before)
    vehicles = _loaded(dealer, page.ids)
    count = _counted(found, page)
    return StockPage(
        rows=_rows(dealer, vehicles, now=now),
        covers={each.pk: cover_url(each.cover_file) for each in vehicles if each.cover_file},
        before=page.before,
        after=page.after,
        count=min(count, MOST_COUNTED),
        is_more=count > MOST_COUNTED,
    )


def _loaded(dealer: Dealer, ids: Sequence[int]) -> list[StockVehicle]:
    """Return the vehicles in the order of the ids, with what a row shows, in one query."""
    rows = _shown().for_dealer(dealer).filter(pk__in=ids)
    by_id = {each.pk: each for each in map(StockVehicle._make, rows)}
    return [by_id[pk] for pk in ids if pk in by_id]


@cache
def _shown() -> Any:
    """Return what asks for the columns of a row; the same for all, so it is put together once."""
    vehicles = with_albums(Vehicle.objects.order_by()).annotate(**_NAMES)
    return vehicles.values_list(*StockVehicle._fields)


def _counted(found: QuerySet[Vehicle], page: KeysetPage) -> int:
    """Count no further than is worth saying; a list of one page has been counted already."""
    if not page.before and not page.after:
        return len(page.ids)
    return found.order_by().values("pk")[: MOST_COUNTED + 1].count()


def _rows(dealer: Dealer, vehicles: Sequence[StockVehicle], *, now: datetime) -> list[StockRow]:
    prices = fipe_prices_of(vehicles)
    chips = _chips_of(dealer, vehicles, now=now)
    rows = []
    for vehicle in vehicles:
        days, fipe = days_in_stock(vehicle, now=now), prices.get(vehicle.pk)
        rows.append(
            StockRow(
                vehicle=vehicle,
                title=vehicle.title,
                price=vehicle.price_for(""),
                photos=vehicle.photo_count or 0,
                days=days,
                tone=_tone(vehicle, days),
                state_tone=_STATE_TONES.get(vehicle.state, "idle"),
                fipe=fipe,
                off_fipe=abs(fipe.percent or 0) if fipe else 0,
                chips=chips.get(vehicle.pk, ()),
            )
        )
    return rows


def _tone(vehicle: StockVehicle, days: int | None) -> str:
    if days is None or days < LONG or vehicle.is_gone:
        return ""
    return "bad" if days >= VERY_LONG else "warn"


def _chips_of(
    dealer: Dealer, vehicles: Sequence[StockVehicle], *, now: datetime
) -> Mapping[int, list[Chip]]:
    """Return the ads of these vehicles that are wished or still on a portal, in one query."""
    by_id = {vehicle.pk: vehicle for vehicle in vehicles}
    chips: dict[int, list[Chip]] = defaultdict(list)
    for row in _ads().for_dealer(dealer).filter(vehicle__in=list(by_id)):
        ad = _Ad._make((*row, by_id[row[0]]))
        if ad.wanted != Wanted.ABSENT or ad.state != Observed.ABSENT:
            chips[ad.vehicle_id].append(_chip(ad, now=now))
    return chips


@cache
def _ads() -> Any:
    """Return what asks for the ads of a page; put together once, as with the columns of a row."""
    listings = Listing.objects.filter(access__is_active=True)
    named = listings.annotate(portal=F("access__portal__name")).order_by("portal", "id")
    return named.values_list(*_Ad._fields[:-1])


def _chip(ad: _Ad, *, now: datetime) -> Chip:
    return Chip(
        portal=ad.portal,
        status=status_of(ad, now=now),
        wanted=Wanted(ad.wanted).label,
        delivery=delivery_of(ad, now=now),
        observed=Observed(ad.state).label,
        reduced=ad.reduced,
    )
