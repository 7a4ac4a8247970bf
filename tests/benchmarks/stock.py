"""A dealer with everything a portal asks for, made in bulk: needs a set-up Django."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import Vehicle, VehiclePhoto
from inventory.models.reference import Version
from inventory.models.vehicle import VehicleState
from portals.connectors.chavesnamao.fields import fixed_nodes
from portals.connectors.registry import connector_class
from portals.models import CatalogueEntry, Listing, Portal, PortalAccess
from portals.services.access import save_access
from tests.benchmarks.parts import PICTURES, TEXT, make_pictures, make_versions

_IDS = itertools.count(1)
BRANDS, MODELS, VERSIONS = 5, 4, 10  # of each below the one before: 200 versions
PER_VEHICLE = 12
NAMES = {
    "colour": ("BRANCO", "PRETO", "PRATA"),
    "fuel": ("FLEX", "GASOLINA"),
    "gearbox": ("MANUAL", "AUTOMÁTICO"),
    "doors": ("4", "2"),
}
# How an account is opened, by portal.
SECRETS = {
    "usadosbr": {"user": "bench", "password": "bench-password"},
    "chavesnamao": {"token": "bench-token"},
}


@dataclass(frozen=True, slots=True)
class Stock:
    """The access to publish through and the ids of its vehicles."""

    access: PortalAccess
    vehicle_ids: tuple[int, ...]


def build_stock(count: int, *, slug: str = "usadosbr") -> Stock:
    """Create a dealer with `count` available cars, photos, a portal's catalogue and an access.

    Ids of vehicles are read back, so that it works wherever the sequences stand.
    """
    dealer = Dealer.objects.create(code="bench", name="Benchmark")
    versions = make_versions(brands=BRANDS, models=MODELS, versions=VERSIONS)
    portal = _portal(slug, versions)
    now = timezone.now()
    Vehicle.objects.bulk_create(
        (_vehicle(dealer, versions[n % len(versions)], n, now=now) for n in range(count)),
        batch_size=500,
    )
    ids = tuple(Vehicle.objects.filter(dealer=dealer).order_by("id").values_list("id", flat=True))
    _photos(dealer, ids)
    access, _ = save_access(
        dealer=dealer,
        portal=portal,
        credentials=SECRETS[slug],
        by=By(source="command"),
    )
    return Stock(access=access, vehicle_ids=ids)


def make_due(stock: Stock) -> None:
    """Let every vehicle be wished live and be nowhere: what a first publication finds."""
    now = timezone.now()
    Listing.objects.bulk_create(
        (
            Listing(dealer_id=stock.access.dealer_id, access=stock.access, vehicle_id=pk)
            for pk in stock.vehicle_ids
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    Listing.objects.filter(access=stock.access, vehicle__in=stock.vehicle_ids).update(
        wanted="live",
        state="absent",
        remote_id="",
        sent_fingerprint="",
        check_at=None,
        live_at=None,
        intent_at=None,
        due_at=now,
        version=F("version") + 1,
    )


def _portal(slug: str, versions: list[Version]) -> Portal:
    portal, _ = Portal.objects.get_or_create(
        slug=slug, defaults={"name": connector_class(slug).label}
    )
    # What is measured is the engine, not the manners the connector keeps towards a real portal.
    Portal.objects.filter(pk=portal.pk).update(requests_per_second=1_000_000, categories=[1, 2])
    if slug == "chavesnamao":
        for node in (each for each in fixed_nodes() if each.vehicle_type == 1):
            _entry(portal, node.kind, node.name, key=node.key)
    else:
        for kind, names in NAMES.items():
            for name in names:
                _entry(portal, kind, name)
    _names_of(portal, versions)
    portal.refresh_from_db()
    return portal


def _names_of(portal: Portal, versions: list[Version]) -> None:
    brands: dict[int, CatalogueEntry] = {}
    models: dict[int, CatalogueEntry] = {}
    for version in versions:
        model = version.model
        if model.brand_id not in brands:
            brands[model.brand_id] = _entry(portal, "brand", model.brand.name)
        if model.pk not in models:
            models[model.pk] = _entry(portal, "model", model.name, brands[model.brand_id])
            for style in ("HATCH", "SEDÃ"):
                _entry(portal, "style", style, models[model.pk])
        _entry(portal, "version", version.name, models[model.pk])


def _entry(
    portal: Portal,
    kind: str,
    name: str,
    parent: CatalogueEntry | None = None,
    *,
    key: str = "",
) -> CatalogueEntry:
    shown = name.upper()
    if portal.slug == "chavesnamao":
        key = key or str(next(_IDS))  # its names are told by ids
    entry, _ = CatalogueEntry.objects.get_or_create(
        portal=portal,
        environment="sandbox",
        vehicle_type=1,
        kind=kind,
        parent=parent,
        remote_key=key or shown,
        defaults={"name": shown, "folded": name.casefold()},
    )
    return entry


def _vehicle(dealer: Dealer, version: Version, number: int, *, now: datetime) -> Vehicle:
    return Vehicle(
        dealer=dealer,
        category=1,
        code=str(10_000 + number),
        plate=_plate(number),
        version=version,
        year_manufacture=2020,
        year_model=2021,
        mileage=10_000 + number,
        price=Decimal(40_000 + number),
        colour="white",
        fuel="flex",
        gearbox="manual",
        body="hatch",
        doors=4,
        description=TEXT,
        state=VehicleState.AVAILABLE,
        available_at=now,
    )


def _plate(number: int) -> str:
    letters = "ABCDEFGHIJ"
    high, low = divmod(number, 10_000)
    serial = f"{low // 1000}{letters[low // 100 % 10]}{low % 100:02d}"
    return f"T{letters[high // 10 % 10]}{letters[high % 10]}{serial}"


def _photos(dealer: Dealer, vehicle_ids: tuple[int, ...]) -> None:
    blobs = make_pictures(dealer, sizes=(1920,))
    VehiclePhoto.objects.bulk_create(
        (
            VehiclePhoto(
                dealer=dealer,
                vehicle_id=pk,
                blob=blobs[(index + place) % PICTURES],
                position=place,
            )
            for index, pk in enumerate(vehicle_ids)
            for place in range(PER_VEHICLE)
        ),
        batch_size=2000,
    )
