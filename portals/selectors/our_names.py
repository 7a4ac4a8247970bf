"""How people read the source keys under which decisions about names are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from inventory.models import Brand, Optional, VehicleModel, Version
from inventory.models.vocabulary import BodyStyle, Colour, Fuel, Gearbox

_CHOICES: Mapping[str, Mapping[str, object]] = {
    "colour": dict(Colour.choices),
    "fuel": dict(Fuel.choices),
    "gearbox": dict(Gearbox.choices),
    "style": dict(BodyStyle.choices),
}
_UNITS = {"displacement": "cm³"}
WITHIN = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "  # a brand, then its model


def names_of(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return each (kind, source key) as people read it; at most four queries for them all.

    A key whose row is gone, or that nobody can read, stands for itself.
    """
    wanted = set(keys)
    by_prefix: dict[str, set[str]] = defaultdict(set)
    for _kind, key in wanted:
        prefix, _, rest = key.partition(":")
        by_prefix[prefix].add(rest)
    rows = {
        "brand": _brands(by_prefix["brand"]),
        "model": _models(by_prefix["model"]),
        "fipe": _versions(by_prefix["fipe"]),
        "optional": _optionals(by_prefix["optional"]),
    }
    return {(kind, key): _readable(kind, key, rows) for kind, key in wanted}


def _readable(kind: str, key: str, rows: Mapping[str, Mapping[str, str]]) -> str:
    prefix, _, rest = key.partition(":")
    if prefix == "text":
        # Folded words lost their case; capitals are how catalogues shout, and wrong for nobody.
        return WITHIN.join(part.upper() for part in rest.split("|") if part) or key
    if prefix == "value":
        unit = _UNITS.get(kind, "")
        return f"{_CHOICES.get(kind, {}).get(rest, rest)} {unit}".strip()
    return rows.get(prefix, {}).get(rest, rest or key)


def _brands(folded: set[str]) -> dict[str, str]:
    if not folded:
        return {}
    return dict(Brand.objects.filter(folded__in=folded).values_list("folded", "name"))


def _models(ids: set[str]) -> dict[str, str]:
    numbers = {int(each) for each in ids if each.isascii() and each.isdecimal() and len(each) < 19}
    if not numbers:
        return {}
    rows = VehicleModel.objects.filter(pk__in=numbers).select_related("brand")
    return {str(row.pk): WITHIN.join((row.brand.name, row.name)) for row in rows}


def _versions(codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    rows = Version.objects.filter(fipe_code__in=codes).select_related("model__brand")
    return {
        row.fipe_code: WITHIN.join((row.model.brand.name, row.model.name, row.name)) for row in rows
    }


def _optionals(folded: set[str]) -> dict[str, str]:
    if not folded:
        return {}
    rows = Optional.objects.filter(folded__in=folded)
    return {row.folded: row.name for row in rows}
