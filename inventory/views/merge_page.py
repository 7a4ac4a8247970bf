"""The page on which a person decides, field by field, whose change stays."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext

from accounts.guards import DealerRequest
from config.lib.templatetags.formats import money
from inventory.forms import VehicleForm, read_snapshot
from inventory.history import labels_of
from inventory.services.merging import Clash, EditClash

KEEP = "keep_"  # keep_price=theirs
_OURS_ALONE = frozenset({"csrfmiddlewaretoken", "revision", "base"})


def keep_theirs(data: QueryDict) -> QueryDict:
    """Return the form with the fields of which theirs was chosen as they were shown."""
    values = data.copy()
    shown = read_snapshot(data.get("base", ""))
    for key in data:
        if not key.startswith(KEEP):
            continue
        name = key.removeprefix(KEEP)
        if data[key] == "theirs":
            values.setlist(name, shown.getlist(name))
        del values[key]
    return values


def show_merge(
    request: DealerRequest,
    data: QueryDict,
    *,
    form: VehicleForm,
    now: VehicleForm,
    clash: EditClash,
) -> HttpResponse:
    """Show what both changed; the rest of the form goes along unseen, already merged (409)."""
    snapshot = now.snapshot()
    merged = data.copy()
    newest = read_snapshot(snapshot)
    for name in clash.merge.theirs:
        merged.setlist(name, newest.getlist(name))
    if "optionals" in clash.merge.write:
        merged.setlist("optionals", [str(pk) for pk in clash.merge.write["optionals"]])
    hidden = [
        (name, value)
        for name, values in merged.lists()
        if name not in _OURS_ALONE
        for value in values
    ]
    context = {
        "vehicle": clash.vehicle,
        "rows": [
            _row(form, each, currency=request.dealer.currency) for each in clash.merge.clashes
        ],
        "theirs": labels_of(clash.merge.theirs),
        "hidden": [*hidden, ("revision", str(clash.vehicle.revision)), ("base", snapshot)],
    }
    return render(request, "inventory/vehicle_merge.html", context, status=409)


def _row(form: VehicleForm, clash: Clash, *, currency: str) -> dict[str, Any]:
    return {
        "name": clash.name,
        "label": form.fields[clash.name].label,
        "theirs": _shown(form, clash.name, clash.theirs, currency=currency),
        "mine": _shown(form, clash.name, clash.mine, currency=currency),
    }


def _shown(form: VehicleForm, name: str, value: Any, *, currency: str) -> str:
    """Return a value as people read it."""
    choices = dict(getattr(form.fields[name], "choices", ()) if name != "version" else ())
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return str(money(value, currency))
    if name == "mileage":
        return number_format(value, force_grouping=True)
    return str(value)
