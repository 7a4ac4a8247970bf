"""Compare a dealer's words with one reference version: what rules it out, what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass

from config.lib.folding import fold
from inventory.reference import facts as reading
from inventory.reference import known_bodies, trims
from inventory.reference.facts import Facts
from inventory.reference.fipe_names import CAR
from inventory.reference.trims import Trim

_PETROL_LIKE = frozenset({"flex", "petrol", "ethanol", "cng"})
_AUTOMATIC_LIKE = frozenset({"automatic", "cvt", "automated", "semi_automatic"})
_FEW_DOORS = frozenset({2, 3})
_CABS = frozenset({"cd", "cs", "ce"})
_RARE_BODIES = frozenset({"coupe", "convertible", "wagon"})


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
class KnownVersion:
    """An entry with what its text says."""

    entry: Entry
    facts: Facts
    trim: Trim
    body: str
    fuel: str
    cabs: frozenset[str]


def read_entry(entry: Entry) -> KnownVersion:
    """Read an entry's text once."""
    facts = reading.read_facts(entry.source_text)
    own = frozenset(fold(entry.model).replace("-", " ").split())
    body = ""
    if entry.category == CAR:
        body = known_bodies.body_in_text(entry.name, model=entry.model, brand=entry.brand)
    return KnownVersion(
        entry=entry,
        facts=facts,
        trim=trims.read_trim(entry.name, ignore=own),
        body=body,
        fuel=facts.fuel or _fuel_word(entry.fuels),
        cabs=_cabs(entry.name),
    )


def in_years(entry: Entry, year: int) -> bool:
    """Tell whether FIPE knows the version in that model year."""
    return entry.year_first <= year <= entry.year_last


def contradicts(
    offer: Offer,
    said: Facts,
    text: str,
    version: KnownVersion,
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


def agreement(offer: Offer, said: Facts, version: KnownVersion) -> float:
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


def _differ(mine: frozenset[int] | frozenset[str], theirs: frozenset[int] | frozenset[str]) -> bool:
    """Tell whether both sides state values and share none."""
    return bool(mine and theirs and not set(mine) & set(theirs))


def _doors_differ(mine: frozenset[int], column: int, theirs: frozenset[int]) -> bool:
    """Compare doors by halves: the tailgate is counted or not (2 = 3, 4 = 5)."""
    own = mine or (frozenset({column}) if column else frozenset())
    if not own or not theirs:
        return False
    return not {d in _FEW_DOORS for d in own} & {d in _FEW_DOORS for d in theirs}


def _turbo_missing(said: Facts, version: KnownVersion, plain: frozenset[int]) -> bool:
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


def _bodies_differ(said: str, column: str, version: KnownVersion, stated: frozenset[str]) -> bool:
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
