"""Brands, models and the values of lists are proposed by their meaning."""

from __future__ import annotations

import pytest

from inventory.matching import propose_brand, propose_model, propose_value

BRANDS = [
    (1, "VW - VolksWagen"),
    (2, "GM - Chevrolet"),
    (3, "Citroën"),
    (4, "Volvo"),
    (5, "Kia Motors"),
]


@pytest.mark.parametrize(
    ("name", "key"), [("VW", 1), ("VOLKSWAGEN", 1), ("CHEVROLET", 2), ("CITROEN", 3), ("Kia", 5)]
)
def test_a_brand_is_known_by_its_other_names(name, key):
    first = propose_brand(name, BRANDS)[0]

    assert first.key == key
    assert first.probability >= 0.9
    assert first.agrees[0].theirs == dict(BRANDS)[key]


def test_an_unknown_brand_is_not_guessed():
    assert propose_brand("Tesla", BRANDS) == ()


def test_a_model_is_found_under_a_longer_or_shorter_name():
    models = [(1, "POLO"), (2, "POLO SEDAN"), (3, "GOL"), (4, "HILUX SW4")]

    assert propose_model("VW", "Polo", models)[0].key == 1
    assert propose_model("VW", "Polo", models)[0].probability > 0.9
    assert propose_model("Toyota", "SW4", models)[0].key == 4
    assert propose_model("VW", "Voyage", models) == ()


@pytest.mark.parametrize(
    ("kind", "spellings", "among", "key"),
    [
        ("colour", ["prata"], [(1, "Preto"), (2, "PRATA")], 2),
        ("colour", ["Branca"], [(1, "Branco"), (2, "Preto")], 1),
        ("fuel", ["Flex", "Gasolina/Álcool"], [(1, "Álcool"), (2, "GASOLINA E ÁLCOOL FLEX")], 2),
        ("gearbox", ["AUTOMATIZADO"], [(1, "Automático"), (2, "Automatizada DCT")], 2),
        ("gearbox", ["Câmbio CVT"], [(1, "CVT"), (2, "Manual")], 1),
        ("doors", ["4"], [(1, "2 portas"), (2, "4 portas")], 2),
        ("displacement", ["1.0"], [(1, "1.0"), (2, "1.6")], 1),
        ("optional", ["ar condicionado"], [(1, "Ar-condicionado"), (2, "Ar quente")], 1),
    ],
)
def test_a_value_is_found_by_meaning_or_spelling(kind, spellings, among, key):
    assert propose_value(kind, spellings, among)[0].key == key
