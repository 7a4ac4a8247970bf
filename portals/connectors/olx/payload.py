"""A draft as one ad of `ad_list` ("ad_integration", api/import and api/autos). Pure.

`operation` is not part of it: it says what is done with the ad, not what the ad is. A parameter
that is empty or 0 makes the operation fail, so what is not known is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.gaps import distinct_photos, left_out_optionals, missing_names
from portals.connectors.olx.fields import (
    ARMOURED,
    CAR,
    CATEGORIES,
    CHANNELS,
    FEATURES,
    NAMES,
    NO,
    REQUIRED,
    YES,
)
from portals.connectors.plain_text import plain_text
from portals.connectors.types import AdWarning, ListingDraft, Payload, PhotoRef

MAX_PHOTOS = 20
MAX_SUBJECT = 90
MIN_TEXT, MAX_TEXT = 2, 6000
# The document does not say which of 260x350 is the width, so both ways are enough.
MIN_SHORT, MIN_LONG = 260, 350
REFERENCE = re.compile(r"[A-Za-z0-9_{}\-]{1,19}")

_PLATE = re.compile(r"[A-Z]{3}[0-9][A-Z0-9][0-9]{2}")
_YOUTUBE = re.compile(r"^https?://(?:(?:www\.|m\.)?youtube\.com|youtu\.be)/[^\s/]", re.IGNORECASE)
_COUNTRY = "55"
_FIRST_YEAR, _OLDEST = 1980, 1950


def is_youtube(url: str) -> bool:
    """Whether the address is a video of YouTube, the only site the portal takes."""
    return bool(_YOUTUBE.match(url))


def is_too_small(photo: PhotoRef) -> bool:
    """Whether the portal will refuse the photo; one of unknown size is given the benefit."""
    short, long = sorted((photo.width, photo.height))
    return 0 < short < MIN_SHORT or 0 < long < MIN_LONG


def phone_of(draft: ListingDraft) -> int | None:
    """Return the dealer's phone as the portal wants it, area code and number; None if it is none.

    The country's code and the zero of long distance calls are left out.
    """
    digits = _digits(draft.phone).lstrip("0")
    if len(digits) > 11 and digits.startswith(_COUNTRY):
        digits = digits.removeprefix(_COUNTRY).lstrip("0")
    return int(digits) if len(digits) in (10, 11) else None


def zipcode_of(draft: ListingDraft) -> str:
    """Return the eight digits of the dealer's postal code, '' if it has not so many."""
    digits = _digits(draft.postal_code)
    return digits if len(digits) == 8 and digits.strip("0") else ""


def year_of(draft: ListingDraft) -> int | None:
    """Return the year the ad is sent for: the model's, or without one the year it was made."""
    return draft.year_model or draft.year_manufacture


def usable_photos(draft: ListingDraft) -> list[PhotoRef]:
    """Return the photos that are sent, in order: each once, none too small, no more than taken."""
    return [photo for photo in distinct_photos(draft) if not is_too_small(photo)][:MAX_PHOTOS]


def build_payload(draft: ListingDraft) -> Payload:
    """Turn a draft into an ad.

    Raises NotSupported for another kind of vehicle or a highlight, MappingMissing for brand, model
    or version without a place in the catalogue.
    """
    if draft.category not in CATEGORIES:
        raise NotSupported("category")
    if draft.highlight:
        raise NotSupported("highlight")
    problems = missing_names(draft, REQUIRED[draft.category])
    if problems:
        raise MappingMissing(problems)
    subject = _subject(draft)
    text, text_warnings = _text(draft, subject)
    said = {
        "id": draft.reference,
        "category": CATEGORIES[draft.category],
        "subject": subject,
        "body": text,
        "phone": phone_of(draft),
        "type": "s",
        "price": int(draft.price) if draft.price is not None and draft.price >= 1 else None,
        "zipcode": zipcode_of(draft),
        "params": _params(draft),
        "images": [photo.url for photo in usable_photos(draft)],
        "videos": [draft.video_url] if is_youtube(draft.video_url) else [],
    }
    return Payload(
        channel=CHANNELS[draft.category],
        body=_without_empty(said),
        foreseen=_photo_warnings(draft) + text_warnings + _optional_warnings(draft),
    )


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")


