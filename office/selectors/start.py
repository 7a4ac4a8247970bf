"""What the start page counts: the stock, the ads, and what needs a person now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import Dealer
from inventory.models import Vehicle, VehicleState
from portals.models import PortalAccess
from portals.selectors.board import Summary, accesses_of, summary_of
from portals.selectors.problems import Group, groups_of

SHOWN = 6


@dataclass(slots=True, kw_only=True)
class StartPage:
    """The numbers of the start page. `stock` by state; `loose` counts what the stock lacks."""

    stock: list[tuple[str, object, int]]
    loose: dict[str, int]
    summary: Summary
    failed: list[Group]
    reduced: list[Group]
    stopped: list[PortalAccess] = field(default_factory=list)
    has_access: bool = False

    @property
    def all_well(self) -> bool:
        """Whether nothing needs a person."""
        return not (self.failed or self.reduced or self.stopped)


def start_page(dealer: Dealer, *, now: datetime) -> StartPage:
    """Return everything the start page shows, in a bounded number of queries."""
    vehicles = Vehicle.objects.for_dealer(dealer)
    counts = dict(
        vehicles.values_list("state").annotate(number=Count("id")).values_list("state", "number")
    )
    in_stock = vehicles.filter(
        state__in=(VehicleState.AVAILABLE, VehicleState.RESERVED, VehicleState.IN_PREPARATION)
    )
    loose = in_stock.aggregate(
        no_price=Count("id", filter=Q(price__isnull=True)),
        unplaced=Count("id", filter=Q(version__isnull=True)),
    )
    loose["no_photo"] = in_stock.filter(photos__isnull=True).count()
    failed, reduced = groups_of(dealer)
    accesses = accesses_of(dealer)
    return StartPage(
        stock=[
            (state.value, state.label, counts.get(state.value, 0))
            for state in VehicleState
            if state != VehicleState.ARCHIVED
        ],
        loose=loose,
        summary=summary_of(dealer, now=now),
        failed=failed[:SHOWN],
        reduced=reduced[:SHOWN],
        stopped=[each for each in accesses if each.is_stopped],
        has_access=bool(accesses),
    )
