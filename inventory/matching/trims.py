"""Cut a text into the words that name a trim or an engine, and compare such words.

What `facts` reads in full is left out; what remains tells "LT" from "LTZ". Abbreviations stand for
any word they begin ("PREM." for Premier), dotted ones also for a word whose letters they pick
("HGHI." for Highline). Words joined by "/" are alternatives of which one is enough.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from inventory.matching.vocabulary import SILENT, SYNONYMS, WEAK

_PIECE = re.compile(r"\d+[.,]\d+|\d+[a-z]+\d+|[a-z]+\+|[a-z]+\d+[a-z]*|\d+[a-z]+|[a-z]+|\d+")
_POWER = re.compile(r"(?<![\d.])\d{2,3}(?:/\d{2,3})* ?(?:cv|hp)(?![a-z])")
_STICKY = re.compile(
    r"(?<=[a-z.])(?=\d[.,]\d)|(?<=\d[.,]\d)(?=[a-z]{2})|(?<=[a-z]{3})(?=(?:8|12|16|20|24|32)v\b)"
    r"|(?<=xdrive)(?=\d)|(?<=sdrive)(?=\d)|(?<=\dv)(?=flex)|(?<=flex)(?=\d)"
)
_CUT = re.compile(r"[\s,;()\[\]_|\"!]+")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z0-9])|(?<=\d)-(?=[a-z])")
_FACT_WORD = re.compile(
    r"^(?:\d+[.,]\d+|\d{1,2}v|[vhil]\d{1,2}|[2-7]p|\d{2,3}(?:cv|hp)|at\d{0,2}|mt\d?|\d+at|\d+mt"
    r"|4x[24]|[2-5])$"
)
_LEAST_DOTTED, _LEAST_PLAIN = 2, 4
STRONG, CODE, FAINT = "strong", "code", "faint"  # classes of words, each with weights of its own


@dataclass(frozen=True, slots=True)
class Trim:
    """Words of a name: `must` all of them, `either` groups of which one is enough.

    A word that ends in "." is an abbreviation.
    """

    must: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return every word of the trim."""
        return self.must + tuple(word for group in self.either for word in group)


def split_chunks(folded: str) -> list[str]:
    """Return the pieces of a folded text between blanks and brackets."""
    return [piece for chunk in folded.split() for piece in _pieces(chunk)]


@functools.lru_cache(maxsize=65_536)
def _pieces(chunk: str) -> tuple[str, ...]:
    """Cut what stands between two blanks at brackets, and where words were written together."""
    return tuple(_CUT.split(_STICKY.sub(" ", chunk)))


def read_trim(chunks: list[str]) -> Trim:
    """Return the words of a text's chunks."""
    must: list[str] = []
    either: list[tuple[str, ...]] = []
    open_group = pending = False
    for chunk in chunks:
        groups, words, faint = _chunk_words(chunk)
        must.extend(faint)
        if words and (groups > 1 or pending):
            either.append(words)
            open_group = True
        elif open_group and words:
            # "SE/SE Plus": what follows an alternative belongs to its last member.
            either[-1] += words
        else:
            open_group = False
            must.extend(words)
        # "1.8/ 1.8 LOCKER": the engine is repeated before the other trim.
        pending = chunk.endswith("/") or (pending and not words)
    return Trim(must=tuple(dict.fromkeys(must)), either=tuple(either))


@functools.lru_cache(maxsize=65_536)
def _chunk_words(chunk: str) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Return how many alternatives a chunk joins by "/", its words, and its faint words."""
    parts = _POWER.sub("", chunk).split("/")
    words = tuple(dict.fromkeys(word for part in parts for word in _words(part)))
    faint = tuple(word for word in words if class_of(word) == FAINT)
    return len(parts), tuple(word for word in words if word not in faint), faint


def _words(part: str) -> list[str]:
    """Return the words of one piece of text between blanks and slashes."""
    found = []
    part = _HYPHEN.sub("", part)
    for match in _PIECE.finditer(part):
        word = match.group()
        if word in SILENT or _FACT_WORD.match(word):
            continue
        dotted = part[match.end() : match.end() + 1] == "." and word.isalpha()
        found.append(f"{word}." if dotted else word)
    return found


@functools.lru_cache(maxsize=65_536)
def class_of(word: str) -> str:
    """Return the class of a word: names a trim, carries a number, or is faint evidence."""
    bare = word.rstrip(".")
    if bare in WEAK or "flex" in bare or (len(bare) == 1 and bare not in "slxernkt"):
        return FAINT
    return CODE if any(char.isdigit() for char in bare) else STRONG


SAME_WORD, BEGINS, PICKS, OTHER = 3, 2, 1, 0


@functools.lru_cache(maxsize=131_072)
def likeness(first: str, second: str) -> int:
    """Tell how two words go together.

    SAME_WORD: equal, or a dotted abbreviation begins the other; BEGINS: one begins the other
    without a dot; PICKS: a dotted abbreviation picks letters of the other; else OTHER.
    """
    a, b = first.rstrip("."), second.rstrip(".")
    if a == b or SYNONYMS.get(a, a) == SYNONYMS.get(b, b):
        return SAME_WORD
    short, long = (first, second) if len(a) < len(b) else (second, first)
    bare, whole = short.rstrip("."), long.rstrip(".")
    if not bare.isalpha() or not whole.isalpha() or bare[0] != whole[0]:
        return OTHER
    begins = whole.startswith(bare)
    if short.endswith("."):
        if begins and len(bare) >= _LEAST_DOTTED:
            return SAME_WORD
        return PICKS if len(bare) > _LEAST_DOTTED and _picks(bare, whole) else OTHER
    return BEGINS if begins and len(bare) >= _LEAST_PLAIN else OTHER


def same_word(first: str, second: str) -> bool:
    """Tell whether two words mean the same: equal, or one abbreviates the other."""
    return likeness(first, second) != OTHER


def _picks(short: str, long: str) -> bool:
    """Tell whether the letters of one word stand in the other in the same order."""
    letters = iter(long)
    return all(letter in letters for letter in short)
