"""How a portal behaves: the misbehaviour that can be asked of each of them.

A portal adds its own keys in a subclass. Every key can be set for the whole portal or for one
account; an account's own value wins. Times are milliseconds or seconds as the name says, rates are
probabilities from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Self

ONE_DAY_S = 86_400


class ConfigRefused(Exception):
    """A key or value of a configuration request is not understood; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the key and why it was refused."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def number(value: object) -> bool:
    """A number that is not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def rate(value: object) -> bool:
    """A number from 0 to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def whole(value: object) -> bool:
    """An integer."""
    return isinstance(value, int) and not isinstance(value, bool)


def count(value: object) -> bool:
    """An integer that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def one_of(*choices: str) -> Callable[[object], bool]:
    """One of these words."""
    return lambda value: value in choices


Checks = Mapping[str, Callable[[object], bool]]

SHARED_CHECKS: Checks = {
    "latency_ms": number,
    "latency_jitter_ms": number,
    "fail_rate": rate,
    "fail_after_write": flag,
    "rate_429": rate,
    "retry_after": count,
    "outage": one_of("503", "close"),
    "lose_answers_rate": rate,
    "lose_answers_next": count,
    "garbage": one_of("html", "broken", "empty"),
    "garbage_rate": rate,
    "garbage_before_write": flag,
    "drip_s": number,
    "token_ttl_s": whole,
    "check_photos": flag,
    "photo_timeout_s": number,
    "seed": whole,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The keys of `POST _config` that every portal has, with what they are when nobody asked.

    `latency_ms` and `latency_jitter_ms` before each answer; `fail_rate` of random 500s
    (`fail_after_write`: the write is done first); `rate_429` with `retry_after` seconds; `outage`
    ("503" or "close"); `lose_answers_rate` and `lose_answers_next` close the connection after a
    write that was done; `garbage` ("html", "broken", "empty") in place of the answer at
    `garbage_rate`, after the write unless `garbage_before_write`; `drip_s` spreads each body.
    `token_ttl_s` is the life of a token; `check_photos` looks at photos, each for at most
    `photo_timeout_s`. `seed` restarts the dice.
    """

    CHECKS: ClassVar[Checks] = SHARED_CHECKS

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
    token_ttl_s: int = ONE_DAY_S
    check_photos: bool = True
    photo_timeout_s: float = 3
    seed: int = 1

    def changed(self, changes: Mapping[str, object]) -> Self:
        """This behaviour with other values; null puts a key back to its default.

        Raises ConfigRefused for an unknown key or a value that does not fit.
        """
        defaults = {field.name: field.default for field in fields(self)}
        checked: dict[str, Any] = {}
        for key, value in changes.items():
            if key not in self.CHECKS:
                raise ConfigRefused(key, "unknown key")
            if value is None:
                checked[key] = defaults[key]
            elif self.CHECKS[key](value):
                checked[key] = value
            else:
                raise ConfigRefused(key, f"{value!r} does not fit")
        return replace(self, **checked)

    def as_json(self) -> dict[str, Any]:
        """All keys with their values."""
        return asdict(self)
