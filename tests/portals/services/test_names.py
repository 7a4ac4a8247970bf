"""From our names to the portal's: dealer's mapping, everyone's mapping, same name."""

from __future__ import annotations

import pytest
from django.utils import timezone

from inventory.models import Optional
from portals.models import Mapping
from portals.services.names import NameResolver
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    BrandFactory,
    VehicleFactory,
    VehicleModelFactory,
    VersionFactory,
)
from tests.factories.portals import PortalFactory
from tests.portals.catalogues import entry, onix
from tests.portals.naming import set_flags

pytestmark = pytest.mark.django_db

KINDS = ("brand", "model", "version", "style", "colour", "fuel", "gearbox", "doors")


@pytest.fixture
def portal():
    """The portal."""
    return PortalFactory.create()


@pytest.fixture
def car():
    """A Chevrolet Onix 1.0 LT, complete."""
    return VehicleFactory.create(complete=True, version=VersionFactory.create(name="1.0 LT"))


def resolve(portal, *vehicles, kinds=KINDS, optionals=None):
    """Resolve with a new resolver of the first vehicle's dealer; return one result per vehicle."""
    resolver = NameResolver(portal, "sandbox", vehicles[0].dealer_id)
    found = resolver.resolve(vehicles, kinds={1: kinds, 2: kinds}, optionals=optionals or {})
    return [found[vehicle.pk] for vehicle in vehicles]


def names_of(portal, vehicle, **options):
    """Return kind -> key, or the cause in brackets."""
    [found] = resolve(portal, vehicle, **options)
    return {kind: name.key or f"({name.missing})" for kind, name in found.names.items()}


def save(portal, kind, source_key, target, **columns):
    """Store a mapping."""
    return Mapping.objects.create(
        portal=portal,
        environment="sandbox",
        vehicle_type=1,
        kind=kind,
        source_key=source_key,
        entry=target,
        **columns,
    )


def test_same_names_are_found_without_case_and_accents_and_in_the_trades_words(portal, car):
    onix(portal)

    assert names_of(portal, car) == {
        "brand": "CHEVROLET",
        "model": "ONIX",
        "version": "1.0 LT",
        "style": "HATCHBACK",
        "colour": "BRANCA",
        "fuel": "ÁLCOOL/GASOLINA",
        "gearbox": "Mecânico",
        "doors": "4 portas",
    }


def test_name_tells_what_a_mapping_needs(portal, car):
    entries = onix(portal)
    entries["version"].delete()

    [found] = resolve(portal, car)

    version = found.names["version"]
    assert (version.missing, version.ours, version.path, version.source_key) == (
        *("unknown", "1.0 LT"),
        ("CHEVROLET", "ONIX"),
        f"fipe:{car.version.fipe_code}",
    )


def test_unknown_brand_closes_what_hangs_on_it(portal, car):
    onix(portal)["brand"].delete()

    assert names_of(portal, car, kinds=("brand", "model", "version", "style")) == {
        "brand": "(unknown)",
        "model": "(parent)",
        "version": "(parent)",
        "style": "(parent)",
    }


def test_what_the_vehicle_does_not_say_is_empty(portal):
    onix(portal)
    bare = VehicleFactory.create()

    assert set(names_of(portal, bare).values()) == {"(empty)"}


def test_vehicle_on_free_text_is_found_by_its_words(portal):
    onix(portal)
    vehicle = VehicleFactory.create(
        brand_text="Chevrolet", model_text="Onix", version_text="1.0 LT"
    )

    found = names_of(portal, vehicle, kinds=("brand", "model", "version"))

    assert found == {"brand": "CHEVROLET", "model": "ONIX", "version": "1.0 LT"}


def test_free_text_nobody_knows_is_unplaced(portal):
    onix(portal)
    vehicle = VehicleFactory.create(brand_text="Chevrolet", model_text="Onix?", version_text="x")

    found = names_of(portal, vehicle, kinds=("brand", "model", "version"))

    assert found == {"brand": "CHEVROLET", "model": "(unplaced)", "version": "(parent)"}


def test_everyones_mapping_wins_over_the_same_name(portal, car):
    onix(portal)
    white = entry(portal, "colour", "BRANCO PÉROLA")
    save(portal, "colour", "value:white", white)

    assert names_of(portal, car)["colour"] == "BRANCO PÉROLA"


