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
from inventory.reference import known_bodies, trims
from inventory.reference.facts import Facts
from inventory.reference.fipe_names import CAR, brand_key
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
_PETROL_LIKE = frozenset({"flex", "petrol", "ethanol", "cng"})
_AUTOMATIC_LIKE = frozenset({"automatic", "cvt", "automated", "semi_automatic"})
_FEW_DOORS = frozenset({2, 3})
_CABS = frozenset({"cd", "cs", "ce"})
_RARE_BODIES = frozenset({"coupe", "convertible", "wagon"})
_CLEAR_MARGIN = 0.75


class Outcome(enum.Enum):
    """How far a search came."""

    PLACED = "placed"
    NO_BRAND = "no_brand"
    NO_MODEL = "no_model"
    NO_VERSION = "no_version"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A reference version as the matcher needs it; `key` is the caller's own (a primary key)."""

    key: int
    category: int
    brand: str
    model: str
    name: str
    source_text: str
    year_first: int
    year_last: int
    fuels: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A vehicle as its dealer words it; 0 or blank is unknown.

    Gearbox, fuel and body are our own values.
    """

    category: int
    brand: str
    model: str
    version: str
    year: int
    fuel: str = ""
    gearbox: str = ""
    body: str = ""
    doors: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Outcome and, when placed, the key of the version."""

    outcome: Outcome
    key: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """An entry with what its text says."""

    entry: Entry
    facts: Facts
    trim: Trim
    body: str
    fuel: str
    cabs: frozenset[str]


@dataclass(slots=True)
class ReferenceIndex:
    """The catalogue, arranged for searching; build it once per import."""

    _entries: dict[tuple[int, str, str], list[Entry]] = field(default_factory=dict)
    _texts: dict[tuple[int, str, str], list[Entry]] = field(default_factory=dict)
    _read: dict[tuple[int, str, str], list[_Known]] = field(default_factory=dict)
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
            fitting = [entry for entry in found if _in_years(entry, offer.year)]
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

    def _known(self, category: int, brand: str, model: str) -> list[_Known]:
        """Return the versions of a model, read once."""
        key = (category, brand, model)
        if key not in self._read:
            self._read[key] = [_read(entry) for entry in self._entries.get(key, [])]
        return self._read[key]


def _choose(offer: Offer, text: str, known: list[_Known]) -> Found:
    """Pick the version that clearly fits best."""
    words = frozenset(fold(f"{offer.brand} {offer.model}").replace("-", " ").split())
    said = reading.read_facts(text)
    trim = trims.read_trim(text, ignore=words - {"s", "cross", "sport", "plus"})
    stated = frozenset(version.body for version in known if version.body)
    scored: list[tuple[float, _Known]] = []
    fitting = [version for version in known if _in_years(version.entry, offer.year)]
    vocabulary = [word for version in fitting for word in version.trim.words]
    plain = frozenset(
        size
        for version in fitting
        if not version.facts.turbo
        for size in version.facts.displacements
    )
    for version in fitting:
        if _contradicts(offer, said, text, version, stated=stated, plain=plain):
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
    offer: Offer, said: Facts, trim: Trim, version: _Known, vocabulary: list[str]
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
    return score + _agreement(offer, said, version)


def _agreement(offer: Offer, said: Facts, version: _Known) -> float:
    """Return points for facts that both sides state alike."""
    score = 0.0
    facts = version.facts
    for mine, theirs in (
        (said.displacements, facts.displacements),
        (said.valves, facts.valves),
        (said.power, facts.power),
    ):
        if mine and theirs:
            score += 1.0 if mine & theirs else -1.0
    gearbox = _gearboxes(said, offer.gearbox)
    if gearbox and facts.gearbox:
        score += 1.0
    if _fuel(said, offer.fuel) == version.fuel:
        score += 0.5
    score += 0.5 if said.turbo == facts.turbo else -0.5
    if said.drive and not facts.drive:
        score -= 0.75 if said.drive == "4x4" else 0.0
    if "manual" not in gearbox and gearbox and not facts.gearbox:
        score -= 0.5
    if offer.body and version.body and offer.body != version.body and not said.body:
        score -= 1.0
    return score


