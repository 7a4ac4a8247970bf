"""Reads of the public pages: who has them, what of a stock is shown, and how it is narrowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Max, OrderBy, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import Dealer
from inventory.finding import bears_in_name, words_of
from inventory.models import Category, Vehicle, VehicleState
from inventory.showroom.showing import Picture, covers_of

SHOWN = (VehicleState.AVAILABLE, VehicleState.RESERVED)
PER_PAGE = 24
_PRICE = Coalesce("promotional_price", "price")
_BRAND = Coalesce("version__model__brand__name", "brand_text", Value(""))
ORDERS: dict[str, OrderBy] = {
    "new": F("available_at").desc(nulls_last=True),
    "cheap": F("asked").asc(nulls_last=True),
    "dear": F("asked").desc(nulls_last=True),
    "km": F("mileage").asc(nulls_last=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a visitor wants to see; '' and None = no restriction. `order` is a key of ORDERS."""

    words: str = ""
    category: int | None = None
    brand: str = ""
    most: int | None = None
    order: str = "new"

    @property
    def changes_anything(self) -> bool:
        """Whether the visitor sees something else than the whole stock in the usual order."""
        return self != Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A page of a public stock with what it can be narrowed by; `covers` by vehicle id."""

    page: Page[Vehicle]
    choice: Choice
    total: int
    categories: Sequence[tuple[int, str, int]]
    brands: Sequence[tuple[str, int]]
    covers: dict[int, Picture]


def open_shop(code: str) -> Dealer | None:
    """Return the dealer of that code, None unless its public pages are on."""
    return Dealer.objects.filter(code=code, is_active=True, public_pages=True).first()


def shown_stock(dealer: Dealer) -> QuerySet[Vehicle]:
    """Return the vehicles that strangers may see, with their names."""
    vehicles = Vehicle.objects.for_dealer(dealer).filter(state__in=SHOWN)
    return vehicles.select_related("version__model__brand")


def find_in_shop(dealer: Dealer, public_id: str) -> Vehicle | None:
    """Return the dealer's vehicle of that public id whatever its state; the caller judges it."""
    vehicles = Vehicle.objects.for_dealer(dealer).select_related("version__model__brand")
    return vehicles.filter(public_id=public_id).first()


def shelf_of(dealer: Dealer, choice: Choice, *, number: str | None) -> Shelf:
    """Return a page of the stock, narrowed and ordered; what makes no sense narrows nothing."""
    stock = shown_stock(dealer).annotate(brand_name=_BRAND, asked=_PRICE)
    facets = stock.order_by().values_list("category", "brand_name").annotate(Count("pk"))
    numbers = list(facets)
    brands: dict[str, int] = {}
    categories: dict[int, int] = {}
    for category, brand, count in numbers:
        categories[category] = categories.get(category, 0) + count
        if brand:
            brands[brand] = brands.get(brand, 0) + count
    choice = replace(choice, brand=choice.brand if choice.brand in brands else "")
    page = Paginator(_narrowed(stock, choice), PER_PAGE).get_page(number)
    return Shelf(
        page=page,
        choice=choice,
        total=sum(categories.values()),
        categories=[(key, str(Category(key).label), categories[key]) for key in sorted(categories)],
        brands=sorted(brands.items(), key=lambda found: found[0].casefold()),
        covers=covers_of(dealer, list(page.object_list)),
    )


def _narrowed(stock: QuerySet[Vehicle], choice: Choice) -> QuerySet[Vehicle]:
    # Plate, chassis and code are not searched: an answer would tell strangers that they are here.
    condition = Q()
    for word in words_of(choice.words):
        condition &= bears_in_name(word)
    if choice.category is not None:
        condition &= Q(category=choice.category)
    if choice.brand:
        condition &= Q(brand_name=choice.brand)
    if choice.most is not None:
        condition &= Q(asked__lte=choice.most)
    return stock.filter(condition).order_by(ORDERS[choice.order], "-id")


def shops() -> list[tuple[str, datetime | None]]:
    """Return code and last change of the stock of every dealer with public pages."""
    dealers = Dealer.objects.filter(is_active=True, public_pages=True)
    changed = dealers.annotate(changed=Max("vehicles__updated_at"))
    return list(changed.order_by("code").values_list("code", "changed"))