def test_dealers_mapping_wins_over_everyones(portal, car):
    onix(portal)
    pearl, snow = (entry(portal, "colour", text) for text in ("PEROLA", "NEVE"))
    save(portal, "colour", "value:white", pearl)
    save(portal, "colour", "value:white", snow, dealer=car.dealer)

    assert names_of(portal, car)["colour"] == "NEVE"


def test_mapping_of_another_dealer_is_not_seen(portal, car):
    onix(portal)
    save(portal, "colour", "value:white", entry(portal, "colour", "X"), dealer=DealerFactory())

    assert names_of(portal, car)["colour"] == "BRANCA"


@pytest.mark.parametrize(
    ("narrow", "flag", "expected"),
    [
        ([("", "A"), ("hatch", "B")], True, "B"),
        ([("sedan", "A"), ("", "B")], True, "B"),
        ([("sedan", "A")], True, "ONIX"),
        ([("", "A"), ("hatch", "B")], False, "A"),
        ([("hatch", "B")], False, "ONIX"),
    ],
)
def test_models_are_told_apart_by_body_where_the_flag_says_so(
    portal, car, monkeypatch, narrow, flag, expected
):
    set_flags(monkeypatch, model_by_body_car=flag)
    brand = onix(portal)["brand"]
    for body, key in narrow:
        target = entry(portal, "model", key, parent=brand)
        save(portal, "model", f"model:{car.version.model_id}", target, body=body)

    assert names_of(portal, car, kinds=("brand", "model"))["model"] == expected


@pytest.mark.parametrize(
    ("narrow", "flag", "expected"),
    [
        ([(0, "A"), (2021, "B")], True, "B"),
        ([(2020, "A"), (0, "B")], True, "B"),
        ([(2020, "A")], True, "1.0 LT"),
        ([(0, "A"), (2021, "B")], False, "A"),
    ],
)
def test_versions_are_told_apart_by_year_where_the_flag_says_so(
    portal, car, monkeypatch, narrow, flag, expected
):
    set_flags(monkeypatch, version_car_by_year=flag)
    model = onix(portal)["model"]
    for year, key in narrow:
        target = entry(portal, "version", key, parent=model)
        save(portal, "version", f"fipe:{car.version.fipe_code}", target, year=year)

    assert names_of(portal, car, kinds=("brand", "model", "version"))["version"] == expected


def test_a_dealers_wide_mapping_wins_over_everyones_narrow_one(portal, car, monkeypatch):
    set_flags(monkeypatch, model_by_body_car=True)
    brand, key = onix(portal)["brand"], f"model:{car.version.model_id}"
    save(portal, "model", key, entry(portal, "model", "ALL", parent=brand), body="hatch")
    save(portal, "model", key, entry(portal, "model", "OWN", parent=brand), dealer=car.dealer)

    assert names_of(portal, car, kinds=("brand", "model"))["model"] == "OWN"


def test_a_gap_says_body_and_year_where_names_depend_on_them(portal, car, monkeypatch):
    set_flags(monkeypatch, model_by_body_car=True, version_car_by_year=True)
    onix(portal)["version"].delete()

    [found] = resolve(portal, car)

    assert (found.names["model"].body, found.names["model"].year) == ("hatch", 0)
    assert (found.names["version"].body, found.names["version"].year) == ("", 2021)
    assert (found.names["colour"].body, found.names["colour"].year) == ("", 0)


def test_a_level_that_is_not_mapped_knows_only_the_same_name(portal, car, monkeypatch):
    set_flags(monkeypatch, brand_car=False)
    onix(portal)
    save(portal, "brand", "brand:chevrolet", entry(portal, "brand", "GM"))

    assert names_of(portal, car)["brand"] == "CHEVROLET"


def test_mapping_to_nothing_blocks_with_that_cause(portal, car):
    onix(portal)
    save(portal, "version", f"fipe:{car.version.fipe_code}", None)

    assert names_of(portal, car)["version"] == "(none)"


def test_mapping_to_a_retired_name_is_as_good_as_none(portal, car):
    onix(portal)
    gone = entry(portal, "colour", "BRANCO GELO")
    save(portal, "colour", "value:white", gone)
    gone.retired_at = timezone.now()
    gone.save()

    assert names_of(portal, car)["colour"] == "BRANCA"


def test_retired_name_is_not_found(portal, car):
    colour = onix(portal)["colour"]
    colour.retired_at = timezone.now()
    colour.save()

    assert names_of(portal, car)["colour"] == "(unknown)"


