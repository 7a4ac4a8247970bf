"""Words for the names and values that the history keeps: labels, choices, money, days, rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Change
from config.lib.templatetags.formats import kilometres, money
from inventory.models import Contract, Optional, Reservation, Vehicle, Version
from inventory.models.photo import Turn
from inventory.services.photo_words import problem_text

LONGEST = 80  # characters of a value
MONEY = frozenset({"price", "promotional_price", "cost"})
DAYS = frozenset({"until", "on", "available_at", "sold_at"})
LABELS = {
    "count": gettext_lazy("Number"),
    "turn": gettext_lazy("Turned"),
    "problem": gettext_lazy("Problem"),
    "on": gettext_lazy("Sold on"),
    "version": gettext_lazy("Version"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of rows that changes refer to, by id."""

    versions: Mapping[int, str] = field(default_factory=dict)
    optionals: Mapping[int, str] = field(default_factory=dict)


NO_NAMES = Names()


def names_in(changes: Iterable[Change]) -> Names:
    """Return the names of the versions and optionals in these changes, in at most two queries."""
    sides = [side for change in changes for side in (change.before, change.after)]
    versions = {side["version"] for side in sides if isinstance(side.get("version"), int)}
    lists = [side["optionals"] for side in sides if isinstance(side.get("optionals"), list)]
    optionals = {pk for ids in lists for pk in ids if isinstance(pk, int)}
    return Names(
        versions=dict(Version.objects.filter(pk__in=versions).values_list("pk", "name"))
        if versions
        else {},
        optionals=dict(Optional.objects.filter(pk__in=optionals).values_list("pk", "name"))
        if optionals
        else {},
    )


def label_of(name: str) -> str:
    """Return what the pages call a field; one that nobody knows is named as it is."""
    column = _column(name)
    text = str(LABELS.get(name) or (column.verbose_name if column else name.replace("_", " ")))
    return text[:1].upper() + text[1:]


def word_of(name: str, value: Any, *, currency: str, names: Names = NO_NAMES) -> str:
    """Return a kept value as a person reads it; an em dash for none."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return str(len(value))
    return _cut(_special(name, value, currency, names) or _choice(name, value))


def lists_in_words(before: Any, after: Any, names: Mapping[int, str]) -> tuple[str, str]:
    """Return only what left a list of rows, and what came into it, by their names."""
    old, new = before or [], after or []
    return _listed(set(old) - set(new), names), _listed(set(new) - set(old), names)


def _listed(ids: Iterable[int], names: Mapping[int, str]) -> str:
    return ", ".join(sorted(names.get(pk, str(pk)) for pk in ids)) or "—"


def _special(name: str, value: Any, currency: str, names: Names) -> str:
    """Return the words for a value that is more than text, '' for any other."""
    if name in MONEY:
        return money_word(value, currency)
    if name in DAYS:
        return moment_word(str(value))
    if name == "mileage" and isinstance(value, int):
        return str(kilometres(value))
    if name == "turn" and value in Turn.values:
        return str(Turn(value).label)
    if name == "problem":
        return problem_text(str(value))
    return names.versions.get(value, "") if name == "version" else ""


def money_word(value: Any, currency: str) -> str:
    """Return a kept amount as people read it; what is none stays as it is."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return str(money(amount, currency)) if amount.is_finite() else str(value)


def moment_word(text: str) -> str:
    """Return a kept day or moment as people read it, in the zone of the dealer."""
    try:
        if len(text) == len("2026-01-31"):
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return date_format(local, "SHORT_DATETIME_FORMAT")


def _choice(name: str, value: Any) -> str:
    column = _column(name)
    choices: Sequence[tuple[Any, Any]] = column.flatchoices if column else ()
    return str(dict(choices).get(value, value)) if _can_be_key(value) else str(value)


def _can_be_key(value: Any) -> bool:
    return isinstance(value, str | int)


def _column(name: str) -> Field[Any, Any] | None:
    """Return the column of a vehicle, or of one of its papers, that a change calls so."""
    for model in (Vehicle, Contract, Reservation):
        try:
            found = model._meta.get_field(name)  # noqa: SLF001 - the documented Model API
        except FieldDoesNotExist:
            continue
        if isinstance(found, Field):
            return found
    return None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
