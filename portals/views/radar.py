"""The radar of catalogues: what portals changed, what that touches, what was led on by itself."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, managers_page
from portals.name_addresses import query_of
from portals.selectors.our_names import names_of
from portals.selectors.radar import (
    causes_of,
    changes_of,
    doubted_of,
    led_on_of,
    mappings_touched,
    readings_of,
    snapshots_of,
    with_ads,
)

PER_PAGE = 20
CHANGES_PER_PAGE = 50
LED_ON_SHOWN = 5
MAPPINGS_SHOWN = 50


@require_safe
@managers_page
def radar(request: DealerRequest) -> HttpResponse:
    """Show what a person must decide, what was led on by itself, and the last readings."""
    causes = causes_of(request.dealer)
    page = Paginator(causes, PER_PAGE).get_page(request.GET.get("page"))
    shown = with_ads(page.object_list)
    rows = [
        (cause, [(query_of(key), ours or key.source_key) for key, ours in cause.shown_names])
        for cause in shown
    ]
    snapshots = list(snapshots_of(request.dealer)[:PER_PAGE])
    context = {
        "page": page,
        "rows": rows,
        "query": "",
        "live": sum(cause.live for cause in causes),
        "doubted": doubted_of(request.dealer),
        "led_on": list(led_on_of(request.dealer)[:LED_ON_SHOWN]),
        "readings": readings_of(request.dealer, snapshots),
        "has_more": snapshots_of(request.dealer)[PER_PAGE : PER_PAGE + 1].exists(),
    }
    return render(request, "portals/radar.html", context)


@require_safe
@managers_page
def radar_readings(request: DealerRequest) -> HttpResponse:
    """List all complete readings, newest first."""
    page = Paginator(snapshots_of(request.dealer), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "readings": readings_of(request.dealer, list(page.object_list)),
        "query": "",
    }
    return render(request, "portals/radar_readings.html", context)


@require_safe
@managers_page
def radar_reading(request: DealerRequest, pk: int) -> HttpResponse:
    """Show one reading: every change with the dealer's ads, and the mappings it touches."""
    snapshot = get_object_or_404(snapshots_of(request.dealer), pk=pk)
    [reading] = readings_of(request.dealer, [snapshot])
    changes = changes_of(snapshot, request.dealer)
    page = Paginator(changes, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    touched = mappings_touched(snapshot, dealer=request.dealer)
    mappings = list(touched[:MAPPINGS_SHOWN])
    names = names_of({(each.kind, each.source_key) for each in mappings})
    context = {
        "reading": reading,
        "page": page,
        "query": "",
        "mappings": [(each, names[each.kind, each.source_key]) for each in mappings],
        "mapping_count": touched.count(),
        "led_on": list(led_on_of(request.dealer).filter(snapshot=snapshot)),
    }
    return render(request, "portals/radar_reading.html", context)
