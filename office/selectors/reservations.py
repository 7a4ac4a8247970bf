"""Reservations by when they end: what runs out soon, and what should have ended already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from accounts.models import Dealer
from inventory.models import Reservation
from inventory.models.sale import ReservationState

SOON = timedelta(hours=48)
PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationCounts:
    """How many open reservations end within two days, and how many are past their end."""

    soon: int
    overdue: int


def reservation_counts(dealer: Dealer, *, now: datetime) -> ReservationCounts:
    """Count the reservations that need somebody, in one query."""
    found = (
        Reservation.objects.for_dealer(dealer)
        .filter(state=ReservationState.OPEN)
        .aggregate(
            soon=Count("id", filter=_due("soon", now=now)),
            overdue=Count("id", filter=_due("overdue", now=now)),
        )
    )
    return ReservationCounts(**found)


def reservation_page(
    dealer: Dealer, due: str, *, number: str | int | None, now: datetime
) -> Page[Reservation]:
    """Return a page of the open reservations, the first to end first, vehicles loaded."""
    found = Reservation.objects.for_dealer(dealer).filter(state=ReservationState.OPEN)
    found = found.filter(_due(due, now=now)).select_related("vehicle__version__model__brand")
    return Paginator(found.order_by("until", "id"), PER_PAGE).get_page(number)


def _due(due: str, *, now: datetime) -> Q:
    if due == "soon":
        return Q(until__gt=now, until__lte=now + SOON)
    if due == "overdue":
        return Q(until__lte=now)
    return Q()
