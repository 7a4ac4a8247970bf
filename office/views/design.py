"""The page of the pieces: every component in all its states, for those who build pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, dealer_page
from config.lib.htmx import render_page_or_fragment, trigger
from office import charts

BARS = ((3, ""), (8, ""), (12, ""), (5, "warn"), (2, "bad"))


@require_safe
@dealer_page
def design(request: DealerRequest) -> HttpResponse:
    """Show the pieces; `?toast=ok` answers with a toast, `?dialog=1` is a dialog's own page."""
    if request.GET.get("dialog"):
        return render_page_or_fragment(
            request,
            page="office/design_dialog.html",
            fragment="office/_design_dialog.html",
            context={},
        )
    if "toast" in request.GET and request.headers.get("HX-Request"):
        tone = "bad" if request.GET["toast"] == "bad" else "ok"
        return trigger(HttpResponse(status=204), "toast", text="A toast", tone=tone)
    facts = [
        charts.BarFacts(label=str(number), value=number, spoken=str(number), link="#charts", tone=t)
        for number, t in BARS
    ]
    line = charts.points(["a", "b", "c", "d", "e"], [9, 6, None, 7, 4], highest=9)
    return render(
        request,
        "office/design.html",
        {"bars": charts.bars(facts), "line": line, "line_path": charts.path(line)},
    )
