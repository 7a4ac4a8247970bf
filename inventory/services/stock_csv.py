"""Read a dealer's stock file: each line becomes facts of a vehicle, or a list of what is wrong.

Columns are those of the stock exchange file (English names, Portuguese words in the cells). Only
what cannot be understood at all rejects a line; an unknown word for a colour is kept as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.lib.folding import fold
from inventory.models import Category
from inventory.models.vocabulary import TRADE_NAMES
from inventory.reference import tables
from inventory.services import identity

REQUIRED = ("stock_id", "vehicle_type", "brand", "model", "version", "year_model", "price_brl")
OPTIONAL = (
    "title_raw",
    "year_fab",
    "km",
    "fuel",
    "gearbox",
    "doors",
    "body",
    "colour",
    "armoured",
    "accepts_trade",
    "one_owner",
    "dealer_serviced",
    "ipva_paid",
    "licensed",
    "factory_warranty",
    "fipe_code",
    "source",
    "price_kind",
    "seller_kind",
    "city",
    "uf",
    "photos_count",
)
_CATEGORIES: dict[str, Category] = {
    "car": Category.CAR,
    "carro": Category.CAR,
    "motorcycle": Category.MOTORCYCLE,
    "moto": Category.MOTORCYCLE,
    "motocicleta": Category.MOTORCYCLE,
    "truck": Category.TRUCK,
    "caminhao": Category.TRUCK,
    "implement": Category.IMPLEMENT,
    "implemento": Category.IMPLEMENT,
}
# Columns with words of the trade -> the fact and the vocabulary that hold them.
_WORDS = {"fuel": "fuel", "gearbox": "gearbox", "body": "style", "colour": "colour"}
_MORE_WORDS: dict[str, dict[str, str]] = {
    "gearbox": {"automatica sequencial": "automatic", "automatico sequencial": "automatic"},
}
_FLAGS = {
    "armoured": "armoured",
    "accepts_trade": "accepts_trade",
    "one_owner": "single_owner",
    "dealer_serviced": "dealer_serviced",
    "ipva_paid": "road_tax_paid",
    "licensed": "licensed",
    "factory_warranty": "factory_warranty",
}
# Cells without a home of their own that stay with the vehicle.
_KEPT = ("title_raw", "fipe_code", "source", "price_kind", "seller_kind", "city", "uf")
_LIMITS = {"brand": 80, "model": 120, "version": 200, "title_raw": 400}
_FORMULA = frozenset("=@")
_TRUE, _FALSE = frozenset({"1", "sim", "s", "true"}), frozenset({"0", "nao", "n", "false"})
_PLAIN_PRICE = re.compile(r"^\d{1,9}(?:\.\d{1,2})?$")
_LOCAL_PRICE = re.compile(r"^\d{1,3}(?:\.\d{3})*(?:,\d{1,2})?$|^\d+,\d{1,2}$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:\.\d{3})+$")


@dataclass(slots=True)
class StockLine:
    """One line of the file: the vehicle's facts, or `problems` as (column, message)."""

    number: int
    stock_id: str
    fipe_code: str = ""
    fingerprint: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


class _Reader:
    """Turns one row of text into facts, noting what is wrong by column."""

    def __init__(self, row: Mapping[str, str], line: StockLine) -> None:
        self.row = row
        self.line = line
        self.unread: dict[str, str] = {}

    def wrong(self, column: str, message: str) -> None:
        """Note that a column rejects the line."""
        self.line.problems.append((column, message))

    def put(self, fact: str, value: object) -> None:
        """Set a fact unless the file does not know it."""
        if value not in (None, ""):
            self.line.facts[fact] = value

    def number(self, column: str, *, lowest: int, highest: int) -> int | None:
        """Return a whole number of the column, None when blank or wrong."""
        text = self.row[column]
        if not text:
            return None
        digits = text.replace(".", "") if _THOUSANDS.match(text) else text.removesuffix(".0")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
            self.wrong(column, _("Enter a whole number."))
            return None
        if not lowest <= int(digits) <= highest:
            message = _("Enter a number between %(lowest)d and %(highest)d.")
            self.wrong(column, message % {"lowest": lowest, "highest": highest})
            return None
        return int(digits)

    def price(self) -> Decimal | None:
        """Return the price in BRL; 86190, 86190.00, 86.190,00 and R$ before it are understood."""
        text = self.row["price_brl"].removeprefix("R$").strip()
        if not text:
            return None
        if _LOCAL_PRICE.match(text):
            text = text.replace(".", "").replace(",", ".")
        if not _PLAIN_PRICE.match(text) or Decimal(text) <= 0:
            self.wrong("price_brl", _("Enter a price above zero, like 45990.00."))
            return None
        return Decimal(text).quantize(Decimal("0.01"))

    def word(self, column: str) -> str:
        """Return our value for a word of the trade; an unknown word is kept apart."""
        text = self.row[column]
        value = vocabulary_value(_WORDS[column], text)
        if text and not value:
            self.unread[column] = text[:60]
        return value

    def flag(self, column: str) -> bool | None:
        """Return a yes or no, None when the file does not know."""
        text = fold(self.row[column])
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if text:
            self.unread[column] = text[:60]
        return None


