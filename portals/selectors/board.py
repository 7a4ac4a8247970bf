"""What the publishing board shows: vehicles, accesses, one cell where they meet, and the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from accounts.models import Dealer
from inventory.finding import search_vehicles
from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from portals.ad_status import SOON, AdStatus, delivery_of, status_of
from portals.connectors.registry import traits_of
from portals.highlight_state import (
    RULE,
    HighlightState,
    highlight_choices,
    highlight_state,
    highlight_value,
)
from portals.models import Listing, Plan, PortalAccess
from portals.models.access import FailureMode
from portals.models.listing import Observed, Wanted
from portals.models.plan import PlanKind
from portals.wording import describe, describe_warning

PER_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What of the stock is wanted to be seen; '' and None = no restriction."""

    text: str = ""
    access_id: int | None = None
    show: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen for an ad at one access: plans for ads, and highlights by value.

    `lit` are the highlight plans by weight; `ruled`: a rule gives the highlights.
    """

    plans: Sequence[Plan]
    highlights: Sequence[tuple[str, object]]
    lit: Mapping[int, Plan]
    ruled: bool

    def __bool__(self) -> bool:
        return bool(self.plans or self.highlights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a vehicle and an access meet; without a listing nothing was ever wished there."""

    vehicle: Vehicle
    access: PortalAccess
    listing: Listing | None
    status: AdStatus | None
    delivery: object = ""
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()
    highlight: HighlightState | None = None
    choices: Choices | None = None

    @property
    def chosen_highlight(self) -> str:
        """What of the choices of highlights holds now."""
        ruled = self.choices is not None and self.choices.ruled
        if self.listing is None:
            return RULE if ruled else "0"
        return highlight_value(self.listing, ruled=ruled)

    @property
    def wanted(self) -> str:
        """The wish, `absent` without a listing."""
        return self.listing.wanted if self.listing else Wanted.ABSENT.value

    @property
    def may_publish(self) -> bool:
        """Whether the vehicle is in a state in which publishing makes sense."""
        return not self.vehicle.is_gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A vehicle with its cells, in the order of the accesses."""

    vehicle: Vehicle
    cells: Sequence[Cell]


@dataclass(slots=True, kw_only=True)
class Summary:
    """How the ads of a dealer stand. `wished` are all that anybody wants to be on a portal.

    `waiting` counts by failure mode, in words.
    """

    wished: int = 0
    live: int = 0
    pending: int = 0
    paused: int = 0
    refused: int = 0
    reduced: int = 0
    moving: int = 0
    waiting: Sequence[tuple[str, object, int]] = field(default_factory=list)


def accesses_of(dealer: Dealer) -> list[PortalAccess]:
    """Return the dealer's active accesses with their portals, in the order of the columns."""
    accesses = PortalAccess.objects.for_dealer(dealer).filter(is_active=True)
    return list(accesses.select_related("portal").order_by("portal__name", "id"))


def choices_of(access: PortalAccess) -> Choices:
    """Return what can be chosen at an access; its plans and rule should be loaded."""
    plans = [plan for plan in access.plans.all() if plan.retired_at is None]
    weights = traits_of(access.portal.slug).highlights
    rule = getattr(access, "highlight_rule", None)
    ruled = bool(weights) and rule is not None and rule.is_active
    return Choices(
        plans=[plan for plan in plans if plan.kind == PlanKind.AD],
        highlights=highlight_choices(plans, weights, ruled=ruled) if weights else (),
        lit={plan.weight: plan for plan in plans if plan.kind == PlanKind.HIGHLIGHT},
        ruled=ruled,
    )


def board_vehicles(dealer: Dealer, chosen: BoardFilter, *, now: datetime) -> QuerySet[Vehicle]:
    """Return the vehicles that the filter lets through: in stock, or gone but still on a portal."""
    # Lists of ids, made once by an index: asked vehicle by vehicle, SQLite looks through all ads of
    # the dealer's for each.
    listings = Listing.objects.for_dealer(dealer)
    if chosen.access_id is not None:
        listings = listings.filter(access=chosen.access_id)
    vehicles = search_vehicles(dealer, chosen.text)
    still_there = listings.exclude(state=Observed.ABSENT)
    vehicles = vehicles.filter(~Q(state__in=GONE) | Q(pk__in=still_there.values("vehicle")))
    if chosen.show == "none":
        return vehicles.exclude(pk__in=listings.exclude(wanted=Wanted.ABSENT).values("vehicle"))
    condition = _shown(chosen.show, now=now)
    if condition is None:
        return vehicles
    return vehicles.filter(pk__in=listings.filter(condition).values("vehicle"))


