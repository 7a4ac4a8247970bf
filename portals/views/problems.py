"""Problems grouped by cause, with how many ads each touches, and the way to each fix."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page, manages
from portals.models import Listing
from portals.models.access import FailureMode
from portals.selectors.board import accesses_of
from portals.selectors.departures import late_departures
from portals.selectors.problems import REDUCED, Cause, ads_of, groups_of
from portals.services.publish import retry_listings
from portals.tasks import wake

PER_PAGE = 50
MOST_RETRIED = 5000
LATE_SHOWN = 5


@require_safe
@dealer_page
def problem_list(request: DealerRequest) -> HttpResponse:
    """Show what stands in the way, by cause, and what the portals took away."""
    failed, reduced = groups_of(request.dealer)
    late = late_departures(request.dealer, now=timezone.now())
    context = {
        "failed": failed,
        "reduced": reduced,
        "late": list(late[:LATE_SHOWN]),
        "late_count": late.count(),
        "stopped": [each for each in accesses_of(request.dealer) if each.is_stopped],
        "manages": manages(request),
    }
    return render(request, "portals/problem_list.html", context)


@require_safe
@dealer_page
def problem_detail(request: DealerRequest, mode: str) -> HttpResponse:
    """Show the ads of one cause (`code` and `field` in the query), each with its fix."""
    cause = _cause(mode, request.GET.get("code", ""), request.GET.get("field", ""))
    groups = {group.cause: group for part in groups_of(request.dealer) for group in part}
    ads = ads_of(request.dealer, cause, manages=manages(request))
    context = {
        "cause": cause,
        "group": groups.get(cause),
        "page": Paginator(ads, PER_PAGE).get_page(request.GET.get("page")),
        "query": _query(cause),
        "can_retry": cause.mode != REDUCED and bool(ads),
    }
    return render(request, "portals/problem_detail.html", context)


@require_POST
@dealer_page
def problem_retry(request: DealerRequest) -> HttpResponse:
    """Decide all ads of one cause anew, as after a fix at the portal's side."""
    data = request.POST
    cause = _cause(data.get("mode", ""), data.get("code", ""), data.get("field", ""))
    ads = ads_of(request.dealer, cause, manages=manages(request))[:MOST_RETRIED]
    by_access: dict[int, list[Listing]] = {}
    for ad in ads:
        by_access.setdefault(ad.listing.access_id, []).append(ad.listing)
    for listings in by_access.values():
        ids = [listing.pk for listing in listings]
        access = listings[0].access
        wake(retry_listings(access=access, listing_ids=ids, by=by_person(request)))
    text = ngettext("%(number)d ad is tried again.", "%(number)d ads are tried again.", len(ads))
    messages.success(request, text % {"number": len(ads)})
    return redirect(f"{reverse('portals:board')}?show=moving")


def _cause(mode: str, code: str, field: str) -> Cause:
    if mode != REDUCED and (not mode or mode not in FailureMode.values):
        raise Http404
    return Cause(mode, code, field)


def _query(cause: Cause) -> str:
    return f"code={cause.code}&field={cause.field}"
