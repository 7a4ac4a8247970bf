"""What FIPE says a vehicle is worth, and how its own price compares; nothing where FIPE is silent.

Reads only; the prices are loaded by `load_fipe` and are never ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from config.lib.folding import fold
from inventory.models import ReferencePrice
from inventory.models.vocabulary import TRADE_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class FipePrice:
    """FIPE's price in BRL of a month, and by how many percent the vehicle's own is above it."""

    price: Decimal
    month: date
    percent: int | None

    @property
    def below(self) -> int:
        """By how many percent the vehicle's own price is below it; 0 if it is not."""
        return max(0, -(self.percent or 0))


class Priced(Protocol):
    """What of a vehicle finds its FIPE price; Vehicle has it, and rows of lists do."""

    @property
    def pk(self) -> int: ...
    @property
    def version_id(self) -> int | None: ...
    @property
    def year_model(self) -> int | None: ...
    @property
    def is_new(self) -> bool: ...
    @property
    def fuel(self) -> str: ...
    def price_for(self, portal: str, /) -> Decimal | None: ...


def fipe_prices_of(vehicles: Sequence[Priced]) -> dict[int, FipePrice]:
    """Return FIPE's price of each vehicle that has one, by vehicle id, in one query.

    It must be the vehicle's version and model year (zero kilometre for a new one); of several fuels
    it is that of the vehicle's own, or the only one there is.
    """
    wanted = {
        each.pk: (each.version_id, ReferencePrice.ZERO_KM if each.is_new else each.year_model)
        for each in vehicles
        if each.version_id is not None and (each.is_new or each.year_model is not None)
    }
    rows: dict[tuple[int | None, int | None], list[_Row]] = defaultdict(list)
    listed = ReferencePrice.objects.filter(
        version__in={version for version, _ in wanted.values()},
        model_year__in={year for _, year in wanted.values()},
    ).values_list("version_id", "model_year", "fuel", "price", "month")
    for version, year, fuel, amount, month in listed if wanted else ():
        rows[version, year].append(_Row(fuel=fuel, price=amount, month=month))
    prices = {}
    for vehicle in vehicles:
        found = _of_fuel(rows.get(wanted.get(vehicle.pk, (None, None)), []), vehicle.fuel)
        if found is not None:
            prices[vehicle.pk] = FipePrice(
                price=found.price, month=found.month, percent=_above(vehicle, found.price)
            )
    return prices


class _Row(NamedTuple):
    fuel: str
    price: Decimal
    month: date


def _of_fuel(rows: list[_Row], fuel: str) -> _Row | None:
    if len(rows) == 1:
        return rows[0]
    names = {fold(name) for name in TRADE_NAMES["fuel"].get(fuel, ())}
    matching = [row for row in rows if fold(row.fuel) in names]
    return matching[0] if matching else None


def _above(vehicle: Priced, reference: Decimal) -> int | None:
    price = vehicle.price_for("")
    if price is None or not reference:
        return None
    return round(100 * (price - reference) / reference)
