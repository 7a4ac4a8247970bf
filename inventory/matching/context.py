"""The entries a name can mean, arranged so that the parts of many names are compared once.

Names share their parts: every fact of a name is compared with all entries of a model once, and
remembered under its value; every word knows which entries carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.matching import features, trims
from inventory.matching.families import SAME
from inventory.matching.reading import Reading

KINDS = (trims.STRONG, trims.CODE, trims.FAINT)
_ALWAYS_NAMED = frozenset({"gearbox", "body"})
_NOTHING = (0, 0, 0)
_UNKNOWN = (0, 0)  # the mark of a word of the first class that no entry has
_MOST_REMEMBERED = 4_000  # values of facts per context; beyond it the memory starts anew
Count = tuple[int, int, int]  # words of one class: both, theirs alone, ours alone


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: how its model was found, and its words as bits.

    `own` are the words of its model where that is surely meant; `said` all words and `must` those
    that stand for themselves, both per class; `either` groups of which one is enough, with class.
    """

    reading: Reading
    how: str
    own: int
    all: int
    said: tuple[int, ...]
    must: tuple[int, ...]
    either: tuple[tuple[int, int], ...]


class Alike(NamedTuple):
    """Entries alike in a group of facts: what they say of each, their bits, and one of them."""

    said: tuple[tuple[object, ...], ...]
    bits: int
    one: Entry


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a name, per class, each as the bits it may mean (0: no entry has it).

    `said` one by one; `must` with the groups of which one is enough as one; `all` together;
    `unknown` counts the trim words that no entry has.
    """

    said: tuple[tuple[int, ...], ...]
    must: tuple[tuple[int, ...], ...]
    all: int
    unknown: int


class Points(dict[tuple[int, int, int], float]):
    """The points of one class of words by (both, theirs alone, ours alone)."""

    def __init__(self, kind: str, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.kind = kind
        self.weights = weights

    def __missing__(self, counts: tuple[int, int, int]) -> float:
        found = features.word_features(self.kind, *counts)
        self[counts] = sum(self.weights.get(name, 0.0) * value for name, value in found)
        return self[counts]


class YearPoints(dict[tuple[int, int], float]):
    """The points of a name's years beside those of an entry; `swapped` as in Context."""

    def __init__(
        self, weights: Mapping[str, float], span: tuple[int, int], *, swapped: bool
    ) -> None:
        super().__init__()
        self.weights, self.span, self.swapped = weights, span, swapped

    def __missing__(self, theirs: tuple[int, int]) -> float:
        spans = (theirs, self.span) if self.swapped else (self.span, theirs)
        self[theirs] = self.weights.get(features.year_feature(*spans), 0.0)
        return self[theirs]


@dataclass(slots=True)
class Context:
    """The entries of the models a name can mean, with one bit per word among them.

    `swapped`: the name looked up takes the reference's role, the entries the portal's.
    """

    entries: list[Entry]
    bits: dict[str, int]
    swapped: bool
    facts: dict[int, tuple[tuple[float, ...], int]] = field(default_factory=dict)
    years: dict[tuple[int, int], tuple[float, ...]] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    hows: list[float] = field(default_factory=list)  # the points for how each model was found
    _by_class: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    _marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    _alike: dict[int, tuple[list[Alike], list[int]]] = field(default_factory=dict)
    _stated: dict[tuple[int, str], frozenset[object]] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[tuple[Reading, str]], *, swapped: bool) -> Context:
        """Arrange these (entry, how its model was found)."""
        bits: dict[str, int] = {}

        def bit(word: str) -> int:
            return bits.setdefault(word, 1 << len(bits))

        entries = [_entry(theirs, how, bit) for theirs, how in found]
        context = cls(
            entries=entries,
            bits=bits,
            swapped=swapped,
            spans=[entry.reading.span for entry in entries],
        )
        context._by_class = {kind: [] for kind in KINDS}
        for word, mask in bits.items():
            context._by_class[trims.class_of(word)].append((word, mask))
        for entry in entries:
            facts = entry.reading.facts
            for size in (0, *facts.litres):
                for fact, values in features.stated(facts).items():
                    known = context._stated.get((size, fact), frozenset())
                    context._stated[size, fact] = known | values
        return context

    def alike(self, group: int) -> tuple[list[Alike], list[int]]:
        """Return the entries by what they say of a group of facts, and where each of them is."""
        found = self._alike.get(group)
        if found is None:
            numbers: dict[tuple[tuple[object, ...], ...], int] = {}
            which: list[int] = []
            bits: list[int] = []
            ones: list[Entry] = []
            for place, entry in enumerate(self.entries):
                number = numbers.setdefault(
                    features.parts_of(group, entry.reading.facts), len(numbers)
                )
                if number == len(ones):
                    ones.append(entry)
                    bits.append(0)
                bits[number] |= 1 << place
                which.append(number)
            kinds = [Alike(*each) for each in zip(numbers, bits, ones, strict=True)]
            found = self._alike[group] = (kinds, which)
        return found

    def elsewhere(self, fact: str, name: Reading) -> bool:
        """Tell whether some entry with the same engine states this fact as the name does.

        Of the reference alone one knows what it always names: automatics and unusual bodies.
        """
        if self.swapped:
            return fact in _ALWAYS_NAMED
        said = features.stated_value(fact, name.facts)
        if not said:
            return False
        for size in name.facts.litres or (0,):
            there = self._stated.get((size, fact))
            if there and said & there:
                return True
        return False

    def remember(
        self, key: int, value: tuple[tuple[float, ...], int]
    ) -> tuple[tuple[float, ...], int]:
        """Keep the points of a group of facts for the next name that states the same."""
        if len(self.facts) >= _MOST_REMEMBERED:
            self.facts.clear()
        self.facts[key] = value
        return value

    def words_of(self, name: Reading) -> Words:
        """Return a name's words as bits."""
        marks, find = self._marks, self._find_mark
        trim = name.trim
        words = [marks.get(word) or find(word) for word in trim.must]
        unknown = words.count(_UNKNOWN)
        words += [marks.get(word) or find(word) for word in name.model_words]
        if not trim.either:
            by_class, every = _by_class(words)
            return Words(by_class, by_class, every, unknown)
        groups = [[marks.get(word) or find(word) for word in group] for group in trim.either]
        said, every = _by_class([*words, *(word for group in groups for word in group)])
        must, _ = _by_class(
            [*words, *((union(mask for mask, _ in group), group[0][1]) for group in groups)]
        )
        return Words(said, must, every, unknown)

    @property
    def counts(self) -> Callable[[Words, Entry], tuple[Count, ...]]:
        """What counts the words of a name and of an entry, per class."""
        return _swapped_counts if self.swapped else _counts

    def _find_mark(self, word: str) -> tuple[int, int]:
        """Return the bits of the entries' words that mean the same as this one, and its class.

        Where the word itself is known, "sport" does not mean "sportline"; short forms still do.
        """
        exact = self.bits.get(word.rstrip("."), 0)
        kind = trims.class_of(word)
        found, picked = exact, 0
        for other, bit in self._by_class[kind]:
            likeness = trims.likeness(word, other)
            if likeness == trims.SAME_WORD or (likeness == trims.BEGINS and not exact):
                found |= bit
            elif likeness == trims.PICKS:
                picked |= bit
        self._marks[word] = mark = (found or picked, KINDS.index(kind))
        return mark