def check_table(path: Path) -> None:
    """Read a file to its end without keeping it; raises TableError and OSError as read_stock."""
    with tables.open_text(path) as stream:
        for _line in tables.read_rows(stream, columns=REQUIRED):
            pass


def read_stock(path: Path, *, year: int) -> Iterator[StockLine]:
    """Yield the lines of a stock file; `year` is the current one, model years go two beyond it.

    Raises TableError when the file is no such table (encoding, columns, size of a line) and
    OSError when it cannot be read.
    """
    seen: set[str] = set()
    with tables.open_text(path) as stream:
        for number, row in tables.read_rows(stream, columns=REQUIRED, optional=OPTIONAL):
            line = _read_line(row, number=number, year=year)
            if line.stock_id in seen:
                line.problems.append(("stock_id", _("This reference stands twice in the file.")))
            seen.add(line.stock_id)
            yield line


def vocabulary_value(kind: str, word: str) -> str:
    """Return our value for a Portuguese word, '' if none; `kind` is a key of TRADE_NAMES."""
    folded = fold(word)
    if not folded:
        return ""
    for value, names in TRADE_NAMES[kind].items():
        if folded in map(fold, names):
            return str(value)
    return _MORE_WORDS.get(kind, {}).get(folded, "")


def _read_line(row: Mapping[str, str], *, number: int, year: int) -> StockLine:
    """Read one row."""
    line = StockLine(number=number, stock_id=row["stock_id"][:80], fipe_code=row["fipe_code"])
    line.fingerprint = hashlib.sha256(
        json.dumps(row, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    reader = _Reader(row, line)
    _read_identity(reader)
    _read_numbers(reader, year=year)
    for column in _WORDS:
        reader.put(column, reader.word(column))
    for column, fact in _FLAGS.items():
        reader.put(fact, reader.flag(column))
    kept: dict[str, Any] = {column: row[column][:400] for column in _KEPT if row[column]}
    if reader.unread:
        kept["unread"] = reader.unread
    line.facts["source_facts"] = kept
    return line


def _read_identity(reader: _Reader) -> None:
    """Read what names the vehicle."""
    row = reader.row
    try:
        if not identity.clean_code(row["stock_id"]):
            reader.wrong("stock_id", _("Every line needs its stock reference."))
    except ValidationError as error:
        reader.wrong("stock_id", " ".join(error.messages))
    reader.put("category", _CATEGORIES.get(fold(row["vehicle_type"])))
    if "category" not in reader.line.facts:
        reader.wrong("vehicle_type", _("Enter car, motorcycle, truck or implement."))
    if not any(map(str.isalnum, row["brand"])):
        reader.wrong("brand", _("Every line needs a brand."))
    _refuse_hostile_text(reader)
    for column in ("brand", "model", "version"):
        reader.put(f"{column}_text", row[column])
    if not row["model"] and not row["version"]:
        reader.put("version_text", row["title_raw"][: _LIMITS["version"]])


def _refuse_hostile_text(reader: _Reader) -> None:
    """Refuse cells that a spreadsheet would run, and texts that are too long."""
    for column, text in reader.row.items():
        if text[:1] in _FORMULA:
            reader.wrong(column, _("This looks like a spreadsheet formula."))
    for column, limit in _LIMITS.items():
        if len(reader.row[column]) > limit:
            message = _("At most %(limit)d characters are allowed.")
            reader.wrong(column, message % {"limit": limit})


def _read_numbers(reader: _Reader, *, year: int) -> None:
    """Read years, mileage (km), doors and price."""
    reader.put("year_model", reader.number("year_model", lowest=1900, highest=year + 2))
    reader.put("year_manufacture", reader.number("year_fab", lowest=1900, highest=year + 1))
    reader.put("mileage", reader.number("km", lowest=0, highest=9_999_999))
    reader.put("doors", reader.number("doors", lowest=0, highest=9))
    reader.put("price", reader.price())
