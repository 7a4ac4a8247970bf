"""Short names of fields and of reductions, as headings of the problems' pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.models.catalogue import CatalogueKind

FIELDS: dict[str, Promise] = {
    "plate": _("Plate"),
    "chassis": _("Chassis"),
    "price": _("Price"),
    "mileage": _("Mileage"),
    "year_manufacture": _("Year made"),
    "year_model": _("Model year"),
    "category": _("Kind of vehicle"),
    "highlight": _("Highlight"),
    "plan": _("Plan"),
    "optionals": _("Optionals"),
    "description": _("Description"),
    "photos": _("Photos"),
    "video_url": _("Video"),
    "armoured": _("Armoured"),
    "phone": _("Store's phone"),
    "postal_code": _("Store's postal code"),
}
WARNINGS: dict[str, Promise] = {
    "photo_rejected": _("Photos not accepted"),
    "photo_limit": _("Too many photos"),
    "highlight_denied": _("Highlight not given"),
    "text_truncated": _("Text cut"),
    "optional_ignored": _("Optionals left out"),
}


def field_label(field: str) -> str:
    """Return how people call one of our fields; the name itself for one nobody named."""
    if field in CatalogueKind.values:
        return str(CatalogueKind(field).label)
    return str(FIELDS.get(field, field))


def warning_label(kind: str) -> str:
    """Return a reduction in a few words."""
    return str(WARNINGS.get(kind, kind))