def _counts(words: Words, entry: Entry) -> tuple[Count, ...]:
    """Count the words where the entry is the reference's."""
    known = words.all | entry.own
    carried = entry.all
    result = []
    for said, must in zip(words.said, entry.must):  # noqa: B905 - the hottest loop; both per class
        if said:
            both = 0
            for mask in said:
                if mask & carried:
                    both += 1
            result.append((both, (must & ~known).bit_count() if must else 0, len(said) - both))
        elif must and (missing := must & ~known):
            result.append((0, missing.bit_count(), 0))
        else:
            result.append(_NOTHING)
    if entry.either:
        return tuple(
            (both, missing + _unmet(entry, number, known), ours)
            for number, (both, missing, ours) in enumerate(result)
        )
    return tuple(result)


def _swapped_counts(words: Words, entry: Entry) -> tuple[Count, ...]:
    """Count the words where the name is the reference's."""
    known = words.all | entry.own
    result = []
    for number, must in enumerate(words.must):
        met = sum(1 for mask in must if mask & entry.all)
        both = (entry.said[number] & known).bit_count()
        alone = (entry.said[number] & ~known).bit_count()
        result.append((both, len(must) - met, alone))
    return tuple(result)


def _by_class(marks: list[tuple[int, int]]) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Return the known words of each class, each once, and all bits together."""
    classes: tuple[list[int], list[int], list[int]] = ([], [], [])
    every = 0
    for mask, kind in marks:
        if mask and mask not in classes[kind]:
            classes[kind].append(mask)
            every |= mask
    strong, code, faint = classes
    return (tuple(strong), tuple(code), tuple(faint)), every


def _entry(theirs: Reading, how: str, bit: Callable[[str], int]) -> Entry:
    """Write an entry's words as bits."""
    words = [(bit(word), trims.class_of(word)) for word in (*theirs.trim.must, *theirs.model_words)]
    groups = [[(bit(word), trims.class_of(word)) for word in group] for group in theirs.trim.either]
    said = [*words, *(word for group in groups for word in group)]
    return Entry(
        reading=theirs,
        how=how,
        own=union(map(bit, theirs.model_words)) if how == SAME else 0,
        all=union(mask for mask, _ in said),
        said=tuple(union(mask for mask, own in said if own == kind) for kind in KINDS),
        must=tuple(union(mask for mask, own in words if own == kind) for kind in KINDS),
        either=tuple(
            (KINDS.index(group[0][1]), union(mask for mask, _ in group)) for group in groups
        ),
    )


def _unmet(entry: Entry, number: int, said: int) -> int:
    """Return of how many groups of a class nothing is said."""
    return sum(1 for kind, group in entry.either if kind == number and not group & said)


def union(bits: Iterable[int]) -> int:
    """Join bits."""
    mask = 0
    for bit in bits:
        mask |= bit
    return mask
