"""A dealer's stock with photos, ads and FIPE prices among others': needs a set-up Django."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import Dealer, Membership, User
from inventory.models import (
    ReferencePrice,
    Vehicle,
    VehiclePhoto,
    Version,
)
from portals.models import Listing, Portal, PortalAccess
from portals.services.catalogue import upsert_portals
from tests.benchmarks.parts import PICTURES, TEXT, make_pictures, make_versions

BRANDS, MODELS, VERSIONS = 20, 10, 10  # of each below the one before: 2,000 versions
OTHERS, PER_VEHICLE = 9, 8
YEARS = (2019, 2020, 2021)
# How the ads stand, in tenths of the stock: wanted, state, reduced, failure; None has no ad.
ADS = (
    *((("live", "live", False, ""),) * 5),
    *((("live", "live", True, ""), ("live", "pending", False, ""))),
    ("live", "refused", False, "refused"),
    ("paused", "paused", False, ""),
    None,
)


class FullStock:
    """The dealer who is measured, who looks, and everybody else's vehicles."""

    def __init__(self) -> None:
        upsert_portals()
        self.versions = _reference()
        self.accesses = [_access(f"dealer-{number}") for number in range(OTHERS + 1)]
        self.dealer = self.accesses[0].dealer
        self.user = User.objects.create_user("bench", password="bench-password")
        Membership.objects.create(user=self.user, dealer=self.dealer, role="owner")
        self.blobs = {
            each.pk: make_pictures(each.dealer, sizes=(480, 1920)) for each in self.accesses
        }

    def grow(self, *, own: int, all_dealers: int) -> None:
        """Add vehicles until the dealer has `own` and all together have `all_dealers`."""
        self._fill(self.accesses[0], own)
        for access in self.accesses[1:]:
            self._fill(access, (all_dealers - own) // OTHERS)
        if connection.vendor == "postgresql":  # as its own housekeeping does sooner or later
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")

    def _fill(self, access: PortalAccess, until: int) -> None:
        there = Vehicle.objects.filter(dealer=access.dealer).count()
        for first in range(there, until, 2000):
            vehicles = [self._vehicle(access, n) for n in range(first, min(first + 2000, until))]
            made = Vehicle.objects.bulk_create(vehicles, batch_size=500)
            self._add_photos(access, made)
            _add_ads(access, made)

    def _vehicle(self, access: PortalAccess, number: int) -> Vehicle:
        now = timezone.now()
        mixed = number * 7919 % 10_007  # so that no order is the order of creation
        gone = number % 5 == 4
        return Vehicle(
            dealer=access.dealer,
            category=1,
            code=str(10_000 + number),
            plate=f"TS{chr(65 + number // 1000 % 26)}{number // 100 % 10}A{number % 100:02d}",
            version=self.versions[mixed % len(self.versions)],
            year_manufacture=2020,
            year_model=YEARS[number % 3],
            mileage=mixed * 10 if number % 20 else None,
            price=Decimal(40_000 + mixed) if number % 25 else None,
            colour="white",
            fuel="flex",
            gearbox="manual",
            body="hatch",
            doors=4,
            description=TEXT,
            state="sold" if gone else ("available", "available", "reserved")[number % 3],
            available_at=now - timedelta(hours=mixed),
            sold_at=now if gone else None,
        )

    def _add_photos(self, access: PortalAccess, vehicles: list[Vehicle]) -> None:
        blobs = self.blobs[access.pk]
        places = PER_VEHICLE if access == self.accesses[0] else 1
        VehiclePhoto.objects.bulk_create(
            (
                VehiclePhoto(
                    dealer=access.dealer,
                    vehicle=vehicle,
                    blob=blobs[(index + place) % PICTURES],
                    position=place,
                )
                for index, vehicle in enumerate(vehicles)
                if index % 50  # some have none
                for place in range(places)
            ),
            batch_size=2000,
        )


def _add_ads(access: PortalAccess, vehicles: list[Vehicle]) -> None:
    listings = []
    for index, vehicle in enumerate(vehicles):
        if (ad := ADS[index % len(ADS)]) is not None:
            wanted, state, reduced, failure = ad
            listings.append(
                Listing(
                    dealer=access.dealer,
                    access=access,
                    vehicle=vehicle,
                    wanted=wanted,
                    state=state,
                    reduced=reduced,
                    failure_mode=failure,
                )
            )
    Listing.objects.bulk_create(listings, batch_size=1000)


def _access(code: str) -> PortalAccess:
    dealer = Dealer.objects.create(code=code, name=code)
    return PortalAccess.objects.create(dealer=dealer, portal=_portal())


def _portal() -> Portal:
    return Portal.objects.get(slug="usadosbr")


def _reference() -> list[Version]:
    made = make_versions(brands=BRANDS, models=MODELS, versions=VERSIONS)
    ReferencePrice.objects.bulk_create(
        ReferencePrice(
            version=version,
            model_year=year,
            fuel="Flex",
            price=Decimal(44_000),
            month=date(2026, 6, 1),
        )
        for version in made
        for year in YEARS
    )
    return made
