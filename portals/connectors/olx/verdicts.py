"""What an import answers ("ad_integration", api/import): token, statusCode, statusMessage, errors.

The numbers are documented, the sentences are not: those of -7 and -8 are searched for how many
were asked and have a slot, and for our ids. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.lib.http import Answer
from config.lib.remote_errors import CredentialsRefused, UnexpectedAnswer
from portals.connectors.olx.errors import ReconnectNeeded
from portals.connectors.olx.lines import Line
from portals.connectors.olx.reasons import codes_of

ACCEPTED, UNEXPECTED, BLOCKED, NOTHING, CANCELLED = 0, -1, -2, -3, -4
SWITCHED_OFF, NO_PERMISSION, SLOTS, PARTIAL = -5, -6, -7, -8

MAX_MESSAGE = 20_000  # a sentence that lists 200 ids is long, and it is searched
_TOKEN_ERRORS = ("invalid_token", "insufficient_scope", "access_denied", "unauthorized")
_WORD = re.compile(r"[A-Za-z0-9_{}\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to an import as understood. `errors`: our id -> the codes said of it."""

    code: int
    token: str
    message: str
    errors: Mapping[str, tuple[str, ...]]


def read_verdict(answer: Answer) -> Verdict:
    """Return what an import was answered; raise UnexpectedAnswer for anything else than that."""
    data = answer.data
    code = _number(data.get("statusCode")) if isinstance(data, Mapping) else None
    if not answer.ok or code is None or not PARTIAL <= code <= ACCEPTED:
        raise UnexpectedAnswer(f"import {answer.status} {'' if code is None else code}".strip())
    token = data.get("token")
    return Verdict(
        code=code,
        token=str(token).strip() if isinstance(token, str | int) else "",
        message=str(data.get("statusMessage") or "")[:MAX_MESSAGE],
        errors=_errors(data.get("errors")),
    )


def refused_token(answer: Answer) -> CredentialsRefused | None:
    """Return the error if an answer refuses the access token."""
    if answer.status in (401, 403):
        return ReconnectNeeded(str(answer.status))
    if answer.status == 400 and isinstance(answer.data, Mapping):
        error = answer.data.get("error")
        if error in _TOKEN_ERRORS:
            return ReconnectNeeded(str(error))
    return None


def _errors(said: Any) -> dict[str, tuple[str, ...]]:
    rows = said if isinstance(said, list) else []
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        own_id = row.get("id") if isinstance(row, Mapping) else None
        if isinstance(own_id, str | int) and str(own_id):
            codes = codes_of(row.get("messages") or row.get("message") or [])
            found[str(own_id)] = (*found.get(str(own_id), ()), *codes)
    return found


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        return int(value) if re.fullmatch(r"-?[0-9]{1,3}", value) else None
    return value if isinstance(value, int) else None


def slots_told(verdict: Verdict) -> tuple[int, int] | None:
    """Return (asked, free) as the sentence of -7 and -8 has them; None if it has not."""
    numbers = [int(word) for word in _WORD.findall(verdict.message) if _is_count(word)]
    if len(numbers) < 2 or numbers[1] > numbers[0]:
        return None
    return numbers[0], numbers[1]


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 5


def without_slot(verdict: Verdict, lines: Sequence[Line]) -> list[Line]:
    """Return the ads that -8 lists as ignored.

    Ids may be mere numbers, as are those of how many were asked and taken, so the words behind the
    last colon count first, and those counts are used to tell what is meant.
    """
    own = {line.own_id for line in lines if line.body["operation"] == "insert"}
    told = slots_told(verdict)
    expected = None if told is None else told[0] - told[1]
    words = _WORD.findall(verdict.message)
    behind = _WORD.findall(verdict.message.rpartition(":")[2])
    counts = [] if told is None else [str(told[0]), str(told[1])]
    readings = [set(verdict.errors) & own, set(behind) & own]
    readings += [set(_less(words, counts)) & own, set(words) & own]
    fitting = [ids for ids in readings if ids and expected in (None, len(ids))]
    meant = fitting[0] if fitting else set().union(*readings[:3])
    return [line for line in lines if line.own_id in meant]


def _less(words: Sequence[str], counts: Sequence[str]) -> list[str]:
    left = list(words)
    for count in counts:
        if count in left:
            left.remove(count)
    return left
