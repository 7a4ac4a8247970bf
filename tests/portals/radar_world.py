"""Two dealers with ads at one portal, their mappings, and what each ad would be sent as."""

from __future__ import annotations

import json
import random
import time
from typing import Any

from django.utils import timezone

from config.lib.folding import fold
from inventory.models import Optional
from portals.connectors.errors import MappingMissing
from portals.connectors.registry import CONNECTORS
from portals.models import (
    CatalogueEntry,
    CatalogueSnapshot,
    CatalogueTouch,
    Listing,
    Mapping,
    Portal,
    PortalAccess,
)
from portals.services.catalogue import CatalogueReport, sync_catalogue
from portals.services.drafts import build_drafts, optionals_of
from portals.services.names import NameResolver
from portals.services.sessions import open_connector
from tests.factories.inventory import (
    BrandFactory,
    OptionalFactory,
    VehicleFactory,
    VehicleModelFactory,
    VersionFactory,
)
from tests.factories.portals import ListingFactory
from tests.portals.shelves import Name, Shelf, numbered

KINDS: tuple[str, ...] = ("brand", "model", "version", "style", "colour", "fuel")
CARS: dict[str, dict[str, tuple[str, ...]]] = {
    "Chevrolet": {"Onix": ("1.0 LT", "1.4 LTZ"), "Prisma": ("1.0 Joy", "1.4 LTZ")},
    "Fiat": {"Argo": ("1.0 Drive", "1.3 Drive", "1.8 HGT"), "HB 20": ("1.0",)},
}
Answers = dict[int, dict[tuple[str, str], tuple[str | None, str]]]


def shelf(*, start: int = 0) -> Shelf:
    """Return a catalogue of these cars, with ids from `start` on (0 = names are keys)."""
    brands = [
        Name("brand", brand.upper(), below=[_model(*each) for each in models.items()])
        for brand, models in CARS.items()
    ]
    short = [Name("colour", name) for name in ("BRANCA", "PRETA", "PRATA")]
    short += [Name("fuel", name) for name in ("Flex", "Gasolina")]
    short += [Name("optional", name) for name in ("AR QUENTE", "ALARME")]
    found = Shelf([*brands, *short])
    return numbered(found, start=start) if start else found


def _model(model: str, versions: tuple[str, ...]) -> Name:
    below = [Name("version", each.upper()) for each in versions]
    return Name("model", model.upper(), below=[*below, Name("style", "HATCH")])


def stock(access: PortalAccess) -> list[Listing]:
    """Make an ad of every car, some as free text, and one that nobody wishes."""
    listings = []
    colours, fuels = ("white", "black", "silver"), ("flex", "gasoline")
    optionals = [_optional(name) for name in ("Ar quente", "Alarme")]
    number = 0
    for brand, models in CARS.items():
        for model, versions in models.items():
            for version in versions:
                number += 1
                facts: dict[str, Any] = {
                    "dealer": access.dealer,
                    "body": "hatch",
                    "colour": colours[number % 3],
                    "fuel": fuels[number % 2],
                    "year_model": 2019 + number % 3,
                }
                placed = _version(brand, model, version)
                texts = {"brand_text": brand, "model_text": model, "version_text": version}
                for own in ({"version": placed}, texts):
                    vehicle = VehicleFactory.create(**facts, **own)
                    vehicle.optionals.add(optionals[number % 2])
                    live = number % 2 == 0
                    listings.append(
                        ListingFactory.create(access=access, vehicle=vehicle, live=live)
                    )
    unwished = VehicleFactory.create(dealer=access.dealer, version=placed, body="hatch")
    ListingFactory.create(access=access, vehicle=unwished, wanted="absent")
    return listings


def _optional(name: str) -> Optional:
    return Optional.objects.filter(folded=fold(name)).first() or OptionalFactory.create(name=name)


def _version(brand: str, model: str, version: str) -> Any:
    made = BrandFactory.create(name=brand, folded=fold(brand))
    car = VehicleModelFactory.create(brand=made, name=model, folded=fold(model))
    found = car.versions.filter(name=version).first()
    return found or VersionFactory.create(model=car, name=version, folded=fold(version))


