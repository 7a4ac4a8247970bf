"""What FIPE says a vehicle is worth, and how its own price compares; nothing where FIPE is silent.

Reads only; the prices are loaded by `load_fipe` and are never ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.lib.folding import fold
from inventory.models import ReferencePrice, Vehicle
from inventory.models.vocabulary import TRADE_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class FipePrice:
    """FIPE's price in BRL of a month, and by how many percent the vehicle's own is above it."""

    price: Decimal
    month: date
    percent: int | None


def fipe_prices_of(vehicles: Sequence[Vehicle]) -> dict[int, FipePrice]:
    """Return FIPE's price of each vehicle that has one, by vehicle id, in one query.

    It must be the vehicle's version and model year (zero kilometre for a new one); of several fuels
    it is that of the vehicle's own, or the only one there is.
    """
    wanted = {
        each.pk: (each.version_id, ReferencePrice.ZERO_KM if each.is_new else each.year_model)
        for each in vehicles
        if each.version_id is not None and (each.is_new or each.year_model is not None)
    }
    rows: dict[tuple[int | None, int | None], list[ReferencePrice]] = defaultdict(list)
    listed = ReferencePrice.objects.filter(
        version__in={version for version, _ in wanted.values()},
        model_year__in={year for _, year in wanted.values()},
    )
    for row in listed if wanted else ():
        rows[row.version_id, row.model_year].append(row)
    prices = {}
    for vehicle in vehicles:
        found = _of_fuel(rows.get(wanted.get(vehicle.pk, (None, None)), []), vehicle.fuel)
        if found is not None:
            prices[vehicle.pk] = FipePrice(
                price=found.price, month=found.month, percent=_above(vehicle, found.price)
            )
    return prices


def _of_fuel(rows: list[ReferencePrice], fuel: str) -> ReferencePrice | None:
    if len(rows) == 1:
        return rows[0]
    names = {fold(name) for name in TRADE_NAMES["fuel"].get(fuel, ())}
    matching = [row for row in rows if fold(row.fuel) in names]
    return matching[0] if matching else None


def _above(vehicle: Vehicle, reference: Decimal) -> int | None:
    price = vehicle.price_for("")
    if price is None or not reference:
        return None
    return round(100 * (price - reference) / reference)
