"""Plates, chassis numbers, Renavams and codes come in many spellings and are kept in one."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from inventory.services.identity import (
    clean_chassis,
    clean_code,
    clean_plate,
    clean_renavam,
    has_check_digit,
    plate_twins,
)


@pytest.mark.parametrize(
    ("text", "country", "plate"),
    [
        ("abc-1234", "BR", "ABC1234"),
        (" ABC 1D23 ", "BR", "ABC1D23"),
        ("ABC1Z23", "BR", "ABC1Z23"),
        ("", "BR", ""),
        ("--", "BR", ""),
        ("ab123cd", "IT", "AB123CD"),
        ("AB 12345", "IT", "AB12345"),
        ("12-XY", "PT", "12XY"),
    ],
)
def test_plates(text, country, plate):
    assert clean_plate(text, country=country) == plate


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("ABCD123", "BR"),
        ("AB12345", "BR"),
        ("ABC12345", "BR"),
        ("ÁBC1234", "BR"),
        ("ABC\N{FULLWIDTH DIGIT ONE}234", "BR"),
        ("SEM PLACA", "BR"),
        ("ABC1D23", "IT"),
        ("?", "PT"),
    ],
)
def test_plates_of_another_shape(text, country):
    with pytest.raises(ValidationError):
        clean_plate(text, country=country)


@pytest.mark.parametrize(
    ("plate", "twins"),
    [
        ("ABC1234", ("ABC1234", "ABC1C34")),
        ("ABC1C34", ("ABC1C34", "ABC1234")),
        ("ABC1Z34", ("ABC1Z34",)),
        ("AB123CD", ("AB123CD",)),
        ("", ("",)),
    ],
)
def test_the_two_spellings_of_a_brazilian_plate(plate, twins):
    assert plate_twins(plate) == twins


def test_the_check_digit_of_a_chassis_is_advice():
    assert has_check_digit("1M8GDM9AXKP042788")
    assert not has_check_digit("1M8GDM9A1KP042788")
    assert not has_check_digit("SHORT")
    assert clean_chassis("1m8gdm9a1kp042788", year=2020) == "1M8GDM9A1KP042788"


@pytest.mark.parametrize("year", [None, 1981, 2020])
def test_a_short_chassis_needs_a_year_before_the_standard(year):
    assert clean_chassis("bj 12345", year=1980) == "BJ12345"
    with pytest.raises(ValidationError):
        clean_chassis("bj 12345", year=year)


@pytest.mark.parametrize("text", ["639884962", "00639884962", " 0063988496-2 "])
def test_a_renavam_is_filled_with_zeros(text):
    assert clean_renavam(text, country="BR") == "00639884962"


@pytest.mark.parametrize("text", ["639884963", "abc", "123456789012", "٦٣٩٨٨٤٩٦٢"])
def test_a_wrong_renavam(text):
    with pytest.raises(ValidationError):
        clean_renavam(text, country="BR")


@pytest.mark.parametrize("text", ["1", "A_b-{1}", "1234567890123456789"])
def test_codes(text):
    assert clean_code(f" {text} ") == text


@pytest.mark.parametrize("text", ["12345678901234567890", "a/b", "a b", "ç", "1\n"[:1] + "\n2"])
def test_codes_of_another_shape(text):
    with pytest.raises(ValidationError):
        clean_code(text)
