"""Cells of a stock file become facts; what cannot be understood rejects its line by column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inventory.reference.tables import TableError
from inventory.services.stock_csv import OPTIONAL, REQUIRED, StockLine, read_stock
from tests.inventory.services.stock_files import cells, stock_file


def line(tmp_path: Path, **changed: str) -> StockLine:
    (found,) = read_stock(stock_file(tmp_path, cells(**changed)), year=2026)
    return found


def test_every_column_has_a_home(tmp_path):
    found = line(tmp_path, armoured="0", one_owner="1", licensed="", city="Recife", uf="PE")

    assert found.problems == []
    assert found.stock_id == "A1"
    kept = found.facts.pop("source_facts")
    assert kept == {"city": "Recife", "uf": "PE"}
    assert found.facts == {
        "category": 1,
        "brand_text": "CHEVROLET",
        "model_text": "ONIX",
        "version_text": "1.0 LT",
        "year_model": 2018,
        "year_manufacture": 2017,
        "mileage": 63430,
        "price": Decimal("45990.00"),
        "fuel": "flex",
        "gearbox": "manual",
        "body": "hatch",
        "colour": "black",
        "doors": 4,
        "armoured": False,
        "single_owner": True,
    }


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("86190", "86190.00"),
        ("86190.5", "86190.50"),
        ("86.190,00", "86190.00"),
        ("R$ 86.190", "86190.00"),
        ("86190,99", "86190.99"),
    ],
)
def test_prices_are_read_as_people_write_them(tmp_path, text, price):
    assert line(tmp_path, price_brl=text).facts["price"] == Decimal(price)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("stock_id", ""),
        ("stock_id", "a b"),
        ("stock_id", "x" * 20),
        ("vehicle_type", "boat"),
        ("vehicle_type", ""),
        ("brand", ""),
        ("brand", "B" * 81),
        ("brand", "=HYPERLINK(1)"),
        ("version", "@SUM(A1)"),
        ("year_model", "soon"),
        ("year_model", "1899"),
        ("year_model", "2029"),
        ("year_fab", "12017"),
        ("km", "-1"),
        ("km", "many"),
        ("price_brl", "0"),
        ("price_brl", "-5"),
        ("price_brl", "NaN"),
        ("price_brl", "1e9"),
        ("price_brl", "9" * 12),
        ("doors", "44"),
    ],
)
def test_a_cell_that_makes_no_sense_rejects_the_line(tmp_path, column, text):
    found = line(tmp_path, **{column: text})

    assert [name for name, _message in found.problems] == [column]


@pytest.mark.parametrize("column", ["year_model", "km", "price_brl", "doors", "colour", "fuel"])
def test_an_empty_cell_is_unknown(tmp_path, column):
    facts = {"km": "mileage", "price_brl": "price"}
    found = line(tmp_path, **{column: ""})

    assert found.problems == []
    assert facts.get(column, column) not in found.facts


def test_an_unknown_word_is_kept_apart(tmp_path):
    found = line(tmp_path, colour="Furta-cor")

    assert found.problems == []
    assert "colour" not in found.facts
    assert found.facts["source_facts"]["unread"] == {"colour": "Furta-cor"}


def test_a_title_stands_in_for_missing_names(tmp_path):
    found = line(tmp_path, model="", version="", title_raw="CHEVROLET ONIX LT 2018")

    assert found.facts["version_text"] == "CHEVROLET ONIX LT 2018"


def test_a_reference_twice_rejects_the_second(tmp_path):
    path = stock_file(tmp_path, cells(), cells(stock_id="A2"), cells())

    assert [found.problems for found in read_stock(path, year=2026)] == [
        [],
        [],
        [("stock_id", "This reference stands twice in the file.")],
    ]


def test_optional_columns_may_be_absent(tmp_path):
    path = tmp_path / "stock.csv"
    row = cells()
    head, values = ",".join(REQUIRED), ",".join(row[name] for name in REQUIRED)
    path.write_text(f"{head}\n{values}\n", encoding="utf-8")

    (found,) = read_stock(path, year=2026)

    assert found.problems == []
    assert set(OPTIONAL).isdisjoint(found.facts)


def test_the_fingerprint_follows_the_cells(tmp_path):
    same, other = line(tmp_path), line(tmp_path, price_brl="44990")

    assert same.fingerprint == line(tmp_path).fingerprint
    assert same.fingerprint != other.fingerprint


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "stock.csv"
    path.write_text("stock_id,vehicle_type\nA1,car\n", encoding="utf-8")

    with pytest.raises(TableError, match="column brand is missing"):
        list(read_stock(path, year=2026))
