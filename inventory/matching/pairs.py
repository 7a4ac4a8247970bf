"""Read catalogues and labelled pairs from CSV files, to fit the weights and to judge them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.lib.folding import fold
from inventory.matching.names import Name
from inventory.reference import tables

MATCH, AMBIGUOUS, NO_MATCH = "match", "ambiguous", "no_match"
_CAR = 1
_TEXTS = ("portal_brand", "portal_model", "portal_version")
_IDS = ("portal_brand_id", "portal_model_id", "portal_version_id")


@dataclass(frozen=True, slots=True)
class Pair:
    """A portal's name with the codes that are right for it (none for NO_MATCH)."""

    name: Name
    label: str
    codes: frozenset[str]
    pair_id: str = ""

    @property
    def text(self) -> tuple[str, str, str]:
        """The portal's words, folded: the same for the same portal version."""
        return fold(self.name.brand), fold(self.name.model), fold(self.name.version)

    @property
    def family(self) -> str:
        """What tells one model family from another."""
        return fold(f"{self.name.brand}|{self.name.model}")


Years = dict[tuple[str, ...], tuple[int, int]]


def read_years(catalogue: Path) -> Years:
    """Return the years that a portal's catalogue gives: by version id and by name."""
    years: Years = {}
    optional = (*_IDS, *_TEXTS, "year_first", "year_last", "years", "years_seen")
    with tables.open_text(catalogue) as stream:
        for _, row in tables.read_rows(stream, columns=(), optional=optional):
            span = _span(row)
            if span != (0, 0):
                years.setdefault(_names_key(row), span)
                if row["portal_version_id"]:
                    years.setdefault((row["portal_version_id"],), span)
    return years


def read_pairs(file: Path, *, years: Years | None = None) -> list[Pair]:
    """Return the labelled pairs of a file; years it lacks are taken from `years`."""
    optional = (*_IDS, *_TEXTS, "pair_id", "years", "label", "fipe_code", "fipe_codes_acceptable")
    pairs = []
    with tables.open_text(file) as stream:
        for number, (_, row) in enumerate(
            tables.read_rows(stream, columns=("fipe_code",), optional=optional)
        ):
            span = _span(row)
            if span == (0, 0) and years:
                span = years.get((row["portal_version_id"],)) or years.get(_names_key(row), (0, 0))
            codes = row["fipe_codes_acceptable"] or row["fipe_code"]
            pairs.append(
                Pair(
                    name=portal_name(row, key=number, span=span),
                    label=row["label"] or (MATCH if codes else NO_MATCH),
                    codes=frozenset(code for code in codes.split("|") if code),
                    pair_id=row["pair_id"],
                )
            )
    return pairs


def portal_name(row: dict[str, str], *, key: int, span: tuple[int, int]) -> Name:
    """Return a portal's row as a name."""
    brand, model, version = (row[field] for field in _TEXTS)
    return Name(
        key=key,
        category=_CAR,
        brand=brand,
        model=model,
        version=version,
        year_first=span[0],
        year_last=span[1],
    )


def _names_key(row: dict[str, str]) -> tuple[str, ...]:
    """Return the names by which a row without ids is known."""
    return tuple(fold(row[field]) for field in _TEXTS)


def _span(row: dict[str, str]) -> tuple[int, int]:
    """Return the first and last year of a row, zeros when it has none."""
    texts: Iterable[str] = (row.get("years") or row.get("years_seen") or "").split("|")
    found = [int(text) for text in texts if text.isdecimal()]
    found += [
        int(text)
        for text in (row.get("year_first", ""), row.get("year_last", ""))
        if text.isdecimal()
    ]
    return (min(found), max(found)) if found else (0, 0)
