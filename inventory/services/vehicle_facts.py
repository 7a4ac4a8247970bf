"""Turns what people and feeds say of a vehicle into values the table may hold, or says what is
wrong with which field. Reads only what it is given, except relations named by id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Dealer
from inventory.models import StockSource, Vehicle, Version
from inventory.services import identity

OLDEST_YEAR = 1900
LONGEST_DESCRIPTION = 10_000  # characters
HIGHEST_MILEAGE = 9_999_999  # km

# Facts a caller may give. State, revision and moments belong to the services; `code` is given once.
FACTS = frozenset(
    {
        *("category", "plate", "chassis", "renavam", "version"),
        *("brand_text", "model_text", "version_text", "year_manufacture", "year_model"),
        *("first_registration_year", "first_registration_month", "mileage", "is_new"),
        *("price", "promotional_price", "cost", "colour", "fuel", "gearbox", "body", "doors"),
        *("displacement", "armoured", "single_owner", "accepts_trade", "dealer_serviced"),
        *("road_tax_paid", "licensed", "factory_warranty", "description", "video_url"),
        *("stock_type", "location", "source", "source_reference", "source_facts"),
    }
)
_RELATIONS: dict[str, type[Version] | type[StockSource]] = {
    "version": Version,
    "source": StockSource,
}
_IDENTIFIERS = frozenset({"plate", "chassis", "renavam"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def clean_facts(
    vehicle: Vehicle, values: Mapping[str, Any], *, dealer: Dealer, now: datetime
) -> dict[str, Any]:
    """Put cleaned values on the vehicle (unsaved); return those that changed as they were before.

    Only the fields given are judged, and what depends on them, so that an old flaw elsewhere never
    blocks an edit. Raises ValidationError by field; TypeError for a name that is no fact.
    """
    if unknown := set(values) - FACTS:
        raise TypeError(f"Not facts of a vehicle: {', '.join(sorted(unknown))}")
    before = {name: getattr(vehicle, _column(name)) for name in values}
    errors: dict[str, ValidationError] = {}
    for name, value in values.items():
        _try(errors, name, lambda n=name, v=value: _assign(vehicle, n, v))  # type: ignore[misc]
    _collect(errors, lambda: vehicle.clean_fields(exclude=_not_judged(values, errors)))
    for name, rule in _rules(vehicle, dealer=dealer, now=now).items():
        if name in values and name not in errors:
            _try(errors, name, rule)
    _judge_together(vehicle, values, errors)
    if errors:
        raise ValidationError(errors)
    return {name: old for name, old in before.items() if getattr(vehicle, _column(name)) != old}


def column_values(vehicle: Vehicle, names: Iterable[str]) -> dict[str, Any]:
    """Return those facts as the columns hold them (a relation by its id), for the history."""
    return {name: getattr(vehicle, _column(name)) for name in sorted(names)}


def _column(name: str) -> str:
    return f"{name}_id" if name in _RELATIONS else name


def _try(errors: dict[str, ValidationError], name: str, rule: Callable[[], None]) -> None:
    try:
        rule()
    except ValidationError as err:
        errors[name] = err


def _collect(errors: dict[str, ValidationError], rule: Callable[[], None]) -> None:
    try:
        rule()
    except ValidationError as err:
        for name, found in err.error_dict.items():
            errors.setdefault(name, ValidationError(found))


def _not_judged(values: Mapping[str, Any], errors: Mapping[str, Any]) -> set[str]:
    judged = set(values) - set(errors) - set(_RELATIONS)
    return {field.name for field in Vehicle._meta.fields} - judged  # noqa: SLF001 - Model API


def _assign(vehicle: Vehicle, name: str, value: Any) -> None:
    if name in _RELATIONS:
        setattr(vehicle, name, _related(_RELATIONS[name], value))
        return
    if isinstance(value, str):
        value = _clean_text(value)
        value = identity.bare(value) if name in _IDENTIFIERS else value
    field = cast("models.Field[Any, Any]", Vehicle._meta.get_field(name))  # noqa: SLF001
    if value is None and not field.null:
        value = field.get_default()
    elif value == "" and field.null:
        value = None
    setattr(vehicle, name, field.to_python(value))


def _clean_text(text: str) -> str:
    if _CONTROL.search(text):
        raise ValidationError(_("Remove the invisible control characters."), code="control")
    return text.strip()


def _related(model: type[Version] | type[StockSource], value: Any) -> Any:
    if value is None or value == "" or isinstance(value, model):
        return value or None
    try:
        return model._default_manager.get(pk=value)  # noqa: SLF001 - the documented Model API
    except (ObjectDoesNotExist, TypeError, ValueError) as err:
        raise ValidationError(_("This choice does not exist."), code="unknown") from err


def _rules(vehicle: Vehicle, *, dealer: Dealer, now: datetime) -> dict[str, Callable[[], None]]:
    this_year = now.year
    country = dealer.country

    def plate() -> None:
        vehicle.plate = identity.clean_plate(vehicle.plate, country=country)

    def renavam() -> None:
        vehicle.renavam = identity.clean_renavam(vehicle.renavam, country=country)

    return {
        "plate": plate,
        "renavam": renavam,
        "year_manufacture": lambda: _year(vehicle.year_manufacture, latest=this_year + 1),
        "year_model": lambda: _year(vehicle.year_model, latest=this_year + 2),
        "first_registration_year": lambda: _year(vehicle.first_registration_year, latest=this_year),
        "first_registration_month": lambda: _within(
            vehicle.first_registration_month, lowest=1, highest=12
        ),
        "mileage": lambda: _within(vehicle.mileage, lowest=0, highest=HIGHEST_MILEAGE),
        "doors": lambda: _within(vehicle.doors, lowest=0, highest=9),
        "cost": lambda: _not_negative(vehicle),
        "description": lambda: _description(vehicle.description),
        "version": lambda: _version(vehicle),
        "source": lambda: _source(vehicle, dealer=dealer),
        "source_facts": lambda: _facts(vehicle.source_facts),
    }


def _judge_together(
    vehicle: Vehicle,
    values: Mapping[str, Any],
    errors: dict[str, ValidationError],
) -> None:
    """Judge the fields that lean on others, whichever of them was given."""

    def touched(*names: str) -> bool:
        return any(name in values for name in names) and not any(n in errors for n in names)

    if touched("chassis", "year_manufacture", "year_model"):
        _try(errors, "chassis", lambda: _chassis(vehicle))
    if touched("price", "promotional_price"):
        _try(errors, "promotional_price", lambda: _promotion(vehicle))
    if touched("category", "version"):
        _try(errors, "version", lambda: _version(vehicle))


def _chassis(vehicle: Vehicle) -> None:
    year = vehicle.year_manufacture or vehicle.year_model
    vehicle.chassis = identity.clean_chassis(vehicle.chassis, year=year)


def _promotion(vehicle: Vehicle) -> None:
    price, promotional = vehicle.price, vehicle.promotional_price
    if price is not None and promotional is not None and promotional > price:
        raise ValidationError(
            _("The promotional price is above the price."), code="promotion_above_price"
        )


def _year(year: int | None, *, latest: int) -> None:
    _within(year, lowest=OLDEST_YEAR, highest=latest)


def _within(value: int | None, *, lowest: int, highest: int) -> None:
    if value is not None and not lowest <= value <= highest:
        raise ValidationError(
            _("Enter a number between %(lowest)d and %(highest)d."),
            code="out_of_range",
            params={"lowest": lowest, "highest": highest},
        )


def _not_negative(vehicle: Vehicle) -> None:
    if vehicle.cost is not None and vehicle.cost < 0:
        raise ValidationError(_("Enter an amount that is not negative."), code="negative")


def _description(text: str) -> None:
    if len(text) > LONGEST_DESCRIPTION:
        raise ValidationError(
            _("The description has %(count)d characters; at most %(limit)d are kept."),
            code="too_long",
            params={"count": len(text), "limit": LONGEST_DESCRIPTION},
        )


def _version(vehicle: Vehicle) -> None:
    version = vehicle.version
    if version is not None and version.model.brand.category != vehicle.category:
        raise ValidationError(
            _("This version belongs to another kind of vehicle."), code="version_category"
        )


def _source(vehicle: Vehicle, *, dealer: Dealer) -> None:
    if vehicle.source is not None and vehicle.source.dealer_id != dealer.pk:
        raise ValidationError(_("This choice does not exist."), code="unknown")


def _facts(facts: object) -> None:
    if not isinstance(facts, dict):
        raise ValidationError(_("Enter an object of facts."), code="not_an_object")
