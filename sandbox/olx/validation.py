"""Checks the lines of an import at once and as a whole: what cancels the batch (statusCode -4).

From `api/import.md` and `api/autos/*.md` of ad_integration. Faults are categories: the document
lists a few (`vocabulary.DOCUMENTED_FAULTS`), the others are `INVALID_` and the field. What only
the queue finds out (names, plates, images) is in `deciding.py`. Prices in whole BRL, mileage in km.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeGuard
from urllib.parse import SplitResult, urlsplit

from sandbox.olx import vocabulary as words
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.state import JsonObject

AD_KEYS = frozenset(
    {
        "id", "operation", "category", "subject", "body", "phone", "type", "price", "zipcode",
        "params", "images", "videos",
    }
)  # fmt: skip
_DELETE_KEYS = frozenset({"id", "operation"})
_ID = re.compile(r"[A-Za-z0-9_{}\-]{1,19}")
_ZIPCODE = re.compile(r"[0-9]{8}")
_LOWEST_ZIPCODE = "01000000"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_YOUTUBE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line of an import: its id ("" when it has none), the operation, the ad as it will be
    held, and the faults that cancel the batch."""

    id: str
    operation: str
    facts: JsonObject
    faults: tuple[str, ...]


def check_lines(
    lines: list[Any], *, displacements: Mapping[str, int], behaviour: Behaviour
) -> list[CheckedLine]:
    """Every line with its faults; an id that comes twice is a fault of the later line."""
    checked: list[CheckedLine] = []
    seen: set[str] = set()
    for line in lines:
        one = _check_line(line, displacements=displacements, behaviour=behaviour)
        if one.id and one.id in seen:
            one = CheckedLine(one.id, one.operation, one.facts, (*one.faults, "DUPLICATED_ID"))
        seen.add(one.id)
        checked.append(one)
    return checked


def _check_line(
    line: object, *, displacements: Mapping[str, int], behaviour: Behaviour
) -> CheckedLine:
    if not isinstance(line, dict):
        return CheckedLine("", "", {}, (words.UNDEFINED_AD_ID,))
    reader = _Line(line, displacements=displacements, behaviour=behaviour)
    return reader.checked()


