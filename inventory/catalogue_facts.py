"""What the reference catalogue knows of a version, in the words of the vehicle's form."""

from __future__ import annotations

import re
from typing import Any

from config.lib.folding import fold
from inventory.models import Category, Version
from inventory.models.vocabulary import TRADE_NAMES

MOST_YEARS = 40
_YEAR = re.compile(r"(?:19|20)\d\d")


def facts_of(version: Version, *, year: int | None = None) -> dict[str, Any]:
    """Return the fields that a version answers, by name; what the catalogue does not say is left.

    `year` is the model year asked for: without it, only a version of a single year says one.
    """
    fuels = fuels_of(version)
    if year is None and version.year_first == version.year_last:
        year = version.year_first
    facts: dict[str, Any] = {
        "fuel": fuels[0] if len(fuels) == 1 else "",
        "gearbox": version.gearbox,
        "body": version.body,
        "doors": version.doors,
        "displacement": version.displacement,
        "year_model": year,
        "year_manufacture": year,
    }
    if version.model.brand.category != Category.MOTORCYCLE:
        del facts["displacement"]
    return {name: value for name, value in facts.items() if value not in ("", None)}


def fuels_of(version: Version) -> list[str]:
    """Return our values of the fuels that FIPE names for a version."""
    known = {fold(name): value for value, names in TRADE_NAMES["fuel"].items() for name in names}
    found = [known[fold(word)] for word in version.fuels.split("|") if fold(word) in known]
    return list(dict.fromkeys(found))


def years_of(version: Version) -> list[int]:
    """Return the model years of a version, newest first."""
    years = range(version.year_last, version.year_first - 1, -1)
    return list(years)[:MOST_YEARS]


def year_in(words: str, version: Version) -> int | None:
    """Return the model year that the words of a search name, if the version was made in it.

    A year that is part of the model's own name (Peugeot 2008) does not count.
    """
    name = f"{version.model.name} {version.name}"
    years = [int(word) for word in _YEAR.findall(words[:200]) if word not in name]
    fitting = [year for year in years if version.year_first <= year <= version.year_last]
    return fitting[-1] if fitting else None
