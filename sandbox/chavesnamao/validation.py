"""The portal's own check of a vehicle: shape first (400), then what has to agree (422).

Chaves na Mão, Vehicle API v2, "Objeto para criação e edição do veículo". Prices in BRL, mileage in
km. Texts of the reasons are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.chavesnamao.catalogue import Catalogue
from sandbox.chavesnamao.fields import Fields
from sandbox.chavesnamao.state import JsonObject
from sandbox.chavesnamao.vocabulary import (
    ACCESSORIES,
    CAR,
    COLOURS,
    FUELS,
    GEARBOXES,
    MOTORCYCLE,
    OTHER_INFOS,
)

LONGEST_REFERENCE, LONGEST_TEXT, LONGEST_TITLE, LONGEST_DOCUMENT = 90, 4000, 100, 20
LONGEST_ADDRESS = 2000
MAX_PICTURES = 16
FIRST_YEAR = 1886

KEYS = (
    "reference", "type", "trimId", "manufacturedYear", "modelYear", "mileage", "licensePlate",
    "doors", "color", "gearbox", "fuel", "value", "deposit", "amountPerInstallment",
    "amountOfInstallments", "accessories", "otherInfos", "pictures", "description", "title",
    "document", "videoUrl",
)  # fmt: skip
_PLATE = re.compile(r"[A-Z]{3}[0-9][0-9A-Z][0-9]{2}")
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_VIMEO = re.compile(r"/[0-9]+(/[0-9a-f]+)?/?")


class Refused(Exception):
    """A body does not pass; `texts` are the reasons."""

    def __init__(self, status: int, texts: list[str]) -> None:
        """`status` is 400 for the shape, 422 for what does not agree."""
        super().__init__(", ".join(texts))
        self.status = status
        self.texts = texts


def check_vehicle(body: Mapping[str, Any], *, refuse_foreign: bool) -> JsonObject:
    """The facts of a body in the document's keys, optional ones as None; raises Refused (400)."""
    fields = Fields(body)
    if refuse_foreign:
        fields.refuse_foreign(KEYS)
    kind = fields.one_of("type", {CAR, MOTORCYCLE})
    made = fields.whole("manufacturedYear", least=FIRST_YEAR)
    mileage_km = fields.amount("mileage")
    facts: JsonObject = {
        "reference": fields.text("reference", longest=LONGEST_REFERENCE, required=True),
        "type": kind,
        "trimId": fields.whole("trimId"),
        "manufacturedYear": made,
        "modelYear": fields.whole("modelYear", least=FIRST_YEAR, required=False) or made,
        "mileage": mileage_km,
        "licensePlate": _plate(fields, mileage_km=mileage_km),
        "doors": _doors(fields, kind=kind),
        "color": fields.one_of("color", COLOURS),
        "gearbox": fields.one_of("gearbox", GEARBOXES),
        "fuel": fields.one_of("fuel", FUELS),
        "value": _price(fields),
        "deposit": fields.amount("deposit"),
        "amountPerInstallment": fields.amount("amountPerInstallment"),
        "amountOfInstallments": fields.amount("amountOfInstallments"),
        "accessories": fields.ids("accessories", required=True),
        "otherInfos": fields.ids("otherInfos", required=False),
        "pictures": _pictures(fields),
        "description": fields.text("description", longest=LONGEST_TEXT),
        "title": fields.text("title", longest=LONGEST_TITLE),
        "document": fields.text("document", longest=LONGEST_DOCUMENT),
        "videoUrl": _video(fields),
    }
    if fields.errors:
        raise Refused(400, fields.errors)
    return facts


