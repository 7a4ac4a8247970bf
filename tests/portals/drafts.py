"""Drafts for tests of connectors: complete, valid, with invented values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portals.connectors.types import ListingDraft, PhotoRef, ResolvedName

CAR_NAMES = {
    "brand": "CHEVROLET",
    "model": "ONIX",
    "version": "1.0 LT",
    "style": "HATCH",
    "colour": "PRATA",
    "fuel": "FLEX",
    "gearbox": "MANUAL",
    "doors": "4",
}
MOTORCYCLE_NAMES = {
    "brand": "HONDA",
    "model": "CG 160",
    "version": "FAN",
    "style": "STREET",
    "colour": "PRETA",
    "fuel": "FLEX",
    "gearbox": "MANUAL",
    "displacement": "160 CC",
}


def name(kind: str, key: str | None, *, ours: str = "", missing: str = "") -> ResolvedName:
    """Return a resolved name; key None = not mapped."""
    return ResolvedName(
        kind=kind,
        ours=ours or (key or "").title(),
        key=key,
        missing=missing,
        source_key=f"value:{(ours or key or '').lower()}",
    )


def names(values: dict[str, str]) -> dict[str, ResolvedName]:
    """Return resolved names of every kind."""
    return {kind: name(kind, key) for kind, key in values.items()}


def photo(number: int, *, width: int = 1280, height: int = 960) -> PhotoRef:
    """Return a photo under an invented address."""
    return PhotoRef(url=f"https://photos.example/{number}.jpg", width=width, height=height)


def draft(**changes: Any) -> ListingDraft:
    """Return a car's draft that a portal takes whole, with changes."""
    values: dict[str, Any] = {
        "reference": "123",
        "category": 1,
        "active": True,
        "highlight": 0,
        "plate": "ABC1D23",
        "chassis": "",
        "price": Decimal("45990"),
        "year_manufacture": 2018,
        "year_model": 2019,
        "mileage": 45000,
        "is_new": False,
        "armoured": False,
        "single_owner": True,
        "accepts_trade": False,
        "description": "Revisado.",
        "video_url": "",
        "names": names(CAR_NAMES),
        "optionals": (name("optional", "AR CONDICIONADO"),),
        "photos": (photo(1), photo(2)),
        "phone": "(11) 91234-5678",
        "postal_code": "01310-100",
    }
    return ListingDraft(**{**values, **changes})


def motorcycle(**changes: Any) -> ListingDraft:
    """Return a motorcycle's draft that a portal takes whole, with changes."""
    return draft(**{"category": 2, "names": names(MOTORCYCLE_NAMES), **changes})
