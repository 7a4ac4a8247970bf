"""The shipped table is whole; a table of others is refused with the line and the column."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from config.lib.folding import fold
from inventory.reference.catalogue import COLUMNS, SHIPPED, read_catalogue
from inventory.reference.tables import TableError

GOOD = "car,001001-0,GM - Chevrolet,ONIX HATCH LT 1.0 8V 5p Mec.,2013,2019,0,Flex"


def table(tmp_path: Path, *lines: str, header: str = ",".join(COLUMNS)) -> Path:
    path = tmp_path / "fipe.csv"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def test_the_shipped_table_is_whole_and_small():
    rows = read_catalogue()

    assert Counter(row.category for row in rows) == {1: 7286, 2: 1979, 3: 1973}
    assert SHIPPED.stat().st_size < 300_000
    assert min(len(row.model) * len(row.name) for row in rows) > 0


def test_versions_of_one_model_have_different_names():
    names = Counter(
        (row.category, fold(row.brand), fold(row.model), fold(row.name)) for row in read_catalogue()
    )

    assert [name for name, count in names.items() if count > 1] == []


def test_a_model_is_spelled_one_way():
    spellings: dict[tuple[int, str, str], set[str]] = {}
    for row in read_catalogue():
        key = (row.category, fold(row.brand), fold(row.model))
        spellings.setdefault(key, set()).add(row.model)

    assert [names for names in spellings.values() if len(names) > 1] == []


def test_a_row_is_split_and_its_facts_are_read(tmp_path):
    (row,) = read_catalogue(table(tmp_path, GOOD))

    assert (row.brand, row.brand_source, row.model) == ("Chevrolet", "GM - Chevrolet", "Onix")
    assert row.name == "HATCH LT 1.0 8V 5p Mec."
    assert row.source_text == "ONIX HATCH LT 1.0 8V 5p Mec."
    assert (row.body, row.doors, row.displacement, row.gearbox) == ("hatch", 5, 1000, "manual")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("boat,001001-0,Fiat,Uno 1.0,1990,1999,0,Flex", "vehicle_type"),
        ("car,1001,Fiat,Uno 1.0,1990,1999,0,Flex", "fipe_code"),
        ("car,001001-0,,Uno 1.0,1990,1999,0,Flex", "brand"),
        ("car,001001-0,Fiat,---,1990,1999,0,Flex", "model_version"),
        (f"car,001001-0,Fiat,{'Uno ' * 60},1990,1999,0,Flex", "model_version"),
        ("car,001001-0,Fiat,Uno 1.0,soon,1999,0,Flex", "year_first"),
        ("car,001001-0,Fiat,Uno 1.0,1990,99999,0,Flex", "year_last"),
    ],
)
def test_a_bad_row_names_its_line_and_column(tmp_path, line, field):
    with pytest.raises(TableError) as caught:
        read_catalogue(table(tmp_path, GOOD, line))

    assert (caught.value.line, caught.value.field) == (3, field)


def test_a_code_twice_is_refused(tmp_path):
    with pytest.raises(TableError, match="001001-0 stands twice"):
        read_catalogue(table(tmp_path, GOOD, GOOD))


def test_a_missing_column_is_named(tmp_path):
    path = table(tmp_path, "car,001001-0", header="vehicle_type,fipe_code")

    with pytest.raises(TableError, match="line 1, brand: column brand is missing"):
        read_catalogue(path)


def test_another_encoding_is_refused(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{','.join(COLUMNS)}\n{GOOD.replace('Flex', 'Álcool')}\n".encode("latin-1"))

    with pytest.raises(TableError, match="not UTF-8"):
        read_catalogue(path)


def test_a_line_without_end_is_refused(tmp_path):
    path = table(tmp_path, "car," + "9" * 50_000)

    with pytest.raises(TableError, match="longer than 20000 characters"):
        read_catalogue(path)


def test_binary_data_is_refused(tmp_path):
    path = tmp_path / "binary.csv"
    path.write_bytes(b"\0" * 100)

    with pytest.raises(TableError, match="binary data"):
        read_catalogue(path)


def test_a_broken_archive_is_refused(tmp_path):
    path = tmp_path / "fipe.csv.gz"
    path.write_bytes(gzip.compress(f"{','.join(COLUMNS)}\n{GOOD}\n".encode())[:-12])

    with pytest.raises(TableError, match="not a CSV file"):
        read_catalogue(path)
