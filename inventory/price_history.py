"""How the asking price of a vehicle went: every change of it, and a small picture of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from accounts.models import Change, Dealer
from accounts.selectors import changes_of
from inventory.history import who_of
from inventory.models import Vehicle

MOST_STEPS = 100  # the newest
WIDTH, HEIGHT, MARGIN = 600, 140, 12  # of the picture, in its own units
_FEWEST = 2  # prices that make a picture


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceStep:
    """One change of the asking price in the dealer's currency; None = no price.

    `promotional`: a promotional price is asked after it. `difference` is None for a first price.
    """

    at: datetime
    who: str
    reason: str
    before: Decimal | None
    after: Decimal | None
    promotional: bool

    @property
    def difference(self) -> Decimal | None:
        """By how much the price rose; negative where it fell."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def distance(self) -> Decimal:
        """The difference without its sign."""
        return abs(self.difference or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChart:
    """The picture as SVG numbers: the line of steps, FIPE's height if it is known, the bounds."""

    path: str
    fipe_y: str
    lowest: Decimal
    highest: Decimal
    since: datetime
    width: int = WIDTH
    height: int = HEIGHT


def price_steps(vehicle: Vehicle, *, dealer: Dealer) -> list[PriceStep]:
    """Return the changes of the asking price, newest first, in one query.

    They are followed backwards from what is asked now, so that they end at the truth even where
    the history begins late.
    """
    told = Q(after__has_key="price") | Q(after__has_key="promotional_price")
    changes = changes_of(vehicle, dealer=dealer).filter(told)[:MOST_STEPS]
    now: dict[str, Decimal | None] = {
        "price": vehicle.price,
        "promotional_price": vehicle.promotional_price,
    }
    steps = []
    for change in changes:
        now = {**now, **_prices_in(change.after)}
        earlier = {**now, **dict.fromkeys(_prices_in(change.after)), **_prices_in(change.before)}
        if _asked(now) != _asked(earlier):
            steps.append(_step(change, before=_asked(earlier), now=now))
        now = earlier
    return steps


def price_chart(
    steps: Sequence[PriceStep], *, now: datetime, fipe: Decimal | None = None
) -> PriceChart | None:
    """Return the picture of these steps (newest first) up to now; None if there is none."""
    known = [step for step in reversed(steps) if step.after is not None]
    if len(known) < _FEWEST:
        return None
    prices = [step.after for step in known if step.after is not None]
    bounds = [*prices, fipe] if fipe is not None else prices
    lowest, highest = min(bounds), max(bounds)
    start, span = known[0].at, max((now - known[0].at).total_seconds(), 1)

    def x(at: datetime) -> str:
        share = min(1, max(0, (at - start).total_seconds() / span))
        return f"{MARGIN + share * (WIDTH - 2 * MARGIN):.1f}"

    def y(price: Decimal) -> str:
        share = float((price - lowest) / (highest - lowest)) if highest > lowest else 0.5
        return f"{HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN):.1f}"

    line = [f"M{x(start)} {y(prices[0])}"]
    line += [f"H{x(step.at)}V{y(price)}" for step, price in zip(known[1:], prices[1:], strict=True)]
    line.append(f"H{x(now)}")
    return PriceChart(
        path="".join(line),
        fipe_y=y(fipe) if fipe is not None else "",
        lowest=min(prices),
        highest=max(prices),
        since=start,
    )


def _asked(prices: Mapping[str, Decimal | None]) -> Decimal | None:
    return prices.get("promotional_price") or prices.get("price")


def _step(
    change: Change, *, before: Decimal | None, now: Mapping[str, Decimal | None]
) -> PriceStep:
    return PriceStep(
        at=change.at,
        who=who_of(change),
        reason=change.reason,
        before=before,
        after=_asked(now),
        promotional=bool(now.get("promotional_price")),
    )


def _prices_in(side: Mapping[str, Any]) -> dict[str, Decimal | None]:
    names = ("price", "promotional_price")
    return {name: _amount(side[name]) for name in names if name in side}


def _amount(kept: Any) -> Decimal | None:
    try:
        amount = Decimal(str(kept))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
