"""What the document lets one know is said before anything is sent, on the field that mends it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portals import wording
from portals.connectors.olx.preflight import check_draft
from portals.connectors.types import ListingDraft
from tests.portals.drafts import CAR_NAMES, draft, motorcycle, name, names, photo


def said(each: ListingDraft) -> list[tuple[str, str, str, str]]:
    """What is found: severity, mode, field and code."""
    return [(f.severity, f.mode, f.problem.field, f.problem.code) for f in check_draft(each)]


@pytest.mark.parametrize("each", [draft(), motorcycle(), draft(category=3)])
def test_a_complete_vehicle_passes(each: ListingDraft) -> None:
    assert said(each) == []


REFUSED = [
    ({"reference": "A" * 20}, "code", "reference_shape"),
    ({"reference": "A B"}, "code", "reference_shape"),
    ({"reference": "Ação"}, "code", "reference_shape"),
    ({"price": None}, "price", "price_missing"),
    ({"price": Decimal("0.99")}, "price", "price_missing"),
    ({"year_model": None, "year_manufacture": None}, "year_model", "year_missing"),
    ({"mileage": None}, "mileage", "mileage_missing"),
    ({"highlight": 2}, "highlight", "highlight_unknown"),
    ({"phone": "1234"}, "phone", "phone_unusable"),
    ({"postal_code": ""}, "postal_code", "postal_code_unusable"),
    ({"photos": ()}, "photos", "photos_demanded"),
    ({"photos": (photo(1, width=100),)}, "photos", "photos_all_small"),
]
REDUCED = [
    ({"photos": (photo(1), photo(2, width=100))}, "photos", "photos_too_small"),
    ({"photos": (photo(1), photo(1))}, "photos", "photos_repeated"),
    ({"photos": tuple(map(photo, range(21)))}, "photos", "photos_too_many"),
    ({"description": "<b>x</b>yz"}, "description", "description_html"),
    ({"description": "x" * 6001}, "description", "description_too_long"),
    ({"video_url": "https://vimeo.example/1"}, "video_url", "video_not_youtube"),
    (
        {"optionals": (name("optional", None, ours="Rádio", missing="unknown"),)},
        *("optionals", "optionals_unmapped"),
    ),
    (
        {"names": {**names(CAR_NAMES), "gearbox": name("gearbox", None, missing="unknown")}},
        *("gearbox", "name_unknown"),
    ),
]


@pytest.mark.parametrize(("changes", "field", "code"), REFUSED)
def test_what_would_be_refused_blocks(changes: dict[str, Any], field: str, code: str) -> None:
    assert said(draft(**changes)) == [("refused", "preflight", field, code)]


@pytest.mark.parametrize(("changes", "field", "code"), REDUCED)
def test_what_would_be_reduced_warns(changes: dict[str, Any], field: str, code: str) -> None:
    assert said(draft(**changes)) == [("reduced", "preflight", field, code)]


@pytest.mark.parametrize(
    ("missing", "mode"), [("unknown", "mapping"), ("none", "mapping"), ("empty", "preflight")]
)
def test_a_version_that_leads_nowhere_blocks(missing: str, mode: str) -> None:
    gap = {**names(CAR_NAMES), "version": name("version", None, ours="X", missing=missing)}

    assert said(draft(names=gap)) == [("refused", mode, "version", f"name_{missing}")]


@pytest.mark.parametrize("missing", ["empty", "none"])
def test_other_names_that_are_not_said_are_no_news(missing: str) -> None:
    gap = {**names(CAR_NAMES), "colour": name("colour", None, missing=missing)}

    assert said(draft(names=gap)) == []


def test_motorcycles_and_trucks_are_not_nagged_for_optionals() -> None:
    unmapped = (name("optional", None, ours="ABS", missing="unknown"),)

    assert said(motorcycle(optionals=unmapped)) == []
    assert said(draft(category=3, optionals=unmapped)) == []


def test_another_kind_of_vehicle_is_not_taken() -> None:
    assert said(draft(category=4)) == [
        ("refused", "unsupported", "category", "category_unsupported")
    ]


def test_what_blocks_is_said_first() -> None:
    found = said(draft(description="x" * 7000, photos=(), phone=""))

    assert [severity for severity, *_ in found] == ["refused", "refused", "reduced"]


@pytest.mark.parametrize(("changes", "field", "code"), [*REFUSED, *REDUCED])
def test_every_finding_is_worded(changes: dict[str, Any], field: str, code: str) -> None:
    [finding] = check_draft(draft(**changes))

    words = wording.describe(finding.problem.as_json())

    assert "%(" not in words
    assert " - " not in words
    assert code in wording.SENTENCES
    assert field
