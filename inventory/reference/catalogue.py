"""Read FIPE's table (ours, shipped, or a refreshed one) into split rows, without a database."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from config.lib.folding import fold
from inventory.reference import facts, fipe_names, known_bodies

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
_MAX_LINE = 20_000
_MIN_YEAR, _MAX_YEAR = 1900, 2100


class CatalogueError(ValueError):
    """The file is not a FIPE table; `line` counts from 1 (the header), `field` is the column."""

    def __init__(self, message: str, *, line: int = 0, field: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.field = field

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        return f"{where}{f', {self.field}' if self.field else ''}: {self.args[0]}"


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

    Raises CatalogueError naming line and column when the file is no such table, and OSError when
    it cannot be read.
    """
    with open_text(path or SHIPPED) as stream:
        rows = [_parse(row, line) for line, row in read_rows(stream, columns=COLUMNS)]
    codes = Counter(row.fipe_code for row in rows)
    doubled = next((code for code, count in codes.items() if count > 1), None)
    if doubled:
        raise CatalogueError(f"code {doubled} stands twice", field="fipe_code")
    return _one_spelling(_distinct_names(rows))


def open_text(path: Path) -> IO[str]:
    """Open a CSV file as UTF-8 text, through gzip when its name ends in .gz."""
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def read_rows(stream: IO[str], *, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a CSV with at least these columns.

    Lines are read with a limit, so that a file without line ends cannot fill the memory. Raises
    CatalogueError for a wrong encoding, a missing column, or a line that is no CSV.
    """
    reader = csv.DictReader(_limited(stream), strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise CatalogueError(f"column {missing[0]} is missing", line=1, field=missing[0])
        for row in reader:
            yield reader.line_num, {key: (row.get(key) or "").strip() for key in columns}
    except UnicodeDecodeError as error:
        raise CatalogueError("the file is not UTF-8 text", line=reader.line_num + 1) from error
    except (csv.Error, gzip.BadGzipFile, EOFError) as error:
        raise CatalogueError(f"not a CSV file: {error}", line=reader.line_num + 1) from error


def _limited(stream: IO[str]) -> Iterator[str]:
    """Yield lines, refusing one that is longer than any row can be."""
    while line := stream.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise csv.Error(f"a line is longer than {_MAX_LINE} characters")
        if "\0" in line:
            raise csv.Error("the file holds binary data")
        yield line


def _parse(row: dict[str, str], line: int) -> CatalogueRow:
    """Check one row and split its text."""
    category = CATEGORIES.get(row["vehicle_type"])
    if category is None:
        raise CatalogueError(
            f"unknown type {row['vehicle_type'][:20]!r}", line=line, field="vehicle_type"
        )
    if not _CODE.match(row["fipe_code"]):
        raise CatalogueError("not a FIPE code (NNNNNN-D)", line=line, field="fipe_code")
    for field in ("brand", "model_version"):
        if not 0 < len(row[field]) <= 160 or not any(map(str.isalnum, row[field])):
            raise CatalogueError("missing or too long", line=line, field=field)
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
        raise CatalogueError(f"{text[:10]!r} is no year", line=line, field=field)
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
