"""The open reservations, the first to end first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from office.selectors.reservations import reservation_page

VIEWS = {"": _("All"), "overdue": _("Past their end"), "soon": _("Within 48 hours")}


@require_safe
@dealer_page
def reservation_list(request: DealerRequest) -> HttpResponse:
    """List whose reservation ends when; anything unreadable in the query counts as "all"."""
    due = request.GET.get("due", "")
    due = due if due in VIEWS else ""
    now = timezone.now()
    page = reservation_page(request.dealer, due, number=request.GET.get("page"), now=now)
    return render(
        request,
        "office/reservations.html",
        {
            "page": page,
            "views": VIEWS.items(),
            "due": due,
            "now": now,
            "query": urlencode({"due": due}) if due else "",
        },
    )
