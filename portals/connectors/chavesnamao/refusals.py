"""Why a write was refused, by our fields. The bodies of 400 and 422 are not documented. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portals.connectors.chavesnamao.fields import NAMED_FIELDS, OURS, field_of
from portals.connectors.chavesnamao.texts import text_of
from portals.connectors.types import Problem

MESSAGE_LENGTH = 500
MOST = 30
_DEPTH = 6
_LISTS = ("errors", "error", "details", "message", "messages", "constraints", "children")
_NAMES = ("field", "property", "path", "param", "key")
_TEXTS = ("message", "msg", "error", "description", "reason", "detail")
# What frameworks say of every refusal.
_IDLE = re.compile(
    r"bad request|unprocessable(?: entity)?|validation (?:failed|error)|\d{3}", re.IGNORECASE
)
_PLAIN = frozenset({"value", "type", "title", "description", "reference"})
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def read_problems(data: Any) -> tuple[Problem, ...]:
    """Return one problem per complaint; the portal's own words go with each.

    Understood are texts, lists, objects keyed by field, and objects that name field and message.
    """
    problems: dict[tuple[str, str], Problem] = {}
    for key, text in _complaints("", data, _DEPTH):
        problem = _problem(key, text)
        problems.setdefault((problem.field, problem.message), problem)
        if len(problems) == MOST:
            break
    return tuple(problems.values()) or (Problem(field="", code="refused"),)


def _problem(key: str, text: str) -> Problem:
    field = field_of(key) or _field_in(text)
    code = "refused"
    if field in NAMED_FIELDS:
        code = "refused_name"
    elif field:
        code = "refused_field"
    params = {"key": text_of(key[:80])} if key else {}
    return Problem(
        field=field,
        code=code,
        message=text_of(text[: MESSAGE_LENGTH * 2])[:MESSAGE_LENGTH],
        params=params,
    )


def _field_in(text: str) -> str:
    """Return our field for the first key of the portal that stands in a sentence.

    "each value in otherInfos": a key that is also a plain word counts if there is no other.
    """
    words = [word.lower() for word in _WORD.findall(text[:MESSAGE_LENGTH])]
    known = sorted((word for word in words if word in OURS), key=_PLAIN.__contains__)
    return OURS[known[0]] if known else ""


def _complaints(key: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth <= 0:
        return
    if isinstance(value, str):
        if value.strip() and not _IDLE.fullmatch(value.strip()):
            yield key, value
    elif isinstance(value, list):
        for inner in value:
            yield from _complaints(key, inner, depth - 1)
    elif isinstance(value, Mapping):
        yield from _of_object(key, value, depth)


def _of_object(key: str, value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    by_name = {str(name).lower(): inner for name, inner in value.items()}
    named = next((by_name[name] for name in _NAMES if isinstance(by_name.get(name), str)), "")
    if named and field_of(named):
        key = named
    texts = [by_name[name] for name in _TEXTS if isinstance(by_name.get(name), str)]
    if named and texts:
        yield from _complaints(key, texts[0], depth - 1)
        return
    for name, inner in value.items():
        lowered = str(name).lower()
        if field_of(str(name)):
            yield from _complaints(str(name), inner, depth - 1)
        elif lowered in _LISTS or (key and isinstance(inner, str) and lowered not in _NAMES):
            yield from _complaints(key, inner, depth - 1)
