"""Keys and spellings of a vehicle's names; nothing is read or written."""

from __future__ import annotations

import pytest

from inventory.models import Brand, Optional, Vehicle, VehicleModel, Version
from portals.services.source_keys import value_of, wanted_name, wanted_optional

BRAND = Brand(category=1, name="Citroën", folded="citroen", source_name="CITROEN")
MODEL = VehicleModel(pk=7, brand=BRAND, name="C4 Pallas")


def version(**facts):
    """Return a version that is not stored."""
    return Version(
        model=MODEL, fipe_code="011111-1", name="2.0 GLX", source_text="C4 PALLAS 2.0", **facts
    )


@pytest.mark.parametrize(
    ("kind", "key", "spellings"),
    [
        ("brand", "brand:citroen", ("Citroën", "CITROEN")),
        ("model", "model:7", ("C4 Pallas",)),
        ("version", "fipe:011111-1", ("2.0 GLX", "C4 PALLAS 2.0")),
    ],
)
def test_placed_vehicle_is_named_by_the_reference_catalogue(kind, key, spellings):
    wanted = wanted_name(Vehicle(version=version()), kind)

    assert (wanted.source_key, wanted.spellings, wanted.placed) == (key, spellings, True)


@pytest.mark.parametrize(
    ("kind", "key", "spellings"),
    [
        ("brand", "text:fiat", ("Fiat",)),
        ("model", "text:fiat|uno mille", ("Uno Mille",)),
        ("version", "text:fiat|uno mille|1.0", ("1.0",)),
    ],
)
def test_free_text_is_keyed_with_what_it_hangs_on(kind, key, spellings):
    vehicle = Vehicle(brand_text="Fiat", model_text="Uno Mille", version_text="1.0")

    wanted = wanted_name(vehicle, kind)

    assert (wanted.source_key, wanted.spellings, wanted.placed) == (key, spellings, False)


def test_missing_text_is_empty():
    assert wanted_name(Vehicle(brand_text="Fiat"), "model").is_empty


def test_long_text_keeps_a_key_of_its_own():
    one, other = (
        wanted_name(
            Vehicle(brand_text="b" * 80, model_text="m" * 120, version_text=f"{'v' * 190}{end}"),
            "version",
        )
        for end in "xy"
    )

    assert len(one.source_key) == 200
    assert one.source_key != other.source_key


@pytest.mark.parametrize(
    ("kind", "vehicle", "key", "first"),
    [
        ("colour", Vehicle(colour="white"), "value:white", "Branco"),
        ("fuel", Vehicle(fuel="flex"), "value:flex", "Flex"),
        ("gearbox", Vehicle(gearbox="cvt"), "value:cvt", "CVT"),
        ("style", Vehicle(body="sedan"), "value:sedan", "Sedã"),
        ("doors", Vehicle(doors=4), "value:4", "4"),
        ("displacement", Vehicle(displacement=1000), "value:1000", "1000"),
        ("style", Vehicle(version=version(body="sedan")), "value:sedan", "Sedã"),
        ("doors", Vehicle(version=version(doors=5)), "value:5", "5"),
        ("gearbox", Vehicle(version=version(gearbox="manual")), "value:manual", "Manual"),
        ("fuel", Vehicle(version=version(fuels="Diesel")), "value:diesel", "Diesel"),
    ],
)
def test_value_is_the_vehicles_or_else_its_versions(kind, vehicle, key, first):
    wanted = wanted_name(vehicle, kind)

    assert (wanted.source_key, wanted.spellings[0]) == (key, first)


@pytest.mark.parametrize(
    ("kind", "vehicle"),
    [
        ("colour", Vehicle()),
        ("doors", Vehicle()),
        ("doors", Vehicle(version=version())),
        ("fuel", Vehicle(version=version(fuels="Gasolina|Álcool"))),
        ("fuel", Vehicle(version=version(fuels="Vapor"))),
    ],
)
def test_value_nobody_tells_is_empty(kind, vehicle):
    assert wanted_name(vehicle, kind).is_empty


def test_vehicles_own_value_wins_over_its_versions():
    assert value_of(Vehicle(doors=2, version=version(doors=4)), "doors") == "2"


@pytest.mark.parametrize("spelling", ["160", "160 cc", "160cc", "160 cilindradas"])
def test_displacement_has_the_usual_spellings(spelling):
    assert spelling in wanted_name(Vehicle(displacement=160), "displacement").spellings


def test_optional_has_the_trades_other_spellings():
    wanted = wanted_optional(Optional(name="Ar", folded="ar", variants="Ar-condicionado| |A/C"))

    assert (wanted.source_key, wanted.spellings) == (
        "optional:ar",
        ("Ar", "Ar-condicionado", "A/C"),
    )
