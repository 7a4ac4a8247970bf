"""The stock list: find a vehicle, see its price and days, and how it stands on every portal."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from config.lib.htmx import render_page_or_fragment, wants_fragment
from office.forms import COLUMNS, USUAL_COLUMNS, StockFilterForm
from office.selectors.saved_filters import columns_of, saved_filters_of
from office.selectors.stock import brands_of
from office.selectors.stock_rows import stock_page


@require_safe
@dealer_page
def stock_list(request: DealerRequest) -> HttpResponse:
    """List the dealer's vehicles; filters, order and place come from the query string."""
    is_fragment = wants_fragment(request)  # of which the form is no part
    brands = () if is_fragment else brands_of(request.dealer)
    form = StockFilterForm(request.GET, brands=brands)
    chosen, query = form.chosen(), form.query()
    page = stock_page(
        request.dealer,
        chosen,
        now=timezone.now(),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    saved = saved_filters_of(request.dealer, request.user.pk)
    response = render_page_or_fragment(
        request,
        page="office/stock_list.html",
        fragment="office/_stock_list.html",
        context={
            "form": form,
            "page": page,
            "covers": page.covers,
            "query": query,
            "mistakes": form.mistakes(),
            "restrictions": form.restrictions(),
            "saved": saved,
            "current": next((each for each in saved if each.query == query), None),
            "columns": columns_of(request.membership, usual=USUAL_COLUMNS),
            "column_choices": COLUMNS,
        },
    )
    if is_fragment:  # the address says what was understood, without empty fields
        response["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
    return response
