"""The history of a vehicle in words: what was done, and which field went from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Change
from accounts.selectors import field_changes
from inventory.history_words import NO_NAMES, Names, label_of, lists_in_words, word_of

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
    "photos_added": gettext_lazy("Photos added"),
    "photo_removed": gettext_lazy("Photo removed"),
    "photo_restored": gettext_lazy("Photo put back"),
    "photo_turned": gettext_lazy("Photo turned"),
    "photo_turn_failed": gettext_lazy("Photo could not be turned"),
    "photo_turn_forgotten": gettext_lazy("Photo left as it is"),
    "photo_retried": gettext_lazy("Photo processed again"),
    "photos_ordered": gettext_lazy("Photos reordered"),
}
# What the papers of a vehicle say, by their table: (name of the paper, what was done to it).
PAPERS = {
    "inventory.reservation": gettext_lazy("Reservation"),
    "inventory.quote": gettext_lazy("Quote"),
    "inventory.contract": gettext_lazy("Contract of sale"),
}
PAPER_ACTIONS = {
    "reserved": gettext_lazy("written"),
    "quoted": gettext_lazy("written"),
    "sold": gettext_lazy("written"),
    "extended": gettext_lazy("extended"),
    "expired": gettext_lazy("expired"),
    "cancelled": gettext_lazy("cancelled"),
    "converted": gettext_lazy("became a contract"),
    "personal_erased": gettext_lazy("personal data erased"),
}
SOURCES = {
    "web": gettext_lazy("page"),
    "bulk": gettext_lazy("bulk change"),
    "admin": gettext_lazy("support"),
    "import": gettext_lazy("import"),
    "system": gettext_lazy("system"),
    "command": gettext_lazy("command"),
    "demo": gettext_lazy("demonstration"),
}
# Ids and what only machines read; of a customer, the name is enough here.
HIDDEN = frozenset(
    {
        *("source_facts", "source", "source_reference", "dealer", "vehicle", "photo", "photos"),
        *("customer_tax_id", "customer_phone", "customer_email", "external_id", "state_before"),
    }
)


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

    @property
    def who(self) -> str:
        """Who acted: a person, or through what the machine did."""
        return who_of(self.change)


def lines_of(
    changes: Sequence[Change],
    *,
    hides_cost: bool,
    currency: str = "BRL",
    names: Names = NO_NAMES,
    tells_birth: bool = False,
) -> list[HistoryLine]:
    """Return the acts in words.

    A first registration names no fields, they are on the page, unless `tells_birth`. `names` are
    those of the rows that the acts refer to (history_words.names_in).
    """
    hidden = HIDDEN | {"cost"} if hides_cost else HIDDEN
    return [
        HistoryLine(
            change=change,
            action=_action(change),
            fields=[]
            if change.action == "created" and not tells_birth
            else _fields(change, hidden, currency=currency, names=names),
        )
        for change in changes
    ]


def labels_of(names: Sequence[str]) -> list[str]:
    """Return the names of a vehicle's fields in words, as the form calls them."""
    return [label_of(name) for name in names]


def who_of(change: Change) -> str:
    """Return who acted in words; of the machine, through what."""
    if change.actor is not None:
        return str(change.actor)
    return str(SOURCES.get(change.source, change.source))


def _action(change: Change) -> str | Promise:
    spoken: Mapping[str, str | Promise] = ACTIONS
    if paper := PAPERS.get(change.subject_type):
        done = PAPER_ACTIONS.get(change.action, change.action.replace("_", " "))
        return f"{paper}: {done}"
    return spoken.get(change.action, change.action.replace("_", " "))


def _fields(
    change: Change, hidden: frozenset[str], *, currency: str, names: Names
) -> list[FieldChange]:
    read = {each.name: each for each in field_changes(change)}
    ordered = dict.fromkeys([*change.after, *change.before])
    fields = []
    for name in ordered:
        if name in hidden:
            continue
        before, after = _sides(name, read[name].before, read[name].after, currency, names)
        fields.append(FieldChange(label=label_of(name), before=before, after=after))
    return fields


def _sides(name: str, before: Any, after: Any, currency: str, names: Names) -> tuple[str, str]:
    if name == "optionals" and names.optionals:
        return lists_in_words(before, after, names.optionals)
    return (
        word_of(name, before, currency=currency, names=names),
        word_of(name, after, currency=currency, names=names),
    )
