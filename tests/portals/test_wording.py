"""Every code has words, and every word finds its values."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest
from django.utils import translation

from config.lib import remote_errors
from portals import wording
from portals.connectors import errors
from portals.connectors.types import WarningKind
from portals.connectors.usadosbr.preflight import check_draft
from portals.mapping_words import value_of
from tests.portals.drafts import CAR_NAMES, draft, name, names, photo

ROOT = Path(__file__).resolve().parents[2] / "portals"


def codes_in_source():
    """Return every text given as `code=` to a problem or finding anywhere in the portals."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                found |= {
                    word.value.value
                    for word in node.keywords
                    if word.arg == "code" and isinstance(word.value, ast.Constant)
                }
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_finding":
                found.add(ast.literal_eval(node.args[2]))
    return found


def codes_of_errors():
    """Return the code of every error a call may end with."""
    kinds = [*vars(remote_errors).values(), *vars(errors).values()]
    return {
        kind.code
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, remote_errors.RemoteError)
    }


def test_every_code_of_the_source_has_a_sentence():
    known = {*wording.SENTENCES, *wording.SAME_AS}

    assert codes_in_source() - known == set()
    assert codes_of_errors() - known == set()
    assert {
        f"name_{cause}" for cause in ("empty", "unplaced", "unknown", "none", "parent")
    } <= known


def test_source_is_really_searched():
    assert {"plate_missing", "unknown_status", "plan_full"} <= codes_in_source()


def test_every_kind_of_warning_has_a_sentence():
    assert set(wording.WARNINGS) == set(get_args(WarningKind))


BAD = draft(
    plate="",
    price=None,
    mileage=None,
    year_manufacture=1949,
    year_model=2000,
    highlight=9,
    description=f"<b>{'x' * 2100}</b>",
    video_url="https://vimeo.example/1",
    names=names(CAR_NAMES)
    | {
        kind: name(kind, None, ours="Nosso", missing=missing)
        for kind, missing in (
            *(("brand", "unknown"), ("model", "parent"), ("version", "unplaced")),
            *(("colour", "empty"), ("fuel", "none")),
        )
    },
    optionals=(name("optional", None, ours="Rádio", missing="unknown"),),
    photos=(*(photo(n) for n in range(21)), photo(30, width=10), photo(1)),
)


def problems():
    """Return what a hopeless draft is told, in stored form."""
    return [finding.problem.as_json() for finding in check_draft(BAD)]


@pytest.mark.parametrize("problem", problems(), ids=lambda problem: problem["code"])
def test_sentence_finds_all_its_values(problem):
    said = wording.describe(problem)

    assert "%(" not in said
    assert " - " not in said
    assert wording.what_is_wrong(problem) in said
    assert wording.fix_for(problem) in said


def test_problem_of_the_portal_is_quoted():
    problem = {"field": "plate", "code": "refused_field", "message": "Placa inválida", "params": {}}

    assert wording.describe(problem) == (
        "The portal refused the plate. The portal says: “Placa inválida” "
        "Correct it: the ad is then sent again by itself."
    )


@pytest.mark.parametrize(
    "problem",
    [
        {},
        {"code": "never-heard-of", "field": None, "message": None, "params": None},
        {"code": "name_unknown"},
        {"code": "unknown_status", "params": {"word": "100 %s"}},
        {"code": "refused", "message": "100 % (dd)"},
    ],
)
def test_odd_problem_is_still_worded(problem):
    assert wording.describe(problem)


@pytest.mark.parametrize(
    ("warning", "said"),
    [
        (
            {"kind": "photo_limit", "asked": 25, "granted": 20, "message": ""},
            "25 photos sent, the portal shows 20.",
        ),
        (
            {"kind": "photo_rejected", "asked": ["https://x/1.jpg"], "granted": [], "message": ""},
            "The portal left photos out: 1.",
        ),
        (
            {"kind": "highlight_denied", "asked": 2, "granted": 0, "message": "quota_used_up"},
            "Highlight 2 asked, none granted. The quota of this highlight is used up.",
        ),
        (
            {"kind": "optional_ignored", "asked": ["Rádio", "GPS"], "granted": [], "message": "x"},
            "Optionals left out: Rádio, GPS. The portal says: “x”",
        ),
        ({"kind": "other", "message": "hm"}, "hm"),
    ],
)
def test_warning_tells_asked_and_granted(warning, said):
    assert wording.describe_warning(warning) == said


@pytest.mark.parametrize(
    ("fact", "said", "word"),
    [
        ("gearbox", "automatic", "Automático"),
        ("gearbox", "automated/manual", "Automatizado/Manual"),
        ("fuel", "petrol", "Gasolina"),
        ("turbo", "turbo", "sim"),
        ("trim", "LT", "LT"),
        ("displacement", "1.0/1.4", "1.0/1.4"),
        ("gearbox", "", ""),
    ],
)
def test_what_a_name_says_is_worded_for_people(fact, said, word):
    with translation.override("pt-br"):
        assert value_of(fact, said) == word
