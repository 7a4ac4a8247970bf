"""The names that the catalogues are made of: FIPE's, and how a portal spells them in its own way.

A portal writes upper case, about one name in ten differently, and lacks about one in twenty. Which
ones is decided by a hash of the name with the portal's seed, so they are the same on every machine.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAMES_FILE = Path(__file__).with_name("names.csv.gz")
# In thousandths. A name of a model carries its versions with it, so most of both shares lies on
# the versions: together one version in ten is spelled otherwise and one in twenty is missing.
MODELS_MISSING, MODELS_RENAMED = 10, 25
VERSIONS_MISSING, VERSIONS_RENAMED = 40, 78

_ABBREVIATIONS = {
    "AUT.": "AUTOMÁTICO", "MEC.": "MECÂNICO", "AUT": "AUTOMÁTICO", "MEC": "MECÂNICO",
    "5P": "5 PORTAS", "4P": "4 PORTAS", "3P": "3 PORTAS", "2P": "2 PORTAS", "TB": "TURBO",
    "DIES.": "DIESEL", "EXEC.": "EXECUTIVE", "PREM.": "PREMIER",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceName:
    """One line of the name file: kind (car or motorcycle), brand, model, version, body styles."""

    kind: str
    brand: str
    model: str
    version: str
    styles: tuple[str, ...] = ()


def read_names(path: Path = NAMES_FILE) -> Iterator[SourceName]:
    """The lines of a name file (gzip-compressed CSV with the columns of SourceName; styles are
    joined by "|"). Raises OSError or KeyError when it is not such a file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            styles = tuple(style for style in row["styles"].split("|") if style)
            yield SourceName(row["type"], row["brand"], row["model"], row["version"], styles)


def read_portal_names(path: Path) -> Iterator[SourceName]:
    """The lines of a CSV with a portal's own names of cars (columns portal_brand, portal_model,
    portal_version). Raises OSError or KeyError when it is not such a file."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            names = (row["portal_brand"], row["portal_model"], row["portal_version"])
            if all(names):
                yield SourceName("car", *names)


def fold(text: str) -> str:
    """Text without case, accents and surplus spaces, for comparing names."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


class Speller:
    """Spells names as one portal does."""

    def __init__(self, seed: str) -> None:
        """`seed` decides which names are spelled otherwise or missing."""
        self.seed = seed
        self._models: dict[tuple[str, str, str], str | None] = {}

    def model(self, name: SourceName) -> str | None:
        """The portal's name of the model: None when it does not list it."""
        key = (name.kind, name.brand, name.model)
        if key not in self._models:
            self._models[key] = self._spelled_model(name)
        return self._models[key]

    def version(self, name: SourceName) -> str | None:
        """The portal's name of the version: None when it does not list it."""
        lot = self._lot(name.kind, name.brand, name.model, name.version)
        if lot < VERSIONS_MISSING:
            return None
        own = name.version.upper()
        return _respelled(own) if lot < VERSIONS_MISSING + VERSIONS_RENAMED else own

    def plain(self, name: SourceName) -> bool:
        """Whether the portal lists the name, and in its own words."""
        model, version = self.model(name), self.version(name)
        return (fold(model or ""), fold(version or "")) == (fold(name.model), fold(name.version))

    def _spelled_model(self, name: SourceName) -> str | None:
        lot = self._lot(name.kind, name.brand, name.model)
        if lot < MODELS_MISSING:
            return None
        own = name.model.upper()
        if lot >= MODELS_MISSING + MODELS_RENAMED:
            return own
        words = own.split()
        return " ".join([*words[1:], words[0]]) if len(set(words)) > 1 else f"NOVO {own}"

    def _lot(self, *names: str) -> int:
        """A number from 0 to 999, always the same for the same names."""
        digest = hashlib.blake2b("|".join((self.seed, *names)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % 1000


def _respelled(own: str) -> str:
    """A plausible other spelling: abbreviations written out, else words in another order."""
    words = own.split()
    written_out = " ".join(_ABBREVIATIONS.get(word, word) for word in words)
    if written_out != own:
        return written_out
    return " ".join([*words[1:], words[0]]) if len(set(words)) > 1 else f"{own} BÁSICO"