def test_changing_the_models_mapping_reopens_its_versions(portal, car):
    entries = onix(portal)
    other = entry(portal, "model", "ONIX HATCH", parent=entries["brand"])
    version = entry(portal, "version", "LT 1.0 FLEX", parent=entries["model"])
    save(portal, "version", f"fipe:{car.version.fipe_code}", version)
    assert names_of(portal, car)["version"] == "LT 1.0 FLEX"

    save(portal, "model", f"model:{car.version.model_id}", other)

    found = names_of(portal, car, kinds=("brand", "model", "version"))
    assert found == {"brand": "CHEVROLET", "model": "ONIX HATCH", "version": "(unknown)"}


def test_a_version_of_the_old_model_is_not_taken_for_the_new_ones_of_the_same_key(portal, car):
    entries = onix(portal)
    other = entry(portal, "model", "ONIX HATCH", parent=entries["brand"])
    entry(portal, "version", "LT FLEX", parent=other)
    mapped = entry(portal, "version", "LT FLEX", parent=entries["model"])
    save(portal, "version", f"fipe:{car.version.fipe_code}", mapped)

    save(portal, "model", f"model:{car.version.model_id}", other)

    assert names_of(portal, car, kinds=("brand", "model", "version"))["version"] == "(unknown)"


def test_a_model_of_the_old_brand_is_not_taken_for_the_new_ones_of_the_same_key(portal, car):
    entries = onix(portal)
    other = entry(portal, "brand", "GM")
    entry(portal, "model", "ONIX 1", parent=other)
    mapped = entry(portal, "model", "ONIX 1", parent=entries["brand"])
    save(portal, "model", f"model:{car.version.model_id}", mapped)

    save(portal, "brand", "brand:chevrolet", other)

    assert names_of(portal, car, kinds=("brand", "model"))["model"] == "(unknown)"


def test_one_mapping_of_a_style_serves_every_model(portal, car):
    entries = onix(portal)
    mapped = entry(portal, "style", "COMPACTO", parent=entries["model"])
    argo = VehicleFactory.create(
        dealer=car.dealer,
        complete=True,
        version=VersionFactory.create(
            name="1.3",
            model=VehicleModelFactory.create(brand=BrandFactory(name="Fiat"), name="Argo"),
        ),
    )
    fiat = entry(portal, "brand", "FIAT")
    model = entry(portal, "model", "ARGO", parent=fiat)
    entry(portal, "style", "COMPACTO", parent=model)
    save(portal, "style", "value:hatch", mapped)

    found = resolve(portal, car, argo)

    assert [each.names["style"].key for each in found] == ["COMPACTO", "COMPACTO"]


def test_same_version_name_of_another_model_is_not_taken(portal, car):
    entries = onix(portal)
    entries["version"].delete()
    other = entry(portal, "model", "PRISMA", parent=entries["brand"])
    entry(portal, "version", "1.0 LT", parent=other)

    assert names_of(portal, car)["version"] == "(unknown)"


def test_other_environment_and_type_are_other_catalogues(portal, car):
    entry(portal, "brand", "CHEVROLET", environment="production")
    entry(portal, "brand", "CHEVROLET", vehicle_type=2)

    assert names_of(portal, car)["brand"] == "(unknown)"


def test_optionals_keep_their_order_and_their_gaps(portal, car):
    onix(portal)
    optionals = [
        Optional(name="Rádio", folded="radio"),
        Optional(name="Ar", folded="ar", variants="Ar-condicionado"),
    ]

    [found] = resolve(portal, car, optionals={car.pk: optionals})

    assert [(each.ours, each.key, each.missing) for each in found.optionals] == [
        ("Rádio", None, "unknown"),
        ("Ar", "AR-CONDICIONADO", ""),
    ]


def test_many_vehicles_cost_four_queries_and_the_next_none(portal, car, django_assert_num_queries):
    onix(portal)
    more = VehicleFactory.create_batch(20, dealer=car.dealer, complete=True, version=car.version)
    resolver = NameResolver(portal, "sandbox", car.dealer_id)

    with django_assert_num_queries(4):
        found = resolver.resolve([car, *more], kinds={1: KINDS}, optionals={})
    with django_assert_num_queries(0):
        resolver.resolve(more, kinds={1: KINDS}, optionals={})

    assert {each.names["version"].key for each in found.values()} == {"1.0 LT"}


def test_stamp_is_the_portals_at_the_time_of_loading(portal):
    assert NameResolver(portal, "sandbox", 1).stamp == portal.names_stamp
