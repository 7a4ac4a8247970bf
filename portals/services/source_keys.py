"""Under which keys and spellings a vehicle's names are looked up: pure, no queries.

A name of a vehicle has one source key (what a mapping is saved under) and some spellings (by which
the same name is found in a portal's catalogue).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from config.lib.folding import fold
from inventory.models import Optional, Vehicle, Version
from inventory.models.vocabulary import TRADE_NAMES

KEY_LENGTH = 200
TEXT_KINDS = ("brand", "model", "version")
# Kind of name -> what its source keys begin with; all others begin with "value".
PREFIXES = {
    "brand": ("brand", "text"),
    "model": ("model", "text"),
    "version": ("fipe", "text"),
    "optional": ("optional",),
}
NESTED = {"model": ("brand",), "version": ("brand", "model"), "style": ("brand", "model")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One name to be resolved: what a person reads, the source key, the spellings, most usual
    first. `missing` is set when the vehicle does not say it; `placed` False = free text."""

    kind: str
    ours: str
    source_key: str
    spellings: tuple[str, ...]
    placed: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether the vehicle does not say it."""
        return not self.source_key


def wanted_name(vehicle: Vehicle, kind: str) -> Wanted:
    """Return what to look up for a kind of name; reads version, model and brand of the vehicle."""
    if kind in ("brand", "model", "version"):
        version = vehicle.version
        return _text(vehicle, kind) if version is None else _placed(version, kind)
    return _value(kind, value_of(vehicle, kind))


def wanted_optional(optional: Optional) -> Wanted:
    """Return what to look up for an optional: its name, then the other spellings of the trade."""
    variants = tuple(part for part in optional.variants.split("|") if part.strip())
    return Wanted(
        kind="optional",
        ours=optional.name,
        source_key=optional_key(optional.folded),
        spellings=(optional.name, *variants),
    )


def value_of(vehicle: Vehicle, kind: str) -> str:
    """Return our stored value of a vocabulary or number, the vehicle's own before its version's."""
    version = vehicle.version
    if kind == "style":
        return vehicle.body or (version.body if version else "")
    if kind == "fuel":
        return vehicle.fuel or (fuel_of_words(version.fuels) if version else "")
    own = getattr(vehicle, kind) or (getattr(version, kind, None) if version else None)
    return str(own or "")


def fuel_of_words(fuels: str) -> str:
    """Return our fuel for a version's fuel words, '' unless there is exactly one we know."""
    words = [word for word in fuels.split("|") if word.strip()]
    if len(words) != 1:
        return ""
    return _values_by_word("fuel").get(fold(words[0]), "")


@lru_cache(maxsize=8)
def _values_by_word(kind: str) -> Mapping[str, str]:
    return {fold(word): str(value) for value, words in TRADE_NAMES[kind].items() for word in words}


def _placed(version: Version, kind: str) -> Wanted:
    model = version.model
    names: tuple[str, ...]
    if kind == "brand":
        brand = model.brand
        key, names = f"brand:{brand.folded}", (brand.name, brand.source_name)
    elif kind == "model":
        key, names = f"model:{model.pk}", (model.name,)
    else:
        key, names = f"fipe:{version.fipe_code}", (version.name, version.source_text)
    spellings = tuple(dict.fromkeys(name for name in names if name))
    return Wanted(kind=kind, ours=names[0], source_key=key, spellings=spellings)


def _text(vehicle: Vehicle, kind: str) -> Wanted:
    """Free text is keyed with its brand and model, since "1.0" alone means nothing."""
    texts = (vehicle.brand_text, vehicle.model_text, vehicle.version_text)
    own = texts[TEXT_KINDS.index(kind)].strip()
    key = text_key(kind, *texts)
    spellings = (own,) if key else ()
    return Wanted(kind=kind, ours=own, source_key=key, spellings=spellings, placed=False)


def text_key(kind: str, brand: str, model: str, version: str) -> str:
    """Return the source key of free text, '' if it says nothing of this kind."""
    texts = (brand, model, version)[: TEXT_KINDS.index(kind) + 1]
    if not texts[-1].strip():
        return ""
    return _short("text:" + "|".join(fold(text) for text in texts))


def text_key_may_begin(key: str, *texts: str) -> bool:
    """Whether the source key of free text may begin with these texts (brand, then model)."""
    begin = "text:" + "|".join(fold(text) for text in texts)
    whole = min(len(begin), KEY_LENGTH - 17)  # what lies behind may have become a digest
    return key[:whole] == begin[:whole]


def optional_key(folded: str) -> str:
    """Return the source key of an optional by its folded name."""
    return _short(f"optional:{folded}")


def value_spellings(kind: str, value: str) -> tuple[str, ...]:
    """Return the ways the trade writes one of our stored values, most usual first."""
    if kind == "displacement" and not value.isdecimal():
        return (value,)
    return _value(kind, value).spellings


@lru_cache(maxsize=2048)
def _value(kind: str, value: str) -> Wanted:
    if not value:
        return Wanted(kind=kind, ours="", source_key="", spellings=())
    if kind == "doors":
        spellings: tuple[str, ...] = (value, f"{value} portas", f"{value}p", value.zfill(2))
    elif kind == "displacement":
        spellings = _displacements(int(value))
    else:
        spellings = TRADE_NAMES.get(kind, {}).get(value, (value,))
    return Wanted(kind=kind, ours=spellings[0], source_key=f"value:{value}", spellings=spellings)


def _displacements(volume: int) -> tuple[str, ...]:
    """Return the ways catalogues write cm³: "160", "160 cc", "1.000 cc" …"""
    numbers = list(dict.fromkeys((str(volume), f"{volume:,}".replace(",", "."))))
    units = ("", " cc", "cc", " cilindradas", " cm3", "cm3")
    return tuple(f"{number}{unit}" for number in numbers for unit in units)


def _short(key: str) -> str:
    """Return a key that fits its column; the tail of a longer one becomes a digest."""
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 17]}#{hashlib.sha256(key.encode()).hexdigest()[:16]}"
