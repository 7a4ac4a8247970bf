"""How the vehicle's form is laid out: what everybody fills in first, and the rest in sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.forms import CLAIMS, PLACE, VehicleForm

ESSENTIALS = (
    *("year_manufacture", "year_model", "mileage", "price", "colour"),
    *("fuel", "gearbox", "is_new"),
)
_SECTIONS: Sequence[tuple[str, Promise, tuple[str, ...]]] = (
    ("facts", _("More about the vehicle"), ("body", "doors", "displacement", *CLAIMS)),
    ("prices", _("Other prices"), ("promotional_price", "cost")),
    (
        "papers",
        _("Papers"),
        ("chassis", "renavam", "first_registration_month", "first_registration_year", "code"),
    ),
    ("place", _("In the yard"), PLACE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the form that is folded away until it is wanted.

    `filled` counts its fields that say something; one with an error is open from the start.
    """

    slug: str
    title: str | Promise
    fields: list[BoundField]

    @property
    def is_open(self) -> bool:
        """Whether something here must be corrected."""
        return any(field.errors for field in self.fields)

    @property
    def filled(self) -> int:
        """How many fields say something of their own."""
        return sum(field.value() not in (None, "", False, "own") for field in self.fields)


def essentials_of(form: VehicleForm) -> list[BoundField]:
    """Return the fields that stand open below plate and version."""
    return _group(form, ESSENTIALS)


def sections_of(form: VehicleForm) -> list[Section]:
    """Return the folded sections that have a field for this kind of vehicle."""
    sections = [
        Section(slug=slug, title=title, fields=_group(form, names))
        for slug, title, names in _SECTIONS
    ]
    return [section for section in sections if section.fields]


def _group(form: VehicleForm, names: Sequence[str]) -> list[BoundField]:
    return [form[name] for name in names if name in form.fields]
