"""Formats of money, distances and moments, as templates write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
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
def plain(value: object) -> str:
    """Write a value as it is, without the language's grouping: ids, years, what goes into URLs."""
    return "" if value is None else str(value)


@register.filter
def at(mapping: Mapping[object, object], key: object) -> object:
    """Look a key up, nothing if it is not there."""
    return mapping.get(key) if mapping else None
