"""How the portal behaves: its misbehaviour on request and its readings of what is not written.

Every key can be set for the whole portal or for one account; an account's own value wins. Times
are milliseconds or seconds as the name says, rates are probabilities from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

STATUS_WORDS = ("Ativo", "Inativo", "Em análise", "Recusado")
ONE_YEAR_OF_360_DAYS_S = 31_104_000


class ConfigRefused(Exception):
    """A key or value of a configuration request is not understood; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the key and why it was refused."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The keys of `POST /usadosbr/_config`, with what they are when nobody asked for anything.

    Misbehaviour: `latency_ms` and `latency_jitter_ms` before each answer; `fail_rate` of random
    500s (`fail_after_write`: the write is done first); `rate_429` with `retry_after` seconds;
    `outage` ("503" or "close"); `lose_answers_rate` and `lose_answers_next` close the connection
    after a write that was done; `garbage` ("html", "broken", "empty") in place of the answer at
    `garbage_rate`, after the write unless `garbage_before_write`; `drip_s` spreads each body.

    Readings: `token_ttl_s`; `check_photos` with `photo_timeout_s`; `strict_integer_codigo_consulta`
    refuses a text there; `opcionais_422` refuses unknown optionals instead of leaving them out;
    `refuse_foreign_keys` refuses keys that the document does not list for the type;
    `avisos_shape` is "list", "text", "objects", "warnings" or "message"; `no_id_in_answer`;
    `catalogue_shape` is "objects", "strings" or "data"; `plans_shape` is "data", "list" or
    "planos"; `list_keys` is "lower" or "document"; `status_not_found` is "400", "404" or "empty";
    `status_words` renames the words of `STATUS_WORDS`; `moderation` is null or
    {"reads": N, "verdict": "Ativo" | "Recusado", "reason": text}: a saved active ad stays under
    review for N reads of its status. `seed` restarts the dice.
    """

    latency_ms: float = 0
    latency_jitter_ms: float = 0
    fail_rate: float = 0
    fail_after_write: bool = False
    rate_429: float = 0
    retry_after: int | None = None
    outage: str | None = None
    lose_answers_rate: float = 0
    lose_answers_next: int = 0
    garbage: str | None = None
    garbage_rate: float = 1
    garbage_before_write: bool = False
    drip_s: float = 0
    token_ttl_s: int = ONE_YEAR_OF_360_DAYS_S
    check_photos: bool = True
    photo_timeout_s: float = 3
    strict_integer_codigo_consulta: bool = False
    opcionais_422: bool = False
    refuse_foreign_keys: bool = True
    avisos_shape: str = "list"
    no_id_in_answer: bool = False
    catalogue_shape: str = "objects"
    plans_shape: str = "data"
    list_keys: str = "lower"
    status_not_found: str = "400"
    status_words: Mapping[str, str] | None = None
    moderation: Mapping[str, Any] | None = None
    seed: int = 1

    def word(self, status: str) -> str:
        """The word under which this portal shows an internal status."""
        return (self.status_words or {}).get(status, status)

    def changed(self, changes: Mapping[str, object]) -> Behaviour:
        """This behaviour with other values; null puts a key back to its default.

        Raises ConfigRefused for an unknown key or a value that does not fit.
        """
        checked: dict[str, Any] = {}
        for key, value in changes.items():
            if key not in CHECKS:
                raise ConfigRefused(key, "unknown key")
            if value is None:
                checked[key] = DEFAULTS[key]
            elif CHECKS[key](value):
                checked[key] = value
            else:
                raise ConfigRefused(key, f"{value!r} does not fit")
        return replace(self, **checked)

    def as_json(self) -> dict[str, Any]:
        """All keys with their values."""
        return asdict(self)


DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Behaviour)}


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _rate(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _one_of(*choices: str) -> Callable[[object], bool]:
    return lambda value: value in choices


def _words(value: object) -> bool:
    return isinstance(value, dict) and all(
        word in STATUS_WORDS and isinstance(shown, str) for word, shown in value.items()
    )


def _moderation(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"reads", "verdict", "reason"}
        and _count(value.get("reads"))
        and value.get("verdict", "Ativo") in {"Ativo", "Recusado"}
        and isinstance(value.get("reason", ""), str)
    )


CHECKS: dict[str, Callable[[object], bool]] = {
    "latency_ms": _number,
    "latency_jitter_ms": _number,
    "fail_rate": _rate,
    "fail_after_write": _flag,
    "rate_429": _rate,
    "retry_after": _count,
    "outage": _one_of("503", "close"),
    "lose_answers_rate": _rate,
    "lose_answers_next": _count,
    "garbage": _one_of("html", "broken", "empty"),
    "garbage_rate": _rate,
    "garbage_before_write": _flag,
    "drip_s": _number,
    "token_ttl_s": _whole,
    "check_photos": _flag,
    "photo_timeout_s": _number,
    "strict_integer_codigo_consulta": _flag,
    "opcionais_422": _flag,
    "refuse_foreign_keys": _flag,
    "avisos_shape": _one_of("list", "text", "objects", "warnings", "message"),
    "no_id_in_answer": _flag,
    "catalogue_shape": _one_of("objects", "strings", "data"),
    "plans_shape": _one_of("data", "list", "planos"),
    "list_keys": _one_of("lower", "document"),
    "status_not_found": _one_of("400", "404", "empty"),
    "status_words": _words,
    "moderation": _moderation,
    "seed": _whole,
}
