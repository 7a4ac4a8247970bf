"""What the start page shows: what needs a person now, and how stock and ads stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Dealer
from inventory.models import Vehicle, VehicleState
from inventory.selectors import days_in_stock
from office.selectors.figures import (
    SalesPace,
    StockFigures,
    oldest_vehicles,
    sales_pace,
    stock_figures,
)
from office.selectors.needs import Need, Step, first_steps, needs_of
from office.selectors.reservations import reservation_counts
from portals.selectors.accesses import nearly_full_plans
from portals.selectors.board import Summary, accesses_of, ad_counts
from portals.selectors.departures import late_departures
from portals.selectors.mappings import gaps_of
from portals.selectors.problems import groups_of
from portals.selectors.radar import causes_of

IN_STOCK = (VehicleState.AVAILABLE, VehicleState.RESERVED, VehicleState.IN_PREPARATION)


@dataclass(slots=True, kw_only=True)
class StartPage:
    """Everything on the start page. `stock` counts by state; `steps` are for a new store only."""

    needs: Sequence[Need]
    steps: Sequence[Step]
    stock: Sequence[tuple[str, object, int]]
    figures: StockFigures
    ads: Summary
    pace: SalesPace
    oldest: Sequence[Vehicle] = field(default_factory=list)

    @property
    def all_well(self) -> bool:
        """Whether nothing needs a person."""
        return not self.needs


def start_page(dealer: Dealer, *, now: datetime, manages: bool) -> StartPage:
    """Return everything the start page shows, in a number of queries that never grows.

    Names without a counterpart, or that lost it, are for those who may decide on them (`manages`).
    """
    figures = stock_figures(dealer, now=now)
    ads = ad_counts(dealer, now=now)
    accesses = accesses_of(dealer)
    decides = manages and bool(accesses)
    failed, reduced = groups_of(dealer)
    oldest = oldest_vehicles(dealer)
    for vehicle in oldest:
        vehicle.days_in_stock = days_in_stock(vehicle, now=now)  # type: ignore[attr-defined]
    return StartPage(
        needs=needs_of(
            figures=figures,
            accesses=accesses,
            failed=failed,
            reduced=reduced,
            plans=nearly_full_plans(dealer),
            reservations=reservation_counts(dealer, now=now),
            late=late_departures(dealer, now=now).count(),
            gaps=len(gaps_of(dealer)) if decides else 0,
            unnamed=sum(cause.live for cause in causes_of(dealer)) if decides else 0,
            manages=manages,
        ),
        steps=first_steps(figures=figures, ads=ads, has_access=bool(accesses)),
        stock=[(state.value, state.label, figures.states[state]) for state in IN_STOCK],
        figures=figures,
        ads=ads,
        pace=sales_pace(dealer, now=now),
        oldest=oldest,
    )
