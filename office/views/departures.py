"""How fast sold vehicles disappear from the portals, what is late, and the time allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page, managers_page, manages
from accounts.services.dealers import update_dealer
from config.lib.templatetags.formats import duration
from office import charts
from office.departure_form import TargetForm
from portals.models import Departure
from portals.selectors.departures import (
    Times,
    departure_times,
    late_before,
    late_departures,
    running_page,
)

PERIODS = (7, 30, 90)  # days
LONGEST_LABEL = 14


@require_safe
@dealer_page
def departures(request: DealerRequest) -> HttpResponse:
    """Show the clocks that run, the latest first to have begun, and the times by portal."""
    return _page(request, TargetForm(initial=_target_of(request)))


@require_http_methods(["POST"])
@managers_page
def departure_target(request: DealerRequest) -> HttpResponse:
    """Set the minutes within which an ad must be gone."""
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    update_dealer(request.dealer.pk, by=by_person(request), **form.cleaned_data)
    messages.success(request, _("The time allowed was changed."))
    return redirect("office:departures")


def _page(request: DealerRequest, form: TargetForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    days = _period(request.GET.get("days", ""))
    times = departure_times(request.dealer, since=now - timedelta(days=days))
    running = running_page(
        request.dealer,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "form": form,
        "may_set": manages(request),
        "days": days,
        "periods": PERIODS,
        "times": times,
        "bars": charts.bars(_bars(times, target=request.dealer.gone_target_minutes)),
        "running": running,
        "rows": _rows(running.rows, limit=late_before(request.dealer, now=now), now=now),
        "late": late_departures(request.dealer, now=now).count(),
        "target": duration(request.dealer.gone_target_minutes * 60),
    }
    return render(request, "office/departures.html", context, status=status)


def _target_of(request: DealerRequest) -> dict[str, int]:
    return {"gone_target_minutes": request.dealer.gone_target_minutes}


def _period(typed: str) -> int:
    """Return one of PERIODS; 30 for whatever else was typed."""
    return next((days for days in PERIODS if str(days) == typed), 30)


def _rows(
    rows: Sequence[Departure], *, limit: datetime, now: datetime
) -> list[tuple[Departure, str, bool]]:
    """Return each clock with how long it runs, in words, and whether that is too long."""
    return [
        (
            row,
            duration(int((now - row.started_at).total_seconds())),
            row.started_at < limit,
        )
        for row in rows
    ]


def _bars(times: Sequence[Times], *, target: int) -> list[charts.BarFacts]:
    """Return a bar for each portal: minutes within which 95 of 100 ads were gone."""
    facts = []
    for each in times:
        if each.access is None:
            continue
        minutes = -(-each.p95 // 60)
        name = each.access.portal.name
        spoken = ngettext(
            "%(portal)s: 95%% gone within %(number)s minute",
            "%(portal)s: 95%% gone within %(number)s minutes",
            minutes,
        ) % {"portal": name, "number": minutes}
        short = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
        tone = "bad" if minutes > target else ""
        facts.append(charts.BarFacts(label=short, value=minutes, spoken=spoken, link="", tone=tone))
    return facts
