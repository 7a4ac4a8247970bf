"""Addresses of the public pages: readable for people, found by an id that nobody can guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import Dealer
from inventory.models import Vehicle

LONGEST_SLUG = 80
_NAME = re.compile(r"(?:(?P<slug>[-\w]*)-)?(?P<public_id>[0-9a-f]{16})", re.ASCII)


def stock_path(dealer: Dealer) -> str:
    """Return the path of the dealer's public stock."""
    return reverse("inventory:public_stock", args=(dealer.code,))


def vehicle_path(dealer: Dealer, vehicle: Vehicle) -> str:
    """Return the one path of a vehicle's public page; its words follow the vehicle's name."""
    name = f"{slug_of(vehicle)}-{vehicle.public_id}"
    return reverse("inventory:public_vehicle", args=(dealer.code, name))


def absolute(path: str) -> str:
    """Return the whole address of a path, under the host the settings name."""
    return f"{settings.BASE_URL}{path}"


def slug_of(vehicle: Vehicle) -> str:
    """Return the words of a vehicle's address, e.g. chevrolet-onix-10-lt-2021."""
    return _slug(vehicle.title, vehicle.year_model)


def paths_of_vehicles(dealer: Dealer) -> Callable[[str, str, int | None], str]:
    """Return what tells the path of a vehicle as `vehicle_path` does, by public id, title and year.

    For long lists: the address is resolved once, the words of equal vehicles are made once.
    """
    whole = reverse("inventory:public_vehicle", args=(dealer.code, "-"))
    before, after = whole.rsplit("-", 1)
    slug = cache(_slug)

    def path_of(public_id: str, title: str, year: int | None) -> str:
        return f"{before}{slug(title, year)}-{public_id}{after}"

    return path_of


def _slug(title: str, year: int | None) -> str:
    words = slugify(f"{title} {year or ''}")
    return words[:LONGEST_SLUG].strip("-_") or "v"


def public_id_in(name: str) -> str | None:
    """Return the id at the end of the last part of an address, None when there is none."""
    found = _NAME.fullmatch(name)
    return found["public_id"] if found else None
