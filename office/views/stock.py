"""The stock list: find a vehicle, see its price and days, and how it stands on every portal."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from config.lib.htmx import render_page_or_fragment
from office.forms import StockFilterForm
from office.selectors.stock import stock_page


@require_safe
@dealer_page
def stock_list(request: DealerRequest) -> HttpResponse:
    """List the dealer's vehicles; the filters come from the query string."""
    form = StockFilterForm(request.GET)
    found = stock_page(
        request.dealer, form.chosen(), number=request.GET.get("page"), now=timezone.now()
    )
    filters = {key: value for key, value in request.GET.items() if key != "page" and value}
    return render_page_or_fragment(
        request,
        page="office/stock_list.html",
        fragment="office/_stock_list.html",
        context={
            "form": form,
            "page": found.page,
            "covers": found.covers,
            "chips": found.chips,
            "query": urlencode(filters),
        },
    )
