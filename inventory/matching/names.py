"""What goes into the matcher and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A vehicle as one catalogue (or a dealer) words it; blank or 0 is unknown.

    `key` is the caller's own (a primary key). `category` 1 car, 2 motorcycle, 3 truck. `model` may
    be blank where the text alone is known. `fuels` holds a source's fuel words joined by "|".
    `body`, `gearbox` and `fuel` are our own values where a field says them; years are model years.
    """

    key: int
    category: int
    brand: str
    model: str = ""
    version: str = ""
    year_first: int = 0
    year_last: int = 0
    fuels: str = ""
    body: str = ""
    gearbox: str = ""
    fuel: str = ""
    doors: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """One fact that both names state: what ours says and what theirs says.

    `fact` is one of displacement, valves, power, turbo, cylinders, gearbox, doors, fuel, traction,
    body, cab, trim, years, model, brand, text.
    """

    fact: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that may be meant: its key, the calibrated probability (0 to 1) and the reasons."""

    key: int
    probability: float
    agrees: tuple[Agreement, ...] = ()
    contradicts: tuple[Agreement, ...] = ()
