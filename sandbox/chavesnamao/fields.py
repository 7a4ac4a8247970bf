"""Reads single fields of a request body strictly and collects the reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeGuard

LARGEST = 10**15


class Fields:
    """The fields of one body. A field that does not fit is noted in `errors` and read as None."""

    def __init__(self, body: Mapping[str, Any], *, inside: str = "") -> None:
        """Read from `body`, a decoded JSON object; `inside` is the path to it in the reasons."""
        self.body = body
        self.inside = inside
        self.errors: list[str] = []

    def refuse(self, field: str, reason: str) -> None:
        """Note a reason against a field."""
        self.errors.append(f"{self.inside}{field} {reason}")

    def refuse_foreign(self, known: Collection[str]) -> None:
        """Refuse every key that is not known."""
        for key in sorted({*self.body} - {*known}):
            self.errors.append(f"{self.inside}property {key} should not exist")

    def text(self, field: str, *, longest: int, required: bool = False) -> str | None:
        """A text of at most `longest` characters; not empty when required."""
        value = self.body.get(field)
        if value is None and not required:
            return None
        if not isinstance(value, str):
            self.refuse(field, "must be a string")
            return None
        if required and not value:
            self.refuse(field, "should not be empty")
        if len(value) > longest:
            self.refuse(field, f"must be shorter than or equal to {longest} characters")
        return value

    def amount(self, field: str, *, least: float = 0, required: bool = True) -> int | float | None:
        """A number that is not less than `least`."""
        value = self.body.get(field)
        if value is None and not required:
            return None
        if not is_number(value):
            self.refuse(field, "must be a number conforming to the specified constraints")
            return None
        if value < least:
            self.refuse(field, f"must not be less than {least}")
        return value

    def whole(self, field: str, *, least: int = 0, required: bool = True) -> int | None:
        """An integer that is not less than `least`."""
        value = self.amount(field, least=least, required=required)
        if isinstance(value, float):
            self.refuse(field, "must be an integer number")
            return None
        return value

    def one_of(self, field: str, choices: Collection[str]) -> str | None:
        """One word of a closed list, exactly as it is written there."""
        value = self.body.get(field)
        if not isinstance(value, str) or value not in choices:
            words = ", ".join(sorted(choices))
            self.refuse(field, f"must be one of the following values: {words}")
            return None
        return value

    def ids(self, field: str, *, required: bool) -> list[int]:
        """A list of ids, each once."""
        value = self.body.get(field)
        if value is None and not required:
            return []
        if not isinstance(value, list):
            self.refuse(field, "must be an array")
            return []
        if not all(is_number(each) and isinstance(each, int) for each in value):
            self.refuse(
                field, "each value must be a number conforming to the specified constraints"
            )
            return []
        return list(dict.fromkeys(value))


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number that this portal can keep: true, false and NaN are none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return -LARGEST < value < LARGEST
