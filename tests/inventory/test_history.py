"""The history reads as sentences about fields, and keeps the cost from those who may not see it."""

from __future__ import annotations

from accounts.models import Change
from inventory.history import labels_of, lines_of


def change(**columns: object) -> Change:
    """Return an unsaved row of history."""
    return Change(**{"action": "updated", "before": {}, "after": {}, **columns})


def test_values_are_worded():
    row = change(
        before={"colour": "white", "armoured": False, "price": "100.00", "optionals": [1]},
        after={"colour": "black", "armoured": True, "price": None, "optionals": [1, 2]},
    )

    (line,) = lines_of([row], hides_cost=False)

    assert [(each.label, each.before, each.after) for each in line.fields] == [
        ("Colour", "White", "Black"),
        ("Armoured", "no", "yes"),
        ("Price", "100.00", "—"),
        ("Optionals", "1", "2"),
    ]


def test_the_cost_is_hidden_where_it_must_be():
    row = change(before={"cost": "1"}, after={"cost": "2"})

    assert lines_of([row], hides_cost=True)[0].fields == []
    assert len(lines_of([row], hides_cost=False)[0].fields) == 1


def test_long_texts_are_cut_and_unknown_fields_named_as_they_are():
    row = change(after={"description": "x" * 500, "strange_thing": 3})

    first, second = lines_of([row], hides_cost=True)[0].fields

    assert len(first.after) == 81
    assert (second.label, second.after) == ("Strange thing", "3")


def test_fields_are_called_what_the_form_calls_them():
    assert labels_of(["plate", "year_manufacture", "of_a_source"]) == [
        "Plate",
        "Year made",
        "Of a source",
    ]
