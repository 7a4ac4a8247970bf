"""What a decision touches: held against every listing resolved before and after, one by one."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from inventory.models import Vehicle
from portals.connectors.registry import traits_of
from portals.connectors.usadosbr.connector import UsadosbrConnector
from portals.models import CatalogueEntry, Listing, Mapping, Portal
from portals.services.blast_radius import blast_radii, blast_radius, touched_listings
from portals.services.deciding import Decision, accept_many, take_back
from portals.services.drafts import optionals_of
from portals.services.names import NameResolver
from portals.services.places import Place, Scope
from portals.services.source_keys import wanted_name, wanted_optional
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    BrandFactory,
    OptionalFactory,
    VehicleFactory,
    VehicleModelFactory,
    VersionFactory,
)
from tests.factories.portals import ListingFactory, PortalAccessFactory, PortalFactory
from tests.portals.catalogues import entry
from tests.portals.naming import BY, place, set_flags

pytestmark = pytest.mark.django_db
ASKED = UsadosbrConnector.traits.kinds
KINDS = ("brand", "model", "version", "style", "colour", "fuel", "gearbox", "doors")


@dataclass
class World:
    """A few dealers' stocks at one portal, and names that decisions may lead to."""

    portal: Portal
    scopes: list[Scope] = field(default_factory=list)
    entries: dict[str, list[CatalogueEntry | None]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)


def _catalogue(portal: Portal) -> dict[str, list[CatalogueEntry | None]]:
    found: dict[str, list[CatalogueEntry | None]] = {kind: [None] for kind in (*KINDS, "optional")}
    for brand in ("CHEVROLET", "GM"):
        found["brand"].append(entry(portal, "brand", brand))
        for model in ("ONIX", "ONIX HATCH"):
            found["model"].append(entry(portal, "model", model, parent=found["brand"][-1]))
            for kind, names in (("version", ("1.0 LT", "LT FLEX")), ("style", ("HATCH", "SUV"))):
                for name in names:
                    found[kind].append(entry(portal, kind, name, parent=found["model"][-1]))
    for kind in ("colour", "fuel", "gearbox", "doors", "optional"):
        found[kind] += [entry(portal, kind, name) for name in ("UM", "DOIS")]
    return found


def _stock(dice: random.Random, dealer: Any, versions: list[Any], optionals: list[Any]) -> None:
    """Create vehicles of all manners: with their own values, their version's, and free text."""
    for number in range(14):
        car: Vehicle = VehicleFactory.create(
            dealer=dealer,
            category=dice.choice((1, 1, 1, 2)),
            version=dice.choice([*versions, None]),
            brand_text=dice.choice(("Chevrolet", "CHEVROLET ", "Chévrolet", "Gm")),
            model_text=dice.choice(("Onix", "ONIX", "Onix|Plus", "")),
            version_text=dice.choice(("1.0 LT", "1.0  lt", "9", "")),
            colour=dice.choice(("white", "grey", "")),
            fuel=dice.choice(("flex", "petrol", "")),
            gearbox=dice.choice(("manual", "automatic", "")),
            body=dice.choice(("hatch", "suv", "")),
            doors=dice.choice((2, 4, 0, None)),
            year_model=dice.choice((2020, 2021, None)),
            state=dice.choice(("available", "available", "reserved", "sold")),
        )
        car.optionals.set(dice.sample(optionals, number % 3))


