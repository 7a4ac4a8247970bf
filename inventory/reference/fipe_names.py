"""Split FIPE's one text into model and version.

FIPE's table writes `ONIX HATCH PREM. 1.0 12V TB Flex 5p Aut.` in one field. People and portals say
model "Onix" and version "Hatch Prem. 1.0 12V TB Flex 5p Aut.". The rules below take the first word
and what clearly belongs to it; `known_models` lists the names of more than one word. A body is
never part of the model. The text itself is kept beside the split.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from config.lib.folding import fold
from inventory.reference import known_models

CAR, MOTORCYCLE, TRUCK = 1, 2, 3

# A number with a decimal point stays whole; a full stop after a word ends it ("Sed.Comf.").
_WORD = re.compile(r"\d+[.,]\d+\w*|[^\s./]+")
_JOINED_BY_GRAND = frozenset(
    [
        "grand",
        "gran",
        "santa",
        "crown",
        "del",
        "le",
        "new",
        "super",
        "town",
        "tiggo",
        "arrizo",
        "trans",
        "ora",
    ]
)
# Three letters that are spoken as a word (JOY, UNO, RIO), not spelt out (ASX, SUV).
_SPOKEN = re.compile(
    r"^(?!SUV)([^AEIOU][AEIOU][^AEIOU]|[AEIOU][^AEIOU][AEIOU]|[^AEIOU][AEIOU]{2}|EOS)$"
)
_DISPLACEMENT = re.compile(r"^\d[.,]\d")
_NUMBER = re.compile(r"^\d")
_FACT_NUMBER = re.compile(r"^\d+(v|p|cv|x\d|hp|kw)\b", re.IGNORECASE)
_BMW = re.compile(r"^(\d{3}[A-Za-z]*?)(?:A|TA)?(?:/[A-Za-z]+)?$")
_MERCEDES = re.compile(r"^([A-Z]{1,3})-?(\d{2,3})([A-Za-z]*)\b")
_MERCEDES_OLD = re.compile(r"^(\d{3})-([A-Z]{1,3})\b")
_MERCEDES_CLASS = re.compile(r"^Classe ([A-Z]) ?(\d{2,3})\b", re.IGNORECASE)
_AMG_LIMIT = 70  # below it the number names an AMG (C 63 AMG); above it AMG is a trim


@dataclass(frozen=True, slots=True)
class SplitName:
    """Model without body, and what is left as version (may be blank)."""

    model: str
    version: str


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of the text with the place where it ends."""

    text: str
    key: str
    end: int


def clean_brand(source: str) -> str:
    """Return the brand as people write it ("GM - Chevrolet" -> "Chevrolet")."""
    known = known_models.BRANDS.get(fold(source))
    return known or " ".join(_display_word(word) for word in source.split())


def brand_key(name: str) -> str:
    """Return the folded name of the brand that this text means, aliases resolved."""
    folded = fold(name)
    if folded in known_models.BRANDS:
        return fold(known_models.BRANDS[folded])
    return known_models.BRAND_ALIASES.get(folded, folded)


def split_name(text: str, *, category: int, brand: str) -> SplitName:
    """Split one FIPE text; `brand` is FIPE's or ours, `category` 1 car, 2 motorcycle, 3 truck."""
    text = " ".join(text.split())
    words = _words(text)
    found = _known(words, category=category, brand=brand_key(brand))
    if found is None:
        found = _by_rule(text, words, category=category, brand=brand_key(brand))
    model, end = found
    version = text[end:].lstrip(" ./-+").rstrip(" /-+")
    return SplitName(model=model, version=version)


def _by_rule(text: str, words: list[_Word], *, category: int, brand: str) -> tuple[str, int]:
    """Return model and its end for a name that no list knows."""
    if category == MOTORCYCLE:
        return _motorcycle(words)
    if category == TRUCK:
        return _truck(words)
    if brand == "bmw":
        return _bmw(text, words)
    if brand == "mercedes-benz":
        return _mercedes(text) or _car(words)
    return _car(words)


def _words(text: str) -> list[_Word]:
    """Cut the text into words, each with a comparison key without hyphens."""
    return [
        _Word(match.group(), fold(match.group()).replace("-", ""), match.end())
        for match in _WORD.finditer(text)
    ]


@functools.cache
def _table(category: int, brand: str) -> dict[tuple[str, ...], tuple[str, int]]:
    """Return the known names of a brand: words of the key -> model name, words it takes."""
    tables = {
        CAR: known_models.CAR_MODELS,
        MOTORCYCLE: known_models.MOTORCYCLE_MODELS,
        TRUCK: known_models.TRUCK_MODELS,
    }
    entries: dict[tuple[str, ...], tuple[str, int]] = {}
    for entry in tables.get(category, {}).get(brand, "").split(";"):
        words, _, name = entry.partition("=")
        key = tuple(word.key for word in _words(words.strip()))
        if key:
            name, _, taken = name.partition("/")
            entries[key] = (name or _list_name(words.strip()), int(taken or len(key)))
    return entries


