"""Who waits for a slot of a plan, and in which order."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portals.models import Listing, Plan
from portals.models.plan import PlanKind

FIRST = ("wished_at", "id")  # whoever wished it first


def queue_of(plan: Plan) -> QuerySet[Listing]:
    """Return who waits for a slot of this plan, first come first; called ones are still in it.

    Ads without a chosen plan wait for a slot of any.
    """
    wished = wished_live(plan.access_id)
    if plan.kind == PlanKind.HIGHLIGHT:
        return waiting_for(plan, wished).order_by(*FIRST)
    own = Q(plan=plan, slot_plan__isnull=True) | Q(plan__isnull=True)
    return wished.filter(own, failure_mode="plan").order_by(*FIRST)


def wished_live(access_id: int) -> QuerySet[Listing]:
    """Return the ads of an access that are wished live and may be."""
    return Listing.objects.filter(
        access_id=access_id, wanted="live", vehicle__state__in=("available", "reserved")
    )


def waiting_for(plan: Plan, wished: QuerySet[Listing]) -> QuerySet[Listing]:
    """Return those of the ads that wish a slot of this very plan and hold none."""
    if plan.kind == PlanKind.HIGHLIGHT:
        # Only who is there and well can use it at once; the others ask when their turn comes.
        there = wished.filter(state__in=("live", "pending"), failure_mode="")
        return there.filter(highlight=plan.weight, slot_highlight__isnull=True)
    return wished.filter(plan=plan, slot_plan__isnull=True, failure_mode="plan")
