"""Words of the portals' pages for codes that are stored or reported."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from portals.models.catalogue import CatalogueKind

register = template.Library()
STEPS = {
    "reached": _("Portal reached"),
    "login": _("Login"),
    "plans": _("Plans read"),
    "unreachable": _("Portal reached"),
    "throttled": _("Portal reached"),
    "credentials_refused": _("Login"),
}


@register.filter
def name_kind(kind: str) -> str:
    """Word what a catalogue entry names; the code itself for one nobody worded."""
    return str(CatalogueKind(kind).label) if kind in CatalogueKind.values else kind


@register.filter
def test_step(code: str) -> str:
    """Word a step of a credentials test; the code itself for one nobody worded."""
    return str(STEPS.get(code, code))
