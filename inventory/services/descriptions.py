"""Descriptions made from a dealer's template: {brand}, {year} … replaced by what the vehicle is.

Placeholders are plain words, never attributes or format specifications, so that a template can say
nothing but what is listed here. Each has an English and a Portuguese spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from accounts.services.contact_data import written_phone
from inventory.models import DescriptionTemplate, Optional, Vehicle

_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,40})\}")
# English name → the spelling offered in Portuguese.
PLACEHOLDERS: Mapping[str, str] = {
    "brand": "marca",
    "model": "modelo",
    "version": "versao",
    "year": "ano",
    "mileage": "km",
    "colour": "cor",
    "fuel": "combustivel",
    "gearbox": "cambio",
    "optionals": "opcionais",
    "price": "preco",
    "code": "codigo",
    "dealer": "loja",
    "phone": "telefone",
    "city": "cidade",
}
_NAMES = {**{name: name for name in PLACEHOLDERS}, **{pt: en for en, pt in PLACEHOLDERS.items()}}


def describe(
    template: str, vehicle: Vehicle, *, optionals: Sequence[Optional] | None = None
) -> str:
    """Return the text for a vehicle; a line all of whose placeholders are empty is left out.

    Reads the vehicle's version and optionals. `optionals` are named instead of those of the
    vehicle, as long as it is not saved.
    """
    values: dict[str, str] = {}
    if optionals is not None:
        values["optionals"] = ", ".join(each.name for each in optionals)

    def value_of(name: str) -> str:
        if name not in values:
            values[name] = _VALUES[name](vehicle)
        return values[name]

    lines = []
    for line in template.splitlines():
        names = [_NAMES[found] for found in _names_in(line) if found in _NAMES]
        if names and not any(value_of(name) for name in names):
            continue
        lines.append(
            _PLACEHOLDER.sub(
                lambda found: (
                    value_of(_NAMES[_key(found[1])]) if _key(found[1]) in _NAMES else found[0]
                ),
                line,
            )
        )
    return "\n".join(lines).strip()


def save_template(
    *,
    dealer: Dealer,
    by: By,
    name: str,
    text: str,
    category: int | None = None,
    is_default: bool = False,
    template_id: int | None = None,
) -> DescriptionTemplate:
    """Write a new template, or an existing one; a new default replaces the old of its kind.

    Raises DescriptionTemplate.DoesNotExist, and ValidationError by field: a placeholder nobody
    knows, a name that is taken.
    """
    unknown = sorted({found for found in _names_in(text) if found not in _NAMES})
    if unknown:
        message = _("There is no placeholder {%(name)s}.") % {"name": unknown[0][:40]}
        raise ValidationError({"text": message})
    facts = {"name": name.strip(), "text": text.strip(), "category": category}
    with transaction.atomic():
        templates = DescriptionTemplate.objects.for_dealer(dealer)
        row = (
            DescriptionTemplate(dealer=dealer)
            if template_id is None
            else templates.select_for_update(no_key=True).get(pk=template_id)
        )
        before = {key: getattr(row, key) for key in facts} if row.pk else {}
        for key, value in facts.items():
            setattr(row, key, value)
        if is_default:
            others = templates.exclude(pk=row.pk).filter(category=category)
            others.filter(is_default=True).update(is_default=False)
        row.is_default = is_default
        row.full_clean(exclude=["dealer"], validate_constraints=False)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as err:
            raise ValidationError({"name": _("There is a template of this name already.")}) from err
        action = "updated" if before else "created"
        record_change(subject=row, action=action, before=before, after=facts, by=by)
    return row


def delete_template(template_id: int, *, dealer: Dealer, by: By) -> None:
    """Delete a template of the dealer; raises DescriptionTemplate.DoesNotExist."""
    with transaction.atomic():
        row = DescriptionTemplate.objects.for_dealer(dealer).get(pk=template_id)
        before = {"name": row.name, "text": row.text, "category": row.category}
        record_change(subject=row, action="deleted", before=before, by=by)
        row.delete()


def templates_for(dealer: Dealer, *, category: int) -> list[DescriptionTemplate]:
    """Return the dealer's templates for a kind of vehicle, the one to offer first at the top."""
    templates = DescriptionTemplate.objects.for_dealer(dealer)
    fitting = [each for each in templates if each.category in (None, category)]
    return sorted(fitting, key=lambda each: (not each.is_default, each.category is None, each.name))


def _key(text: str) -> str:
    return text.strip().casefold()


def _names_in(text: str) -> list[str]:
    return [_key(found) for found in _PLACEHOLDER.findall(text)]


def _brand(vehicle: Vehicle) -> str:
    return vehicle.version.model.brand.name if vehicle.version else vehicle.brand_text


def _model(vehicle: Vehicle) -> str:
    return vehicle.version.model.name if vehicle.version else vehicle.model_text


def _version(vehicle: Vehicle) -> str:
    return vehicle.version.name if vehicle.version else vehicle.version_text


def _year(vehicle: Vehicle) -> str:
    years = [vehicle.year_manufacture, vehicle.year_model]
    return "/".join(str(year) for year in years if year is not None)


def _mileage(vehicle: Vehicle) -> str:
    if vehicle.is_new:
        return _("0 km")
    if vehicle.mileage is None:
        return ""
    return f"{number_format(vehicle.mileage, decimal_pos=0, force_grouping=True)} km"


def _price(vehicle: Vehicle) -> str:
    price: Any = vehicle.price_for("")
    if price is None:
        return ""
    symbol = {"BRL": "R$", "EUR": "€"}.get(vehicle.dealer.currency, vehicle.dealer.currency)
    return f"{symbol} {number_format(price, decimal_pos=2, force_grouping=True)}"


def _optionals(vehicle: Vehicle) -> str:
    if vehicle._state.adding:  # noqa: SLF001 - the documented Model API
        return ""
    # .all(), so that what was prefetched for many vehicles is used.
    return ", ".join(optional.name for optional in vehicle.optionals.all())


_VALUES: Mapping[str, Callable[[Vehicle], str]] = {
    "brand": _brand,
    "model": _model,
    "version": _version,
    "year": _year,
    "mileage": _mileage,
    "colour": lambda vehicle: str(vehicle.get_colour_display()),
    "fuel": lambda vehicle: str(vehicle.get_fuel_display()),
    "gearbox": lambda vehicle: str(vehicle.get_gearbox_display()),
    "optionals": _optionals,
    "price": _price,
    "code": lambda vehicle: vehicle.code,
    "dealer": lambda vehicle: vehicle.dealer.name,
    "phone": lambda vehicle: written_phone(vehicle.dealer.phone),
    "city": lambda vehicle: vehicle.dealer.city,
}
