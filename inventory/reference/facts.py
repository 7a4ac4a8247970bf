"""Read the facts that a version's text carries: engine, doors, gearbox, fuel, body.

FIPE, portals and dealers abbreviate differently ("Aut.", "AUTOMÁTICO", "AT6"); this module reads
all of them into the same values, so that two texts can be compared by what they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.lib.folding import fold

_MIN_CC, _MAX_CC = 49, 2600


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a text says; None or blank where it says nothing.

    `displacement` in cm³, `power` in cv, `drive` "4x4" or "4x2"; the others hold our own values
    of gearbox, fuel and body.
    """

    displacement: int | None = None
    displacements: frozenset[int] = frozenset()
    valves: frozenset[int] = frozenset()
    doors: frozenset[int] = frozenset()
    power: frozenset[int] = frozenset()
    turbo: bool = False
    gearbox: frozenset[str] = frozenset()
    fuel: str = ""
    drive: str = ""
    body: str = ""


_LITRES = re.compile(r"(?<![\d.,])([0-9])[.,](\d)(?!\d)")
_VALVES = re.compile(r"(?<![\d.,])(\d{1,2}) ?v(?![a-z0-9])")
_DOORS = re.compile(r"(?<![\d.,])([2-5]) ?(?:p|portas?)(?![a-z0-9])")
_POWER = re.compile(r"(\d{2,3})(?:/(\d{2,3}))?(?:/(\d{2,3}))? ?(?:cv|hp)")
_TURBO = re.compile(
    r"\b(?:turbo\w*|tb|bi-?tb|tsi|tfsi|tfsie|thp|t200|t270|tgdi|t-gdi|gdi turbo|ecoboost|ecobo|tce"
    r"|td\d*|tdi|tdv6|sdv6|sdv8|td4|sd4|si4|mjt|tjet|t-jet|multijet|jtd|cdi|cgi|kompressor"
    r"|supercharged|[125]\d0 tsi|at9 d4|bi-?turbo|tdci|dci|crdi|hdi)\b"
)
_GEARBOX: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cvt", re.compile(r"\b(?:cvt|xtronic|multitronic|multidrive|lineartronic|x-tronic)\b")),
    (
        "automated",
        re.compile(
            r"\b(?:dualogic|dual|gsr|i[- ]?motion|easytronic|easy-?r|automatizad[oa]|amt"
            r"|dsg|s[- ]?tronic|stronic|dct|powershift|pdk|dualog)\b"
        ),
    ),
    ("semi_automatic", re.compile(r"\bsemi-?aut\w*")),
    (
        "automatic",
        re.compile(
            r"\b(?:aut|automatic[oa]?|at[4-9]?|at\d{1,2}|tiptronic|tiptr|tip|tiptron|geartronic"
            r"|steptronic|[5-9]g-?tronic|[5-9]?g-tronic|hydra-?matic|auto)\b|\dat\b"
        ),
    ),
    ("manual", re.compile(r"\b(?:mec|manual|mt[4-6]?|man|mecanico)\b|\dmt\b")),
)
_FUEL: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("electric", re.compile(r"\beletric[oa]\b|\bbev\b")),
    ("hybrid", re.compile(r"\bhibrid[oa]\b|\bhybrid\b|\bhib\b|\bphev\b|\bhev\b|\bmhev\b")),
    ("cng", re.compile(r"\bgnv\b|\btetrafuel\b|\bcng\b|\bgas natural\b")),
    (
        "flex",
        re.compile(
            r"flex|\btotal f|\bt\. ?flex\b|\bbicombustivel\b|\bgasolina/alcool\b|\beconoflex\b"
        ),
    ),
    (
        "diesel",
        re.compile(
            r"\bdies\w*|\bdie\b|\btdi\b|\btdci\b|\bdci\b|\bcrdi\b|\bhdi\b|\btdv6\b|\bsdv[68]\b"
            r"|\btd ?3[58]0\b|\bmjt\b|\bsd4\b|\bcdi\b|\bjtd\b|\bturbodiesel\b"
        ),
    ),
    ("ethanol", re.compile(r"\balcool\b|\betanol\b")),
    ("petrol", re.compile(r"\bgas(?:olina)?\b")),
)
_BODY: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "convertible",
        re.compile(
            r"\b(?:cabrio\w*|cabriolet\w*|convers\w*|conv|roadster"
            r"|spider|spyder|volante|targa|canvas|capota)\b"
        ),
    ),
    ("buggy", re.compile(r"\bbuggy\b")),
    (
        "wagon",
        re.compile(
            r"\b(?:sw|s\.w|wagon|weekend|week|perua|variant|avant(?!\.)|break|tourer|estate"
            r"|station|grand ?tour|g\. ?tour|familiale|sport ?wagon|nevada|w(?=\. ?adv))\b"
        ),
    ),
    (
        "van",
        re.compile(
            r"\b(?:furgao\w*|furg|minibus\w*|van|combinato|vitre|vetrato|passageiros?|chassi\w*"
            r"|maxi ?cargo|escolar|lotacao|executivo)\b"
        ),
    ),
    (
        "pickup",
        re.compile(
            r"\b(?:p-?up|pick-?up|picape|cabine (?:dupla|simples|estendida)|cab\. dupla"
            r"|crew cab|king cab)\b"
        ),
    ),
    ("sedan", re.compile(r"\b(?:sed|sedan|seda|sd|nb|notchback)\b")),
    ("coupe", re.compile(r"\b(?:coupe\w*|cupe|coup|cou)\b")),
    ("hatch", re.compile(r"\b(?:hatch|hatchback|hat|hb|sportback|sportb|spb|compact)\b")),
)
# The surest first: of several in one text the first counts.
FUELS = tuple(name for name, _ in _FUEL)
BODIES = tuple(name for name, _ in _BODY)
_CC = re.compile(r"(?<![\d.])(\d\.\d{3}|\d{2}\.\d|\d{2,4}) ?cc\b")
# 719 is a paint programme of one maker, no size.
_MOTOR_NUMBER = re.compile(r"(?<![\d.,])(\d{2,4})(?!\d|th|cv|w\b| ?anos| ?watts| year)(?<!719)")