def _contradicts(
    offer: Offer,
    said: Facts,
    text: str,
    version: _Known,
    *,
    stated: frozenset[str],
    plain: frozenset[int],
) -> bool:
    """Tell whether a fact rules the version out."""
    facts = version.facts
    return (
        _differ(said.displacements, facts.displacements)
        or _differ(said.valves, facts.valves)
        or _turbo_missing(said, version, plain)
        or _doors_differ(said.doors, offer.doors, facts.doors)
        or _gearboxes_differ(_gearboxes(said, offer.gearbox), facts.gearbox)
        or _fuels_differ(_fuel(said, offer.fuel), version.fuel)
        or bool(said.drive and facts.drive and said.drive != facts.drive)
        or _bodies_differ(said.body, offer.body, version, stated)
        or _differ(_cabs(text), version.cabs)
    )


def _read(entry: Entry) -> _Known:
    """Read an entry's text once."""
    facts = reading.read_facts(entry.source_text)
    own = frozenset(fold(entry.model).replace("-", " ").split())
    body = ""
    if entry.category == CAR:
        body = known_bodies.body_in_text(entry.name, model=entry.model, brand=entry.brand)
    return _Known(
        entry=entry,
        facts=facts,
        trim=trims.read_trim(entry.name, ignore=own),
        body=body,
        fuel=facts.fuel or _fuel_word(entry.fuels),
        cabs=_cabs(entry.name),
    )


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


def _in_years(entry: Entry, year: int) -> bool:
    """Tell whether FIPE knows the version in that model year."""
    return entry.year_first <= year <= entry.year_last


def _differ(mine: frozenset[int] | frozenset[str], theirs: frozenset[int] | frozenset[str]) -> bool:
    """Tell whether both sides state values and share none."""
    return bool(mine and theirs and not set(mine) & set(theirs))


def _doors_differ(mine: frozenset[int], column: int, theirs: frozenset[int]) -> bool:
    """Compare doors by halves: the tailgate is counted or not (2 = 3, 4 = 5)."""
    own = mine or (frozenset({column}) if column else frozenset())
    if not own or not theirs:
        return False
    return not {d in _FEW_DOORS for d in own} & {d in _FEW_DOORS for d in theirs}


def _turbo_missing(said: Facts, version: _Known, plain: frozenset[int]) -> bool:
    """Tell whether a text that describes its engine lacks the turbo by which FIPE tells it apart.

    `plain` are the displacements that the model has without turbo too.
    """
    facts = version.facts
    return bool(
        facts.turbo
        and not said.turbo
        and said.displacements & plain
        and version.fuel in _PETROL_LIKE
    )


def _gearboxes(said: Facts, column: str) -> frozenset[str]:
    """Return the gearboxes of the text, else of the field."""
    return said.gearbox or (frozenset({column}) if column else frozenset())


def _gearboxes_differ(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell manual from every kind of automatic; kinds of automatic are named too loosely."""
    if not mine or not theirs:
        return False
    return not {kind in _AUTOMATIC_LIKE for kind in mine} & {
        kind in _AUTOMATIC_LIKE for kind in theirs
    }


def _fuel(said: Facts, column: str) -> str:
    """Return the fuel of the text, else of the field."""
    return said.fuel or column


def _fuel_word(fuels: str) -> str:
    """Return our fuel for FIPE's words; several words mean both petrol and ethanol versions."""
    return reading.read_facts(fuels.split("|", maxsplit=1)[0]).fuel


def _fuels_differ(mine: str, theirs: str) -> bool:
    """Compare fuels; petrol, ethanol and flex are mixed up too often to tell versions apart."""
    if not mine or not theirs or mine == theirs:
        return False
    return not (mine in _PETROL_LIKE and theirs in _PETROL_LIKE)


def _bodies_differ(said: str, column: str, version: _Known, stated: frozenset[str]) -> bool:
    """Tell whether the body rules the version out.

    `stated` are the bodies that FIPE names for the model. A field alone, which often holds the
    model's usual body, is believed only against the rare bodies.
    """
    usual = known_bodies.usual_body(version.entry.model, brand=version.entry.brand)
    theirs = version.body or usual
    if said:
        return said != theirs and (bool(version.body) or said in stated or said == usual)
    return bool(column and version.body in _RARE_BODIES and column != version.body)


def _cabs(text: str) -> frozenset[str]:
    """Return the cabs (CD double, CS single, CE extended) that a pick-up's text names."""
    folded = fold(text)
    for long, short in (
        ("cabine dupla", "cd"),
        ("cab dupla", "cd"),
        ("cabine simples", "cs"),
        ("cabine estendida", "ce"),
    ):
        folded = folded.replace(long, short)
    return frozenset(word for word in trims.read_trim(folded).words if word in _CABS)