@pytest.fixture
def world(request, monkeypatch):
    """Stocks of three dealers in two environments, thrown by the dice of the test's seed."""
    dice = random.Random(request.param)
    set_flags(monkeypatch, model_by_body_car=dice.random() < 0.7, version_car_by_year=True)
    world = World(PortalFactory.create())
    world.entries = _catalogue(world.portal)
    brand = BrandFactory()
    models = [VehicleModelFactory(brand=brand, name=name) for name in ("Onix", "Onix Hatch")]
    versions = [
        VersionFactory(
            model=dice.choice(models),
            name="1.0 LT",
            body=dice.choice(("hatch", "suv", "")),
            doors=dice.choice((2, 4, None)),
            gearbox=dice.choice(("manual", "")),
            fuels=dice.choice(("Flex", "Gasolina", "Flex|Gasolina", "")),
        )
        for _ in range(4)
    ]
    optionals = OptionalFactory.create_batch(3)
    for number in range(3):
        environment = "production" if number == 2 else "sandbox"
        access = PortalAccessFactory(portal=world.portal, environment=environment)
        _stock(dice, access.dealer, versions, optionals)
        for car in Vehicle.objects.filter(dealer=access.dealer):
            if dice.random() < 0.9:
                state, wanted = dice.choice(("live", "absent")), dice.choice(("live", "absent"))
                ListingFactory(access=access, vehicle=car, state=state, wanted=wanted)
        world.scopes.append(Scope.of(access))
    world.scopes.append(Scope(portal=world.portal, environment="sandbox"))
    world.places = _places(world)
    return world, dice


def _places(world: World) -> list[Place]:
    """Return every place that a name of the stock has, and its narrower ones."""
    found: dict[Any, Place] = {}
    for car in Vehicle.objects.select_related("version__model__brand"):
        wanted = [wanted_name(car, kind) for kind in KINDS]
        wanted += [wanted_optional(each) for each in car.optionals.all()]
        for each in wanted:
            for body, year in (("", 0), ("hatch", 0), ("", 2020)):
                one = place(
                    world.portal,
                    vehicle_type=car.category,
                    kind=each.kind,
                    source_key=each.source_key,
                    body=body,
                    year=year,
                )
                counts = traits_of(world.portal.slug).counts(each.kind, car.category, body, year)
                if each.source_key and counts:
                    found[one.key] = one
    return sorted(found.values(), key=lambda each: each.key)


def shown(world: World) -> dict[int, Any]:
    """Return the names of every listing, resolved one dealer at a time."""
    found: dict[int, Any] = {}
    for scope in world.scopes[:3]:
        cars = list(Vehicle.objects.filter(dealer=scope.dealer))
        resolver = NameResolver(world.portal, scope.environment, scope.dealer_id)
        names = resolver.resolve(
            cars, kinds=dict(ASKED), optionals=optionals_of([car.pk for car in cars])
        )
        for listing in Listing.objects.filter(dealer=scope.dealer):
            result = names[listing.vehicle_id]
            found[listing.pk] = (
                {kind: name.key for kind, name in result.names.items()},
                [name.key for name in result.optionals],
            )
    return found


def using(scope: Scope, target: Place) -> tuple[set[int], set[int]]:
    """Return the listings and the vehicles whose look-up of the name ends at this row."""
    listings, vehicles = set(), set()
    rows = Mapping.objects.filter(environment=target.environment, kind=target.kind)
    rows = rows.filter(vehicle_type=target.vehicle_type, source_key=target.source_key)
    cars = Vehicle.objects.filter(category=target.vehicle_type).exclude(state="sold")
    for car in cars.filter(dealer__portal_accesses__environment=target.environment):
        asked = target.kind in ASKED[car.category]
        keys = [wanted_name(car, target.kind).source_key] if asked else []
        keys += [wanted_optional(each).source_key for each in car.optionals.all()]
        if target.source_key not in keys:
            continue
        body = car.body or (car.version.body if car.version else "")
        fits = [
            ((row.dealer_id is not None), row.body != "", row.year != 0, row.pk)
            for row in rows
            if row.dealer_id in (None, car.dealer_id)
            and row.body in ("", body)
            and row.year in (0, car.year_model)
            and not (row.entry and row.entry.retired_at)
        ]
        mine = rows.get(dealer=scope.dealer, body=target.body, year=target.year)
        if fits and max(fits)[3] == mine.pk:
            vehicles.add(car.pk)
            ads = Listing.objects.filter(vehicle=car).exclude(wanted="absent", state="absent")
            listings |= set(ads.values_list("pk", flat=True))
    return listings, vehicles