def read_facts(text: str) -> Facts:
    """Return what a car's or truck's text says."""
    folded = fold(text)
    litres = [int(a) * 1000 + int(b) * 100 for a, b in _LITRES.findall(folded)]
    sizes = frozenset(size for size in litres if size >= 600)
    return Facts(
        displacement=litres[0] if sizes else None,
        displacements=sizes,
        valves=frozenset(v for v in map(int, _VALVES.findall(folded)) if v > 5),
        doors=frozenset(map(int, _DOORS.findall(folded))),
        power=frozenset(int(p) for found in _POWER.findall(folded) for p in found if p),
        turbo=bool(_TURBO.search(folded)),
        gearbox=frozenset(name for name, pattern in _GEARBOX if pattern.search(folded)),
        fuel=_first(_FUEL, folded),
        drive=_drive(folded),
        body=_first(_BODY, folded),
    )


def read_motorcycle_displacement(text: str) -> int | None:
    """Return the displacement (cm³) a motorcycle's text says: "…cc" first, else its number."""
    folded = fold(text)
    stated = _CC.search(folded)
    if stated:
        digits = stated.group(1)
        size = (
            round(float(digits))
            if re.fullmatch(r"\d{2}\.\d", digits)
            else int(digits.replace(".", ""))
        )
        return size if size >= _MIN_CC else None
    for number in _MOTOR_NUMBER.findall(folded):
        if _MIN_CC <= int(number) <= _MAX_CC:
            return int(number)
    return None


def single(values: frozenset[int]) -> int | None:
    """Return the only value, None when there is none or more than one."""
    return next(iter(values)) if len(values) == 1 else None


def gearbox_of(facts: Facts) -> str:
    """Return the one kind of gearbox, blank when the text names none or several."""
    kinds = facts.gearbox
    if kinds >= {"automatic", "semi_automatic"}:
        kinds = kinds - {"automatic"}
    if len(kinds) > 1 and kinds <= {"automatic", "cvt", "automated"}:
        kinds = kinds - {"automatic"}
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _drive(folded: str) -> str:
    """Return the drive that the text names."""
    if re.search(r"\b(?:4x4|awd|4wd|quattro|4matic|xdrive|allgrip|4motion|all4|syncro)\b", folded):
        return "4x4"
    return "4x2" if re.search(r"\b(?:4x2|fwd|2wd|sdrive)\b", folded) else ""


def _first(patterns: tuple[tuple[str, re.Pattern[str]], ...], folded: str) -> str:
    """Return the name of the first pattern found, blank when none is."""
    return next((name for name, pattern in patterns if pattern.search(folded)), "")
