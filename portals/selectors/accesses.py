"""What the pages of the accesses show: accounts, plans as bars, counts, the last exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Dealer
from portals.connectors.registry import CONNECTORS
from portals.models import Attempt, CatalogueEntry, Plan, Portal, PortalAccess
from portals.models.listing import Observed, Wanted

ATTEMPTS = 20
NEARLY_FULL = 90  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBar:
    """A plan with how full it is. `percent` is of the total, None without a known limit."""

    plan: Plan
    used: int
    percent: int | None

    @property
    def is_full(self) -> bool:
        """Whether no slot is left."""
        return self.plan.total is not None and self.used >= self.plan.total


def accesses_with_counts(dealer: Dealer) -> QuerySet[PortalAccess]:
    """Return the dealer's accesses with `live`, `failed` and `reduced` counts of their ads."""
    wished = ~Q(listings__wanted=Wanted.ABSENT)
    return (
        PortalAccess.objects.for_dealer(dealer)
        .select_related("portal")
        .annotate(
            live=Count("listings", filter=Q(listings__state=Observed.LIVE)),
            failed=Count("listings", filter=wished & ~Q(listings__failure_mode="")),
            reduced=Count("listings", filter=Q(listings__reduced=True)),
        )
        .order_by("portal__name", "id")
    )


def portals_to_connect(dealer: Dealer) -> QuerySet[Portal]:
    """Return the portals the dealer has no access to yet, of those we can speak to."""
    return Portal.objects.filter(is_active=True, slug__in=CONNECTORS).exclude(
        accesses__dealer=dealer
    )


def plan_bars(access: PortalAccess) -> list[PlanBar]:
    """Return the plans in use with how full they are, by the larger of both counts."""
    return [_bar(plan) for plan in access.plans.filter(retired_at__isnull=True)]


def nearly_full_plans(dealer: Dealer) -> list[PlanBar]:
    """Return the plans of active accesses with less than a tenth left, fullest first; one query."""
    plans = Plan.objects.for_dealer(dealer).filter(
        retired_at__isnull=True, released=True, total__gt=0, access__is_active=True
    )
    bars = [_bar(plan) for plan in plans.select_related("access__portal")]
    full = [bar for bar in bars if bar.used * 100 >= NEARLY_FULL * (bar.plan.total or 0)]
    return sorted(full, key=lambda bar: (-(bar.percent or 0), bar.plan.pk))


def _bar(plan: Plan) -> PlanBar:
    used = max(plan.published, plan.reserved)
    percent = None if not plan.total else min(100, round(100 * used / plan.total))
    return PlanBar(plan=plan, used=used, percent=percent)


def last_attempts(access: PortalAccess) -> Sequence[Attempt]:
    """Return the last exchanges with the portal, newest first; they are redacted already."""
    return list(access.attempts.select_related("listing__vehicle")[:ATTEMPTS])


def catalogue_counts(access: PortalAccess) -> list[tuple[str, int]]:
    """Return how many names of each kind the portal's catalogue holds here."""
    entries = CatalogueEntry.objects.filter(
        portal=access.portal_id, environment=access.environment, retired_at__isnull=True
    )
    rows = entries.values_list("kind").annotate(number=Count("id")).order_by("-number")
    return [(kind, number) for kind, number in rows]
