"""Slots of plans: taken by conditional UPDATE, never overrun; freed ones go to the next in line.

A slot is free if it is by our own count and by the portal's: what else the dealer has there counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from portals.models import HighlightRule, Listing, Plan
from portals.models.listing import Cause
from portals.models.plan import PlanKind
from portals.selectors.plan_queues import FIRST, waiting_for, wished_live
from portals.services.marking import because, mark_due


def highlight_plans(access_id: int) -> dict[int, Plan]:
    """Return the highlight plans of an access by weight."""
    plans = Plan.objects.filter(
        access_id=access_id, kind=PlanKind.HIGHLIGHT, retired_at__isnull=True
    )
    return {plan.weight: plan for plan in plans}


def take_slot(plan_id: int, *, lease_owner: str | None = None) -> bool:
    """Reserve a slot; False when the plan is full. A plan without known total never is.

    With `lease_owner` only while that drain holds the access, so that one that was paused and is
    no longer the sender takes nothing away.
    """
    known = Q(reserved__lt=F("total")) & Q(total__gt=F("published") + F("reserved") - F("counted"))
    free = Q(total__isnull=True) | known
    plans = Plan.objects.filter(free, pk=plan_id)
    if lease_owner is not None:
        plans = plans.filter(access__lease_owner=lease_owner)
    return bool(plans.update(reserved=F("reserved") + 1))


def room_in(plan: Plan) -> int | None:
    """Return how many slots could be taken now; None without a known limit."""
    return None if plan.total is None else max(0, plan.total - max(plan.reserved, plan.used))


def free_slot(plan_id: int) -> None:
    """Give a slot back."""
    Plan.objects.filter(pk=plan_id, reserved__gt=0).update(reserved=F("reserved") - 1)


def offer_freed(plan_ids: Sequence[int], *, now: datetime) -> int:
    """Mark the next in line as due, one for each freed slot (a plan may stand there twice).

    Returns how many.
    """
    marked = 0
    if not plan_ids:
        return marked
    freed = Counter(plan_ids)
    # Whoever the rule would give the slot to need not wait for its hour.
    lit = Plan.objects.filter(pk__in=freed, kind=PlanKind.HIGHLIGHT)
    HighlightRule.objects.filter(access__in=lit.values("access"), is_active=True).update(due_at=now)
    for plan in Plan.objects.filter(pk__in=freed):
        waiting = _in_line(plan).order_by(*FIRST).values_list("id", flat=True)
        marked += mark_due(list(waiting[: freed[plan.pk]]), now=now, why=because(Cause.PLAN))
    return marked


def offer_free(access_id: int, *, now: datetime) -> int:
    """After plans were read: mark as many waiting listings as there are free slots, in line."""
    marked = 0
    for plan in Plan.objects.filter(access_id=access_id, retired_at__isnull=True):
        waiting = _in_line(plan).order_by(*FIRST).values_list("id", flat=True)
        marked += mark_due(list(waiting[: room_in(plan)]), now=now, why=because(Cause.PLAN))
        if plan.kind == PlanKind.AD:
            unheld = None if plan.total is None else max(0, plan.total - plan.published)
            anywhere = _turned_away(access_id).order_by(*FIRST)
            ids = list(anywhere.values_list("id", flat=True)[:unheld])
            marked += mark_due(ids, now=now, why=because(Cause.PLAN))
    return marked


def _turned_away(access_id: int) -> QuerySet[Listing]:
    """Return the ads without a chosen plan for which the portal itself said that none is free."""
    return _wishing(access_id).filter(plan__isnull=True, failure_mode="plan")


def _wishing(access_id: int) -> QuerySet[Listing]:
    # What is in hand just now was decided before the slot was there: it is called once more.
    return wished_live(access_id).filter(Q(due_at__isnull=True) | ~Q(claim=""))


def _in_line(plan: Plan) -> QuerySet[Listing]:
    """Return the listings that wish a slot of this plan, hold none and are not called yet."""
    return waiting_for(plan, _wishing(plan.access_id))
