"""A catalogue arranged for matching: build once, ask often."""

from __future__ import annotations

import heapq
import itertools
import math
import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from config.lib.collecting import collection_paused
from inventory.matching import features
from inventory.matching.context import KINDS, Context, Entry, Points, Words, YearPoints
from inventory.matching.explaining import explain
from inventory.matching.families import Shelf
from inventory.matching.names import Match, Name
from inventory.matching.reading import Reading, read_name
from inventory.matching.weights import load_weights

NONE = "none"  # the option that no entry is meant
_FINALISTS = 12
_MOST_UNKNOWN = 3
_MOST_NUMBERED = 65_536
_FAR_BEHIND = 7.0  # points behind the best at which no likeness of texts can help any more

Features = dict[str, float]
# What an entry may say of a fact -> the points for it, and whether that is doubtful.
_Compared = dict[tuple[object, ...], tuple[float, bool]]


@dataclass(slots=True)
class _Question:
    """A name with the entries it can mean, and its words as their bits."""

    ours: Reading
    context: Context
    words: Words
    doubts: int = 0  # one bit per entry that a hard fact contradicts


class NameIndex:
    """A catalogue's names, arranged for asking which of them another name means.

    The weights say how a portal's or dealer's words (ours) lie to the reference's (theirs). Asked
    with a name of the reference (it carries `fuels`) among names that are none, the index exchanges
    the roles, so that both directions are judged alike.
    """

    def __init__(
        self, readings: Iterable[Reading], *, weights: Mapping[str, float] | None = None
    ) -> None:
        self._weights = load_weights() if weights is None else weights
        self._by_model: dict[tuple[int, str, str], list[Reading]] = defaultdict(list)
        self._shelves: dict[tuple[int, str], Shelf] = defaultdict(Shelf)
        self._reference = False
        self._names: dict[int, Name] = {}
        for reading in readings:
            self._names[reading.name.key] = reading.name
            self._by_model[reading.name.category, reading.brand, reading.model].append(reading)
            shelf = self._shelves[reading.name.category, reading.brand]
            shelf.add(reading.model, reading.model_words)
            shelf.add(reading.model, reading.head)
            self._reference = self._reference or bool(reading.name.fuels)
        self._contexts: dict[tuple[object, ...], Context] = {}
        self._text_sort = self._weights.get("text:sort", 0.0)
        self._text_equal = self._text_sort + self._weights.get("text:equal", 0.0)
        self._compared: dict[tuple[object, ...], _Compared] = defaultdict(dict)
        self._numbers: dict[tuple[object, ...], int] = {}
        self._next_number = itertools.count()
        self._years: dict[tuple[tuple[int, int], bool], YearPoints] = {}
        self._none_points = [self._points(_none(unknown)) for unknown in range(_MOST_UNKNOWN + 1)]
        self._word_points = [Points(kind, self._weights) for kind in KINDS]

    @classmethod
    def build(
        cls, names: Iterable[Name], *, weights: Mapping[str, float] | None = None
    ) -> NameIndex:
        """Read and arrange the names of a catalogue; `weights` other than the fitted ones."""
        return cls((read_name(name) for name in names), weights=weights)

    def name(self, key: int) -> Name:
        """Return the name of this key; raises KeyError when there is none."""
        return self._names[key]

    def suggest(
        self, name: Name, *, limit: int = 5, among: Collection[int] | None = None
    ) -> tuple[Match, ...]:
        """Return the entries that the name may mean with reasons, the likeliest first.

        `among` restricts to these keys. What is missing to 1 in the sum of all probabilities is the
        chance that no entry is meant.
        """
        ours = read_name(name)
        return tuple(
            Match(theirs.name.key, probability, *explain(ours, theirs))
            for probability, theirs, _ in self._ranked(ours, limit=limit, among=among)
        )

    def suggest_many(self, names: Iterable[Name], *, limit: int = 5) -> list[tuple[Match, ...]]:
        """Return the suggestions for many names, in their order.

        Fast: of the reasons only those against the first match are given, where hard facts
        contradict it, and what is next to impossible is left out.
        """
        with collection_paused():
            return [self._brief(read_name(name), limit) for name in names]

    def _brief(self, ours: Reading, limit: int) -> tuple[Match, ...]:
        """Return the suggestions for a name, the first with what hard facts say against it."""
        ranked = self._ranked(ours, limit=limit, brief=True)
        return tuple(
            Match(
                theirs.name.key,
                probability,
                (),
                explain(ours, theirs)[1] if doubt and not number else (),
            )
            for number, (probability, theirs, doubt) in enumerate(ranked)
        )

    def vectors(self, ours: Reading) -> list[tuple[Reading | None, Features]]:
        """Return the entries worth weighing with their features; None is "no entry is meant"."""
        question = self._question(ours)
        if question is None:
            return []
        finalists = self._finalists(question)
        result: list[tuple[Reading | None, Features]] = [
            (question.context.entries[number].reading, self._vector(question, number))
            for number, _ in finalists
        ]
        if result:
            result.append((None, _none(question.words.unknown)))
        return result

    def _ranked(
        self,
        ours: Reading,
        *,
        limit: int,
        among: Collection[int] | None = None,
        brief: bool = False,
    ) -> list[tuple[float, Reading, bool]]:
        """Return (probability, entry, whether a hard fact contradicts), the likeliest first."""
        question = self._question(ours)
        finalists = self._finalists(question, among, brief=brief) if question else []
        if question is None or not finalists:
            return []
        entries = question.context.entries
        found = sorted(
            (
                (points + self._text_points(ours, entries[number].reading), number)
                for number, points in finalists
            ),
            key=operator.itemgetter(0),
            reverse=True,
        )
        none = self._none_points[min(question.words.unknown, _MOST_UNKNOWN)]
        top = max(none, found[0][0])
        total = math.exp(none - top) + sum(math.exp(points - top) for points, _ in found)
        return [
            (
                math.exp(points - top) / total,
                entries[number].reading,
                self._doubtful(question, number),
            )
            for points, number in found[:limit]
        ]

    def _doubtful(self, question: _Question, number: int) -> bool:
        """Tell whether a fact that two names of one vehicle hardly ever say differently does."""
        years = self._year_feature(question, question.context.entries[number])
        return years in features.DOUBTFUL_YEARS or bool(question.doubts >> number & 1)

    def _question(self, ours: Reading) -> _Question | None:
        """Find the entries that a name can mean; None when its brand or model is unknown."""
        place = (ours.name.category, ours.brand)
        shelf = self._shelves.get(place)
        families = shelf.find(ours, ours.text_words) if shelf else ()
        if not families:
            return None
        swapped = bool(ours.name.fuels) and not self._reference
        key = (place, families, swapped)
        context = self._contexts.get(key)
        if context is None:
            found = (
                (theirs, how)
                for model, how in families
                for theirs in self._by_model.get((*place, model), ())
            )
            context = Context.of(found, swapped=swapped)
            context.hows = [self._weights.get(f"model:{one.how}", 0.0) for one in context.entries]
            self._contexts[key] = context
        return _Question(ours, context, context.words_of(ours))

    def _finalists(
        self, question: _Question, among: Collection[int] | None = None, *, brief: bool = False
    ) -> list[tuple[int, float]]:
        """Return (number of the entry, points without text) of the best entries.

        `brief` leaves out what is so far behind that its probability is next to nothing.
        """
        context = question.context
        parts = (
            self._group_points(question, 0),
            self._group_points(question, 1),
            self._year_points(question),
        )
        points = [first + second + years for first, second, years in zip(*parts, strict=True)]
        numbers: Iterable[int] = range(len(points))
        if among is not None:
            numbers = [n for n in numbers if context.entries[n].reading.name.key in among]
            if not numbers:
                return []
        if brief:
            found = self._close(question, points)
        else:
            found = [(n, points[n] + self._points_of_words(question, n)) for n in numbers]
        if len(found) <= _FINALISTS:
            return found
        return heapq.nlargest(_FINALISTS, found, key=operator.itemgetter(1))

    def _close(self, question: _Question, points: list[float]) -> list[tuple[int, float]]:
        """Return the entries that are close to the best, without looking at every one's words."""
        said = question.words.said
        most = sum(
            known[len(words), 0, 0] for known, words in zip(self._word_points, said, strict=True)
        )
        first, second, third = self._word_points
        entries, words, count = question.context.entries, question.words, question.context.counts
        best = least = -math.inf
        found = []
        for number in sorted(range(len(points)), key=points.__getitem__, reverse=True):
            if points[number] + most < least:
                break  # not even with every word said could this one come close
            strong, code, faint = count(words, entries[number])
            value = points[number] + (first[strong] + second[code] + third[faint])
            if value > best:
                best, least = value, value - _FAR_BEHIND
            found.append((number, value))
        return [pair for pair in found if pair[1] >= least]

    def _points_of_words(self, question: _Question, number: int) -> float:
        """Return the points for the words of an entry."""
        first, second, third = self._word_points
        entry = question.context.entries[number]
        strong, code, faint = question.context.counts(question.words, entry)
        return first[strong] + second[code] + third[faint]

    def _group_points(self, question: _Question, group: int) -> tuple[float, ...]:
        """Return the points of a group of facts for every entry, and note the doubts."""
        context = question.context
        said = features.group_part(group, question.ours.facts)
        # A number stands for what is said, so that each context keeps that and no tuple of sets.
        number = self._numbers.get(said)
        if number is None:
            if len(self._numbers) >= _MOST_NUMBERED:
                self._numbers.clear()
            number = self._numbers[said] = next(self._next_number)
        found = context.facts.get(number)
        if found is None:
            found = context.remember(number, self._compare(question, group))
        question.doubts |= found[1]
        return found[0]

    def _compare(self, question: _Question, group: int) -> tuple[tuple[float, ...], int]:
        """Return the points of some facts for every entry, and a bit for every doubtful one."""
        context, ours = question.context, question.ours
        facts = features.GROUPS[group]
        tables = []
        for fact, said in zip(facts, features.parts_of(group, ours.facts), strict=True):
            elsewhere = context.elsewhere(fact, ours)
            tables.append(self._compared[fact, said, elsewhere, context.swapped])
        kinds, which = context.alike(group)
        points, doubts = [], 0
        for kind in kinds:
            total = 0.0
            for fact, table, theirs in zip(facts, tables, kind.said, strict=True):
                found = table.get(theirs)
                if found is None:
                    found = table[theirs] = self._weigh(question, fact, kind.one)
                total += found[0]
                if found[1]:
                    doubts |= kind.bits
            points.append(total)
        return tuple([points[number] for number in which]), doubts

    def _weigh(self, question: _Question, fact: str, entry: Entry) -> tuple[float, bool]:
        """Return the points of one fact for an entry, and whether it is doubtful."""
        elsewhere = question.context.elsewhere(fact, question.ours)
        names = self._fact_features(question, fact, entry, elsewhere=elsewhere)
        value = sum(self._weights.get(name, 0.0) for name in names)
        return value, not features.HARD.isdisjoint(names)

    def _year_points(self, question: _Question) -> tuple[float, ...]:
        """Return the points for years and model of every entry."""
        context, span = question.context, question.ours.span
        points = context.years.get(span)
        if points is None:
            key = (span, context.swapped)
            known = self._years.get(key)
            if known is None:
                known = self._years[key] = YearPoints(self._weights, span, swapped=key[1])
            points = context.years[span] = tuple(
                [
                    known[theirs] + how
                    for theirs, how in zip(context.spans, context.hows, strict=True)
                ]
            )
        return points

    def _vector(self, question: _Question, number: int) -> Features:
        """Return all features of one entry."""
        context = question.context
        entry = context.entries[number]
        vector: Features = {f"model:{entry.how}": 1.0}
        for fact in features.FACTS:
            elsewhere = context.elsewhere(fact, question.ours)
            names = self._fact_features(question, fact, entry, elsewhere=elsewhere)
            vector.update(dict.fromkeys(names, 1.0))
        for kind, count in zip(KINDS, context.counts(question.words, entry), strict=True):
            found = features.word_features(kind, *count)
            vector.update((name, value) for name, value in found if value)
        if years := self._year_feature(question, entry):
            vector[years] = 1.0
        vector.update(_text_vector(question.ours, entry.reading))
        return vector

    def _fact_features(
        self, question: _Question, fact: str, entry: Entry, *, elsewhere: bool
    ) -> tuple[str, ...]:
        """Return the features of one fact; where theirs is silent, what others say counts too."""
        ours, theirs = question.ours.facts, entry.reading.facts
        if question.context.swapped:
            ours, theirs = theirs, ours
        feature = features.fact_feature(fact, ours, theirs)
        if not feature:
            return ()
        if elsewhere and features.is_silent(feature, swapped=question.context.swapped):
            return feature, f"{fact}:elsewhere"
        return (feature,)

    def _year_feature(self, question: _Question, entry: Entry) -> str:
        ours, theirs = question.ours.span, entry.reading.span
        if question.context.swapped:
            ours, theirs = theirs, ours
        return features.year_feature(ours, theirs)

    def _text_points(self, ours: Reading, theirs: Reading) -> float:
        """Return the points for the likeness of the texts."""
        if ours.text == theirs.text:
            return self._text_equal
        return self._text_sort * fuzz.ratio(ours.sorted_text, theirs.sorted_text) / 100.0

    def _points(self, vector: Features) -> float:
        """Return the weighted sum of a vector."""
        weights = self._weights
        return sum(weights.get(name, 0.0) * value for name, value in vector.items())


def _none(unknown: int) -> Features:
    """Return the features of "no entry is meant" of a name with so many unknown words."""
    return {NONE: 1.0, "none:unknown": float(min(unknown, _MOST_UNKNOWN))}


def _text_vector(ours: Reading, theirs: Reading) -> Features:
    """Return how alike the texts are; it counts least."""
    if ours.text == theirs.text:
        return {"text:sort": 1.0, "text:equal": 1.0}
    return {"text:sort": fuzz.ratio(ours.sorted_text, theirs.sorted_text) / 100.0}
