"""Abbreviations of FIPE, portals and dealers read as the same facts."""

from __future__ import annotations

import pytest

from inventory.reference.facts import (
    gearbox_of,
    read_facts,
    read_motorcycle_displacement,
    single,
)
from inventory.reference.known_bodies import body_in_text, motorcycle_style, usual_body


def test_everything_a_text_says_is_read():
    facts = read_facts("HATCH PREM. 1.0 12V TB Flex 5p Aut.")

    assert facts.displacement == 1000
    assert facts.valves == {12}
    assert facts.doors == {5}
    assert facts.turbo is True
    assert facts.gearbox == {"automatic"}
    assert facts.fuel == "flex"
    assert facts.body == "hatch"


def test_a_text_that_says_nothing_gives_nothing():
    facts = read_facts("Cinquecento")

    assert facts.displacement is None
    assert facts.doors == frozenset()
    assert (facts.fuel, facts.body, facts.drive, facts.turbo) == ("", "", "", False)


@pytest.mark.parametrize(
    ("text", "gearbox"),
    [
        ("1.6 16V FLEX 4P AUTOMÁTICO", "automatic"),
        ("1.0 MPI MANUAL", "manual"),
        ("2.0 16V Mec.", "manual"),
        ("1.8 Dualogic", "automated"),
        ("1.6 SV XTRONIC", "cvt"),
        ("2.0 TFSI S TRONIC", "automated"),
        ("1.9 8V Semi-Aut.", "semi_automatic"),
        ("3.0 4x4 V6 Mec./Aut.", ""),
        ("LT 1.0", ""),
    ],
)
def test_the_gearbox_is_read(text, gearbox):
    assert gearbox_of(read_facts(text)) == gearbox


@pytest.mark.parametrize(
    ("text", "fuel"),
    [
        ("2.8 TDI 4x4 CD Dies. Mec.", "diesel"),
        ("1.0 Total Flex 12V", "flex"),
        ("1.8 16V Aut. (Híbrido)", "hybrid"),
        ("Aut. (Elétrico)", "electric"),
        ("1.4 TETRAFUEL", "cng"),
        ("2.0 16V GASOLINA", "petrol"),
    ],
)
def test_the_fuel_is_read(text, fuel):
    assert read_facts(text).fuel == fuel


def test_two_engines_in_one_text_are_no_single_displacement():
    facts = read_facts("Fox 1.0/ 1.6 Mi")

    assert facts.displacements == {1000, 1600}
    assert single(facts.displacements) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("CG 160 FAN Flex", 160),
        ("F 800 GS 798cc", 798),
        ("MT-01 1.670cc", 1670),
        ("NRG MC3 DD 49.4cc", 49),
        ("FAT BOY 115th ANNIVERSARY FLFBS", None),
        ("R 18 100 Anos", None),
        ("PT-02 2000W (Elétrica)", None),
    ],
)
def test_a_motorcycles_displacement_is_read(text, size):
    assert read_motorcycle_displacement(text) == size


@pytest.mark.parametrize(
    ("brand", "model", "version", "body"),
    [
        ("Chevrolet", "Onix", "SEDAN Plus LTZ 1.0", "sedan"),
        ("Chevrolet", "S10", "LTZ 2.8 CD 4x4", "pickup"),
        ("Chevrolet", "Omega", "CD 4.1", ""),
        ("Honda", "HR-V", "Touring 1.5", ""),
        ("BMW", "323i", "Touring", "wagon"),
        ("Fiat", "Palio", "W.ADV. LOCKER 1.8", "wagon"),
        ("Audi", "Q3", "Sportback 2.0", ""),
        ("Chevrolet", "Corsa", "Pick-Up GL", "pickup"),
    ],
)
def test_the_stated_body_depends_on_the_model(brand, model, version, body):
    assert body_in_text(version, model=model, brand=brand) == body


@pytest.mark.parametrize(
    ("brand", "model", "body"),
    [
        ("Hyundai", "Creta", "suv"),
        ("Toyota", "Hilux", "pickup"),
        ("Mercedes-Benz", "GLA 200", "suv"),
        ("BMW", "320i", "sedan"),
        ("Nova Marca", "Foguete", "hatch"),
    ],
)
def test_a_model_has_a_usual_body(brand, model, body):
    assert usual_body(model, brand=brand) == body


@pytest.mark.parametrize(
    ("model", "style"),
    [
        ("CG 160", "street"),
        ("PCX 160", "scooter"),
        ("NXR 160 Bros", "trail"),
        ("CBR 600 RR", "sport"),
        ("Can-Am Outlander", "quad"),
        ("Fat Boy", "custom"),
    ],
)
def test_a_motorcycle_has_a_style(model, style):
    assert motorcycle_style(model) == style
