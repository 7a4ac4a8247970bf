"""The start page: how the store stands, and what needs a person now."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page, manages
from office import charts
from office.selectors.figures import AGES, MonthOfSales
from office.selectors.start import start_page

OLD = 61  # days in stock from which a bar warns
VERY_OLD = 91


@require_safe
@dealer_page
def start(request: DealerRequest) -> HttpResponse:
    """Show what needs a person, each with its link, then stock, ads, age and sales in numbers."""
    found = start_page(request.dealer, now=timezone.now(), manages=manages(request))
    return render(
        request,
        "office/start.html",
        {
            "start": found,
            "ages": charts.bars(age_bars(found.figures.ages)),
            **sales_chart(found.pace.months),
        },
    )


def age_bars(numbers: Sequence[int]) -> list[charts.BarFacts]:
    """Return the bars of the stock's age; each leads to those vehicles in the stock list."""
    facts = []
    for (first, last), number in zip(AGES, numbers, strict=True):
        label = f"{first}\N{EN DASH}{last}" if last is not None else "90+"
        spoken = ngettext(
            "%(days)s days in stock: %(number)s vehicle",
            "%(days)s days in stock: %(number)s vehicles",
            number,
        ) % {"days": label, "number": number}
        query = f"days_from={first}" + ("" if last is None else f"&days_to={last}")
        tone = "bad" if first >= VERY_OLD else "warn" if first >= OLD else ""
        link = f"{reverse('office:stock_list')}?{query}"
        facts.append(
            charts.BarFacts(label=label, value=number, spoken=spoken, link=link, tone=tone)
        )
    return facts


def sales_chart(months: Sequence[MonthOfSales]) -> dict[str, object]:
    """Return the two lines of days until the sale, month by month: median and mean."""
    labels = [date_format(each.month, "M") for each in months]
    highest = max((each.mean or 0 for each in months), default=0)
    highest = max(highest, *(each.median or 0 for each in months))
    medians = charts.points(labels, [each.median for each in months], highest=highest)
    means = charts.points(labels, [each.mean for each in months], highest=highest)
    return {
        "medians": medians,
        "median_path": charts.path(medians),
        "mean_path": charts.path(means),
        "sales_spoken": _("Days from stock to sale, median of each month: %(months)s")
        % {
            "months": ", ".join(
                f"{label} {'—' if each.median is None else each.median}"
                for label, each in zip(labels, months, strict=True)
            )
        },
    }
