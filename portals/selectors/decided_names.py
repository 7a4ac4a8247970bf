"""What was decided about names, as one dealer sees it: its own decisions and those for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Dealer
from inventory.finding import words_of
from portals.models import Mapping, MappingBatch, PortalAccess
from portals.models.decisions import BatchKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedFilter:
    """Which decisions are shown; `whose` "own", "all" (everyone's) or both."""

    text: str = ""
    access: PortalAccess | None = None
    kind: str = ""
    origin: str = ""
    whose: str = ""


def decisions_of(dealer: Dealer) -> QuerySet[Mapping]:
    """Return the decisions that count for a dealer at its portals, newest first."""
    places = PortalAccess.objects.for_dealer(dealer).values_list("portal_id", "environment")
    seen = Q(dealer=dealer)
    for portal_id, environment in places:
        seen |= Q(dealer__isnull=True, portal=portal_id, environment=environment)
    rows = Mapping.objects.filter(seen)
    return rows.select_related("portal", "entry__parent__parent", "decided_by").order_by(
        "-decided_at", "-id"
    )


def narrowed(rows: QuerySet[Mapping], wanted: DecidedFilter) -> QuerySet[Mapping]:
    """Return the decisions that a filter lets through."""
    if wanted.access is not None:
        rows = rows.filter(portal=wanted.access.portal_id, environment=wanted.access.environment)
    for column in ("kind", "origin"):
        value = getattr(wanted, column)
        if value:
            rows = rows.filter(**{column: value})
    if wanted.whose:
        rows = rows.filter(dealer__isnull=wanted.whose == "all")
    for word in words_of(wanted.text):
        rows = rows.filter(Q(source_key__icontains=word) | Q(entry__folded__contains=word))
    return rows


def batches_of(dealer: Dealer) -> QuerySet[MappingBatch]:
    """Return what was decided for a dealer in one go, newest first, with `step_count`."""
    rows = MappingBatch.objects.filter(dealer=dealer)
    rows = rows.select_related("portal", "made_by", "undone_by")
    return rows.annotate(step_count=Count("steps")).order_by("-made_at", "-id")


def larger_batches_of(dealer: Dealer) -> QuerySet[MappingBatch]:
    """Return the batches of more than a single decision by hand."""
    return batches_of(dealer).exclude(kind=BatchKind.DECISION)
