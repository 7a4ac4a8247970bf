"""Read FIPE's table (ours, shipped, or a refreshed one) into split rows, without a database."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from config.lib.folding import fold
from inventory.reference import facts, fipe_names, known_bodies, tables
from inventory.reference.tables import TableError

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "fipe.csv.gz"
COLUMNS = (
    "vehicle_type",
    "fipe_code",
    "brand",
    "model_version",
    "year_first",
    "year_last",
    "has_zero_km",
    "fuels",
)
CATEGORIES = {"car": 1, "motorcycle": 2, "truck": 3}
_CODE = re.compile(r"^\d{6}-\d$")
_MIN_YEAR, _MAX_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One FIPE code with its text split and the facts the text carries.

    `category` 1 car, 2 motorcycle, 3 truck; `fuels` FIPE's words joined by "|"; `displacement` in
    cm³; facts the text does not say are None or blank.
    """

    category: int
    fipe_code: str
    brand: str
    brand_source: str
    model: str
    name: str
    source_text: str
    year_first: int
    year_last: int
    has_zero_km: bool
    fuels: str
    body: str = ""
    doors: int | None = None
    displacement: int | None = None
    gearbox: str = ""


def read_catalogue(path: Path | None = None) -> list[CatalogueRow]:
    """Return the rows of a FIPE table (CSV, gzip when named .gz), None = the shipped one.

    Raises TableError naming line and column when the file is no such table, and OSError when
    it cannot be read.
    """
    with tables.open_text(path or SHIPPED) as stream:
        rows = [_parse(row, line) for line, row in tables.read_rows(stream, columns=COLUMNS)]
    codes = Counter(row.fipe_code for row in rows)
    doubled = next((code for code, count in codes.items() if count > 1), None)
    if doubled:
        raise TableError(f"code {doubled} stands twice", field="fipe_code")
    return _one_spelling(_distinct_names(rows))


def _parse(row: dict[str, str], line: int) -> CatalogueRow:
    """Check one row and split its text."""
    category = CATEGORIES.get(row["vehicle_type"])
    if category is None:
        raise TableError(
            f"unknown type {row['vehicle_type'][:20]!r}", line=line, field="vehicle_type"
        )
    if not _CODE.match(row["fipe_code"]):
        raise TableError("not a FIPE code (NNNNNN-D)", line=line, field="fipe_code")
    for field in ("brand", "model_version"):
        if not 0 < len(row[field]) <= 160 or not any(map(str.isalnum, row[field])):
            raise TableError("missing or too long", line=line, field=field)
    base = CatalogueRow(
        category=category,
        fipe_code=row["fipe_code"],
        brand=fipe_names.clean_brand(row["brand"]),
        brand_source=row["brand"],
        model="",
        name="",
        source_text=" ".join(row["model_version"].split()),
        year_first=_year(row, "year_first", line),
        year_last=_year(row, "year_last", line),
        has_zero_km=row["has_zero_km"] == "1",
        fuels=row["fuels"],
    )
    return _split(base)


def _year(row: dict[str, str], field: str, line: int) -> int:
    """Return a year of the row."""
    text = row[field]
    if not text.isdecimal() or not _MIN_YEAR <= int(text[:5]) <= _MAX_YEAR:
        raise TableError(f"{text[:10]!r} is no year", line=line, field=field)
    return int(text)


def _split(row: CatalogueRow) -> CatalogueRow:
    """Fill model, version and facts from the row's text."""
    parts = fipe_names.split_name(row.source_text, category=row.category, brand=row.brand)
    name = parts.version or row.source_text
    if row.category == fipe_names.MOTORCYCLE:
        return replace(
            row,
            model=parts.model,
            name=name,
            displacement=facts.read_motorcycle_displacement(row.source_text),
        )
    read = facts.read_facts(row.source_text)
    body = ""
    if row.category == fipe_names.CAR:
        body = known_bodies.body_in_text(parts.version, model=parts.model, brand=row.brand)
    return replace(
        row,
        model=parts.model,
        name=name,
        body=body,
        doors=facts.single(read.doors),
        displacement=facts.single(read.displacements),
        gearbox=facts.gearbox_of(read),
    )


def _distinct_names(rows: list[CatalogueRow]) -> list[CatalogueRow]:
    """Give versions of one model that share a name their full text instead."""
    count = Counter(
        (row.category, fold(row.brand), fold(row.model), fold(row.name)) for row in rows
    )
    return [
        replace(row, name=row.source_text)
        if count[row.category, fold(row.brand), fold(row.model), fold(row.name)] > 1
        else row
        for row in rows
    ]


def _one_spelling(rows: list[CatalogueRow]) -> list[CatalogueRow]:
    """Spell each model one way: the most frequent spelling that is not all capitals."""
    spellings: dict[tuple[int, str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        spellings[row.category, fold(row.brand), fold(row.model)][row.model] += 1
    best = {
        key: max(counts, key=lambda name: (not name.isupper(), counts[name], name))
        for key, counts in spellings.items()
    }
    return [
        replace(row, model=best[row.category, fold(row.brand), fold(row.model)]) for row in rows
    ]
