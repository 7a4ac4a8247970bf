"""Read a name once: its facts, its words, its years.

Names repeat their parts (a catalogue of 10,000 has a few thousand different words), so every part
is read once and remembered; a name costs a handful of look-ups.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from config.lib.folding import fold
from inventory.matching import trims
from inventory.matching.names import Name
from inventory.matching.trims import Trim
from inventory.matching.vocabulary import join_phrases
from inventory.reference import facts as fact_reading
from inventory.reference import known_bodies
from inventory.reference.fipe_names import CAR, MOTORCYCLE, brand_key

_CYLINDERS = re.compile(r"\b[vhl](4|5|6|8|10|12)\b")
_CAB = re.compile(r"\b(cd|cs|ce)(?=\b|\d)")
_WORD = re.compile(r"[a-z0-9+]+(?:-[a-z0-9+]+)*")
_NOTHING = fact_reading.Facts()
_PLAIN = re.compile(r"[a-z0-9+]+")
_NOT_PLAIN = re.compile(r"[^a-z0-9+]")
_LONGEST_MODEL = 5


class Facts(NamedTuple):
    """The facts of one name; blank or empty where it says nothing."""

    litres: frozenset[int] = frozenset()
    valves: frozenset[int] = frozenset()
    power: frozenset[int] = frozenset()
    cylinders: str = ""
    turbo: bool = False
    gearbox: frozenset[str] = frozenset()
    doors: frozenset[int] = frozenset()
    fuel: frozenset[str] = frozenset()
    drive: str = ""
    body: str = ""
    usual_body: str = ""
    cab: str = ""


@dataclass(slots=True, eq=False)
class Reading:
    """A name as the matcher sees it; `head` is what stands before the version in a full text."""

    name: Name
    brand: str
    model: str
    model_words: tuple[str, ...]
    head: tuple[str, ...]
    facts: Facts
    trim: Trim
    text: str
    text_words: tuple[str, ...]
    sorted_text: str
    span: tuple[int, int]  # first and last model year, zeros when unknown


def read_name(name: Name) -> Reading:
    """Read a name; its fields add what its text does not say."""
    brand = brand_key(name.brand)
    head, text, facts, trim, words, sorted_text = _read_text(
        name.category, brand, name.model, name.version
    )
    return Reading(
        name=name,
        brand=brand,
        model=tight(name.model),
        model_words=words_of(name.model),
        head=head,
        facts=_with_fields(facts, name),
        trim=trim,
        text=text,
        text_words=words,
        sorted_text=sorted_text,
        span=(name.year_first, name.year_last or name.year_first),
    )


def _with_fields(facts: Facts, name: Name) -> Facts:
    """Add what the fields of a name say."""
    if name.fuel and not facts.fuel:
        facts = facts._replace(fuel=frozenset({name.fuel}))
    elif name.fuels and not facts.fuel & {"electric", "hybrid"}:
        facts = facts._replace(fuel=_fuel_words(name.fuels) or facts.fuel)
    if name.gearbox and not facts.gearbox:
        facts = facts._replace(gearbox=frozenset({name.gearbox}))
    if name.doors and not facts.doors:
        facts = facts._replace(doors=frozenset({name.doors}))
    if name.body:
        facts = facts._replace(usual_body=name.body)
    return facts


@functools.lru_cache(maxsize=65_536)
def _read_text(
    category: int, brand: str, model: str, version: str
) -> tuple[tuple[str, ...], str, Facts, Trim, tuple[str, ...], str]:
    """Return head, text, facts and words of a version; a model's name at its head is cut off."""
    head, text = _cut_model(fold(version), tight(model))
    chunks = trims.split_chunks(join_phrases(text))
    facts = _join_facts(chunks, category=category, model=model, brand=brand)
    if category == MOTORCYCLE:
        size = fact_reading.read_motorcycle_displacement(f"{model} {version}")
        facts = facts._replace(litres=frozenset({size} if size else ()), doors=frozenset())
    words = _words(text)
    return head, text, facts, trims.read_trim(chunks), words, " ".join(sorted(words))


def _cut_model(folded: str, model: str) -> tuple[tuple[str, ...], str]:
    """Split a text after the model's name when that stands at its head."""
    if not model:
        return (), folded
    joined = ""
    for word in itertools.islice(_WORD.finditer(folded), _LONGEST_MODEL):
        joined += word.group().replace("-", "")
        if joined.endswith(model):
            return _words(folded[: word.end()]), folded[word.end() :].lstrip(" ./-+!")
    return (), folded


@functools.lru_cache(maxsize=65_536)
def _chunk_facts(
    chunk: str,
) -> tuple[fact_reading.Facts, str, tuple[tuple[str, frozenset[Any]], ...]] | None:
    """Return the facts of one chunk, its cylinders and its sets; None when it says nothing."""
    said = fact_reading.read_facts(chunk)
    found = _CYLINDERS.match(chunk)
    if said == _NOTHING and not found:
        return None
    sets = {
        "litres": said.displacements,
        "valves": said.valves,
        "power": said.power,
        "gearbox": said.gearbox,
        "doors": said.doors,
    }
    stated = tuple((fact, values) for fact, values in sets.items() if values)
    return said, found.group(1) if found else "", stated


def _join_facts(chunks: list[str], *, category: int, model: str, brand: str) -> Facts:
    """Return the facts of all chunks together."""
    sets: dict[str, frozenset[Any]] = {}
    fuels, bodies = [], []
    turbo, drive, cylinders = False, "", ""
    for said in map(_chunk_facts, chunks):
        if said is None:
            continue
        facts, number, stated = said
        for fact, values in stated:
            sets[fact] = sets[fact] | values if fact in sets else values
        if facts.fuel:
            fuels.append(facts.fuel)
        if facts.body:
            bodies.append(facts.body)
        turbo = turbo or facts.turbo
        drive = drive or facts.drive
        cylinders = cylinders or number
    usual = body = cab = ""
    if category == CAR:
        usual = known_bodies.usual_body(model, brand=brand)
        text = " ".join(chunks)
        body = min(bodies, key=fact_reading.BODIES.index) if bodies else ""
        body = known_bodies.body_in_text(text, model=model, brand=brand, said=body)
        found = _CAB.search(text) if usual == "pickup" else None
        cab = found.group(1) if found else ""
    return Facts(
        cylinders=cylinders,
        turbo=turbo,
        fuel=_one(min(fuels, key=fact_reading.FUELS.index)) if fuels else frozenset(),
        drive=drive,
        body=body,
        usual_body=usual,
        cab=cab,
        **sets,
    )


@functools.lru_cache(maxsize=256)
def _one(value: str) -> frozenset[str]:
    """Return one value as a set, the same one each time."""
    return frozenset({value})


@functools.lru_cache(maxsize=1_024)
def _fuel_words(fuels: str) -> frozenset[str]:
    """Return our fuels for a source's words joined by "|"."""
    read = (fact_reading.read_facts(word).fuel for word in fuels.split("|"))
    return frozenset(fuel for fuel in read if fuel)


@functools.lru_cache(maxsize=65_536)
def tight(name: str) -> str:
    """Return a model's name as compared: folded, without blanks, hyphens and marks."""
    return _NOT_PLAIN.sub("", fold(name))


@functools.lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text: folded, hyphens inside words dropped."""
    return _words(fold(text))


def _words(folded: str) -> tuple[str, ...]:
    """Return the words of a folded text."""
    return tuple(_PLAIN.findall(folded.replace("-", "")))
