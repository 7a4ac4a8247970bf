"""Say in facts why two names match or do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from inventory.matching import trims
from inventory.matching.features import FACTS, fact_feature, year_feature
from inventory.matching.names import Agreement
from inventory.matching.reading import Facts, Reading

_GOOD = frozenset({"same", "among", "near", "kin", "inside", "most"})
_BAD = frozenset({"differ", "apart", "few"})
# The names of facts for people, where ours are shorter.
PUBLIC = {"litres": "displacement", "drive": "traction"}


def explain(ours: Reading, theirs: Reading) -> tuple[tuple[Agreement, ...], tuple[Agreement, ...]]:
    """Return what agrees and what contradicts between two names."""
    agrees: list[Agreement] = []
    contradicts: list[Agreement] = []
    for fact, verdict in _verdicts(ours, theirs):
        said = _WORDS.get(fact)
        if said is None:
            continue
        found = Agreement(PUBLIC.get(fact, fact), said(ours), said(theirs))
        if verdict in _GOOD:
            agrees.append(found)
        elif verdict in _BAD:
            contradicts.append(found)
    good, bad = _trims(ours, theirs)
    return (*agrees, *good), (*contradicts, *bad)


def _verdicts(ours: Reading, theirs: Reading) -> Iterator[tuple[str, str]]:
    """Yield (fact, verdict) of every fact that both sides state, the years among them."""
    for fact in FACTS:
        feature = fact_feature(fact, ours.facts, theirs.facts)
        if feature:
            yield fact, feature.split(":")[1]
    years = year_feature(ours.span, theirs.span)
    if years:
        yield "years", years.split(":")[1]
    if ours.facts.turbo != theirs.facts.turbo and "diesel" not in ours.facts.fuel:
        yield "turbo", "differ"


def _trims(ours: Reading, theirs: Reading) -> tuple[tuple[Agreement, ...], tuple[Agreement, ...]]:
    """Return the trim words that both carry, and those that one side alone carries."""
    pairs = [
        (mine, word)
        for mine in ours.trim.words
        for word in theirs.trim.words
        if trims.same_word(mine, word)
    ]
    agrees = tuple(Agreement("trim", mine.upper(), word.upper()) for mine, word in pairs)
    lone_mine = [w for w in ours.trim.words if w not in {mine for mine, _ in pairs}]
    lone = [w for w in theirs.trim.must if w not in {word for _, word in pairs}]
    lone_mine, lone = _telling(lone_mine), _telling(lone)
    if not lone_mine and not lone:
        return agrees, ()
    return agrees, (Agreement("trim", _join(lone_mine), _join(lone)),)


def _telling(words: list[str]) -> list[str]:
    """Return the words that tell versions apart; engines and bodies are facts already."""
    return [word for word in words if trims.class_of(word) != trims.FAINT]


def _join(words: Iterable[str]) -> str:
    return " ".join(word.upper() for word in words)


def _litres(sizes: frozenset[int]) -> str:
    return "/".join(f"{size / 1000:.1f}" for size in sorted(sizes))


def _numbers(unit: str, values: Callable[[Facts], frozenset[int]]) -> Callable[[Reading], str]:
    """Return how a set of numbers is written."""
    return lambda name: "/".join(map(str, sorted(values(name.facts)))) + unit


_WORDS: dict[str, Callable[[Reading], str]] = {
    "litres": lambda name: _litres(name.facts.litres),
    "valves": _numbers("V", lambda facts: facts.valves),
    "power": _numbers(" cv", lambda facts: facts.power),
    "cylinders": lambda name: name.facts.cylinders,
    "turbo": lambda name: "turbo" if name.facts.turbo else "",
    "gearbox": lambda name: "/".join(sorted(name.facts.gearbox)),
    "doors": _numbers("P", lambda facts: facts.doors),
    "fuel": lambda name: "/".join(sorted(name.facts.fuel)),
    "drive": lambda name: name.facts.drive,
    "body": lambda name: name.facts.body,
    "cab": lambda name: name.facts.cab.upper(),
    "years": lambda name: "-".join(map(str, dict.fromkeys(name.span))),
}
