"""Match the short names: brands, models, and the values of lists (colours, fuels, gearboxes …)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import fuzz

from config.lib.folding import fold
from inventory.matching.families import ALIKE, SAME, SPREAD, TEXT, WIDER, WITHIN, Shelf
from inventory.matching.names import Agreement, Match, Name
from inventory.matching.reading import read_name, tight, words_of
from inventory.reference import facts as fact_reading
from inventory.reference.fipe_names import brand_key

_MOST = 5
_EXACT, _SAME_MEANING = 0.99, 0.95
_LEAST_LIKENESS = 70.0
_FOUND_SURE = {SAME: _EXACT, WITHIN: 0.7, SPREAD: 0.6, WIDER: 0.5, TEXT: 0.3, ALIKE: 0.4}


def propose_brand(name: str, among: Sequence[tuple[int, str]]) -> tuple[Match, ...]:
    """Return the brands of (key, name) that this name means, the likeliest first."""
    return _best(
        _likeness("brand", name, other, key, same=lambda a, b: brand_key(a) == brand_key(b))
        for key, other in among
    )


def propose_model(
    brand: str, model: str, among: Sequence[tuple[int, str]], body: str = ""
) -> tuple[Match, ...]:
    """Return the models of (key, name), all of one brand, that this model means."""
    shelf = Shelf()
    for _, name in among:
        shelf.add(tight(name), words_of(name))
    reading = read_name(Name(key=0, category=1, brand=brand, model=model))
    found = dict(shelf.find(reading, words_of(body)))
    return _best(
        Match(
            key,
            _FOUND_SURE[found[tight(name)]]
            / (1 if len(found) == 1 or tight(name) == tight(model) else 2),
            (Agreement("model", model, name),),
        )
        for key, name in among
        if tight(name) in found
    )


def propose_value(
    kind: str, spellings: Sequence[str], among: Sequence[tuple[int, str]]
) -> tuple[Match, ...]:
    """Return the values of (key, name) that one of these spellings means.

    `kind` is colour, fuel, gearbox, style, doors, displacement or optional.
    """
    read = _READERS.get(kind)
    same = (lambda a, b: bool(read(a)) and read(a) == read(b)) if read else None
    return _best(
        _likeness(kind, spelling, name, key, same=same)
        for key, name in among
        for spelling in spellings
    )


def _likeness(
    fact: str,
    ours: str,
    theirs: str,
    key: int,
    *,
    same: Callable[[str, str], bool] | None,
) -> Match | None:
    """Return how surely two short names mean the same, None when nothing speaks for it."""
    why = (Agreement(fact, ours, theirs),)
    if fold(ours) == fold(theirs):
        return Match(key, _EXACT, why)
    if same and same(ours, theirs):
        return Match(key, _SAME_MEANING, why)
    score = max(
        fuzz.ratio(fold(ours), fold(theirs)), 0.95 * fuzz.token_set_ratio(fold(ours), fold(theirs))
    )
    if score < _LEAST_LIKENESS:
        return None
    return Match(key, (score - 50.0) / 60.0, why)


def _best(found: Iterable[Match | None]) -> tuple[Match, ...]:
    """Return the best match per key, the likeliest first."""
    best: dict[int, Match] = {}
    for match in found:
        if match and (match.key not in best or best[match.key].probability < match.probability):
            best[match.key] = match
    return tuple(sorted(best.values(), key=lambda match: -match.probability)[:_MOST])


def _number(text: str) -> str:
    """Return the first number of a text ("4 portas" -> "4", "1.0" -> "1.0")."""
    found = re.search(r"\d+(?:[.,]\d+)?", text)
    return found.group().replace(",", ".") if found else ""


_READERS: dict[str, Callable[[str], str]] = {
    "fuel": lambda text: fact_reading.read_facts(text).fuel,
    "gearbox": lambda text: fact_reading.gearbox_of(fact_reading.read_facts(text)),
    "style": lambda text: fact_reading.read_facts(text).body,
    "doors": _number,
    "displacement": _number,
}
