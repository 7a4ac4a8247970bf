"""Where a problem is put right: the address of the field, page or list. Pure but for addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.models.access import FailureMode
from portals.name_addresses import queue_address

# Our field names as problems carry them, to the anchor of the vehicle's form.
ANCHORS = {
    "brand": "field-version",
    "model": "field-version",
    "version": "field-version",
    "style": "field-body",
    "optionals": "field-optionals",
}
# What the store says of itself, which its owner and managers can change.
OF_THE_STORE = frozenset({"phone", "postal_code"})
# Names a vehicle says but the portal does not know: led there by a mapping.
MAPPED = frozenset(
    {"name_unknown", "name_parent", "name_none", "optionals_unmapped", "optional_ignored"}
)
# Names that have a row of their own in the queue.
IN_QUEUE = frozenset({"name_unknown", "name_unplaced", "name_none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A link to where the problem is put right."""

    url: str
    text: str | Promise


def fix_for(
    *,
    mode: str,
    field: str,
    code: str,
    vehicle_id: int,
    access_id: int,
    manages: bool,
    category: int = 0,
    params: Mapping[str, Any] | None = None,
) -> Fix | None:
    """Return where to put a problem right; None where nobody of the dealer can do anything.

    With the vehicle's `category` and the problem's `params` a name leads to its very row.
    """
    if mode == FailureMode.CREDENTIALS:
        url = reverse("portals:access_detail", args=[access_id])
        return Fix(url=url, text=_("Open the access"))
    named = category and code in IN_QUEUE and (params or {}).get("source_key")
    if manages and (named or code in MAPPED):
        row = queue_address(access_id, category, params or {}) if named else ""
        return Fix(url=row or _queue(access_id, field), text=_("Choose the portal's name"))
    if code in MAPPED:
        return None
    return _fix_at_vehicle(mode, field, vehicle_id, manages=manages)


def fix_at_store(field: str) -> Fix:
    """Return where a fact of the store is put right; for its owner and managers only."""
    url = reverse("accounts:store_settings")
    return Fix(url=f"{url}#field-{field}", text=_("Open the store's data"))


def _queue(access_id: int, field: str) -> str:
    """Return the address of all names of a kind that wait at an access."""
    kind = "optional" if field == "optionals" else field
    query = urlencode({"access": access_id, "kind": kind})
    return f"{reverse('portals:mapping_list')}?{query}"


def _fix_at_vehicle(mode: str, field: str, vehicle_id: int, *, manages: bool) -> Fix | None:
    if field == "photos":
        url = reverse("inventory:vehicle_detail", args=[vehicle_id])
        return Fix(url=f"{url}#_photos", text=_("Go to the photos"))
    if field in ("plan", "highlight") or mode == FailureMode.PLAN:
        url = reverse("portals:vehicle_ads", args=[vehicle_id])
        return Fix(url=url, text=_("Choose another plan or highlight"))
    if mode in (FailureMode.TRANSIENT, FailureMode.THROTTLED, FailureMode.UNSUPPORTED):
        return None
    if field in OF_THE_STORE:
        return fix_at_store(field) if manages else None
    url = reverse("inventory:vehicle_update", args=[vehicle_id])
    if not field:
        return Fix(url=url, text=_("Open the vehicle"))
    return Fix(url=f"{url}#{ANCHORS.get(field, f'field-{field}')}", text=_("Fix this field"))