def decisions(world: World, dice: random.Random) -> Any:
    """Yield decisions and withdrawals, and the rows as they are while the decision counts."""
    for _ in range(8):
        scope = dice.choice([*world.scopes[:2], world.scopes[3], world.scopes[3]])
        target = dice.choice(world.places)
        chosen = [e for e in world.entries[target.kind] if target.vehicle_type == 1 or e is None]
        yield scope, target, dice.choice(chosen)


@pytest.mark.parametrize("world", range(3), indirect=True)
def test_touched_is_exactly_what_looks_the_row_up(world):
    world, dice = world
    touched_any = 0
    for scope, target, choice in decisions(world, dice):
        before = shown(world)
        Listing.objects.update(due_at=None)

        accept_many([Decision(place=target, entry=choice)], by=BY, dealer=scope.dealer)

        after = shown(world)
        concerned = set(
            Listing.objects.exclude(wanted="absent", state="absent")
            .exclude(vehicle__state="sold")
            .values_list("pk", flat=True)
        )
        changed = {pk for pk in concerned if before[pk] != after[pk]}
        touched = {row.pk for row in touched_listings(scope, [target])}
        listings, vehicles = using(scope, target)
        assert changed <= touched
        assert touched == listings
        radius = blast_radius(scope, target)
        live = Listing.objects.filter(pk__in=listings, state="live").count()
        assert (radius.vehicles, radius.listings, radius.live) == (
            *(len(vehicles), len(listings)),
            live,
        )
        touched_any += len(touched)
        if dice.random() < 0.3:
            take_back([target], by=BY, dealer=scope.dealer)
            back = shown(world)
            assert {pk for pk in concerned if back[pk] != after[pk]} <= touched
    assert touched_any


@pytest.mark.parametrize("world", range(1), indirect=True)
def test_many_places_touch_what_each_touches(world):
    world, dice = world
    for scope, target, choice in decisions(world, dice):
        accept_many([Decision(place=target, entry=choice)], by=BY, dealer=scope.dealer)
    scope = world.scopes[dice.choice((0, 3))]

    together = {row.pk for row in touched_listings(scope, world.places)}

    alone = [touched_listings(scope, [each]) for each in world.places]
    assert together == {row.pk for rows in alone for row in rows}
    radii = blast_radii(scope, world.places)
    assert radii == {each.key: blast_radius(scope, each) for each in world.places}
    assert [radii[each.key].listings for each in world.places] == [len(rows) for rows in alone]


def test_a_car_of_another_environment_is_not_touched():
    portal = PortalFactory.create()
    far = ListingFactory(
        access=PortalAccessFactory(portal=portal, environment="production"),
        vehicle__colour="white",
    )
    near = ListingFactory(
        access=PortalAccessFactory(portal=portal),
        vehicle__colour="white",
    )
    everyone = Scope(portal=portal, environment="sandbox")

    [touched] = touched_listings(everyone, [place(portal)])

    assert touched.pk == near.pk != far.pk


def test_dealers_whose_own_decision_wins_are_not_touched():
    portal = PortalFactory.create()
    own, other = (
        ListingFactory(access=PortalAccessFactory(portal=portal), vehicle__colour="white")
        for _ in range(2)
    )
    accept_many([Decision(place=place(portal), entry=None)], by=BY, dealer=own.dealer)

    [touched] = touched_listings(Scope(portal=portal, environment="sandbox"), [place(portal)])

    assert touched.pk == other.pk


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("colour", "fipe:1"),
        ("model", "model:x"),
        ("brand", "value:white"),
        ("optional", "text:x"),
        ("version", "nothing"),
        ("doors", "value:four"),
        ("displacement", "value:160"),
        ("style", "value:\U0001f697"),
    ],
)
def test_a_key_that_no_name_can_have_touches_nothing(kind, key):
    portal = PortalFactory.create()
    dealer = DealerFactory()
    ListingFactory(
        access=PortalAccessFactory(portal=portal, dealer=dealer),
        vehicle=VehicleFactory(dealer=dealer, complete=True),
    )
    target = place(portal, kind=kind, source_key=key)

    radius = blast_radius(Scope(portal=portal, environment="sandbox"), target)

    assert (radius.vehicles, radius.listings, radius.live) == (0, 0, 0)
