"""Where a problem is put right: the address of the field, page or list. Pure but for addresses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.models.access import FailureMode

# Our field names as problems carry them, to the anchor of the vehicle's form.
ANCHORS = {
    "brand": "field-version",
    "model": "field-version",
    "version": "field-version",
    "style": "field-body",
    "optionals": "field-optionals",
}
# Names a vehicle says but the portal does not know: led there by a mapping.
MAPPED = frozenset(
    {"name_unknown", "name_parent", "name_none", "optionals_unmapped", "optional_ignored"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A link to where the problem is put right."""

    url: str
    text: str | Promise


def fix_for(
    *, mode: str, field: str, code: str, vehicle_id: int, access_id: int, manages: bool
) -> Fix | None:
    """Return where to put a problem right; None where nobody of the dealer can do anything."""
    if mode == FailureMode.CREDENTIALS:
        url = reverse("portals:access_detail", args=[access_id])
        return Fix(url=url, text=_("Open the access"))
    if code in MAPPED:
        if not manages:
            return None
        kind = "optional" if field == "optionals" else field
        query = urlencode({"access": access_id, "kind": kind})
        return Fix(
            url=f"{reverse('portals:mapping_list')}?{query}", text=_("Choose the portal's name")
        )
    if field == "photos":
        url = reverse("inventory:vehicle_detail", args=[vehicle_id])
        return Fix(url=f"{url}#_photos", text=_("Go to the photos"))
    if field in ("plan", "highlight") or mode == FailureMode.PLAN:
        url = reverse("portals:vehicle_ads", args=[vehicle_id])
        return Fix(url=url, text=_("Choose another plan or highlight"))
    if mode in (FailureMode.TRANSIENT, FailureMode.THROTTLED, FailureMode.UNSUPPORTED):
        return None
    url = reverse("inventory:vehicle_update", args=[vehicle_id])
    if not field:
        return Fix(url=url, text=_("Open the vehicle"))
    return Fix(url=f"{url}#{ANCHORS.get(field, f'field-{field}')}", text=_("Fix this field"))