def _shown(show: str, *, now: datetime) -> Q | None:
    wished = ~Q(wanted=Wanted.ABSENT)
    simple: dict[str, Q] = {
        "live": Q(state=Observed.LIVE),
        "pending": Q(state=Observed.PENDING),
        "paused": Q(wanted=Wanted.PAUSED),
        "refused": Q(state=Observed.REFUSED) | Q(failure_mode=FailureMode.REFUSED),
        "reduced": Q(reduced=True),
        "moving": moving_condition(now=now),
        "problem": wished & ~Q(failure_mode=""),
    }
    if show in simple:
        return simple[show]
    return wished & Q(failure_mode=show) if show in FailureMode.values and show else None


def moving_condition(*, now: datetime) -> Q:
    """Return the condition of ads that something is being done about right now."""
    soon = now + SOON
    return (
        (~Q(claim="") | Q(due_at__lte=soon) | Q(state=Observed.PENDING, check_at__lte=soon))
        & Q(access__is_active=True, access__stock_enabled=True)
        & ~Q(access__failure_mode=FailureMode.CREDENTIALS)
    )


def board_page(
    dealer: Dealer, chosen: BoardFilter, *, number: str | int | None, now: datetime
) -> tuple[Page[Vehicle], list[Row], list[PortalAccess]]:
    """Return one page of the board: the page, its rows, and the accesses that are its columns."""
    accesses = accesses_of(dealer)
    columns = [a for a in accesses if chosen.access_id in (None, a.pk)]
    vehicles = board_vehicles(dealer, chosen, now=now).select_related("version__model__brand")
    page = Paginator(vehicles.order_by("-updated_at", "-id"), PER_PAGE).get_page(number)
    return page, rows_of(dealer, list(page.object_list), columns, now=now), accesses


def rows_of(
    dealer: Dealer,
    vehicles: Sequence[Vehicle],
    accesses: Sequence[PortalAccess],
    *,
    now: datetime,
) -> list[Row]:
    """Return the rows of these vehicles, with three queries for all cells."""
    listings = Listing.objects.for_dealer(dealer).filter(vehicle__in=vehicles, access__in=accesses)
    found = {
        (each.vehicle_id, each.access_id): each
        for each in listings.select_related("plan", "slot_highlight")
    }
    prefetch_related_objects(list(accesses), "plans", "highlight_rule")
    choices = {access.pk: choices_of(access) for access in accesses}
    return [
        Row(
            vehicle=vehicle,
            cells=[
                cell_of(
                    vehicle,
                    access,
                    found.get((vehicle.pk, access.pk)),
                    choices=choices[access.pk],
                    now=now,
                )
                for access in accesses
            ],
        )
        for vehicle in vehicles
    ]


def cell_of(
    vehicle: Vehicle,
    access: PortalAccess,
    listing: Listing | None,
    *,
    choices: Choices,
    now: datetime,
) -> Cell:
    """Return the cell with everything in words."""
    if listing is None:
        return Cell(vehicle=vehicle, access=access, listing=None, status=None, choices=choices)
    listing.vehicle, listing.access = vehicle, access
    state = highlight_state(listing, choices.lit)
    return Cell(
        vehicle=vehicle,
        access=access,
        listing=listing,
        status=status_of(listing, now=now),
        delivery=delivery_of(listing, now=now),
        problems=[describe(problem) for problem in listing.problems],
        warnings=[describe_warning(warning) for warning in _other_warnings(listing, state)],
        highlight=state,
        choices=choices,
    )


def _other_warnings(listing: Listing, state: HighlightState | None) -> list[dict[str, object]]:
    """Return the warnings without the one that is said where asked stands beside granted."""
    said = "highlight_denied" if state is not None else ""
    return [warning for warning in listing.warnings if warning.get("kind") != said]


def ad_counts(dealer: Dealer, *, now: datetime) -> Summary:
    """Count the dealer's ads by how they stand, without the failure modes; one query."""
    counts = Listing.objects.for_dealer(dealer).aggregate(
        wished=Count("id", filter=~Q(wanted=Wanted.ABSENT)),
        live=Count("id", filter=Q(state=Observed.LIVE)),
        pending=Count("id", filter=Q(state=Observed.PENDING)),
        paused=Count("id", filter=Q(wanted=Wanted.PAUSED)),
        refused=Count("id", filter=_shown("refused", now=now)),
        reduced=Count("id", filter=Q(reduced=True)),
        moving=Count("id", filter=moving_condition(now=now)),
    )
    return Summary(**counts)


def summary_of(dealer: Dealer, *, now: datetime) -> Summary:
    """Count the dealer's ads by how they stand, in two queries."""
    listings = Listing.objects.for_dealer(dealer)
    wished = ~Q(wanted=Wanted.ABSENT)
    summary = ad_counts(dealer, now=now)
    modes = (listings.filter(wished).exclude(failure_mode="").values_list("failure_mode")).annotate(
        number=Count("id")
    )
    summary.waiting = [
        (mode, FailureMode(mode).label, number) for mode, number in modes.order_by("failure_mode")
    ]
    return summary
