"""Fill in what a stock file does not say, for demonstrations and tests only, and say so.

Every value is plausible, of valid form, and decided by a hash of the stock reference, so that the
same file gives the same stock. The names of the fields filled in are returned; the importer writes
them into `source_facts["invented"]`, and nothing here is ever used unless it was asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from inventory.models import Category, Version
from inventory.reference import facts as reading
from inventory.reference import fipe_names, known_bodies
from inventory.services import identity

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# In fifth place a new plate may carry any letter; K to Z never stand for a digit of an old plate.
_NEW_PLATE_LETTERS = "KLMNOPQRSTUVWXYZ"
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_COLOURS = ("white", "white", "white", "silver", "silver", "black", "black", "grey", "red", "blue")
_TWO_DOORS = frozenset({"coupe", "convertible", "buggy"})
_KM_A_YEAR = 12_000
_TRIES = 20


class _Dice:
    """Numbers decided by a text: the same text throws the same numbers in the same order."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.throws = 0

    def below(self, limit: int) -> int:
        """Return the next number from 0 to limit - 1."""
        digest = hashlib.sha256(f"{self.seed}:{self.throws}".encode()).digest()
        self.throws += 1
        return int.from_bytes(digest[:8], "big") % limit

    def pick(self, choices: str | tuple[str, ...]) -> str:
        """Return one of the choices."""
        return choices[self.below(len(choices))]


def invent_facts(
    have: Mapping[str, Any],
    *,
    seed: str,
    version: Version | None,
    year: int,
    taken_plates: Collection[str],
) -> dict[str, Any]:
    """Return values for the fields that `have` lacks; their names are what was invented.

    `seed` is the stock reference, `version` the reference version if the vehicle has a place,
    `year` the current one, `taken_plates` the dealer's plates in any spelling.
    """
    category = have["category"]
    makers: dict[str, Callable[[], Any]] = {
        "plate": lambda: _plate(seed, taken_plates),
        "chassis": lambda: _chassis(_Dice(f"{seed}/chassis")),
        "year_model": lambda: _model_year(have, version, year=year),
        "colour": lambda: _Dice(f"{seed}/colour").pick(_COLOURS),
        "gearbox": lambda: _gearbox(have, version),
        "fuel": lambda: _fuel(category, version),
    }
    if category in (Category.CAR, Category.MOTORCYCLE):
        makers["body"] = lambda: _body(have, version)
    if category == Category.CAR:
        makers["doors"] = lambda: _doors(have, version)
    if category == Category.MOTORCYCLE:
        makers["displacement"] = lambda: _displacement(have, version)
    made = {name: make() for name, make in makers.items() if have.get(name) in (None, "")}
    years = {**have, **made}
    if have.get("year_manufacture") is None:
        made["year_manufacture"] = years["year_model"] - _Dice(f"{seed}/year").below(2)
    if have.get("mileage") is None:
        age = max(0, year - years["year_model"]) + 1
        made["mileage"] = age * _KM_A_YEAR - _Dice(f"{seed}/km").below(_KM_A_YEAR)
    return made


def _plate(seed: str, taken: Collection[str]) -> str:
    """Return a Mercosul plate that the dealer does not have yet."""
    for attempt in range(_TRIES):
        dice = _Dice(f"{seed}/plate/{attempt}")
        letters = "".join(dice.pick(_LETTERS) for _place in range(3))
        last = f"{dice.below(100):02d}"
        plate = f"{letters}{dice.below(10)}{dice.pick(_NEW_PLATE_LETTERS)}{last}"
        if plate not in taken:
            return plate
    return ""


def _chassis(dice: _Dice) -> str:
    """Return a Brazilian chassis number of 17 characters with its check digit."""
    head = "9B" + "".join(dice.pick(_VIN_LETTERS) for _place in range(6))
    tail = "".join(dice.pick(_VIN_LETTERS) for _place in range(5)) + f"{dice.below(1000):03d}"
    candidates = (f"{head}{digit}{tail}" for digit in "0123456789X")
    return next(number for number in candidates if identity.has_check_digit(number))


def _model_year(have: Mapping[str, Any], version: Version | None, *, year: int) -> int:
    """Return a model year that goes with the year made, or lies in the version's years."""
    if have.get("year_manufacture"):
        return int(have["year_manufacture"])
    return min(year, version.year_last) if version else year - 5


def _text(have: Mapping[str, Any], version: Version | None) -> tuple[str, str, str]:
    """Return brand, model and version text, the reference's before the dealer's."""
    if version is not None:
        return version.model.brand.name, version.model.name, version.name
    return (
        have.get("brand_text", ""),
        have.get("model_text", ""),
        have.get("version_text", ""),
    )


def _gearbox(have: Mapping[str, Any], version: Version | None) -> str:
    """Return the gearbox the texts name, else automatic for scooters, else manual."""
    _brand, model, text = _text(have, version)
    named = (version.gearbox if version else "") or reading.gearbox_of(reading.read_facts(text))
    if named:
        return named
    if have["category"] == Category.MOTORCYCLE:
        scooter = known_bodies.motorcycle_style(model, text=text) == "scooter"
        return "automatic" if scooter else "manual"
    return "manual"


def _fuel(category: int, version: Version | None) -> str:
    """Return the version's most frequent fuel, else the usual one of the category."""
    if version is not None and version.fuels:
        named = reading.read_facts(version.fuels.split("|", maxsplit=1)[0]).fuel
        if named:
            return named
    return {Category.TRUCK: "diesel", Category.MOTORCYCLE: "petrol"}.get(Category(category), "flex")


def _body(have: Mapping[str, Any], version: Version | None) -> str:
    """Return the body or style that the names tell or usually mean."""
    brand, model, text = _text(have, version)
    if have["category"] == Category.MOTORCYCLE:
        return known_bodies.motorcycle_style(model, text=text)
    stated = version.body if version else ""
    return (
        stated
        or known_bodies.body_in_text(text, model=model, brand=brand)
        or known_bodies.usual_body(model, brand=fipe_names.brand_key(brand))
    )


def _doors(have: Mapping[str, Any], version: Version | None) -> int:
    """Return the doors that the version tells, else what the body usually has."""
    if version is not None and version.doors:
        return version.doors
    return 2 if (have.get("body") or _body(have, version)) in _TWO_DOORS else 4


def _displacement(have: Mapping[str, Any], version: Version | None) -> int:
    """Return a motorcycle's displacement (cm³) from its names, else a common one."""
    if version is not None and version.displacement:
        return version.displacement
    _brand, model, text = _text(have, version)
    return reading.read_motorcycle_displacement(f"{model} {text}") or 150
