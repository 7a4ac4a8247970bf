"""The demo dealer's vehicles: facts that fit their FIPE version, invented by us.

Some have a twist on purpose, so that every warning and the usual problems can be seen on the pages.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FLEET_FILE = Path(__file__).with_name("fleet.csv")
FIRST_CODE = 1001

# What is wrong, or special, with a vehicle. Those of `fleet.csv`, and what each is meant to show.
TWISTS = {
    "many_photos": "more pictures than the portal takes",
    "small_photos": "two pictures too small for the portal",
    "no_photos": "no picture at all",
    "broken_photo": "a file that turned out to be no picture",
    "highlight": "the second-best highlight, of which there are enough",
    "top_highlight": "the best highlight, of which there are too few",
    "long_text": "a description longer than the portal takes",
    "rare_optional": "optionals the portal has no name for",
    "no_plate": "no plate",
    "no_price": "no price",
    "no_km": "used, but nobody wrote down the mileage",
    "not_placed": "a version that only exists as the seller wrote it",
    "paused": "paused by the dealer",
}

_PLATE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVehicle:
    """One vehicle of the demo; price in BRL, mileage in km, displacement in cm³."""

    number: int
    fipe_code: str
    year_manufacture: int
    year_model: int
    mileage: int | None
    price: Decimal | None
    colour: str
    fuel: str
    gearbox: str
    body: str
    doors: int | None
    displacement: int | None
    state: str
    twist: str

    @property
    def code(self) -> str:
        """The dealer's stock code."""
        return str(FIRST_CODE + self.number)

    @property
    def plate(self) -> str:
        """An invented plate, '' for the vehicle that shows what happens without one."""
        if self.twist == "no_plate":
            return ""
        lot = self.lot("plate")
        letters = "".join(_PLATE_LETTERS[lot // 31**place % 23] for place in range(4))
        digits = f"{self.number + 100:03d}"  # one per vehicle: never two alike
        return f"{letters[:3]}{digits[0]}{'ABCDEFGHIJ'[lot % 10]}{digits[1:]}"

    @property
    def chassis(self) -> str:
        """An invented chassis number that no maker has given."""
        lot = self.lot("chassis")
        middle = "".join(_VIN_SIGNS[lot // 37**place % len(_VIN_SIGNS)] for place in range(9))
        return f"9ZZ{middle}{self.number:05d}"

    def lot(self, about: str) -> int:
        """Return a large number that is always the same for this vehicle and subject."""
        digest = hashlib.sha256(f"{self.number}:{about}".encode()).digest()
        return int.from_bytes(digest[:12], "big")


def read_fleet(path: Path = FLEET_FILE) -> Iterator[DemoVehicle]:
    """Yield the demo's vehicles in the order of the file."""
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream)):
            twist = row["twist"]
            yield DemoVehicle(
                number=number,
                fipe_code=row["fipe"],
                year_manufacture=int(row["made"]),
                year_model=int(row["year"]),
                mileage=None if twist == "no_km" else int(row["km"]),
                price=None if twist == "no_price" else Decimal(row["price"]),
                colour=row["colour"],
                fuel=row["fuel"],
                gearbox=row["gearbox"],
                body=row["body"],
                doors=int(row["doors"]) if row["doors"] else None,
                displacement=int(row["cc"]) if row["cc"] else None,
                state=row["state"],
                twist=twist,
            )
