"""The history in words: what was changed, which act, which field, which value. Pure.

A new kind of subject needs a line in SUBJECTS; a new act one in ACTIONS; fields are called as their
models call them, and only what is no field of a model needs a line in FIELDS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.templatetags.formats import kilometres
from inventory import history
from inventory.history_words import moment_word, money_word

LONGEST = 200  # characters of a value
LISTED = 8  # items of a list
NOTHING = "—"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SUBJECTS: dict[str, str | Promise] = {
    "inventory.vehicle": gettext_lazy("Vehicle"),
    "portals.listing": gettext_lazy("Ad"),
    "portals.portalaccess": gettext_lazy("Portal access"),
    "portals.highlightrule": gettext_lazy("Highlight rule"),
    "portals.mapping": gettext_lazy("Mapping"),
    "portals.mappingrefusal": gettext_lazy("Refused suggestion"),
    "inventory.reservation": gettext_lazy("Reservation"),
    "inventory.quote": gettext_lazy("Quote"),
    "inventory.contract": gettext_lazy("Contract"),
    "inventory.descriptiontemplate": gettext_lazy("Description template"),
    "office.bulkrun": gettext_lazy("Bulk change"),
    "accounts.membership": gettext_lazy("Team"),
    "accounts.user": gettext_lazy("User"),
    "accounts.dealer": gettext_lazy("Store"),
    "accounts.change": gettext_lazy("History"),
}
ACTIONS: dict[str, str | Promise] = {
    **history.ACTIONS,
    "deleted": gettext_lazy("Deleted"),
    "extended": gettext_lazy("Extended"),
    "quoted": gettext_lazy("Quoted"),
    "cancelled": gettext_lazy("Cancelled"),
    "expired": gettext_lazy("Expired"),
    "converted": gettext_lazy("Became a contract"),
    "confirmed": gettext_lazy("Confirmed"),
    "stopped": gettext_lazy("Stopped"),
    "lockout_reset": gettext_lazy("Login freed"),
    "retired": gettext_lazy("Retired"),
    "restored": gettext_lazy("Put back into use"),
    "retried": gettext_lazy("Tried again"),
    "password_set": gettext_lazy("Password set"),
    "personal_erased": gettext_lazy("Personal data erased"),
    "access.connected": gettext_lazy("Connected"),
    "access.changed": gettext_lazy("Account changed"),
    "access.switched": gettext_lazy("Switched"),
    "access.resumed": gettext_lazy("Resumed"),
    "listing.wished": gettext_lazy("Wish changed"),
    "listing.overridden": gettext_lazy("Texts of the ad changed"),
    "listing.retried": gettext_lazy("Tried again"),
    "listing.highlighted": gettext_lazy("Highlight moved by the rule"),
    "highlight_rule.saved": gettext_lazy("Rule for highlights chosen"),
    "listing.still_there": gettext_lazy("Not gone in time"),
    "mapping.saved": gettext_lazy("Decided"),
    "mapping.deleted": gettext_lazy("Taken back"),
    "mapping.undone": gettext_lazy("Undone"),
    "mapping.refused": gettext_lazy("Suggestion refused"),
    "mapping.allowed": gettext_lazy("Suggested again"),
    "mapping.remapped": gettext_lazy("Led on after a change of the portal"),
}
FIELDS: dict[str, str | Promise] = {
    "entry": gettext_lazy("Name at the portal"),
    "source_key": gettext_lazy("Our name"),
    "account": gettext_lazy("Account (fingerprint)"),
    "credentials": gettext_lazy("Credentials"),
    "count": gettext_lazy("Number"),
    "must_go_since": gettext_lazy("Must be gone since"),
    "target_minutes": gettext_lazy("Time allowed, in minutes"),
    "left": gettext_lazy("Vehicles not done"),
    "overrides": gettext_lazy("Own texts of the ad"),
    "highlight": gettext_lazy("Highlight"),
    "why": gettext_lazy("Why"),
    "photos": gettext_lazy("Photos"),
    "user": gettext_lazy("Person"),
}
SOURCES: dict[str, str | Promise] = {
    "web": gettext_lazy("Office"),
    "admin": gettext_lazy("Support"),
    "import": gettext_lazy("Import"),
    "command": gettext_lazy("Command"),
    "demo": gettext_lazy("Demonstration"),
    "system": gettext_lazy("System"),
    "bulk": gettext_lazy("Bulk change"),
}
WORDS: dict[str, str | Promise] = {
    "changed": gettext_lazy("changed"),
    "kept": gettext_lazy("kept"),
    "highlight_free": gettext_lazy("a slot was free"),
    "highlight_better": gettext_lazy("clearly ahead of who had it"),
    "highlight_beaten": gettext_lazy("another one is clearly ahead"),
    "highlight_no_room": gettext_lazy("fewer slots than highlights"),
    "highlight_gone": gettext_lazy("not published any more"),
}


def subject_word(subject_type: str) -> str:
    """Return what kind of thing was changed; the model's own name for one nobody listed."""
    if subject_type in SUBJECTS:
        return str(SUBJECTS[subject_type])
    model = _model(subject_type)
    text = str(model._meta.verbose_name) if model else subject_type  # noqa: SLF001
    return text[:1].upper() + text[1:]


