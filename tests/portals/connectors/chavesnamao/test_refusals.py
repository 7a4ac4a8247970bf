"""Bodies of 400 and 422 in every likely shape become problems by field."""

from __future__ import annotations

import pytest

from portals.connectors.chavesnamao.fields import OURS, field_of
from portals.connectors.chavesnamao.refusals import MOST, read_problems

PLATE = "licensePlate must match the pattern"


@pytest.mark.parametrize(
    "body",
    [
        PLATE,
        [PLATE],
        {"message": PLATE},
        {"statusCode": 400, "message": [PLATE], "error": "Bad Request"},
        {"errors": [{"field": "licensePlate", "message": PLATE}]},
        {"errors": {"licensePlate": [PLATE]}},
        {"errors": {"licensePlate": PLATE}},
        {"licensePlate": [PLATE]},
        {"error": {"details": [{"path": "licensePlate", "msg": PLATE}]}},
        {"message": [{"property": "licensePlate", "constraints": {"matches": PLATE}}]},
        {"message": "Validation failed", "errors": [PLATE]},
    ],
)
def test_complaint_is_led_to_our_field(body):
    problems = read_problems(body)

    assert [(each.field, each.code, each.message) for each in problems] == [
        ("plate", "refused_field", PLATE)
    ]


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("trimId not found", "version", "refused_name"),
        ("color must be one of …", "colour", "refused_name"),
        ("pictures.0.source must be a URL", "photos", "refused_field"),
        ("each value in otherInfos must be a number", "optionals", "refused_field"),
        ("value must not be less than 0", "price", "refused_field"),
        ("Cliente sem permissão", "", "refused"),
    ],
)
def test_field_is_found_in_a_sentence(text, field, code):
    problem = read_problems({"message": [text]})[0]

    assert (problem.field, problem.code, problem.message) == (field, code, text)


def test_each_complaint_is_a_problem_and_none_is_told_twice():
    body = {"message": [PLATE, "doors must not be greater than 5", PLATE]}

    assert [each.field for each in read_problems(body)] == ["plate", "doors"]


@pytest.mark.parametrize(
    "body", [None, "", {}, [], 7, True, {"statusCode": 422, "error": "Unprocessable Entity"}]
)
def test_refusal_without_a_word_is_still_one(body):
    assert [(each.field, each.code) for each in read_problems(body)] == [("", "refused")]


def test_hostile_bodies_cost_little():
    deep: object = "x"
    for _ in range(500):
        deep = {"errors": [deep]}

    assert len(read_problems(deep)) == 1
    assert len(read_problems([f"error {number}" for number in range(5000)])) == MOST
    assert len(read_problems("y" * 100_000)[0].message) == 500


@pytest.mark.parametrize("key", ["trimId", "pictures.3.source", "pictures[3].source", "TRIM_ID"])
def test_key_of_the_portal_is_known_however_it_is_written(key):
    assert field_of(key) in ("version", "photos")


def test_keys_are_kept_folded():
    assert all(key == key.lower() and key.isalnum() for key in OURS)


def test_what_no_database_keeps_is_left_out():
    problem = read_problems({"licensePlate\x00": ["inv\x00álida\ud800\n"]})[0]

    assert (problem.field, problem.message) == ("plate", "inválida")
    assert problem.params == {"key": "licensePlate"}
