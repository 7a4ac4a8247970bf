"""Accepts many suggestions at once: seen first, ticked one by one, and undone in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.guards import DealerRequest, by_person, managers_page
from portals.forms_mappings import BulkFilterForm
from portals.models import CatalogueEntry, Listing, MappingBatch
from portals.models.decisions import BatchKind
from portals.models.listing import Observed
from portals.services.blast_radius import touched_listings
from portals.services.deciding import Decided, Decision, accept_many
from portals.services.places import Place, Scope
from portals.tasks import wake
from portals.views.mapping_queue import Queue, queue_of
from portals.views.mapping_rows import QueueRow

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What decisions touch together, each ad and each vehicle counted once."""

    vehicles: int
    listings: int
    live: int


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def mapping_bulk(request: DealerRequest) -> HttpResponse:
    """Show which suggestions are probable enough, and accept those that stay ticked."""
    form = BulkFilterForm(request.GET, dealer=request.dealer)
    queue = queue_of(request.dealer, form)
    rows = queue.rows(queue.gaps[:MOST_AT_ONCE])
    if request.method == "POST":
        return _accept(request, form, queue, rows)
    context = {
        "form": form,
        "rows": rows,
        "left": len(queue.gaps) - len(rows),
        "least": round(form.threshold * 100),
        "touched": _touched(queue, rows),
        "query": form.query,
    }
    return render(request, "portals/mapping_bulk.html", context)


def _accept(
    request: DealerRequest, form: BulkFilterForm, queue: Queue, rows: Sequence[QueueRow]
) -> HttpResponse:
    """Accept exactly what was ticked: a suggestion that changed meanwhile is no longer offered."""
    picked = set(request.POST.getlist("pick")[:MOST_AT_ONCE])
    chosen = [row for row in rows if row.token in picked]
    here = f"{reverse('portals:mapping_bulk')}?{form.query}"
    if not chosen:
        messages.error(request, _("Nothing was accepted: tick at least one suggestion."))
        return redirect(here)
    entries = CatalogueEntry.objects.in_bulk([row.best.entry_id for row in chosen if row.best])
    by_access: dict[int, list[Decision]] = defaultdict(list)
    for row in chosen:
        place = Scope.of(queue.accesses[row.key.access_id]).place(row.key)
        entry = entries.get(row.best.entry_id) if row.best else None
        if entry is not None:
            decision = Decision(place=place, entry=entry, proposal=row.best, seen=row.seen)
            by_access[row.key.access_id].append(decision)
    batches: list[MappingBatch] = []
    for decisions in by_access.values():
        try:
            decided = accept_many(
                decisions,
                by=by_person(request),
                dealer=request.dealer,
                kind=BatchKind.BULK,
                threshold=form.threshold,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            continue
        wake(decided.marked)
        batches += [decided.batch] if decided.batch else []
        tell(request, decided)
    lost = len(picked) - len(chosen)
    if lost:
        text = ngettext(
            "%(number)d suggestion changed meanwhile and was left.",
            "%(number)d suggestions changed meanwhile and were left.",
            lost,
        )
        messages.warning(request, text % {"number": lost})
    if len(batches) == 1:
        return redirect("portals:mapping_batch", batches[0].pk)
    return redirect("portals:mapping_batches" if batches else here)


def tell(request: DealerRequest, decided: Decided) -> None:
    """Leave messages on what became of many decisions."""
    text = ngettext(
        "%(number)d name was decided.", "%(number)d names were decided.", decided.changed
    )
    looked = ngettext(
        "%(number)d ad is looked at again.", "%(number)d ads are looked at again.", decided.listings
    )
    done = f"{text % {'number': decided.changed}} {looked % {'number': decided.listings}}"
    messages.success(request, done)
    conflicts = len(decided.conflicts)
    if conflicts:
        kept = ngettext(
            "%(number)d name was decided by somebody else meanwhile and was left as it is.",
            "%(number)d names were decided by somebody else meanwhile and were left as they are.",
            conflicts,
        )
        messages.warning(request, kept % {"number": conflicts})


def _touched(queue: Queue, rows: Sequence[QueueRow]) -> Touched:
    places: dict[int, list[Place]] = defaultdict(list)
    for row in rows:
        scope = Scope.of(queue.accesses[row.key.access_id])
        places[row.key.access_id].append(scope.place(row.key))
    found = [
        listing
        for access_id, own in places.items()
        for listing in touched_listings(Scope.of(queue.accesses[access_id]), own)
    ]
    live = Listing.objects.filter(
        pk__in=[listing.pk for listing in found], state=Observed.LIVE
    ).count()
    return Touched(
        vehicles=len({listing.vehicle_id for listing in found}), listings=len(found), live=live
    )
