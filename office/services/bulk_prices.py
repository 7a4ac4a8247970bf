"""Arithmetic of bulk prices: a change by amount or percent, then a rounding dealers use."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

_CENT = Decimal("0.01")
_HALF = Decimal("0.5")


class Mode(models.TextChoices):
    """How the new price is found."""

    PERCENT = "percent", _("by percent")
    AMOUNT = "amount", _("by amount")


class Rounding(models.TextChoices):
    """To what a new price is rounded; "ends in" takes the nearest price with that ending."""

    NONE = "none", _("to cents")
    ONE = "1", _("to 1")
    TEN = "10", _("to 10")
    HUNDRED = "100", _("to 100")
    THOUSAND = "1000", _("to 1,000")
    ENDS_CENTS_90 = "ends_0.90", _("ending in .90")
    ENDS_90 = "ends_90", _("ending in 90")
    ENDS_900 = "ends_900", _("ending in 900")
    ENDS_990 = "ends_990", _("ending in 990")


# The ending, and after how much it comes again.
_ENDINGS = {
    Rounding.ENDS_CENTS_90: (Decimal("0.90"), Decimal(1)),
    Rounding.ENDS_90: (Decimal(90), Decimal(100)),
    Rounding.ENDS_900: (Decimal(900), Decimal(1000)),
    Rounding.ENDS_990: (Decimal(990), Decimal(1000)),
}


def new_price(price: Decimal, *, mode: str, value: Decimal, rounding: str) -> Decimal:
    """Return the price after the change, rounded half up; it may be zero or less."""
    if mode == Mode.PERCENT:
        changed = price * (100 + value) / 100
    else:
        changed = price + value
    return _rounded(changed, Rounding(rounding)).quantize(_CENT, ROUND_HALF_UP)


def _rounded(price: Decimal, rounding: Rounding) -> Decimal:
    if rounding == Rounding.NONE:
        return price
    ending, step = _ENDINGS.get(rounding, (Decimal(0), None))
    step = step or Decimal(rounding.value)
    # Half up also below zero: a small price takes the ending above it.
    steps = ((price - ending) / step + _HALF).to_integral_value(ROUND_FLOOR)
    return steps * step + ending
