"""The portal's catalogue: brand -> model -> versions and styles, made from FIPE's names.

The portal spells them in its own way: upper case, about one name in ten differently, about one in
twenty missing. Which ones is decided by a hash of the name with a fixed seed, so the catalogue is
the same on every machine. Versions and styles are valid only inside their brand and model.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.usadosbr.vocabulary import (
    CARS,
    MOTORCYCLES,
    SHORT_LISTS,
    STYLE_WORDS,
    STYLES,
)

NAMES_FILE = Path(__file__).with_name("names.csv.gz")
SEED = "usadosbr-3"
# In thousandths. A name of a model carries its versions with it, so most of both shares lies on
# the versions: together one version in ten is spelled otherwise and one in twenty is missing.
MODELS_MISSING, MODELS_RENAMED = 10, 25
VERSIONS_MISSING, VERSIONS_RENAMED = 40, 78

_TYPES = {"car": CARS, "motorcycle": MOTORCYCLES}


@dataclass(frozen=True, slots=True)
class SourceName:
    """One line of the name file: kind (car or motorcycle), brand, model, version, body styles."""

    kind: str
    brand: str
    model: str
    version: str
    styles: tuple[str, ...] = ()


@dataclass(slots=True)
class ModelNode:
    """A model with what is valid inside it; numbers are the portal's own ids."""

    number: int
    versions: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class BrandNode:
    """A brand with its models."""

    number: int
    models: dict[str, ModelNode] = field(default_factory=dict)


def read_names(path: Path = NAMES_FILE) -> Iterator[SourceName]:
    """The lines of a name file (gzip-compressed CSV with the columns of SourceName; styles are
    joined by "|"). Raises OSError or KeyError when it is not such a file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            styles = tuple(style for style in row["styles"].split("|") if style)
            yield SourceName(row["type"], row["brand"], row["model"], row["version"], styles)


class Catalogue:
    """All that the portal knows by name, for cars and for motorcycles."""

    def __init__(self, names: Iterable[SourceName]) -> None:
        """Build it from names; types other than car and motorcycle are not dealt in."""
        self.brands: dict[str, dict[str, BrandNode]] = {CARS: {}, MOTORCYCLES: {}}
        self.counts: Counter[str] = Counter()
        self._last_number = 0
        self._decided: dict[tuple[str, str, str], str | None] = {}
        for name in names:
            if name.kind in _TYPES:
                self._add(name, brands=self.brands[_TYPES[name.kind]])

    def model(self, kind: str, brand: str, model: str) -> ModelNode | None:
        """The model of exactly these names, None if either is not listed."""
        node = self.brands[kind].get(brand)
        return None if node is None else node.models.get(model)

    def short_list(self, kind: str, name: str) -> tuple[str, ...]:
        """One of the short lists (`cores`, `opcionais` …); KeyError if the type has none."""
        return SHORT_LISTS[kind][name]

    def statistics(self) -> dict[str, object]:
        """How many names there are, how many were spelled otherwise or left out."""
        sizes = {
            kind: {
                "marcas": len(brands),
                "modelos": sum(len(brand.models) for brand in brands.values()),
                "versoes": sum(
                    len(model.versions)
                    for brand in brands.values()
                    for model in brand.models.values()
                ),
            }
            for kind, brands in self.brands.items()
        }
        return {"seed": SEED, "lists": sizes, "source_names": dict(sorted(self.counts.items()))}

    def _add(self, name: SourceName, *, brands: dict[str, BrandNode]) -> None:
        self.counts["read"] += 1
        model_name = self._own_model(name)
        version_name = own_version(name) if model_name else None
        if model_name is None or version_name is None:
            self.counts["missing"] += 1
            return
        as_is = fold(model_name) == fold(name.model) and fold(version_name) == fold(name.version)
        self.counts["same" if as_is else "renamed"] += 1
        brand_name = name.brand.upper()
        brand = brands.get(brand_name) or brands.setdefault(brand_name, BrandNode(self._number()))
        model = brand.models.get(model_name)
        if model is None:
            model = brand.models.setdefault(model_name, ModelNode(self._number()))
        if version_name not in model.versions:
            model.versions[version_name] = self._number()
        self._add_styles(model, name=name)

    def _add_styles(self, model: ModelNode, *, name: SourceName) -> None:
        """A version whose name tells no body leaves all styles of its type open for the model."""
        own = [STYLE_WORDS.get(fold(style), style.upper()) for style in name.styles]
        for style in own or STYLES[_TYPES[name.kind]]:
            if style not in model.styles:
                model.styles[style] = self._number()

    def _own_model(self, name: SourceName) -> str | None:
        key = (name.kind, name.brand, name.model)
        if key not in self._decided:
            self._decided[key] = own_model(name)
        return self._decided[key]

    def _number(self) -> int:
        self._last_number += 1
        return self._last_number


def fold(text: str) -> str:
    """Text without case, accents and surplus spaces, for comparing names."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def own_model(name: SourceName) -> str | None:
    """The portal's name of the model: None when it does not list it."""
    lot = _lot(name.kind, name.brand, name.model)
    if lot < MODELS_MISSING:
        return None
    own = name.model.upper()
    if lot >= MODELS_MISSING + MODELS_RENAMED:
        return own
    words = own.split()
    return " ".join([*words[1:], words[0]]) if len(set(words)) > 1 else f"NOVO {own}"


def own_version(name: SourceName) -> str | None:
    """The portal's name of the version: None when it does not list it."""
    lot = _lot(name.kind, name.brand, name.model, name.version)
    if lot < VERSIONS_MISSING:
        return None
    own = name.version.upper()
    return _respelled(own) if lot < VERSIONS_MISSING + VERSIONS_RENAMED else own


_ABBREVIATIONS = {
    "AUT.": "AUTOMÁTICO", "MEC.": "MECÂNICO", "AUT": "AUTOMÁTICO", "MEC": "MECÂNICO",
    "5P": "5 PORTAS", "4P": "4 PORTAS", "3P": "3 PORTAS", "2P": "2 PORTAS", "TB": "TURBO",
    "DIES.": "DIESEL", "EXEC.": "EXECUTIVE", "PREM.": "PREMIER",
}  # fmt: skip


def _respelled(own: str) -> str:
    """A plausible other spelling: abbreviations written out, else words in another order."""
    words = own.split()
    written_out = " ".join(_ABBREVIATIONS.get(word, word) for word in words)
    if written_out != own:
        return written_out
    return " ".join([*words[1:], words[0]]) if len(set(words)) > 1 else f"{own} BÁSICO"


def _lot(*names: str) -> int:
    """A number from 0 to 999, always the same for the same names."""
    digest = hashlib.blake2b("|".join((SEED, *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 1000
