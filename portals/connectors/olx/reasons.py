"""The portal's codes of what is wrong with an ad, as problems on our fields. Pure.

Codes of the import and of the status ("ad_integration", api/import and api/publishing_status) and
those seen in use (ERROR_VEHICLE_BRAND_INVALID, INVALID_PLATE, REFUSED_SUSPECT_…). As the list is
not closed, a code is read by the words in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from portals.connectors.types import Problem

Failure = Literal["refused", "mapping", "plan"]

MAX_CODE = 200
_NAMES = frozenset(
    {"brand", "model", "version", "fuel", "gearbox", "colour", "style", "doors", "displacement"}
)
# Word of a code -> our field; the first that is found counts.
_WORDS: tuple[tuple[str, str], ...] = (
    ("SLOT", "plan"),
    ("AD_ID", "code"),
    ("IMAGE", "photos"),
    ("PHOTO", "photos"),
    ("VIDEO", "video_url"),
    ("PLATE", "plate"),
    ("TAG", "plate"),
    ("BRAND_MODEL", "model"),
    ("BRAND", "brand"),
    ("MODEL", "model"),
    ("VERSION", "version"),
    ("FUEL", "fuel"),
    ("GEARBOX", "gearbox"),
    ("CARCOLOR", "colour"),
    ("COLOR", "colour"),
    ("CARTYPE", "style"),
    ("DOORS", "doors"),
    ("CUBICCMS", "displacement"),
    ("FEATURES", "optionals"),
    ("REGDATE", "year_model"),
    ("MILEAGE", "mileage"),
    ("REGION", "postal_code"),
    ("ZIPCODE", "postal_code"),
    ("PHONE", "phone"),
    ("PRICE", "price"),
    ("CATEGORY", "category"),
    ("SUBJECT", "description"),
    ("BODY", "description"),
)
_UNKNOWN = re.compile(r"UNKNOWN|NOT_FOUND|NOT_EXIST|UNDEFINED_AD_ID", re.IGNORECASE)
_SAYINGS = ("category", "code", "reason", "message", "description")


def codes_of(said: Any) -> tuple[str, ...]:
    """Return the codes of `messages` or `message`: texts, or objects that carry one, or one alone.

    Each once, in order, cut to a sane length.
    """
    items = said if isinstance(said, list) else [said]
    texts = (_text_of(item) for item in items[:50])
    return tuple(dict.fromkeys(text[:MAX_CODE] for text in texts if text))


def _text_of(item: Any) -> str:
    if isinstance(item, Mapping):
        item = next((item[key] for key in _SAYINGS if item.get(key)), "")
    return item.strip() if isinstance(item, str) else ""


def problems_of(codes: Iterable[str]) -> tuple[Problem, ...]:
    """Return a problem for each code; one that says nothing if there is no code at all."""
    return tuple(_problem(code) for code in codes) or (Problem(field="", code="refused"),)


def _problem(code: str) -> Problem:
    field = field_of(code)
    if field == "plan":
        return Problem(field="plan", code="plan_full", message=code)
    if field in _NAMES:
        return Problem(field=field, code="refused_name", message=code)
    if field:
        return Problem(field=field, code="refused_field", message=code)
    return Problem(field="", code="refused", message=code)


def field_of(code: str) -> str:
    """Return our field that a code is about, '' if it names none (REFUSED_GENERIC)."""
    upper = code.upper()
    return next((field for word, field in _WORDS if word in upper), "")


def failure_of(problems: Iterable[Problem]) -> Failure:
    """Return who must act: a full plan waits for a slot, wrong names alone wait for a mapping."""
    fields = {problem.field for problem in problems}
    if "plan" in fields:
        return "plan"
    return "mapping" if fields and fields <= _NAMES else "refused"


def says_unknown(codes: Iterable[str]) -> bool:
    """Whether the portal says that it has no such ad."""
    return any(_UNKNOWN.search(code) for code in codes)
