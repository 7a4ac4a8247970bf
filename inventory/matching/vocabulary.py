"""The words of the trade that the matcher knows: phrases, short forms, what names no trim."""

from __future__ import annotations

import re

# Spellings of several words, and short forms, as one word each.
_PHRASES: dict[str, str] = {
    "s tronic": "stronic",
    "s-tronic": "stronic",
    "s-tron": "stronic",
    "i motion": "imotion",
    "i-motion": "imotion",
    "easy r": "easyr",
    "easy'r": "easyr",
    "easy-r": "easyr",
    "semi-automatico": "semi-aut",
    "semi automatico": "semi-aut",
    "semi-autom": "semi-aut",
    "semi aut": "semi-aut",
    "x tronic": "xtronic",
    "x-tronic": "xtronic",
    "multi tronic": "multitronic",
    "power shift": "powershift",
    "tiptronic s": "tiptronic",
    "a/t": "at",
    "m/t": "mt",
    "t flex": "flex",
    "t. flex": "flex",
    "t.flex": "flex",
    "tot.flex": "flex",
    "tot. flex": "flex",
    "total flex": "flex",
    "totalflex": "flex",
    "a. flex": "flex",
    "active flex": "flex",
    "flex power": "flex",
    "f.power": "flex",
    "f. power": "flex",
    "flex start": "flex",
    "flex one": "flex",
    "flex fuel": "flex",
    "hi-flex": "flex",
    "hi flex": "flex",
    "hi-power": "hipower",
    "hi power": "hipower",
    "turbo diesel": "turbo diesel",
    "bi-turbo": "biturbo",
    "bi turbo": "biturbo",
    "bi-tb": "biturbo",
    "g. tour": "grandtour",
    "g.tour": "grandtour",
    "grand tour": "grandtour",
    "sport wagon": "sportwagon",
    "cabine dupla": "cd",
    "cab. dupla": "cd",
    "cab.dupla": "cd",
    "cab dupla": "cd",
    "c.dupla": "cd",
    "cabine simples": "cs",
    "cab. simples": "cs",
    "cab.simples": "cs",
    "cabine estendida": "ce",
    "cab. estendida": "ce",
    "cabine estend": "ce",
    "teto alto": "tetoalto",
    "t.alto": "tetoalto",
    "t. alto": "tetoalto",
    "teto elevado": "tetoalto",
    "c.plus": "comfort plus",
    "c. plus": "comfort plus",
    "c.style": "comfort style",
    "c. style": "comfort style",
    "x plus": "xplus",
    "x-plus": "xplus",
    "m sport": "msport",
    "r design": "rdesign",
    "f sport": "fsport",
    "s line": "sline",
    "x line": "xline",
    "r line": "rline",
    "n line": "nline",
    "gt line": "gtline",
    "night&day": "nightday",
    "pure tech": "puretech",
    "type r": "typer",
    "up to date": "uptodate",
    "ser. limit": "serie limitada",
    "s.limit": "serie limitada",
}
_STARTS = sorted({phrase[0] for phrase in _PHRASES})
# Grouped by their first letter, so that a word is compared with few of them.
_PHRASE = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(
        start
        + "(?:"
        + "|".join(re.escape(phrase[1:]) for phrase in _PHRASES if phrase[0] == start)
        + ")"
        for start in _STARTS
    )
    + r")(?![a-z0-9])"
)


def join_phrases(folded: str) -> str:
    """Write every phrase of a folded text as the one word that stands for it."""
    return _PHRASE.sub(lambda found: _PHRASES[found.group()], folded)


