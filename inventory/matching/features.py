"""What speaks for and against a pair of names, as named features whose weights are fitted.

`ours` is the name looked up, `theirs` the entry of the catalogue. A feature is an indicator unless
it says a value; its name is the key of the weight table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import itemgetter

from inventory.matching.reading import Facts

_PETROL_LIKE = frozenset({"flex", "petrol", "ethanol", "cng"})
_AUTOMATIC = frozenset({"automatic", "automated", "cvt", "semi_automatic"})
_FEW_DOORS = frozenset({2, 3})
_NEAR_POWER = 4
_MOST_WORDS = 3


# What two names of one vehicle hardly ever say differently.
HARD = frozenset(
    {
        "litres:differ",
        "fuel:differ",
        "gearbox:differ",
        "doors:differ",
        "drive:differ",
        "cab:differ",
        "body:differ",
        "cylinders:differ",
    }
)
YEARS_APART, YEARS_FEW = "years:apart", "years:few"
DOUBTFUL_YEARS = frozenset({YEARS_APART, YEARS_FEW})
FACTS = (
    "litres",
    "valves",
    "power",
    "cylinders",
    "turbo",
    "gearbox",
    "doors",
    "fuel",
    "drive",
    "body",
    "cab",
)
# Facts that go together in names: compared names share whole groups more often than not.
GROUPS = ((*FACTS[:5], "fuel"), tuple(fact for fact in FACTS[5:] if fact != "fuel"))
# What a fact is compared with besides itself.
_BESIDE = {"turbo": "fuel", "body": "usual_body"}


def _getter(*facts: str) -> Callable[[Facts], tuple[object, ...]]:
    """Return what reads these facts of a name."""
    return itemgetter(*(Facts._fields.index(fact) for fact in facts))


_PARTS = {fact: _getter(fact, _BESIDE.get(fact, fact)) for fact in FACTS}
_GROUP_PARTS = (_getter(*GROUPS[0]), _getter(*GROUPS[1], "usual_body", "litres"))
_SILENCE_TELLS = frozenset(FACTS) - {"litres", "fuel"}
_NOTHING: frozenset[object] = frozenset()


def fact_feature(fact: str, ours: Facts, theirs: Facts) -> str:
    """Return the feature of one fact of two names, blank when neither says anything."""
    return _COMPARE[fact](ours, theirs)


def part_of(fact: str, facts: Facts) -> tuple[object, ...]:
    """Return all that the comparison of one fact looks at: names alike in it compare alike."""
    return _PARTS[fact](facts)


def parts_of(group: int, facts: Facts) -> tuple[tuple[object, ...], ...]:
    """Return part_of of every fact of a group."""
    return tuple(_PARTS[fact](facts) for fact in GROUPS[group])


def group_part(group: int, facts: Facts) -> tuple[object, ...]:
    """Return all that the comparison of a group of facts looks at, the engine's size included."""
    return group, _GROUP_PARTS[group](facts)


def stated_value(fact: str, facts: Facts) -> frozenset[object]:
    """Return the values that a name states of a fact; automatics of every kind are one value.

    A manual gearbox is no value: it goes without saying.
    """
    if fact not in _SILENCE_TELLS:
        return _NOTHING
    value = getattr(facts, fact)
    return _values_told(value) if value else _NOTHING


@functools.lru_cache(maxsize=4_096)
def _values_told(value: object) -> frozenset[object]:
    """Return what is told by a value, or by each of a set of values."""
    if not isinstance(value, frozenset):
        return frozenset({value})
    return frozenset("automatic" if one in _AUTOMATIC else one for one in value if one != "manual")


@functools.lru_cache(maxsize=65_536)
def stated(facts: Facts) -> dict[str, frozenset[object]]:
    """Return the values of every fact that a name states."""
    found = ((fact, stated_value(fact, facts)) for fact in FACTS)
    return {fact: values for fact, values in found if values}


def is_silent(feature: str, *, swapped: bool) -> bool:
    """Tell whether a feature says that ours alone states a fact that theirs would name too.

    `swapped`: what theirs would name is known in general only, and the usual goes without saying.
    """
    if swapped:
        return feature in {"gearbox:ours:automatic", "body:ours"}
    return ":ours" in feature


def _numbers(fact: str, ours: frozenset[int], theirs: frozenset[int]) -> str:
    """Compare numbers of which any may be shared."""
    if ours and theirs:
        if ours & theirs:
            return f"{fact}:same" if len(theirs) == 1 else f"{fact}:among"
        return f"{fact}:differ"
    return _one_side(fact, bool(ours), bool(theirs))


def _one_side(fact: str, ours: bool, theirs: bool) -> str:  # noqa: FBT001 - a pair of findings
    """Return which side alone states a fact."""
    if ours:
        return f"{fact}:ours"
    return f"{fact}:theirs" if theirs else ""


def _power(ours: frozenset[int], theirs: frozenset[int]) -> str:
    """Compare powers; catalogues round and update them by a few cv."""
    if not ours or not theirs or ours & theirs:
        return _numbers("power", ours, theirs)
    near = any(abs(a - b) <= _NEAR_POWER for a in ours for b in theirs)
    return "power:near" if near else "power:differ"