class _Line:
    """Reads one line and collects its faults."""

    def __init__(
        self, line: JsonObject, *, displacements: Mapping[str, int], behaviour: Behaviour
    ) -> None:
        self.line = line
        self.displacements = displacements
        self.behaviour = behaviour
        self.faults: list[str] = []

    def checked(self) -> CheckedLine:
        """The line as understood."""
        own_id = self._id()
        operation = self.line.get("operation")
        if operation == "delete":
            self._refuse_foreign(self.line, _DELETE_KEYS | AD_KEYS)
            return CheckedLine(own_id, "delete", {}, tuple(dict.fromkeys(self.faults)))
        if operation != "insert":
            self._refuse("operation")
        self._refuse_foreign(self.line, AD_KEYS)
        kind = self._category()
        facts = {
            "category": self.line.get("category"),
            "subject": self._text("subject", *words.SUBJECT_LENGTH),
            "body": self._text("body", *words.BODY_LENGTH),
            "phone": self._phone(),
            "type": self._sale_type(),
            "price": self._price(),
            "zipcode": self._zipcode(),
            "params": self._params(kind),
            "images": self._images(),
            "videos": self._videos(),
        }
        facts = {key: value for key, value in facts.items() if value is not None}
        return CheckedLine(own_id, "insert", facts, tuple(dict.fromkeys(self.faults)))

    def _refuse(self, field: str) -> None:
        self.faults.append(f"INVALID_{field.upper()}")

    def _refuse_foreign(self, given: JsonObject, known: frozenset[str]) -> None:
        if self.behaviour.refuse_foreign_keys:
            for key in sorted(set(given) - known):
                self._refuse(key)

    def _id(self) -> str:
        value = self.line.get("id")
        if value is None or value == "":
            self.faults.append(words.UNDEFINED_AD_ID)
            return ""
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self._refuse("id")
            return value if isinstance(value, str) else ""
        return value

    def _category(self) -> str | None:
        value = self.line.get("category")
        if not _is_whole(value) or value not in words.CATEGORIES:
            self._refuse("category")
            return None
        return words.CATEGORIES[value]

    def _text(self, field: str, shortest: int, longest: int) -> str | None:
        value = self.line.get(field)
        if not isinstance(value, str) or not shortest <= len(value.strip()) <= longest:
            self._refuse(field)
            return None
        return value.strip()

    def _phone(self) -> int | None:
        value = self.line.get("phone")
        if not _is_whole(value) or not 10 <= len(str(value)) <= 11 or value < 0:
            self._refuse("phone")
            return None
        return value

    def _sale_type(self) -> str | None:
        value = self.line.get("type")
        if value not in words.SALE_TYPES:
            self._refuse("type")
            return None
        return str(value)

    def _price(self) -> int | None:
        """Whole BRL; required since August 2025."""
        if "price" not in self.line and self.behaviour.rules_of_2020:
            return None
        value = self.line.get("price")
        if not _is_whole(value) or not 0 < value < 10**9:
            self._refuse("price")
            return None
        return value

    def _zipcode(self) -> str | None:
        """Eight digits that lead to a region; without one there is no place for the ad."""
        value = self.line.get("zipcode")
        good = isinstance(value, str) and _ZIPCODE.fullmatch(value) and value >= _LOWEST_ZIPCODE
        if not good:
            self.faults.append(words.NO_REGION)
            return None
        return str(value)

    def _images(self) -> list[str]:
        """Up to twenty different addresses; required since August 2025."""
        if "images" not in self.line and self.behaviour.rules_of_2020:
            return []
        value = self.line.get("images")
        if value is None or (value == [] and not self.behaviour.rules_of_2020):
            self.faults.append(words.NO_IMAGE)
            return []
        is_list = isinstance(value, list) and 1 <= len(value) <= words.MAX_IMAGES
        if not is_list or not all(_is_address(each) for each in value):
            self._refuse("images")
            return []
        if len(set(value)) != len(value):
            self._refuse("images")
        return list(value)

    def _videos(self) -> list[str] | None:
        """One address at YouTube, alone or in a list."""
        if "videos" not in self.line:
            return None
        value = self.line["videos"]
        found = value if isinstance(value, list) else [value]
        address = _address(found[0]) if len(found) == 1 else None
        if address is None or address.hostname not in _YOUTUBE_HOSTS:
            self._refuse("videos")
            return None
        return found

    def _params(self, kind: str | None) -> JsonObject:
        value = self.line.get("params")
        required = () if kind is None else words.REQUIRED_PARAMS[kind]
        if value is None and "params" not in self.line and not required:
            return {}
        if not isinstance(value, dict) or not value:
            self._refuse("params")
            return {}
        if kind is None:
            return {}
        for name in required:
            if name not in value:
                self._refuse(name)
        self._refuse_foreign(value, words.PARAMS[kind])
        held = {name: self._param(name, each) for name, each in value.items()}
        return {name: each for name, each in held.items() if each is not None}

    def _param(self, name: str, value: object) -> object:
        """One parameter as it will be held; never empty, and never 0 but for the mileage."""
        if name == "cubiccms":
            held: object = _numbered(value)
            held = held if held in self.displacements.values() else None
        elif name in _OWN_READINGS:
            held = _OWN_READINGS[name](value)
        elif name in words.NUMBERED_LISTS:
            held = _numbers(value, highest=words.NUMBERED_LISTS[name])
        elif name in words.NUMBERED:
            held = _numbered(value, highest=words.NUMBERED[name])
        else:  # one that no kind of vehicle has
            return None if self.behaviour.refuse_foreign_keys else value
        if held is None:
            self._refuse(name)
        return held


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbered(value: object, *, highest: int = 10**9) -> int | None:
    """An id or a number of a closed list; as an integer or its digits, never 0."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 1 <= value <= highest else None


def _numbers(value: object, *, highest: int) -> list[int] | None:
    """Several different numbers of a closed list; one alone may come without the list."""
    given = value if isinstance(value, list) else [value]
    found = [each for each in (_numbered(one, highest=highest) for one in given) if each]
    return found if found and len(found) == len(given) == len(set(found)) else None


def _year(value: object) -> str | None:
    """A text of four digits: from 1980 on any year, before it steps of five."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}", value):
        return None
    latest = datetime.now(tz=UTC).year + 1
    year = int(value)
    return value if year in words.OLD_YEARS or words.FIRST_YEAR <= year <= latest else None


def _mileage(value: object) -> int | None:
    """Whole kilometres; a new vehicle has none."""
    return value if _is_whole(value) and 0 <= value <= words.HIGHEST_MILEAGE_KM else None


def _plate(value: object) -> str | None:
    """Any text: whether it is a plate is found out in the queue."""
    return value.strip() or None if isinstance(value, str) else None


def _is_address(value: object) -> bool:
    return _address(value) is not None


def _address(value: object) -> SplitResult | None:
    """The parts of an address on the web, None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return parts if good else None


_OWN_READINGS: dict[str, Callable[[object], object]] = {
    "regdate": _year,
    "mileage": _mileage,
    "vehicle_tag": _plate,
    "vehicle_brand": _numbered,
    "vehicle_model": _numbered,
    "vehicle_version": _numbered,
}
