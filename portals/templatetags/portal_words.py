"""Words of the portals' pages for codes that are stored or reported."""

from __future__ import annotations

from django import template

from portals.mapping_words import FACTS, STATUSES, certainty_of, percent_of, value_of
from portals.models.catalogue import CatalogueKind
from portals.stops import by_browser, stop_text, wants_reconnect, why_stopped

register = template.Library()
for word in (by_browser, stop_text, wants_reconnect, why_stopped):
    register.filter(word)


@register.filter
def name_kind(kind: str) -> str:
    """Word what a catalogue entry names; the code itself for one nobody worded."""
    return str(CatalogueKind(kind).label) if kind in CatalogueKind.values else kind


@register.filter
def certainty(probability: float) -> str:
    """Word how sure a suggestion is."""
    return str(certainty_of(probability)[0])


@register.filter
def certainty_tone(probability: float) -> str:
    """Return the tone of the badge that says how sure a suggestion is."""
    return certainty_of(probability)[1]


@register.filter
def percent(probability: float) -> str:
    """Write a probability (0 to 1) as percent."""
    whole = percent_of(probability)
    return f"{whole} %" if whole or not probability else "< 1 %"


@register.filter
def fact_word(code: str) -> str:
    """Word a fact that names tell; the code itself for one nobody worded."""
    return str(FACTS[code]) if code in FACTS else name_kind(code)


@register.filter
def fact_value(said: str, fact: str) -> str:
    """Word what a name says of a fact."""
    return value_of(fact, said)


@register.filter
def line_status(code: str) -> str:
    """Word what a line of a file or a copy would do; the code itself for one nobody worded."""
    return str(STATUSES[code][0]) if code in STATUSES else code


@register.filter
def line_tone(code: str) -> str:
    """Return the tone of the badge of such a line."""
    return STATUSES[code][1] if code in STATUSES else "idle"