def settle(facts: JsonObject, *, catalogue: Catalogue) -> JsonObject:
    """What a read shows in place of the ids: trim, brand, accessories and other infos.

    Raises Refused (422) for ids that the catalogue does not have for the type.
    """
    errors = []
    kind = facts["type"]
    trim = catalogue.trim(facts["trimId"])
    if trim is None:
        errors.append("trimId does not exist")
    elif trim.kind != kind:
        errors.append(f"trimId does not belong to type {kind}")
    held: JsonObject = {} if trim is None else {**trim.as_json(), "model": trim.model}
    for field, name in (("accessories", ACCESSORIES), ("otherInfos", OTHER_INFOS)):
        known = catalogue.extras(name, kind)
        unknown = [number for number in facts[field] if number not in known]
        errors += [f"{field} {number} does not exist" for number in unknown]
        held[field] = [{"id": number, "name": known.get(number)} for number in facts[field]]
    if errors:
        raise Refused(422, errors)
    return held


def check_highlight(body: Mapping[str, Any], *, refuse_foreign: bool) -> bool:
    """What PUT /publications asks for; raises Refused (400)."""
    fields = Fields(body)
    if refuse_foreign:
        fields.refuse_foreign(("highlighted",))
    wanted = body.get("highlighted")
    if not isinstance(wanted, bool):
        fields.refuse("highlighted", "must be a boolean value")
    if fields.errors:
        raise Refused(400, fields.errors)
    return wanted is True


def _plate(fields: Fields, *, mileage_km: float | None) -> str | None:
    """Both Brazilian forms without a dash; a vehicle that has run needs one."""
    plate = fields.text("licensePlate", longest=7, required=bool(mileage_km))
    if plate is not None and not _PLATE.fullmatch(plate):
        fields.refuse("licensePlate", f"must match ^{_PLATE.pattern}$ regular expression")
    return plate


def _doors(fields: Fields, *, kind: str | None) -> int | None:
    """Two to five for cars, none for motorcycles."""
    doors = fields.whole("doors", least=2 if kind == CAR else 0, required=kind == CAR)
    most = 5 if kind == CAR else 0
    if kind is not None and doors is not None and doors > most:
        fields.refuse("doors", f"must not be greater than {most}")
    return doors


def _price(fields: Fields) -> int | float | None:
    """A number, or its text: the document's table says the one, its sample the other."""
    value = fields.body.get("value")
    if not isinstance(value, str):
        return fields.amount("value")
    if not _PRICE.fullmatch(value):
        fields.refuse("value", "must be a number string")
        return None
    return float(value) if "." in value else int(value)


def _pictures(fields: Fields) -> list[str]:
    """The addresses of one to sixteen pictures."""
    value = fields.body.get("pictures")
    if not isinstance(value, list):
        fields.refuse("pictures", "must be an array")
        return []
    if not value:
        fields.refuse("pictures", "must contain at least 1 elements")
    if len(value) > MAX_PICTURES:
        fields.refuse("pictures", f"must contain no more than {MAX_PICTURES} elements")
    addresses = []
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            fields.refuse(f"pictures.{index}", "must be an object")
            continue
        inner = Fields(item, inside=f"pictures.{index}.")
        inner.refuse_foreign(("source",))
        address = inner.text("source", longest=LONGEST_ADDRESS, required=True)
        if address is not None and not _is_address(address):
            inner.refuse("source", "must be a URL address")
        fields.errors += inner.errors
        addresses.append(address or "")
    return addresses


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _video(fields: Fields) -> str | None:
    """A page of a film at YouTube or Vimeo: no Shorts, no embedding; left out, never null."""
    if "videoUrl" not in fields.body:
        return None
    address = fields.text("videoUrl", longest=LONGEST_ADDRESS, required=True)
    if address is not None and not _is_film(address):
        fields.refuse("videoUrl", "must be the address of a video at YouTube or Vimeo")
    return address


def _is_film(address: str) -> bool:
    if not _is_address(address):
        return False
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host == "youtube.com":
        return parts.path == "/watch" and bool(parse_qs(parts.query).get("v"))
    if host == "youtu.be":
        return len(parts.path) > 1 and "/" not in parts.path[1:]
    return host == "vimeo.com" and bool(_VIMEO.fullmatch(parts.path))
