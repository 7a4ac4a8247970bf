"""What the document lets one know before sending."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from portals import wording
from portals.connectors.chavesnamao.preflight import check_draft
from tests.portals.connectors.chavesnamao.drafts import car, motorcycle, named
from tests.portals.drafts import name, photo


def told(draft):
    """Return (severity, field, code) of each finding."""
    return [(f.severity, f.problem.field, f.problem.code) for f in check_draft(draft)]


@pytest.mark.parametrize("draft", [car(), motorcycle(), car(highlight=1), car(price=Decimal(0))])
def test_complete_vehicle_has_no_findings(draft):
    assert check_draft(draft) == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"price": None}, "price", "price_missing"),
        ({"price": Decimal(-1)}, "price", "price_missing"),
        ({"highlight": 2}, "highlight", "highlight_unknown"),
        ({"mileage": None}, "mileage", "mileage_missing"),
        ({"mileage": 0}, "mileage", "mileage_zero_is_new"),
        ({"plate": ""}, "plate", "plate_missing_used"),
        ({"plate": "ABC12345"}, "plate", "plate_malformed"),
        ({"plate": "ÁBC1D23"}, "plate", "plate_malformed"),
        (
            {"year_manufacture": None, "year_model": None},
            *("year_manufacture", "year_missing"),
        ),
        ({"year_manufacture": 1885}, "year_manufacture", "year_too_old"),
        ({"year_model": 1885}, "year_model", "year_too_old"),
        ({"photos": ()}, "photos", "photos_demanded"),
    ],
)
def test_what_will_be_refused_blocks_and_names_the_field(changes, field, code):
    assert told(car(**changes)) == [("refused", field, code)]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"photos": tuple(photo(n) for n in range(17))}, "photos", "photos_too_many"),
        ({"photos": (photo(1), photo(1))}, "photos", "photos_repeated"),
        ({"description": "x" * 4001}, "description", "description_too_long"),
        ({"video_url": "https://youtube.com/shorts/x"}, "video_url", "video_not_taken"),
        (
            {"optionals": (name("optional", None, ours="Rádio", missing="unknown"),)},
            *("optionals", "optionals_unmapped"),
        ),
    ],
)
def test_what_will_be_reduced_warns(changes, field, code):
    assert told(car(**changes)) == [("reduced", field, code)]


@pytest.mark.parametrize("plate", ["ABC1234", "ABC1D23", "abc-1234"])
def test_old_and_mercosul_plates_pass(plate):
    assert check_draft(car(plate=plate)) == ()


@pytest.mark.parametrize("plate", ["", "XX"])
def test_new_vehicle_needs_neither_plate_nor_mileage(plate):
    assert check_draft(car(is_new=True, mileage=None, plate=plate)) == ()


def test_truck_is_not_taken():
    findings = check_draft(car(category=3))

    assert [(f.mode, f.problem.code) for f in findings] == [("unsupported", "category_unsupported")]


def test_name_the_portal_has_not_is_a_matter_of_mapping():
    findings = check_draft(named(gearbox="CVT"))

    assert [(f.mode, f.problem.field, f.problem.code) for f in findings] == [
        ("mapping", "gearbox", "name_unknown")
    ]
    assert findings[0].problem.params["source_key"] == "value:nosso"


def test_name_the_vehicle_does_not_say_is_filled_in_on_its_page():
    names = {
        **car().names,
        "brand": name("brand", None, missing="empty"),
        "model": name("model", None, ours="Onix", missing="parent"),
    }

    findings = check_draft(car(names=names))

    assert [(f.mode, f.problem.code) for f in findings] == [
        ("preflight", "name_empty"),
        ("preflight", "name_parent"),
    ]


def test_doors_are_asked_of_cars_only():
    names = {kind: each for kind, each in car().names.items() if kind != "doors"}

    assert told(car(names=names)) == [("refused", "doors", "name_empty")]
    assert check_draft(motorcycle(names=names)) == ()


def test_what_blocks_comes_first():
    severities = [f.severity for f in check_draft(car(video_url="x", photos=()))]

    assert severities == ["refused", "reduced"]


BAD = car(
    price=None,
    plate="?",
    year_manufacture=1,
    highlight=9,
    description="x" * 5000,
    video_url="x",
    photos=(),
)


@pytest.mark.parametrize(
    "draft", [BAD, replace(BAD, plate=""), replace(BAD, mileage=0)], ids=("bad", "plate", "new")
)
def test_every_finding_is_said_with_its_values(draft):
    for finding in check_draft(draft):
        said = wording.describe(finding.problem.as_json())

        assert "%(" not in said
        assert " - " not in said
        assert "unexpected" not in said
