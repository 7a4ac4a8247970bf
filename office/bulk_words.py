"""Bulk changes in words: what a run does, and what it means for one vehicle. Reads optionals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config.lib.templatetags.formats import money
from inventory.models import Optional, VehicleState
from office.models import BulkItem, BulkRun
from office.models.bulk import BulkKind
from office.services.bulk_prices import Mode, Rounding

MINUS = "\N{MINUS SIGN}"
EXCERPT = 160  # characters of a description
_ROWS = {"price", "promotional_price", "state", "optionals", "description"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One touched field of a vehicle, before and after, in words."""

    label: str
    before: str
    after: str


def title_of(run: BulkRun) -> str:
    """Return what a run does in one line: "Price -5%, ending in 90"."""
    return _TITLES[BulkKind(run.kind)](run)


def differences_of(
    item: BulkItem, *, currency: str, optionals: Mapping[int, str]
) -> list[Difference]:
    """Return what was or is to be changed on a vehicle; `optionals` are names by id."""
    return [
        _difference(name, item.before.get(name), item.after[name], currency, optionals)
        for name in item.after
        if name in _ROWS
    ]


def optional_names(items: Iterable[BulkItem]) -> dict[int, str]:
    """Return the names of all optionals these vehicles gain or lose, in one query at most."""
    ids = {
        pk
        for item in items
        for values in (item.before, item.after)
        for pk in values.get("optionals", ())
    }
    return dict(Optional.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _difference(
    name: str, before: Any, after: Any, currency: str, optionals: Mapping[int, str]
) -> Difference:
    if name == "optionals":
        gone = [optionals.get(pk, "?") for pk in before or () if pk not in after]
        new = [optionals.get(pk, "?") for pk in after if pk not in (before or ())]
        return Difference(
            label=_("Optionals"),
            before=", ".join(f"{MINUS} {each}" for each in gone),
            after=", ".join(f"+ {each}" for each in new),
        )
    labels = {
        "price": _("Price"),
        "promotional_price": _("Promotional price"),
        "state": _("State"),
        "description": _("Description"),
    }
    return Difference(
        label=labels[name],
        before=_word(name, before, currency),
        after=_word(name, after, currency),
    )


def _word(name: str, value: Any, currency: str) -> str:
    if value in (None, ""):
        return "—"
    if name == "state":
        return str(VehicleState(value).label)
    if name == "description":
        return value if len(value) <= EXCERPT else f"{value[:EXCERPT]}…"
    return str(money(Decimal(value), currency))


def _change_words(parameters: Mapping[str, Any]) -> str:
    value = Decimal(parameters["value"])
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    number = number_format(abs(value).normalize() + 0, use_l10n=True, force_grouping=True)
    unit = "%" if parameters["mode"] == Mode.PERCENT else ""
    words = f"{sign}{number}{unit}"
    if parameters["rounding"] == Rounding.NONE:
        return words
    return f"{words}, {Rounding(parameters['rounding']).label}"


def _price(run: BulkRun) -> str:
    return _("Price %(change)s") % {"change": _change_words(run.parameters)}


def _promotion(run: BulkRun) -> str:
    if run.parameters["mode"] == "remove":
        return _("Promotional price removed")
    return _("Promotional price %(change)s") % {"change": _change_words(run.parameters)}


def _state(run: BulkRun) -> str:
    return _("State: %(state)s") % {"state": VehicleState(run.parameters["state"]).label}


def _optionals(run: BulkRun) -> str:
    chosen = run.parameters
    return _("Optionals: %(added)d added, %(removed)d removed") % {
        "added": len(chosen["add"]),
        "removed": len(chosen["remove"]),
    }


def _description(run: BulkRun) -> str:
    return _("Description from “%(name)s”") % {"name": run.parameters["name"]}


def _undo(run: BulkRun) -> str:
    undone = run.undoes
    return _("Undo: %(what)s") % {"what": title_of(undone) if undone else "—"}


_TITLES: Mapping[BulkKind, Callable[[BulkRun], str]] = {
    BulkKind.PRICE: _price,
    BulkKind.PROMOTION: _promotion,
    BulkKind.STATE: _state,
    BulkKind.OPTIONALS: _optionals,
    BulkKind.DESCRIPTION: _description,
    BulkKind.UNDO: _undo,
}
