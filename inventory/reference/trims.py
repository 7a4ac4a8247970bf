"""Cut a version's text into the words that name the trim, and compare such words.

What `facts` reads (engine, doors, gearbox …) is left out; what remains tells "LT" from "LTZ".
Abbreviations stand for any word they begin ("PREM." for Premier, "Comfort." for Comfortline), and
words joined by "/" are alternatives of which one is enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.lib.folding import fold

_PIECE = re.compile(r"\d+[.,]\d+|\d+[a-z]+\d+|[a-z]+\d+[a-z]*|\d+[a-z]+|[a-z]+|\d+")
_STICKY = re.compile(r"([a-z])(\d[.,]\d)|(\d[.,]\d)([a-z]{2,})")
_POWER = re.compile(r"\d{2,3}(?:/\d{2,3})* ?(?:cv|hp)\b")
_FACT_WORD = re.compile(
    r"^(?:\d+[.,]\d+|\d{1,2}v|v\d{1,2}|[2-7]p|\d{2,3}(?:cv|hp)|\d{1,2}l|at\d{0,2}|mt\d?|\d+at|\d+mt"
    r"|4x[24]|[2-5]|\d{2}v|\d?g|\dgtronic|\d+lug\w*)$"
)
# Words of engine, gearbox, drive, body and the trade that name no trim.
_SILENT_WORDS = """
170 200 250 2wd 350 4matic 4motion 4wd 5l 7l aa ab ac alcool ar atf aut auto autom automat
automatica automatico automatizada automatizado awd b bco bi bitb biturbo blindado bluehdi
bluetec bva c cab cabine cabrio cabriolet cambio cdi cgi cil cilindros com completo conversivel
coupe couro crdi cupe cvt da dci dct de dh di die dies diesel do dohc dono dsg dual dualogic
dupla e easy easytronic eat6 eco ecob ecobo ecoboost econ econo ed edicao edit edition eflex
elec elet eletr eletrico esp especial eta etorq evo f fire firefly flex flexf flexfuel flexone
flexpower flexstar flexstart fsi fuel fwd gas gasol gasolin gasolina gdi geartronic gnv gs4 gsr
gtdi h hacth hat hatch hatchback hb hdi hev hi hib hibrido ho hyb hybrid i ie imotion intercoler
intercooler ivtec jtd kit km komp kompressor litros lug lugares lwb ma man manual mb mbvs mcv
mec mecanica mecanico mhev mi mild motion mpfi mpi mpifi mpower multipower multitronic new nova
novo p p5d passageiros perua phev picape pick pickup porta portas power powershift psg pts quat
quattr quattro rodas sce schar scharged sd sdrive sed seda sedan semi serie sidi simples sohc
steptronic stronic superc supercha superchar supercharged supercharger suv sw t t200 t270 tb tct
td td350 td380 tdci tdi tec tetrafuel tfsi tgdi thp ti tip tiptron tiptronic tivct torque tot
total trasmissao tronic tsi turbo turbocharged u unico up v vct vhc vhce vtec vvt vvti wd xdrive
xtronic
"""
_SILENT = frozenset(f"{_SILENT_WORDS} vti".split())
# What only looks like a trim, and short forms of several words.
_PHRASES: dict[str, str] = {
    "tiptronic s": "tiptronic",
    "s tronic": "tronic",
    "s-tronic": "tronic",
    "c.plus": "comfort plus",
    "c.style": "comfort style",
    "x plus": "xplus",
    "x-plus": "xplus",
    "m sport": "msport",
    "r design": "rdesign",
    "f sport": "fsport",
    "s line": "sline",
    "x line": "xline",
    "r line": "rline",
    "n line": "nline",
    "night&day": "nightday",
    "flex start": "flex",
    "sport6": "sport",
    "pure tech": "vti",
    "puretech": "vti",
}
_PHRASE = re.compile(r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, _PHRASES)) + r")(?![a-z0-9])")
_KEEP_SINGLE = frozenset({"s", "l", "x", "e", "k", "r", "n"})
# The trade's own short forms: dealers' systems and registry texts write these.
_SYNONYMS: dict[str, str] = {
    "hl": "highline",
    "cl": "comfortline",
    "tl": "trendline",
    "rb": "robust",
    "sl": "sl",
    "auth": "authentique",
    "dyn": "dynamique",
    "exp": "expression",
    "expr": "expression",
    "priv": "privilege",
    "ltd": "limited",
    "lim": "limited",
    "long": "longitude",
    "attractiv": "attractive",
    "attract": "attractive",
    "adv": "adventure",
    "inscript": "inscription",
    "mom": "momentum",
    "titan": "titanium",
    "free": "freestyle",
    "tend": "tendance",
    "excl": "exclusive",
    "vol": "volcano",
    "trail": "trailhawk",
    "prest": "prestige",
    "perf": "performance",
}
_MIN_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Trim:
    """Words that name a trim: `must` all of them, `either` groups of which one is enough.

    A word that ends in "." is an abbreviation.
    """

    must: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return every word of the trim."""
        return self.must + tuple(word for group in self.either for word in group)


def read_trim(text: str, *, ignore: frozenset[str] = frozenset()) -> Trim:
    """Return the trim words of a version's text, without those in `ignore` (the model's own)."""
    must: list[str] = []
    either: list[tuple[str, ...]] = []
    open_group = pending = False
    for chunk in re.split(r"[\s,;()\[\]_|]+", _unstick(fold(text))):
        groups = [_words(part, ignore) for part in chunk.split("/")]
        words = [word for group in groups for word in group]
        if words and ("/" in chunk or pending):
            either.append(tuple(dict.fromkeys(words)))
            open_group = True
        elif open_group and words:
            # "SE/SE Plus": what follows an alternative belongs to its last member.
            either[-1] += tuple(words)
        else:
            open_group = False
            must.extend(words)
        # "1.8/ 1.8 LOCKER": the engine is repeated before the other trim.
        pending = chunk.endswith("/") or (pending and not words)
    return Trim(must=tuple(dict.fromkeys(must)), either=tuple(either))


def same_word(first: str, second: str) -> bool:
    """Tell whether two trim words mean the same: equal, or one abbreviates the other."""
    a, b = first.rstrip("."), second.rstrip(".")
    a, b = _SYNONYMS.get(a, a), _SYNONYMS.get(b, b)
    if a == b:
        return True
    short, long = (a, b) if len(a) < len(b) else (b, a)
    abbreviated = first.endswith(".") or second.endswith(".") or len(short) > _MIN_PREFIX + 2
    return abbreviated and len(short) >= _MIN_PREFIX and long.startswith(short)


def _unstick(text: str) -> str:
    """Put a blank between a word and a displacement written without one ("xlt2.0flex")."""
    text = _POWER.sub(" ", text)
    text = _PHRASE.sub(lambda m: _PHRASES[m.group()], text)
    return _STICKY.sub(lambda m: " ".join(part for part in m.groups() if part), text)


def _words(part: str, ignore: frozenset[str]) -> list[str]:
    """Return the trim words of one piece of text between blanks and slashes."""
    found = []
    part = re.sub(r"(?<=[a-z])-(?=[a-z])", "", part)
    for match in _PIECE.finditer(part):
        word = match.group()
        if word in ignore or word in _SILENT or _FACT_WORD.match(word) or "flex" in word:
            continue
        if len(word) == 1 and word not in _KEEP_SINGLE:
            continue
        dotted = part[match.end() : match.end() + 1] == "."
        found.append(f"{word}." if dotted else word)
    return found