# The trade's own short forms: catalogues, dealers' systems and registry texts write these.
SYNONYMS: dict[str, str] = {
    "hl": "highline",
    "cl": "comfortline",
    "tl": "trendline",
    "rb": "robust",
    "auth": "authentique",
    "dyn": "dynamique",
    "exp": "expression",
    "expr": "expression",
    "priv": "privilege",
    "ltd": "limited",
    "lim": "limited",
    "limit": "limited",
    "limitada": "limited",
    "long": "longitude",
    "attractiv": "attractive",
    "attract": "attractive",
    "adv": "adventure",
    "inscript": "inscription",
    "mom": "momentum",
    "titan": "titanium",
    "ti": "titanium",
    "free": "freestyle",
    "tend": "tendance",
    "excl": "exclusive",
    "exc": "exclusive",
    "vol": "volcano",
    "trail": "trailhawk",
    "prest": "prestige",
    "perf": "performance",
    "week": "weekend",
    "sportb": "sportback",
    "sedan": "sedan",
    "seda": "sedan",
    "sed": "sedan",
    "sd": "sedan",
    "hat": "hatch",
    "hatchback": "hatch",
    "hb": "hatch",
    "tb": "turbo",
    "furg": "furgao",
    "cabriolet": "cabrio",
    "conversivel": "cabrio",
    "conv": "cabrio",
    "roadster": "roadster",
    "coupe": "coupe",
    "cupe": "coupe",
    "coup": "coupe",
    "pick": "pickup",
    "pup": "pickup",
    "picape": "pickup",
    "esp": "especial",
    "passageiro": "passageiros",
    "minibus": "minibus",
    "lot": "lotacao",
    "lug": "lugares",
    "mid": "midnight",
    "pan": "panoramico",
    "griff": "griffe",
    "expres": "expression",
    "dyna": "dynamique",
    "step": "stepway",
    "evolut": "evolution",
}

# What the facts already say in full, and words without a meaning of their own.
_SILENT = """
    4matic 4motion 4wd 2wd 4x2 4x4 awd fwd rwd at aut auto autom automat automatica automatico
    automatizada automatizado automatizad mt mec mecanica mecanico manual man cambio cvt
    alcool dies diesel die elet eletr eletrico ele flex flexf flexfuel flexone flexpower flexstar
    flexstart activeflex jetflex flexib gas gasol gasolin gasolina gnv hib hibrido hyb hybrid hybri
    hev phev mhev econoflex totalflex bicombustivel tetrafuel etanol turbo biturbo turb bitb
    cv hp p porta portas v cil cilindros cilind litros a o com de da do dos e em para por
    novo nova new ed edicao edition serie ser unico completo pts km
"""
SILENT = frozenset(_SILENT.split())

# What names an engine, a gearbox, a body or the trade's habits: evidence, yet a weak one.
_WEAK = """
    ab ac ar atf b bco bluehdi bluetec bva c cab cabine cabrio caminhonete carroceria cambio cdi
    cgi couro crdi crde cupe da dci dct dh di dohc dono dsg dual dualogic ecob ecobo ecoboost
    eco econ econo eat6 eflex eta etorq evo f fire firefly fsi g geartronic gdi gs gtdi h hdi ho hi
    hipower i ie imotion intercooler interc int intercoler ivtec jtd kit komp kompressor k
    lwb ma mbvs mcv mi mild mjt motion mpfi mpi mpifi mpower efi sfi sfie multipower multitronic
    multijet passageiros perua picape pickup pdk power powershift p5d quat quattro rodas sce schar
    scharged sedan hatch sdrive xdrive sidi sohc spi steptronic stronic easyr superc supercha
    superchar supercharged supercharger suv sw t tct td tdci tdi tec tfsi tgdi thp tip tiptron
    tiptronic tivct torque trasmissao tronic tsi u up vct vhc vhce vtec vvt vvti vti wd xtronic
    puretech zetec rocam sigma ecotec duratec duratorq vgt dod multiair e-torq mivec skyactiv
    jet gsr easytronic furgao cd cs ce coupe wagon avant variant roadster touring flexivel
    blindado esp especial limitada
"""
WEAK = frozenset(_WEAK.split())
