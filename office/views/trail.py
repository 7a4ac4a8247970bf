"""Why a vehicle is on a portal as it is: everything that led there, newest first."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page, manages
from inventory.history import who_of
from office.selectors.trail import Step, Trail, price_origin, trail_page
from office.trail_words import ENDS, outcome_word, step_word
from portals.ad_status import delivery_of, status_of
from portals.models import Listing
from portals.wording import describe, describe_warning


@require_safe
@dealer_page
def trail(request: DealerRequest, pk: int, access_pk: int) -> HttpResponse:
    """Show what the portal holds of a vehicle, and step by step how that came to be."""
    listings = Listing.objects.for_dealer(request.dealer).select_related(
        "vehicle__version__model__brand", "access__portal"
    )
    listing = get_object_or_404(listings, vehicle=pk, access=access_pk)
    now, may_manage = timezone.now(), manages(request)
    found: Trail = trail_page(
        listing,
        dealer=request.dealer,
        cursor=request.GET.get("older", ""),
        hides_cost=not may_manage,
    )
    origin = price_origin(listing, dealer=request.dealer)
    shown = {step.act.change.pk for step in found.steps if step.act is not None}
    context = {
        "price_origin": origin,
        "price_by": who_of(origin) if origin is not None else "",
        "shown": shown,
        "listing": listing,
        "vehicle": listing.vehicle,
        "status": status_of(listing, now=now),
        "delivery": delivery_of(listing, now=now),
        "price": _price(listing),
        "problems": [describe(each) for each in listing.problems],
        "warnings": [describe_warning(each) for each in listing.warnings],
        "steps": [_told(step) for step in found.steps],
        "older": found.older,
        "continued": bool(request.GET.get("older")),
        "manages": may_manage,
        "attempt_days": settings.ATTEMPT_DAYS,
    }
    return render(request, "office/trail.html", context)


def _price(listing: Listing) -> Decimal | None:
    """Return the price the portal was last sent; None if there is none."""
    try:
        return Decimal(str(listing.asked["price"]))
    except (KeyError, InvalidOperation):
        return None


def _told(step: Step) -> dict[str, object]:
    """Return a step with its words, as the page shows it."""
    words: dict[str, object] = {"step": step}
    if step.attempt is not None:
        words["what"] = step_word(step.attempt.step)
        words["came"] = outcome_word(step.attempt.outcome)
        words["why"] = step.attempt.get_cause_display() if step.attempt.cause else ""
        words["by"] = who_of(step.origin) if step.origin is not None else ""
    if step.departure is not None:
        words["came"] = ENDS[step.departure.end]
    return words
