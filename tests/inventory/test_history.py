"""The history reads as sentences about fields, and keeps the cost from those who may not see it."""

from __future__ import annotations

from accounts.models import Change
from inventory.history import labels_of, lines_of
from inventory.history_words import Names


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
        ("Price", "R$\N{NO-BREAK SPACE}100.00", "—"),
        ("Optionals", "1", "2"),
    ]


def test_rows_days_and_turns_are_named():
    names = Names(versions={7: "1.0 LT"}, optionals={1: "Airbag", 2: "Radio"})
    rows = [
        change(
            before={"version": None, "optionals": [1], "until": "2026-01-31T12:00:00+00:00"},
            after={"version": 7, "optionals": [2], "until": None},
        ),
        change(action="photo_turned", before={"turn": 0}, after={"turn": 90, "photo": 4}),
        change(subject_type="inventory.contract", action="sold", after={"on": "2026-01-31"}),
    ]

    facts, turned, sold = lines_of(rows, hides_cost=False, names=names)

    assert [(each.label, each.before, each.after) for each in facts.fields[:2]] == [
        ("Version", "—", "1.0 LT"),
        ("Optionals", "Airbag", "Radio"),
    ]
    assert "2026" in facts.fields[2].before
    assert (turned.action, turned.fields[0].after) == ("Photo turned", "to the right")
    assert [each.label for each in turned.fields] == ["Turned"]
    assert sold.action == "Contract of sale: written"
    assert (sold.fields[0].label, sold.fields[0].after) == ("Sold on", "01/31/2026")


def test_values_of_strange_shapes_never_break_a_line():
    strange = {
        "price": "NaN",
        "until": "soon",
        "version": "x",
        "colour": {"a": [1]},
        "mileage": "many",
        "turn": 45,
        "optionals": "none",
    }

    (line,) = lines_of([change(before=strange, after=strange)], hides_cost=False)

    assert len(line.fields) == len(strange)


def test_erased_text_is_not_shown():
    row = change(
        subject_type="inventory.contract",
        action="sold",
        after={"customer_name": {"digest": "ab" * 32}},
    )

    assert lines_of([row], hides_cost=False)[0].fields[0].after == "—"


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
