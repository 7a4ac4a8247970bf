"""What a rule for highlights goes by: the ads of an account with what the criterion looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from inventory.fipe_prices import FipePrice, fipe_prices_of
from portals.connectors.registry import traits_of
from portals.models import Listing, PortalAccess
from portals.models.access import FailureMode
from portals.models.listing import HighlightOrigin, Observed, Wanted
from portals.services.highlight_plan import Candidate
from portals.services.next_step import effective
from portals.services.plan_slots import highlight_plans

LEAD_DAYS = 30  # for which leads are counted
DAY = timedelta(days=1)
_PASSES = ("", FailureMode.TRANSIENT, FailureMode.THROTTLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The ads of an access with what is known of them, and the slots there are, by weight."""

    listings: Mapping[int, Listing]
    candidates: tuple[Candidate, ...]
    slots: Mapping[int, int]


def read_facts(access: PortalAccess, criterion: str, *, now: datetime) -> Facts:
    """Read in three queries what the rule decides by; `access.portal` and `dealer` as well."""
    rows = list(_rows(access, now=now))
    fipe = fipe_prices_of([row.vehicle for row in rows]) if criterion == "fipe" else {}
    score = _SCORES[criterion]
    moment = _Moment(slug=access.portal.slug, now=now, fipe=fipe)
    pauses = traits_of(access.portal.slug).pause != "withdraw"
    keeps = access.dealer.reservation_keeps_ads
    candidates = tuple(
        Candidate(
            listing_id=row.pk,
            score=score(row, moment),
            highlight=row.highlight,
            by_hand=is_by_hand(row),
            shown=_is_shown(row, keeps_ads=keeps, can_pause=pauses),
            days=(now - (row.highlighted_at or now)) / DAY,
        )
        for row in rows
    )
    return Facts(
        listings={row.pk: row for row in rows}, candidates=candidates, slots=slots_of(access.pk)
    )


def slots_of(access_id: int) -> dict[int, int]:
    """Return how many highlights of each weight are ours to give, the highest weight first.

    What the portal counts beyond ours is somebody else's; one without known total or that is not
    released gives none.
    """
    return {
        weight: max(0, plan.total - max(0, plan.difference)) if plan.released else 0
        for weight, plan in sorted(highlight_plans(access_id).items(), reverse=True)
        if plan.total is not None
    }


def is_by_hand(row: Listing) -> bool:
    """Whether a person said which highlight the ad has, or that it has none."""
    if row.highlight_origin == HighlightOrigin.OPEN:
        return row.highlight > 0
    return row.highlight_origin == HighlightOrigin.HAND


def _rows(access: PortalAccess, *, now: datetime) -> QuerySet[Listing]:
    # The leads' room lies above this one: what it keeps of a vehicle is only counted, by its name.
    recent = Q(
        vehicle__leads__source=access.portal.slug,
        vehicle__leads__received_at__gt=now - timedelta(days=LEAD_DAYS),
    )
    wished = ~Q(wanted=Wanted.ABSENT) | Q(highlight__gt=0)
    rows = Listing.objects.for_dealer(access.dealer_id).filter(wished, access=access)
    counted = rows.annotate(lead_count=Count("vehicle__leads", filter=recent))
    return counted.select_related("vehicle__version__model__brand").order_by("pk")


def _is_shown(row: Listing, *, keeps_ads: bool, can_pause: bool) -> bool:
    desired = effective(
        row.wanted, row.vehicle.state, reservation_keeps_ads=keeps_ads, can_pause=can_pause
    )
    if desired != Wanted.LIVE:
        return False
    return row.state in (Observed.LIVE, Observed.PENDING) or row.failure_mode in _PASSES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    slug: str
    now: datetime
    fipe: Mapping[int, FipePrice]


def _days_in_stock(row: Listing, moment: _Moment) -> float:
    return (moment.now - (row.vehicle.available_at or row.vehicle.created_at)) / DAY


def _margin(row: Listing, moment: _Moment) -> float | None:
    price, cost = row.vehicle.price_for(moment.slug), row.vehicle.cost
    return None if price is None or cost is None else float(price - cost)


def _below_fipe(row: Listing, moment: _Moment) -> float | None:
    found = moment.fipe.get(row.vehicle_id)
    return None if found is None or found.percent is None else float(-found.percent)


def _price(row: Listing, moment: _Moment) -> float | None:
    price: Decimal | None = row.vehicle.price_for(moment.slug)
    return None if price is None else float(price)


def _days_unlit(row: Listing, moment: _Moment) -> float:
    if row.highlight:
        return 0.0
    if row.unlit_at is None:
        return _days_in_stock(row, moment)
    return (moment.now - row.unlit_at) / DAY


_SCORES: Mapping[str, Callable[[Listing, _Moment], float | None]] = {
    "oldest": _days_in_stock,
    "newest": lambda row, moment: -_days_in_stock(row, moment),
    "margin": _margin,
    "fipe": _below_fipe,
    "leads": lambda row, _: -float(row.lead_count),  # type: ignore[attr-defined]
    "price": _price,
    "unlit": _days_unlit,
}
