"""What stands at the dealers right now and is worth telling: one query per kind, for all of them.

Several faults with one cause are one condition: a portal that is down is one per account, however
many ads wait behind it, and ads with problems are one per account and who must act.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from inventory.models import Reservation
from inventory.models.sale import ReservationState
from office.models.notice import NoticeKind
from portals.models import CatalogueTouch, Departure, Listing, Plan, PortalAccess
from portals.models.access import FailureMode
from portals.models.departure import DepartureEnd
from portals.models.listing import Observed, Wanted
from portals.models.snapshots import Effect
from portals.services.housekeeping import portals_down

PATIENCE = timedelta(minutes=5)  # a portal that comes back sooner was not down
PASSING = (FailureMode.NONE, FailureMode.TRANSIENT, FailureMode.THROTTLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that stands at a dealer. `since` is when it began, where that is known."""

    dealer_id: int
    kind: str
    subject: str = ""
    since: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, str]:
        """By what it is known again."""
        return self.dealer_id, self.kind, self.subject


def conditions(now: datetime) -> Iterator[Condition]:
    """Yield everything that stands at any active dealer, in few queries for all of them."""
    yield from _stopped()
    yield from _down(now)
    yield from _late()
    yield from _ads()
    yield from _plans()
    yield from _names()
    yield from _overdue(now)


def _stopped() -> Iterator[Condition]:
    rows = PortalAccess.objects.filter(is_active=True, dealer__is_active=True)
    rows = rows.exclude(failure_mode__in=PASSING).select_related("portal")
    for access in rows:
        yield Condition(
            dealer_id=access.dealer_id,
            kind=NoticeKind.STOPPED,
            subject=str(access.pk),
            since=access.failed_at,
            facts={"portal": access.portal.name, "mode": access.failure_mode},
        )


def _down(now: datetime) -> Iterator[Condition]:
    for access, since in portals_down(before=now - PATIENCE):
        yield Condition(
            dealer_id=access.dealer_id,
            kind=NoticeKind.DOWN,
            subject=str(access.pk),
            since=since,
            facts={"portal": access.portal.name},
        )


def _late() -> Iterator[Condition]:
    """Yield dealers with ads that must be gone and still show after the dealer's time for it."""
    rows = Departure.objects.filter(end=DepartureEnd.OPEN, alarmed_at__isnull=False)
    rows = rows.filter(dealer__is_active=True).order_by()
    for row in rows.values("dealer").annotate(number=Count("id")):
        yield Condition(
            dealer_id=row["dealer"], kind=NoticeKind.LATE, facts={"number": row["number"]}
        )


def _ads() -> Iterator[Condition]:
    """Yield accounts with ads that wait for a person, by who must act."""
    rows = Listing.objects.exclude(failure_mode__in=PASSING).exclude(
        wanted=Wanted.ABSENT, state=Observed.ABSENT
    )
    rows = rows.filter(dealer__is_active=True, access__is_active=True).order_by()
    counted = rows.values("dealer", "access", "access__portal__name", "failure_mode")
    for row in counted.annotate(number=Count("id")):
        yield Condition(
            dealer_id=row["dealer"],
            kind=NoticeKind.ADS,
            subject=f"{row['access']}:{row['failure_mode']}",
            facts={
                "portal": row["access__portal__name"],
                "mode": row["failure_mode"],
                "number": row["number"],
            },
        )


def _plans() -> Iterator[Condition]:
    rows = Plan.objects.filter(
        retired_at__isnull=True,
        released=True,
        total__gt=0,
        access__is_active=True,
        dealer__is_active=True,
    )
    full = rows.filter(total__lte=F("published") + F("reserved") - F("counted"))
    for plan in full.select_related("access__portal"):
        yield Condition(
            dealer_id=plan.dealer_id,
            kind=NoticeKind.PLAN,
            subject=str(plan.pk),
            facts={
                "portal": plan.access.portal.name,
                "plan": plan.name,
                "total": plan.total,
                "access": plan.access_id,
            },
        )


def _names() -> Iterator[Condition]:
    """Yield dealers with live ads that lost a name by a change of a portal's catalogue."""
    touches = CatalogueTouch.objects.filter(
        effect=Effect.FAILS,
        listing__state=Observed.LIVE,
        listing__failure_mode=FailureMode.MAPPING,
        dealer__is_active=True,
    )
    rows = touches.order_by().values("dealer").annotate(number=Count("listing", distinct=True))
    for row in rows:
        yield Condition(
            dealer_id=row["dealer"], kind=NoticeKind.NAMES, facts={"number": row["number"]}
        )


def _overdue(now: datetime) -> Iterator[Condition]:
    rows = Reservation.objects.filter(Q(until__lte=now), state=ReservationState.OPEN)
    rows = rows.filter(dealer__is_active=True).order_by()
    for row in rows.values("dealer").annotate(number=Count("id")):
        yield Condition(
            dealer_id=row["dealer"], kind=NoticeKind.OVERDUE, facts={"number": row["number"]}
        )
