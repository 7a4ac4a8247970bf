"""Formats of money, distances and moments, as templates write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SYMBOLS = {"BRL": "R$", "EUR": "€"}


@register.filter
def money(value: Decimal | float | None, currency: str = "BRL") -> SafeString:
    """Write an amount, e.g. R$ 45.990,00 with a no-break space; an em dash for none."""
    if value is None or value == "":
        return mark_safe("—")
    text = number_format(value, decimal_pos=2, force_grouping=True)
    symbol = _SYMBOLS.get(currency) or escape(currency)  # an unknown one was typed by somebody
    return mark_safe(f"{symbol}\N{NO-BREAK SPACE}{text}")  # noqa: S308


@register.filter
def kilometres(value: int | str | None) -> SafeString:
    """Write a distance, e.g. 45.000 km; an em dash for none."""
    if value is None or value == "":
        return mark_safe("—")
    text = number_format(value, decimal_pos=0, force_grouping=True)
    return mark_safe(f"{text}\N{NO-BREAK SPACE}km")  # noqa: S308


@register.filter
def duration(seconds: int) -> str:
    """Write a length of time in its two largest units, e.g. 2 h 5 min."""
    if seconds < _MINUTE:
        return _("%(seconds)s s") % {"seconds": max(0, seconds)}
    if seconds < _HOUR:
        return _("%(minutes)s min") % {"minutes": seconds // _MINUTE}
    if seconds < _DAY:
        hours, rest = divmod(seconds, _HOUR)
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest // _MINUTE}
    days, rest = divmod(seconds, _DAY)
    return _("%(days)s d %(hours)s h") % {"days": days, "hours": rest // _HOUR}


@register.filter
def plain(value: object) -> str:
    """Write a value as it is, without the language's grouping: ids, years, what goes into URLs."""
    return "" if value is None else str(value)


@register.filter
def at(mapping: Mapping[object, object], key: object) -> object:
    """Look a key up, nothing if it is not there."""
    return mapping.get(key) if mapping else None
