"""The history of a vehicle in words: which field went from what to what. Pure but for labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Change
from inventory.models import Vehicle

ACTIONS = {
    "created": gettext_lazy("Registered"),
    "imported": gettext_lazy("Imported"),
    "updated": gettext_lazy("Changed"),
    "state_changed": gettext_lazy("State changed"),
    "reserved": gettext_lazy("Reserved"),
    "sold": gettext_lazy("Sold"),
    "unsold": gettext_lazy("Sale cancelled"),
    "reservation_cancelled": gettext_lazy("Reservation cancelled"),
    "reservation_expired": gettext_lazy("Reservation expired"),
    "photo_added": gettext_lazy("Photo added"),
    "photo_removed": gettext_lazy("Photo removed"),
    "photos_reordered": gettext_lazy("Photos reordered"),
}
HIDDEN = frozenset({"source_facts", "source", "source_reference", "dealer"})
LONGEST = 80  # characters of a value


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One act of the history."""

    change: Change
    action: str | Promise
    fields: Sequence[FieldChange]


def lines_of(changes: Sequence[Change], *, hides_cost: bool) -> list[HistoryLine]:
    """Return the acts in words; a first registration names no fields, they are on the page."""
    hidden = HIDDEN | {"cost"} if hides_cost else HIDDEN
    return [
        HistoryLine(
            change=change,
            action=ACTIONS.get(change.action, change.action.replace("_", " ")),
            fields=[] if change.action == "created" else _fields(change, hidden),
        )
        for change in changes
    ]


def labels_of(names: Sequence[str]) -> list[str]:
    """Return the names of a vehicle's fields in words, as the form calls them."""
    return [_label(name) for name in names]


def _fields(change: Change, hidden: frozenset[str]) -> list[FieldChange]:
    names = [name for name in change.after if name not in hidden]
    return [
        FieldChange(
            label=_label(name),
            before=_word(name, change.before.get(name)),
            after=_word(name, change.after.get(name)),
        )
        for name in names
    ]


def _label(name: str) -> str:
    try:
        text = str(Vehicle._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
    except (FieldDoesNotExist, AttributeError):
        text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return str(len(value))
    try:
        choices = dict(Vehicle._meta.get_field(name).flatchoices)  # type: ignore[union-attr]  # noqa: SLF001
    except (FieldDoesNotExist, AttributeError):
        choices = {}
    text = str(choices.get(value, value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