def _known(words: list[_Word], *, category: int, brand: str) -> tuple[str, int] | None:
    """Return the longest known name at the head of the text."""
    table = _table(category, brand)
    for size in range(min(5, len(words)), 0, -1):
        found = table.get(tuple(word.key for word in words[:size]))
        if found is not None:
            name, taken = found
            return name, words[taken - 1].end if taken else 0
    return None


def _car(words: list[_Word]) -> tuple[str, int]:
    """Take the first word, and the second where the first cannot stand alone."""
    first = words[0]
    if len(words) == 1:
        return _display(first.text), first.end
    second = words[1]
    if first.key in _JOINED_BY_GRAND and not _is_fact(second.text):
        return _display(f"{first.text} {second.text}"), second.end
    lettered = first.text.isalpha() and first.text.isupper() and len(first.text) <= 3
    if lettered and _NUMBER.match(second.text) and not _is_fact(second.text):
        glue = "" if first.key in {"xc", "t"} else " "
        return f"{first.text}{glue}{second.text}", second.end
    name = re.sub(r"^([A-Z]{2,3})-?(\d{3}\w?)$", r"\1 \2", first.text)  # NX-300h, CT200h
    return _display(name), first.end


def _is_fact(word: str) -> bool:
    """Tell whether a word is a number of the engine, the doors or the drive."""
    return bool(_DISPLACEMENT.match(word) or _FACT_NUMBER.match(word))


def _bmw(text: str, words: list[_Word]) -> tuple[str, int]:
    """Read 320iA and 328i/iA as 320i and 328i; "M 135i" as M135i, "iX 1" as iX1."""
    if words[0].key in {"m", "ix"} and len(words) > 1 and _NUMBER.match(words[1].text):
        return words[0].text + words[1].text, words[1].end
    head = text.split(maxsplit=1)[0].rstrip("/")
    match = _BMW.match(head)
    if match and match.group(1)[-1].islower():
        return match.group(1), len(head)
    if match and match.group(1)[-1] == "L":
        return match.group(1), len(head)
    return words[0].text, words[0].end


def _mercedes(text: str) -> tuple[str, int] | None:
    """Read C-180, 190-E, Classe A 200 and C-63 AMG as C 180, 190 E, A 200 and C 63 AMG."""
    old = _MERCEDES_OLD.match(text)
    if old:
        return f"{old.group(1)} {old.group(2)}", old.end()
    match = _MERCEDES_CLASS.match(text) or _MERCEDES.match(text.replace(" ", "-", 1))
    if match is None:
        return None
    suffix = match.group(3) if match.re is _MERCEDES else ""
    name = f"{match.group(1).upper()} {match.group(2)}{suffix.lower() if suffix == 'D' else suffix}"
    rest = text[match.end() :]
    if int(match.group(2)) < _AMG_LIMIT:
        amg = re.match(r"\s+AMG\b", rest)
        return f"{name} AMG", match.end() + (amg.end() if amg else 0)
    return name, match.end()


def _motorcycle(words: list[_Word]) -> tuple[str, int]:
    """Take everything up to the number, its letters and its nickname (NXR 160 Bros)."""
    number = next((i for i, w in enumerate(words[:3]) if any(c.isdigit() for c in w.text)), None)
    if number is None:
        return _display(words[0].text), words[0].end
    parts = [word.text for word in words[:number]]
    parts.append(re.sub(r"(?<=\d)cc$", "", words[number].text, flags=re.IGNORECASE))
    last = words[number]
    following = words[number + 1 : number + 2]
    if following and following[0].key in known_models.MOTORCYCLE_SUFFIXES:
        last = following[0]
        parts.append(last.text)
    for word in words[words.index(last) + 1 :]:
        if word.key not in known_models.MOTORCYCLE_NICKNAMES or word.text in parts:
            break
        parts.append(word.text)
        last = word
    return _display(" ".join(parts)), last.end


def _truck(words: list[_Word]) -> tuple[str, int]:
    """Take the series and its number (Cargo 2429, FH 540, 24-280)."""
    first = words[0]
    if any(char.isdigit() for char in first.text) or len(words) == 1:
        return first.text, first.end
    second = words[1]
    if any(char.isdigit() for char in second.text) and not _is_fact(second.text):
        return _display(f"{first.text} {second.text}"), second.end
    return _display(first.text), first.end


def _display(text: str) -> str:
    """Write a name in capitals as people do; what holds digits or is an acronym stays as it is."""
    return " ".join(_display_word(word) for word in text.split())


def _display_word(word: str) -> str:
    """Capitalise one word written in capitals or in small letters."""
    if "-" in word and word.isupper() and not any(c.isdigit() for c in word):
        parts = [part if len(part) == 1 else part.capitalize() for part in word.split("-")]
        return "-".join(parts) if max(len(part) for part in parts) > 3 else word
    if not word.isalpha():
        return word
    if word.islower() or (word.isupper() and (len(word) > 3 or _SPOKEN.match(word))):
        return word.capitalize()
    return word


def _list_name(words: str) -> str:
    """Write a name of our lists, which are in small letters: digits and short words in capitals."""
    return " ".join(
        word.upper() if len(word) <= 2 or any(c.isdigit() for c in word) else word.title()
        for word in words.split()
    )
