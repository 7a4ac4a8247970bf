"""How a vehicle is told to strangers: its prices, its facts, what speaks for it, its pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Dealer
from config.lib.templatetags.formats import kilometres
from inventory.finding import THUMBNAIL
from inventory.models import PhotoRendition, Vehicle

SHOP = "shop"  # the public pages, where a price is asked for by the place that shows it
CLAIMS = (
    *("single_owner", "dealer_serviced", "factory_warranty", "road_tax_paid", "licensed"),
    *("accepts_trade", "armoured"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a vehicle costs now, and what it did before when that was more; None = ask."""

    now: Decimal | None
    before: Decimal | None


@dataclass(frozen=True, slots=True)
class Size:
    """One served size of a picture."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo in every size it is served in, smallest first."""

    sizes: Sequence[Size]

    @property
    def small(self) -> Size:
        """The size for lists."""
        return self.sizes[0]

    @property
    def large(self) -> Size:
        """The size to look at closely."""
        return self.sizes[-1]

    @property
    def srcset(self) -> str:
        """Every size with its width, as browsers choose among them."""
        return ", ".join(f"{each.url} {each.width}w" for each in self.sizes)


def name_of(vehicle: Vehicle) -> str:
    """Return the name strangers read; a vehicle nobody named is of its kind (never its code)."""
    return vehicle.title or str(vehicle.get_category_display())


def prices_of(vehicle: Vehicle) -> Prices:
    """Return the price to show, with the old one beside it when there is a promotion."""
    now = vehicle.price_for(SHOP)
    cheaper = now is not None and vehicle.price is not None and now < vehicle.price
    return Prices(now=now, before=vehicle.price if cheaper else None)


def years_of(vehicle: Vehicle) -> str:
    """Return year made and model year as the trade writes them (2020/2021), '' for neither."""
    years = (vehicle.year_manufacture, vehicle.year_model)
    return "/".join(str(year) for year in years if year)


def mileage_of(vehicle: Vehicle) -> str:
    """Return the distance driven in words, '' when nobody noted it."""
    if vehicle.is_new:
        return _("0 km")
    return "" if vehicle.mileage is None else kilometres(vehicle.mileage)


def facts_of(vehicle: Vehicle) -> list[tuple[str, str]]:
    """Return the facts of a vehicle as (label, value) in the order buyers ask for them."""
    size = f"{vehicle.displacement}\N{NO-BREAK SPACE}cm³" if vehicle.displacement else ""
    facts = (
        (_("Year"), years_of(vehicle)),
        (_("Mileage"), mileage_of(vehicle)),
        (_("Fuel"), vehicle.get_fuel_display()),
        (_("Gearbox"), vehicle.get_gearbox_display()),
        (_("Colour"), vehicle.get_colour_display()),
        (_("Body"), vehicle.get_body_display()),
        (_("Doors"), str(vehicle.doors or "")),
        (_("Displacement"), size),
    )
    return [(label, str(value)) for label, value in facts if value]


def claims_of(vehicle: Vehicle) -> list[str]:
    """Return what speaks for the vehicle, e.g. “Single owner”."""
    names = {field.name: field.verbose_name for field in Vehicle._meta.fields}  # noqa: SLF001
    return [capfirst(str(names[name])) for name in CLAIMS if getattr(vehicle, name)]


def covers_of(dealer: Dealer, vehicles: Iterable[Vehicle]) -> dict[int, Picture]:
    """Return the first picture of each vehicle that has one, in the small size, in one query."""
    return {pk: found[0] for pk, found in _pictures(dealer, vehicles, size=THUMBNAIL).items()}


def pictures_of(dealer: Dealer, vehicle: Vehicle) -> list[Picture]:
    """Return every picture of a vehicle in the dealer's order, in one query."""
    return _pictures(dealer, [vehicle]).get(vehicle.pk, [])


def _pictures(dealer: Dealer, vehicles: Iterable[Vehicle], **only: int) -> dict[int, list[Picture]]:
    rows = (
        PhotoRendition.objects.filter(dealer=dealer, blob__placements__vehicle__in=vehicles, **only)
        .order_by("blob__placements__position", "blob__placements__id", "size")
        .values_list("blob__placements__vehicle_id", "blob_id", "file", "width", "height")
    )
    storage = PhotoRendition._meta.get_field("file").storage  # noqa: SLF001 - the Model API
    found: dict[int, list[Picture]] = defaultdict(list)
    for (vehicle_id, _blob), sizes in groupby(rows, key=lambda row: row[:2]):
        found[vehicle_id].append(
            Picture([Size(storage.url(file), width, height) for *_, file, width, height in sizes])
        )
    return dict(found)