def sync(access: PortalAccess, *, seconds: float = 60.0) -> CatalogueReport:
    """Read the catalogue as a task does, the moment of a complete reading included."""
    access.refresh_from_db()
    with open_connector(access) as connector:
        report = sync_catalogue(access, connector=connector, deadline=time.monotonic() + seconds)
    if report.done:
        PortalAccess.objects.filter(pk=access.pk).update(catalogue_fetched_at=timezone.now())
    return report


def answers(portal: Portal) -> Answers:
    """Resolve every ad of a portal, one by one: what is found for each of its names, or why not."""
    found: Answers = {}
    portal.refresh_from_db()
    resolvers: dict[int, NameResolver] = {}
    for listing in Listing.objects.filter(access__portal=portal).exclude(
        wanted="absent", state="absent"
    ):
        if listing.dealer_id not in resolvers:
            environment = listing.access.environment
            resolvers[listing.dealer_id] = NameResolver(portal, environment, listing.dealer_id)
        kinds = {1: KINDS}
        resolved = resolvers[listing.dealer_id].resolve(
            [listing.vehicle], kinds=kinds, optionals=optionals_of([listing.vehicle_id])
        )[listing.vehicle_id]
        every = (*resolved.names.values(), *resolved.optionals)
        found[listing.pk] = {(n.kind, n.source_key): (n.key, n.missing) for n in every}
    return found


def differing(one: Answers, other: Answers) -> set[int]:
    """Return the ads for which another key would be sent, or none any more."""
    keys = [
        {pk: {place: answer[0] for place, answer in own.items()} for pk, own in each.items()}
        for each in (one, other)
    ]
    return {pk for pk in keys[0] if keys[0][pk] != keys[1].get(pk)}


def payloads(portal: Portal) -> dict[int, bytes]:
    """Return what each ad would be sent as, or what is in its way, byte by byte."""
    portal.refresh_from_db()
    connector, found = CONNECTORS[portal.slug], {}
    for access in PortalAccess.objects.filter(portal=portal).select_related("dealer"):
        access.portal = portal
        listings = list(access.listings.select_related("vehicle"))
        resolver = NameResolver(portal, access.environment, access.dealer_id)
        for pk, draft in build_drafts(access, listings, resolver).items():
            try:
                payload = connector.payload(draft)
                body: Any = [payload.channel, dict(payload.body)]
            except MappingMissing as err:
                body = [problem.as_json() for problem in err.problems]
            optionals = [(each.ours, each.key) for each in draft.optionals]
            found[pk] = json.dumps([body, optionals], sort_keys=True).encode()
    return found


def decide(
    portal: Portal, kind: str, source_key: str, entry: CatalogueEntry | None, **columns: Any
) -> Mapping:
    """Make a mapping, for everyone unless a dealer is given."""
    return Mapping.objects.create(
        portal=portal,
        environment="sandbox",
        vehicle_type=1,
        kind=kind,
        source_key=source_key,
        entry=entry,
        **columns,
    )


def decide_some(portal: Portal, accesses: list[PortalAccess], chance: random.Random) -> None:
    """Make mappings at random: to what the name leads to anyway, or to something beside it."""
    for access in accesses:
        for own in answers(portal).values():
            for (kind, source_key), (key, _) in own.items():
                if not source_key or chance.random() > 0.15:
                    continue
                rows = CatalogueEntry.objects.filter(portal=portal, kind=kind, retired_at=None)
                same = rows.filter(remote_key=key).first()
                entry = same if same and chance.random() < 0.7 else chance.choice(list(rows))
                dealer = chance.choice([None, access.dealer])
                mine = Mapping.objects.filter(kind=kind, source_key=source_key, dealer=dealer)
                if not mine.exists():
                    decide(portal, kind, source_key, entry, dealer=dealer)


def touched() -> set[int]:
    """Return the ads on the radar of the last reading."""
    snapshot = CatalogueSnapshot.objects.latest("number")
    rows = CatalogueTouch.objects.filter(change__snapshot=snapshot)
    return set(rows.values_list("listing", flat=True))
