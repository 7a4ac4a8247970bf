"""Find the reference version that a dealer's words mean; when in doubt, none.

A wrong place is worse than none: a portal would show another car. So facts that contradict rule a
version out, trim words must be explained on both sides, and of two versions that fit equally well
neither is taken.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from config.lib.folding import fold
from inventory.reference import facts as reading
from inventory.reference import trims
from inventory.reference.comparing import (
    Entry,
    KnownVersion,
    Offer,
    agreement,
    contradicts,
    in_years,
    read_entry,
)
from inventory.reference.facts import Facts
from inventory.reference.fipe_names import brand_key
from inventory.reference.trims import Trim

# Models that the trade calls otherwise: brand -> name -> our names. Keys are without blanks.
_MODEL_ALIASES: dict[str, dict[str, tuple[str, ...]]] = {
    "toyota": {"sw4": ("hiluxsw4",), "corollafielder": ("fielder",)},
    "volkswagen": {"crossup": ("up",), "polosedan": ("polo",), "spacecross": ("spacecross",)},
    "mercedes-benz": {"clc200k": ("clc200",), "classea": ("a160", "a190", "a200")},
    "chevrolet": {"captivasport": ("captiva",), "onixplus": ("onix",), "joyplus": ("joy",)},
    "ford": {"ka+": ("ka+", "ka"), "kasedan": ("ka+", "ka"), "ka": ("ka",)},
    "hyundai": {"hb20sedan": ("hb20s",)},
    "mitsubishi": {"l200tritonsport": ("l200triton",)},
    "land rover": {"evoque": ("rangeroverevoque",), "velar": ("rangerovervelar",)},
    "renault": {"oroch": ("oroch", "dusteroroch"), "dusteroroch": ("dusteroroch", "oroch")},
}
_ALIAS_WORDS: dict[str, str] = {
    "ka+": "sedan",
    "crossup": "cross",
    "polosedan": "sedan",
    "kasedan": "sedan",
}
_CLEAR_MARGIN = 0.75


class Outcome(enum.Enum):
    """How far a search came."""

    PLACED = "placed"
    NO_BRAND = "no_brand"
    NO_MODEL = "no_model"
    NO_VERSION = "no_version"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Found:
    """Outcome and, when placed, the key of the version."""

    outcome: Outcome
    key: int | None = None


@dataclass(slots=True)
class ReferenceIndex:
    """The catalogue, arranged for searching; build it once per import."""

    _entries: dict[tuple[int, str, str], list[Entry]] = field(default_factory=dict)
    _texts: dict[tuple[int, str, str], list[Entry]] = field(default_factory=dict)
    _read: dict[tuple[int, str, str], list[KnownVersion]] = field(default_factory=dict)
    _models: dict[tuple[int, str], set[str]] = field(default_factory=dict)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> ReferenceIndex:
        """Arrange the entries by brand and model."""
        by_model: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
        by_text: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
        models: dict[tuple[int, str], set[str]] = defaultdict(set)
        for entry in entries:
            brand = brand_key(entry.brand)
            by_model[entry.category, brand, _tight(entry.model)].append(entry)
            by_text[entry.category, brand, fold(entry.source_text)].append(entry)
            models[entry.category, brand].add(_tight(entry.model))
        return cls(dict(by_model), dict(by_text), {}, dict(models))

    def find(self, offer: Offer) -> Found:
        """Return the one version that the offer means, or why there is none."""
        brand = brand_key(offer.brand)
        if (offer.category, brand) not in self._models:
            return Found(Outcome.NO_BRAND)
        exact = self._by_text(offer, brand)
        if exact is not None:
            return Found(Outcome.PLACED, exact.key)
        models, text = self._models_of(offer, brand)
        if not models:
            return Found(Outcome.NO_MODEL)
        known = [
            version for model in models for version in self._known(offer.category, brand, model)
        ]
        return _choose(offer, text, known)

    def _by_text(self, offer: Offer, brand: str) -> Entry | None:
        """Return the version whose full source text the offer repeats."""
        for text in (f"{offer.model} {offer.version}", offer.version, offer.model):
            found = self._texts.get((offer.category, brand, fold(text)), [])
            fitting = [entry for entry in found if in_years(entry, offer.year)]
            if len(fitting) == 1:
                return fitting[0]
        return None

    def _models_of(self, offer: Offer, brand: str) -> tuple[list[str], str]:
        """Return the models meant, and the text that is left for the version."""
        have = self._models[offer.category, brand]
        aliases = _MODEL_ALIASES.get(brand, {})
        text = offer.version
        name = _tight(offer.model)
        if not name:
            name, text = _leading_model(offer.version, have=have | set(aliases), brand=brand)
        names = [model for model in aliases.get(name, (name,)) if model in have]
        return names, f"{_ALIAS_WORDS.get(name, '')} {text}".strip()

    def _known(self, category: int, brand: str, model: str) -> list[KnownVersion]:
        """Return the versions of a model, read once."""
        key = (category, brand, model)
        if key not in self._read:
            self._read[key] = [read_entry(entry) for entry in self._entries.get(key, [])]
        return self._read[key]


def _choose(offer: Offer, text: str, known: list[KnownVersion]) -> Found:
    """Pick the version that clearly fits best."""
    words = frozenset(fold(f"{offer.brand} {offer.model}").replace("-", " ").split())
    said = reading.read_facts(text)
    trim = trims.read_trim(text, ignore=words - {"s", "cross", "sport", "plus"})
    stated = frozenset(version.body for version in known if version.body)
    scored: list[tuple[float, KnownVersion]] = []
    fitting = [version for version in known if in_years(version.entry, offer.year)]
    vocabulary = [word for version in fitting for word in version.trim.words]
    plain = frozenset(
        size
        for version in fitting
        if not version.facts.turbo
        for size in version.facts.displacements
    )
    for version in fitting:
        if contradicts(offer, said, text, version, stated=stated, plain=plain):
            continue
        score = _score(offer, said, trim, version, vocabulary)
        if score is not None:
            scored.append((score, version))
    if not scored:
        return Found(Outcome.NO_VERSION)
    scored.sort(key=lambda pair: -pair[0])
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _CLEAR_MARGIN:
        return Found(Outcome.AMBIGUOUS)
    return Found(Outcome.PLACED, scored[0][1].entry.key)


def _score(
    offer: Offer, said: Facts, trim: Trim, version: KnownVersion, vocabulary: list[str]
) -> float | None:
    """Return how well a version fits, None when a trim word stays unexplained."""
    score = 0.0
    unknown = 0
    explained: set[str] = set()
    for word in version.trim.must:
        partner = next((w for w in trim.words if trims.same_word(word, w)), None)
        if partner is None and not word[0].isdigit():
            return None
        explained |= {partner} if partner else set()
        score += 1.0 if partner else -0.5
    for group in version.trim.either:
        partners = {w for w in trim.words for word in group if trims.same_word(word, w)}
        explained |= partners
        score += 1.0 if partners else -0.25
    for word in trim.words:
        if word in explained:
            continue
        if any(trims.same_word(word, other) for other in vocabulary):
            return None
        score -= 0.3
        unknown += 1
    evidence = len(explained) + len(said.displacements & version.facts.displacements)
    if evidence < (2 if unknown else 1):
        return None
    return score + agreement(offer, said, version)


def _tight(name: str) -> str:
    """Return a model's name as compared: folded, without blanks, hyphens and exclamation marks."""
    return fold(name).replace(" ", "").replace("-", "").replace("!", "")


def _leading_model(text: str, *, have: set[str], brand: str) -> tuple[str, str]:
    """Return the model at the head of a text without a model field, and the rest."""
    words = fold(text).replace("/", " ").split()
    noise = _LEADING_NOISE | {brand, *re.split(r"[ -]", brand)}
    while words and words[0] in noise:
        words = words[1:]
    for size in range(min(4, len(words)), 0, -1):
        name = _tight(" ".join(words[:size]))
        if name in have:
            return name, " ".join(words[size:])
    return "", text


_LEADING_NOISE = frozenset({"novo", "nova", "new", "lr", "i", "mmc", "chev", "vw", "gm", "imp"})