def action_word(action: str) -> str:
    """Return the act in words; the word itself, readable, for one nobody listed."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    text = action.rpartition(".")[2].replace("_", " ")
    return text[:1].upper() + text[1:]


def source_word(source: str) -> str:
    """Return through what an act came in."""
    return str(SOURCES.get(source, source))


def field_word(subject_type: str, name: str) -> str:
    """Return how people call a field."""
    if name in FIELDS:
        return str(FIELDS[name])
    field = _field(subject_type, name)
    text = str(field.verbose_name) if field is not None else name.replace("_", " ")
    return text[:1].upper() + text[1:]


def related_model(subject_type: str, name: str) -> str:
    """Return which rows a field names by id, '' for a field that holds its value itself."""
    field = _field(subject_type, name)
    related = getattr(field, "related_model", None)
    return related._meta.label_lower if related is not None else ""  # noqa: SLF001


def value_word(
    subject_type: str,
    name: str,
    value: Any,
    *,
    names: Mapping[tuple[str, int], str],
    currency: str,
) -> str:
    """Return a value as people read it; `names` are those of the rows that are named by id."""
    if value is None or value in ("", [], {}):
        return NOTHING
    related = related_model(subject_type, name)
    if related and isinstance(value, int) and not isinstance(value, bool):
        return names.get((related, value), f"#{value}")
    if related and isinstance(value, list):
        return str(len(value))
    return _short(_plain_word(_field(subject_type, name), value, currency=currency))


def _plain_word(field: models.Field[Any, Any] | None, value: Any, *, currency: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        shown = ", ".join(_plain_word(None, each, currency=currency) for each in value[:LISTED])
        return shown if len(value) <= LISTED else f"{shown}… ({len(value)})"
    if isinstance(value, dict):
        return "; ".join(
            f"{key}: {_plain_word(None, each, currency=currency)}" for key, each in value.items()
        )
    choices = dict(field.flatchoices) if field is not None else {}
    if value in choices:
        return str(choices[value])
    if field is not None and field.name == "mileage" and isinstance(value, int):
        return str(kilometres(value))
    if isinstance(field, models.DecimalField):
        return money_word(value, currency)
    # Services also name days by words that are no field, such as the day of a sale.
    if isinstance(field, models.DateField) or (field is None and DAY.fullmatch(str(value))):
        return moment_word(str(value))
    return str(WORDS.get(str(value), value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _model(subject_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(subject_type)
    except (LookupError, ValueError):
        return None


def _field(subject_type: str, name: str) -> models.Field[Any, Any] | None:
    model = _model(subject_type)
    if model is None:
        return None
    try:
        found = model._meta.get_field(name)  # noqa: SLF001 - the documented Model API
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None
