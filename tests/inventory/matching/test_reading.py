"""Names are read by what they say, however they write it."""

from __future__ import annotations

import pytest

from inventory.matching import trims
from inventory.matching.names import Name
from inventory.matching.reading import Reading, read_name


def read(version: str, *, model: str = "Onix", **more) -> Reading:
    return read_name(
        Name(key=1, category=1, brand="Chevrolet", model=model, version=version, **more)
    )


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("1.0/1.4 FLEX", "litres", {1000, 1400}),
        ("2.0 12V/16V", "valves", {12, 16}),
        ("2.0 183/180cv", "power", {183, 180}),
        ("3.5 V6 24V", "cylinders", "6"),
        ("1.6 I MOTION", "gearbox", {"automated"}),
        ("1.6 I-MOTION", "gearbox", {"automated"}),
        ("1.6 DUALOGIC", "gearbox", {"automated"}),
        ("1.6 Easy'R", "gearbox", {"automated"}),
        ("1.6 EASY-R", "gearbox", {"automated"}),
        ("1.4 TFSI S TRONIC", "gearbox", {"automated"}),
        ("1.6 XTRONIC", "gearbox", {"cvt"}),
        ("2.0 TIPTRONIC", "gearbox", {"automatic"}),
        ("2.0 Mec.", "gearbox", {"manual"}),
        ("1.0 5P", "doors", {5}),
        ("1.0 Total Flex", "fuel", {"flex"}),
        ("2.8 Dies.", "fuel", {"diesel"}),
        ("1.8 (Híbrido)", "fuel", {"hybrid"}),
        ("2.0 Furgão16V", "valves", {16}),
        ("3.0 XDRIVE28I", "drive", "4x4"),
        ("1.6 CABRIOLET", "body", "convertible"),
    ],
)
def test_a_fact_is_read(text, fact, value):
    assert getattr(read(text).facts, fact) == value


def test_a_cab_is_read_on_pickups_only():
    assert read("2.4 LS CD", model="S10").facts.cab == "cd"
    assert read("2.4 Cabine Dupla", model="S10").facts.cab == "cd"
    assert read("3.6 CD", model="Omega").facts.cab == ""


def test_fields_add_what_the_text_does_not_say():
    found = read("1.0 LT", gearbox="manual", fuel="flex", doors=4, body="hatch").facts

    assert found.gearbox == {"manual"}
    assert found.fuel == {"flex"}
    assert found.doors == {4}
    assert found.usual_body == "hatch"
    assert read("1.0 LT AUT.", gearbox="manual").facts.gearbox == {"automatic"}
    assert read("1.0", fuels="Gasolina|Álcool").facts.fuel == {"petrol", "ethanol"}


def test_the_models_name_is_cut_off_the_head():
    found = read("S10 Blazer DLX 4.3 V6", model="Blazer")

    assert (found.head, found.text) == (("s10", "blazer"), "dlx 4.3 v6")
    assert read("Classe A 200 1.6", model="A 200").text == "1.6"
    assert read("LT 1.0", model="Onix").head == ()


def test_alternatives_are_groups_and_engine_words_are_not_among_them():
    found = read("Ka 1.0 SE/SE Plus TiVCT Flex 5p", model="Ka").trim

    assert found.either == (("se", "plus"),)
    assert found.must == ("tivct",)


@pytest.mark.parametrize(
    ("first", "second", "likeness"),
    [
        ("premier", "prem.", trims.SAME_WORD),
        ("premium", "prem.", trims.SAME_WORD),
        ("titanium", "tit.", trims.SAME_WORD),
        ("titanium", "ti.", trims.SAME_WORD),
        ("comfortline", "comf.", trims.SAME_WORD),
        ("hl", "highline", trims.SAME_WORD),
        ("inscription", "inscript", trims.SAME_WORD),
        ("highline", "hghi.", trims.PICKS),
        ("sportline", "sport", trims.BEGINS),
        ("lt", "ltz", trims.OTHER),
        ("sport", "storm", trims.OTHER),
    ],
)
def test_words_abbreviate_each_other(first, second, likeness):
    assert trims.likeness(first, second) == trims.likeness(second, first) == likeness


def test_joined_short_forms_are_words():
    assert read("1.6 C.Plus").trim.must == ("comfort", "plus")
    assert read("TI.Plus1.6").trim.must == ("ti.", "plus")
