"""The portal's words for our fields ("Vehicle API v2", tables of fields and of enumerations)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portals.connectors.types import CatalogueNode

CAR, MOTORCYCLE = 1, 2

TYPES: Mapping[int, str] = {CAR: "C", MOTORCYCLE: "M"}

_SHARED = ("brand", "model", "version", "colour", "fuel", "gearbox")
# Names that must be the portal's. A version is its trim, which alone is sent of the first three.
KINDS: Mapping[int, tuple[str, ...]] = {CAR: (*_SHARED, "doors"), MOTORCYCLE: _SHARED}

# One id of a model whatever its body, one of a trim whatever its year; no trucks.
HAS_FROM_TO: Mapping[str, bool] = {
    **{f"{kind}_car": True for kind in ("brand", "model", "version")},
    **{f"{kind}_motorcycle": True for kind in ("brand", "model", "version")},
    **{f"{kind}_truck": False for kind in ("brand", "model", "version")},
    "model_by_body_car": False,
    "version_car_by_year": False,
}

# Fixed lists: our kind -> what is sent -> how it is called in Brazil.
ENUMS: Mapping[str, Mapping[str, str]] = {
    "colour": {
        "BLACK": "Preto",
        "RED": "Vermelho",
        "SILVER": "Prata",
        "GREEN": "Verde",
        "YELLOW": "Amarelo",
        "BLUE": "Azul",
        "METALLIC_WHITE": "Branco",
        "GREY": "Cinza",
        "LEAD": "Chumbo",
        "BEIGE": "Bege",
        "ORANGE": "Laranja",
        "BURGUNDY": "Bordô",
        "BROWN": "Marrom",
        "GOLDEN": "Dourado",
        "PURPLE": "Roxo",
        "PINK": "Rosa",
        "MULTICOLORED": "Várias cores",
        "OTHER": "Outra",
        "WINE": "Vinho",
        "PEARL_WHITE": "Branco perolizado",
        "CHAMPAGNE": "Champanhe",
        "BRONZE": "Bronze",
    },
    "gearbox": {"AUTOMATIC": "Automático", "MANUAL": "Manual"},
    "fuel": {
        "ETHANOL": "Etanol",
        "GASOLINE": "Gasolina",
        "DIESEL": "Diesel",
        "FLEX": "Flex",
        "GNV+ETHANOL": "GNV e etanol",
        "GNV+GASOLINE": "GNV e gasolina",
        "GNV+FLEX": "GNV e flex",
        "HYBRID": "Híbrido",
        "ELETRIC": "Elétrico",  # so spelt by the portal
        "GNV": "GNV",
    },
}
DOORS = ("2", "3", "4", "5")
# Words of reads that are written otherwise.
WRITTEN_AS: Mapping[str, str] = {"ALCOHOL": "ETHANOL", "ELECTRIC": "ELETRIC"}

INFO_PREFIX = "info:"  # tells the ids of other infos from those of accessories

# Our field, by which the screens link to the fix -> the keys of the body that say it, folded.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "code": ("reference",),
    "category": ("type",),
    "brand": ("brand",),
    "model": ("model",),
    "version": ("trimid", "trim"),
    "year_manufacture": ("manufacturedyear",),
    "year_model": ("modelyear",),
    "mileage": ("mileage",),
    "plate": ("licenseplate",),
    "doors": ("doors",),
    "colour": ("color",),
    "gearbox": ("gearbox",),
    "fuel": ("fuel",),
    "price": ("value", "deposit", "amountperinstallment", "amountofinstallments"),
    "optionals": ("accessories", "otherinfos"),
    "photos": ("pictures",),
    "description": ("description", "title"),
    "video_url": ("videourl",),
    "highlight": ("highlighted",),
}
OURS: Mapping[str, str] = {key: ours for ours, keys in _KEYS.items() for key in keys}
NAMED_FIELDS = frozenset(KINDS[CAR])


def field_of(key: str) -> str:
    """Return our field for a key of the portal ("pictures.0.source", "trimId"), '' if unknown."""
    first = key.replace("[", ".").split(".", maxsplit=1)[0]
    return OURS.get("".join(char for char in first if char.isalnum()).lower(), "")


def is_key(kind: str, key: str) -> bool:
    """Whether this can be sent as a name of that kind: one of its list, or an id."""
    if kind in ENUMS:
        return key in ENUMS[kind]
    if kind == "doors":
        return key in DOORS
    return is_id(key)


def is_id(text: str) -> bool:
    """Whether a text is an id as the portal has them."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def fixed_nodes() -> list[CatalogueNode]:
    """Return the enumerations and the numbers of doors as entries of the catalogue."""
    nodes = []
    for category, kinds in KINDS.items():
        for kind in kinds:
            names: Mapping[str, Any] = ENUMS.get(kind, {})
            if kind == "doors":
                names = {number: number for number in DOORS}
            nodes += [
                CatalogueNode(vehicle_type=category, kind=kind, key=key, name=name)
                for key, name in names.items()
            ]
    return nodes
