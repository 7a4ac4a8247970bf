"""The demo's fleet is plausible: it fits the shipped catalogue and shows every twist."""

from __future__ import annotations

from collections import Counter

import pytest

from inventory.models import BodyStyle, Colour, Fuel, Gearbox
from inventory.reference.catalogue import read_catalogue
from inventory.services.identity import clean_chassis, clean_code, clean_plate
from office.demo.albums import BROKEN, album_of
from office.demo.fleet import TWISTS, read_fleet
from office.demo.pictures import picture_names, small_names
from office.demo.words import CAR_OPTIONALS, description_of, optionals_of

FLEET = list(read_fleet())
KINDS = {1: "car", 2: "motorcycle", 3: "truck"}


@pytest.fixture(scope="module")
def catalogue():
    """FIPE code to row of the shipped catalogue."""
    return {row.fipe_code: row for row in read_catalogue(None)}


def kind_of(vehicle, catalogue) -> str:
    """Return car, motorcycle or truck."""
    return KINDS[catalogue[vehicle.fipe_code].category]


def test_every_vehicle_fits_its_fipe_version(catalogue):
    odd = []
    for vehicle in FLEET:
        row = catalogue[vehicle.fipe_code]
        fits = row.year_first <= vehicle.year_model <= row.year_last
        if not fits or (row.doors and row.doors != vehicle.doors):
            odd.append(vehicle.fipe_code)

    assert odd == []


def test_sixty_vehicles_of_three_kinds(catalogue):
    kinds = Counter(kind_of(vehicle, catalogue) for vehicle in FLEET)

    assert kinds == {"car": 45, "motorcycle": 13, "truck": 2}


def test_model_year_is_the_year_made_or_the_next():
    assert {vehicle.year_model - vehicle.year_manufacture for vehicle in FLEET} == {0, 1}


def test_words_are_those_of_our_closed_lists():
    assert {v.colour for v in FLEET} <= set(Colour.values)
    assert {v.fuel for v in FLEET} <= set(Fuel.values)
    assert {v.gearbox for v in FLEET} <= set(Gearbox.values)
    assert {v.body for v in FLEET} - {""} <= set(BodyStyle.values)


def test_every_twist_is_shown_and_explained():
    assert {vehicle.twist for vehicle in FLEET} == {"", *TWISTS}


def test_more_top_highlights_are_wanted_than_the_sandbox_sells():
    wanted = Counter(vehicle.twist for vehicle in FLEET)

    assert wanted["top_highlight"] == 5
    assert 0 < wanted["highlight"] <= 10


def test_identifiers_are_valid_and_unique():
    plates = [clean_plate(v.plate, country="BR") for v in FLEET if v.plate]
    chassis = [clean_chassis(v.chassis, year=v.year_manufacture) for v in FLEET]
    codes = [clean_code(v.code) for v in FLEET]

    assert len(set(plates)) == len(plates) == len(FLEET) - 1
    assert len(set(chassis)) == len(set(codes)) == len(FLEET)


def test_albums_hold_what_the_twist_promises(catalogue):
    albums = {v.number: album_of(v, kind=kind_of(v, catalogue)) for v in FLEET}
    counts = {twist: [len(albums[v.number]) for v in FLEET if v.twist == twist] for twist in TWISTS}
    plain = [len(albums[v.number]) for v in FLEET if v.twist == ""]

    assert all(len(set(album)) == len(album) for album in albums.values())
    assert (min(plain), max(plain)) == (6, 12)
    assert counts["many_photos"] == [25]
    assert counts["no_photos"] == [0]
    assert all(
        set(small_names()) <= set(albums[v.number]) for v in FLEET if v.twist == "small_photos"
    )
    assert [BROKEN in albums[v.number] for v in FLEET if v.twist == "broken_photo"] == [True]
    known = {*picture_names(), *small_names(), BROKEN}
    assert {name for album in albums.values() for name in album} <= known


def test_descriptions_are_short_but_for_the_one_that_is_too_long(catalogue):
    lengths = {
        v.number: len(description_of(v, kind=kind_of(v, catalogue))) for v in FLEET
    }  # fmt: skip

    long = [v.number for v in FLEET if v.twist == "long_text"]
    assert [lengths[number] for number in long] == [2300]
    assert max(length for number, length in lengths.items() if number not in long) < 300


def test_every_car_has_what_buyers_expect(catalogue):
    cars = [v for v in FLEET if kind_of(v, catalogue) == "car"]

    assert all(set(CAR_OPTIONALS[:3]) <= set(optionals_of(v, kind="car")) for v in cars)
