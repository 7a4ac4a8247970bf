"""A draft as the portal wants it ("Vehicle API v2", table of the vehicle's fields). Pure.

`active` and `highlighted` are our own: they are said by other calls (`/publications`), but an ad is
sent again when they change, so that they are part of its fingerprint.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from portals.connectors.chavesnamao.fields import (
    CAR,
    INFO_PREFIX,
    KINDS,
    TYPES,
    is_id,
    is_key,
)
from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.gaps import distinct_photos, left_out_optionals, missing_names
from portals.connectors.plain_text import plain_text
from portals.connectors.types import AdWarning, ListingDraft, Payload, Problem

MAX_PHOTOS = 16
MAX_TEXT = 4000
MAX_TITLE = 100
HIGHLIGHTS = (0, 1)
CHANNEL = "vehicles"
OWN = ("active", "highlighted")

_PLATE = re.compile(r"[A-Z]{3}[0-9][0-9A-Z][0-9]{2}")
_CENT = Decimal("0.01")
_YOUTUBE = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_SITES = (*_YOUTUBE, "vimeo.com")


def plate_of(draft: ListingDraft) -> str:
    """Return the plate as the portal writes it: capitals, no hyphen, no blank."""
    return re.sub(r"[\s-]", "", draft.plate).upper()


def is_plate(text: str) -> bool:
    """Whether the portal takes this plate (old and Mercosul ones)."""
    return bool(_PLATE.fullmatch(text))


def mileage_of(draft: ListingDraft) -> int | None:
    """Return the km to send, None if they are not known. 0 is how the portal is told "new"."""
    return 0 if draft.is_new else draft.mileage


def is_video(url: str) -> bool:
    """Whether the address is a page of YouTube (no Short) or Vimeo."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.path.strip("/"):
        return False
    if not any(host == site or host.endswith(f".{site}") for site in _SITES):
        return False
    return not f"{parts.path.lower()}/".startswith("/shorts/")


def gaps_of(draft: ListingDraft) -> tuple[Problem, ...]:
    """Return one problem per name without a place in the portal's catalogue and lists."""
    return missing_names(draft, KINDS[draft.category], can_send=is_key)


def build_payload(draft: ListingDraft) -> Payload:
    """Turn a draft into a vehicle's body.

    Raises NotSupported for what is neither car nor motorcycle and for a highlight weight that does
    not exist, MappingMissing for names without a place in the catalogue.
    """
    if draft.category not in TYPES:
        raise NotSupported("category")
    if draft.highlight not in HIGHLIGHTS:
        raise NotSupported("highlight")
    problems = gaps_of(draft)
    if problems:
        raise MappingMissing(problems)
    pictures, photo_warnings = _pictures(draft)
    text, text_warnings = _text(draft)
    accessories, infos, nameless = split_optionals(draft)
    key = {kind: str(draft.names[kind].key) for kind in KINDS[draft.category]}
    body: dict[str, Any] = {
        "reference": draft.reference,
        "type": TYPES[draft.category],
        "trimId": int(key["version"]),
        **_years(draft),
        **_use(draft),
        "color": key["colour"],
        "gearbox": key["gearbox"],
        "fuel": key["fuel"],
        "value": _amount(draft.price),
        "deposit": 0,
        "amountPerInstallment": 0,
        "amountOfInstallments": 0,
        "accessories": accessories,
        "otherInfos": infos,
        "pictures": pictures,
        "description": text,
        "title": _title(draft),
        "active": draft.active,
        "highlighted": bool(draft.highlight),
    }
    if draft.category == CAR:
        body["doors"] = int(key["doors"])
    if is_video(draft.video_url):
        body["videoUrl"] = draft.video_url.strip()
    foreseen = [*photo_warnings, *text_warnings]
    if nameless:
        foreseen.append(AdWarning(kind="optional_ignored", asked=nameless, granted=[]))
    return Payload(channel=CHANNEL, body=body, foreseen=tuple(foreseen))


def vehicle_body(payload: Payload) -> dict[str, Any]:
    """Return what is sent to `/vehicles`: the payload without what other calls say."""
    return {key: value for key, value in payload.body.items() if key not in OWN}


def _years(draft: ListingDraft) -> dict[str, Any]:
    made = draft.year_manufacture or draft.year_model
    years = {"manufacturedYear": made or 0}
    if draft.year_model:
        years["modelYear"] = draft.year_model
    return years


def _use(draft: ListingDraft) -> dict[str, Any]:
    """Return mileage and plate. A used vehicle's plate is sent as it is, for the portal to judge;
    a new one's only if it is one."""
    facts: dict[str, Any] = {"mileage": mileage_of(draft) or 0}
    plate = plate_of(draft)
    if facts["mileage"] or is_plate(plate):
        facts["licensePlate"] = plate
    return facts


def _amount(price: Decimal | None) -> int | float:
    """Return a JSON number: whole if it is."""
    amount = Decimal(0) if price is None else price.quantize(_CENT)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _title(draft: ListingDraft) -> str:
    words = [draft.names[kind].ours for kind in ("brand", "model", "version")]
    year = draft.year_model or draft.year_manufacture
    text = " ".join([*(word for word in words if word), *([str(year)] if year else [])])
    return plain_text(text)[:MAX_TITLE].strip()


def _pictures(draft: ListingDraft) -> tuple[list[dict[str, str]], tuple[AdWarning, ...]]:
    photos = distinct_photos(draft)
    sources = [{"source": photo.url} for photo in photos[:MAX_PHOTOS]]
    if len(photos) <= MAX_PHOTOS:
        return sources, ()
    return sources, (AdWarning(kind="photo_limit", asked=len(photos), granted=MAX_PHOTOS),)


def _text(draft: ListingDraft) -> tuple[str, tuple[AdWarning, ...]]:
    text = plain_text(draft.description)
    if len(text) <= MAX_TEXT:
        return text, ()
    return text[:MAX_TEXT], (AdWarning(kind="text_truncated", asked=len(text), granted=MAX_TEXT),)


def split_optionals(draft: ListingDraft) -> tuple[list[int], list[int], list[str]]:
    """Return the ids of accessories, those of other infos, and the optionals that have none."""
    accessories: dict[int, None] = {}
    infos: dict[int, None] = {}
    missing = left_out_optionals(draft)
    for item in draft.optionals:
        if item.key is None:
            continue
        number = item.key.removeprefix(INFO_PREFIX)
        if not is_id(number):
            missing.append(item.ours)
        elif number == item.key:
            accessories[int(number)] = None
        else:
            infos[int(number)] = None
    return list(accessories), list(infos), missing