def _subject(draft: ListingDraft) -> str:
    """Return "brand model version year" in at most 90 characters, whole words if possible."""
    names = [
        draft.names[kind].ours for kind in ("brand", "model", "version") if kind in draft.names
    ]
    year = str(year_of(draft) or "")
    words = plain_text(" ".join(names)).split()
    while words and len(" ".join([*words, year])) > MAX_SUBJECT:
        words.pop()
    subject = " ".join([*words, year]).strip()
    return subject or draft.reference.ljust(MIN_TEXT, "_")


def _text(draft: ListingDraft, subject: str) -> tuple[str, tuple[AdWarning, ...]]:
    """Return the description, or the subject where there is none: the portal demands a text."""
    text = plain_text(draft.description)
    if len(text) < MIN_TEXT:
        return subject, ()
    if len(text) <= MAX_TEXT:
        return text, ()
    warning = AdWarning(kind="text_truncated", asked=len(text), granted=MAX_TEXT)
    return text[:MAX_TEXT].rstrip(), (warning,)


def _params(draft: ListingDraft) -> dict[str, Any]:
    params: dict[str, Any] = {"regdate": _regdate(draft)}
    params |= {
        parameter: _number(draft.names[kind].key)
        for kind, parameter in NAMES[draft.category].items()
        if kind in draft.names
    }
    if draft.category == CAR:
        params |= _car_params(draft)
    params = _without_empty(params)
    if draft.mileage is not None or draft.is_new:  # demanded, and so may be 0
        params["mileage"] = draft.mileage or 0
    return params


def _car_params(draft: ListingDraft) -> dict[str, Any]:
    plate = "".join(char for char in draft.plate.upper() if char.isalnum())
    is_plate = bool(_PLATE.fullmatch(plate))
    return {
        "end_tag": int(plate[-1]) + 1 if is_plate else None,
        "vehicle_tag": plate if is_plate else None,
        "exchange": YES if draft.accepts_trade else NO,
        "owner": YES if draft.single_owner else NO,
        FEATURES[CAR]: _features(draft),
    }


def _features(draft: ListingDraft) -> list[Any]:
    keys = [_number(item.key) for item in draft.optionals if item.key]
    return list(dict.fromkeys([*keys, ARMOURED] if draft.armoured else keys))


def _regdate(draft: ListingDraft) -> str:
    """Return the year; before 1980 the portal knows steps of five only, down to 1950."""
    year = year_of(draft)
    if not year:
        return ""
    return str(year if year >= _FIRST_YEAR else max(_OLDEST, year - year % 5))


def _number(key: str | None) -> int | str | None:
    """Return a key of the catalogue as the number it is; 0 is none."""
    if key is None or not (key.isascii() and key.isdigit()):
        return key
    return int(key) or None


def _photo_warnings(draft: ListingDraft) -> tuple[AdWarning, ...]:
    photos = distinct_photos(draft)
    small = [photo.url for photo in photos if is_too_small(photo)]
    large = len(photos) - len(small)
    warnings = []
    if small:  # one that is too small costs the whole ad, so it is not sent
        warnings.append(AdWarning(kind="photo_rejected", asked=small, granted=[]))
    if large > MAX_PHOTOS:
        warnings.append(AdWarning(kind="photo_limit", asked=large, granted=MAX_PHOTOS))
    return tuple(warnings)


def _optional_warnings(draft: ListingDraft) -> tuple[AdWarning, ...]:
    missing = left_out_optionals(draft) if draft.category in FEATURES else []
    if not missing:
        return ()
    return (AdWarning(kind="optional_ignored", asked=missing, granted=[]),)