def _stated(fact: str, ours: str, theirs: str) -> str:
    """Compare a fact of one value."""
    if ours and theirs:
        return f"{fact}:same" if ours == theirs else f"{fact}:differ"
    side = ours or theirs
    name = _one_side(fact, bool(ours), bool(theirs))
    return f"{name}:{side}" if name else ""


def _turbo(ours: Facts, theirs: Facts) -> str:
    """Compare turbo; a diesel's turbo goes without saying."""
    diesel = "diesel" in ours.fuel or "diesel" in theirs.fuel
    if ours.turbo == theirs.turbo:
        return "turbo:same" if ours.turbo else ""
    side = "ours" if ours.turbo else "theirs"
    return f"turbo:{side}:diesel" if diesel else f"turbo:{side}"


def _gearbox(ours: frozenset[str], theirs: frozenset[str]) -> str:
    """Compare gearboxes: the same kind, another kind of automatic, or manual against automatic."""
    if ours and theirs:
        if ours & theirs:
            return "gearbox:same" if len(theirs) == 1 else "gearbox:among"
        if "manual" in ours or "manual" in theirs:
            return "gearbox:differ"
        return "gearbox:kin"
    if ours:
        return "gearbox:ours:manual" if "manual" in ours else "gearbox:ours:automatic"
    if theirs:
        return "gearbox:theirs:manual" if "manual" in theirs else "gearbox:theirs:automatic"
    return ""


def _doors(ours: frozenset[int], theirs: frozenset[int]) -> str:
    """Compare doors by halves: the tailgate is counted or not (2 = 3, 4 = 5)."""
    if ours and theirs:
        shared = {d in _FEW_DOORS for d in ours} & {d in _FEW_DOORS for d in theirs}
        return "doors:same" if shared else "doors:differ"
    return _one_side("doors", bool(ours), bool(theirs))


def _fuel(ours: frozenset[str], theirs: frozenset[str]) -> str:
    """Compare fuels; petrol, ethanol and flex are mixed up more often than the others."""
    if not ours or not theirs:
        return ""
    if ours & theirs:
        return "fuel:same"
    if ours <= _PETROL_LIKE and theirs <= _PETROL_LIKE:
        return "fuel:kin:flex" if "flex" in theirs else "fuel:kin"
    if {"hybrid", "electric"} & ours and {"hybrid", "electric"} & theirs:
        return "fuel:kin:electric"
    if ours | theirs <= _PETROL_LIKE | {"hybrid"}:
        return "fuel:kin:hybrid"
    return "fuel:differ"


def _body(ours: Facts, theirs: Facts) -> str:
    """Compare bodies; where one side is silent, the model's usual body is what it means."""
    if ours.body and theirs.body:
        return "body:same" if ours.body == theirs.body else "body:differ"
    if ours.body:
        usual = theirs.usual_body or ours.usual_body
        return "body:ours:usual" if ours.body == usual else "body:ours"
    if theirs.body:
        usual = ours.usual_body or theirs.usual_body
        return "body:theirs:usual" if theirs.body == usual else "body:theirs"
    return ""


_COMPARE: dict[str, Callable[[Facts, Facts], str]] = {
    "litres": lambda ours, theirs: _numbers("litres", ours.litres, theirs.litres),
    "valves": lambda ours, theirs: _numbers("valves", ours.valves, theirs.valves),
    "power": lambda ours, theirs: _power(ours.power, theirs.power),
    "cylinders": lambda ours, theirs: _stated("cylinders", ours.cylinders, theirs.cylinders),
    "turbo": _turbo,
    "gearbox": lambda ours, theirs: _gearbox(ours.gearbox, theirs.gearbox),
    "doors": lambda ours, theirs: _doors(ours.doors, theirs.doors),
    "fuel": lambda ours, theirs: _fuel(ours.fuel, theirs.fuel),
    "drive": lambda ours, theirs: _stated("drive", ours.drive, theirs.drive),
    "body": _body,
    "cab": lambda ours, theirs: _stated("cab", ours.cab, theirs.cab),
}


def word_features(kind: str, both: int, theirs: int, ours: int) -> tuple[tuple[str, float], ...]:
    """Return the features of the words of one class: said by both, by theirs or ours alone.

    `ours` counts those that other entries of the model carry.
    """
    return (
        (f"{kind}:both", float(min(both, _MOST_WORDS))),
        (f"{kind}:theirs", float(min(theirs, _MOST_WORDS))),
        (f"{kind}:ours", float(min(ours, _MOST_WORDS))),
        (f"{kind}:theirs:any", 1.0 if theirs else 0.0),
        (f"{kind}:ours:any", 1.0 if ours else 0.0),
    )


@functools.lru_cache(maxsize=65_536)
def year_feature(ours: tuple[int, int], theirs: tuple[int, int]) -> str:
    """Return how two spans of model years lie to each other (0, 0 = unknown)."""
    if not ours[1] or not theirs[1]:
        return ""
    shared = min(ours[1], theirs[1]) - max(ours[0], theirs[0]) + 1
    if shared <= 0:
        return "years:apart:near" if shared > -2 else YEARS_APART
    inside = shared / (ours[1] - ours[0] + 1)
    if inside == 1.0:
        return "years:inside"
    if inside > 1 / 2:
        return "years:most"
    return "years:some" if inside > 1 / 3 else YEARS_FEW
