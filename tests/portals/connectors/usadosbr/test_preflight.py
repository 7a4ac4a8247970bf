"""What is known before anything is sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portals.connectors.usadosbr.preflight import check_draft
from tests.portals.drafts import CAR_NAMES, draft, motorcycle, name, names, photo


def found(changed):
    """Return (severity, mode, field, code) of every finding."""
    return [(f.severity, f.mode, f.problem.field, f.problem.code) for f in check_draft(changed)]


@pytest.mark.parametrize("whole", [draft(), motorcycle()])
def test_complete_vehicle_has_no_finding(whole):
    assert check_draft(whole) == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"plate": ""}, "plate", "plate_missing"),
        ({"plate": " ", "is_new": True}, "plate", "plate_missing"),
        ({"price": None}, "price", "price_missing"),
        ({"price": Decimal(0)}, "price", "price_missing"),
        ({"mileage": None}, "mileage", "mileage_missing"),
        ({"highlight": 3}, "highlight", "highlight_unknown"),
        ({"year_manufacture": None}, "year_manufacture", "year_missing"),
        ({"year_model": None}, "year_model", "year_missing"),
        ({"year_model": 2020}, "year_model", "year_model_mismatch"),
        ({"year_model": 2017}, "year_model", "year_model_mismatch"),
        ({"year_manufacture": 1949, "year_model": 1950}, "year_manufacture", "year_too_old"),
    ],
)
def test_what_the_portal_will_refuse_blocks(changes, field, code):
    assert found(draft(**changes)) == [("refused", "preflight", field, code)]


@pytest.mark.parametrize(
    "changes",
    [
        {"year_manufacture": 1950, "year_model": 1950},
        {"year_manufacture": 2019, "year_model": 2020},
        {"mileage": 0},
        {"mileage": None, "is_new": True},
        {"photos": (photo(1, width=760, height=570),)},
        {"photos": (photo(1, width=0, height=0),)},
        {"photos": tuple(photo(n) for n in range(20))},
        {"description": "a" * 2000},
        {"description": "preço < 10 mil > 5 mil"},
        {"video_url": "https://youtu.be/abc"},
        {"highlight": 2},
        {"optionals": (name("optional", None, ours="Tapetes", missing="none"),)},
    ],
)
def test_boundary_passes(changes):
    assert check_draft(draft(**changes)) == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"photos": ()}, "photos", "photos_missing"),
        ({"photos": (photo(1, width=759),)}, "photos", "photos_unusable"),
        ({"photos": (photo(1), photo(2, height=569))}, "photos", "photos_too_small"),
        ({"photos": tuple(photo(n) for n in range(21))}, "photos", "photos_too_many"),
        ({"photos": (photo(1), photo(1))}, "photos", "photos_repeated"),
        ({"description": "a" * 2001}, "description", "description_too_long"),
        ({"description": "<b>Oi</b>"}, "description", "description_html"),
        ({"video_url": "https://vimeo.example/1"}, "video_url", "video_not_youtube"),
        (
            {"optionals": (name("optional", None, ours="Rádio", missing="unknown"),)},
            "optionals",
            "optionals_unmapped",
        ),
    ],
)
def test_what_the_portal_will_reduce_warns(changes, field, code):
    assert found(draft(**changes)) == [("reduced", "preflight", field, code)]


@pytest.mark.parametrize(
    ("missing", "mode"),
    [
        ("empty", "preflight"),
        ("unplaced", "mapping"),
        ("unknown", "mapping"),
        ("none", "mapping"),
        ("parent", "mapping"),
    ],
)
def test_missing_name_blocks_with_its_cause(missing, mode):
    gap = names(CAR_NAMES) | {"version": name("version", None, ours="LT", missing=missing)}

    assert found(draft(names=gap)) == [("refused", mode, "version", f"name_{missing}")]


def test_what_hangs_on_a_model_the_vehicle_does_not_say_is_no_matter_of_mapping():
    gaps = {
        "model": name("model", None, ours="", missing="empty"),
        "version": name("version", None, ours="LT", missing="parent"),
        "style": name("style", None, ours="Hatch", missing="parent"),
    }

    assert {(mode, field) for _, mode, field, _ in found(draft(names=names(CAR_NAMES) | gaps))} == {
        ("preflight", "model"),
        ("preflight", "version"),
        ("preflight", "style"),
    }


@pytest.mark.parametrize("category", [3, 4])
def test_unsupported_category_is_the_only_finding(category):
    assert found(draft(category=category, plate="")) == [
        ("refused", "unsupported", "category", "category_unsupported")
    ]


def test_findings_tell_the_figures():
    small = check_draft(draft(photos=(photo(1), photo(2, width=640))))[0]

    assert small.problem.params == {
        "count": 1,
        "urls": ["https://photos.example/2.jpg"],
        "width": 760,
        "height": 570,
    }
