"""What the page of plans and highlights shows: slots as bars, and who waits for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Dealer
from portals.connectors.registry import traits_of
from portals.models import HighlightRule, Listing, Plan, PortalAccess
from portals.models.listing import Observed
from portals.models.plan import PlanKind
from portals.selectors.plan_queues import queue_of

SHOWN = 10  # of a queue


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan with its numbers. Used, free and percentage are the portal's own; `ours` is what we
    count, `difference` by how many the portal counts more, None where the two cannot be compared.
    `queue` are the first of those who wait, `waiting` is how many do."""

    plan: Plan
    ours: int
    difference: int | None
    queue: Sequence[Listing]
    waiting: int

    @property
    def percent(self) -> int | None:
        """How full it is, at most 100; None without a known limit."""
        if self.plan.total is None:
            return None
        if not self.plan.total:
            return 100
        return min(100, round(100 * self.plan.published / self.plan.total))

    @property
    def is_full(self) -> bool:
        """Whether the portal says that no slot is left."""
        return self.plan.available == 0

    @property
    def unseen(self) -> int:
        """How many more wait than are listed."""
        return self.waiting - len(self.queue)

    @property
    def over(self) -> int:
        """How many more the portal counts than we do."""
        return max(0, self.difference or 0)

    @property
    def under(self) -> int:
        """How many fewer the portal counts than we do."""
        return max(0, -(self.difference or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlans:
    """One portal account with its plans and, where it has highlights we can give, its rule.

    `loose` are ads on the portal for which no plan was chosen.
    """

    access: PortalAccess
    lines: Sequence[PlanLine]
    loose: int
    has_highlights: bool
    rule: HighlightRule | None


def plans_of(dealer: Dealer) -> list[AccountPlans]:
    """Return every active access with its plans; two queries a plan, three for all accesses."""
    accesses = (
        PortalAccess.objects.for_dealer(dealer)
        .filter(is_active=True)
        .select_related("portal", "highlight_rule")
        .prefetch_related("plans")
        .annotate(loose=Count("listings", filter=_loose()))
        .order_by("portal__name", "id")
    )
    return [_account(access) for access in accesses]


def _loose() -> Q:
    there = Q(listings__state__in=(Observed.LIVE, Observed.PENDING))
    return there & Q(listings__slot_plan__isnull=True)


def _account(access: PortalAccess) -> AccountPlans:
    loose: int = access.loose  # type: ignore[attr-defined]
    plans = [plan for plan in access.plans.all() if plan.retired_at is None]
    plans.sort(key=lambda plan: (plan.kind, -plan.weight, plan.pk))
    ads = sum(plan.kind == PlanKind.AD for plan in plans)
    return AccountPlans(
        access=access,
        lines=[_line(plan, loose=loose, alone=ads == 1) for plan in plans],
        loose=loose if ads > 1 else 0,
        has_highlights=bool(traits_of(access.portal.slug).highlights),
        rule=getattr(access, "highlight_rule", None),
    )


def _line(plan: Plan, *, loose: int, alone: bool) -> PlanLine:
    """`alone`: the only plan for ads, so that all ads without a chosen one are in it."""
    waiting = queue_of(plan)
    is_ad = plan.kind == PlanKind.AD
    more = loose if is_ad and alone else 0
    known = plan.fetched_at is not None and (not is_ad or alone or not loose)
    return PlanLine(
        plan=plan,
        ours=plan.reserved + more,
        difference=plan.difference - more if known else None,
        queue=list(waiting.select_related("vehicle__version__model__brand")[:SHOWN]),
        waiting=waiting.count(),
    )
