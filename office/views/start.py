"""The start page: how the store stands, and what needs a person now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from office.selectors.start import start_page


@require_safe
@dealer_page
def start(request: DealerRequest) -> HttpResponse:
    """Show counts of stock and ads, and the problems that wait, each with its link."""
    found = start_page(request.dealer, now=timezone.now())
    return render(request, "office/start.html", {"start": found, "summary": found.summary})
