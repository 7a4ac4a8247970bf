"""One name at one portal: its suggestions with reasons, the search, and all that was decided."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, managers_page
from config.lib.htmx import wants_fragment
from inventory.models import Version
from portals.models import CatalogueEntry, Mapping, MappingRefusal, MappingStep, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.name_addresses import key_in, query_of
from portals.selectors.decided_names import decisions_of
from portals.selectors.mappings import Gap, GapKey, gaps_of, search_entries
from portals.services.places import Scope
from portals.services.source_keys import NESTED, TEXT_KINDS
from portals.services.suggesting import propose
from portals.views.mapping_last import last_decision
from portals.views.mapping_queue import queue_at
from portals.views.mapping_rows import QueueRow, rows_of

STEPS_SHOWN = 20


@require_safe
@managers_page
def mapping_name(request: DealerRequest) -> HttpResponse:
    """Show all that is known of a name; htmx gets the search alone, or what it found for `q`."""
    access, key = read_name(request)
    if not wants_fragment(request):
        return name_page(request, access, key)
    text = request.GET.get("q", "")
    context: dict[str, object] = {
        "entries": search_entries(access, key, text),
        "q": text,
        "back": request.GET.get("back", ""),
    }
    template = "portals/_mapping_entries.html"
    if "q" not in request.GET:
        template = "portals/_mapping_dialog.html"
        row = context["row"] = row_of_name(request, access, key)
        context["entries"] = _nearest_first(search_entries(access, key, text), row)
    response = render(request, template, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def read_name(request: DealerRequest) -> tuple[PortalAccess, GapKey]:
    """Return the access and the name that the address means; 404 for another dealer's access."""
    key = key_in(request.GET)
    if key is None:
        raise Http404
    accesses = PortalAccess.objects.for_dealer(request.dealer).select_related("portal", "dealer")
    return get_object_or_404(accesses, pk=key.access_id), key


def row_of_name(request: DealerRequest, access: PortalAccess, key: GapKey) -> QueueRow:
    """Return the row of a name, whether ads wait for it or not."""
    told = gaps_of(request.dealer, access_id=access.pk, kind=key.kind, with_decided=True)
    ours = next((each.ours for each in told if each.key == key), "")
    waiting = gaps_of(request.dealer, access_id=access.pk, kind=key.kind)
    gap = next((each for each in waiting if each.key == key), Gap(key=key, ours=ours))
    (row,) = rows_of({access.pk: access}, [gap], propose(Scope.of(access), [key]))
    return row


def name_page(
    request: DealerRequest,
    access: PortalAccess,
    key: GapKey,
    *,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the page of a name, with what somebody else decided meanwhile, if so."""
    text, back = request.GET.get("q", ""), _back(request)
    row = row_of_name(request, access, key)
    steps = list(_steps(access, key)[:STEPS_SHOWN])
    context = {
        "row": row,
        "proposals": row.proposals,
        "conflict": conflict,
        "decisions": _decisions(request, access, key),
        "refusals": _refusals(access, key, steps),
        "steps": steps,
        "parent_links": _parents(access, key),
        "entries": search_entries(access, key, text),
        "q": text,
        "back": back,
        "back_url": queue_at(request.dealer, back, at=row.slug),
        "last": last_decision(request.dealer, request.GET.get("done", ""), at=row.slug),
    }
    return render(request, "portals/mapping_name.html", context, status=status)


def _nearest_first(entries: Sequence[CatalogueEntry], row: QueueRow) -> list[CatalogueEntry]:
    """Return the names to choose from, those that are suggested before all others."""
    ids = [proposal.entry_id for proposal in row.proposals]
    suggested = CatalogueEntry.objects.in_bulk(ids)
    first = [suggested[pk] for pk in ids if pk in suggested]
    return first + [entry for entry in entries if entry.pk not in suggested]


def _back(request: DealerRequest) -> str:
    return request.POST.get("back", request.GET.get("back", ""))


def _decisions(request: DealerRequest, access: PortalAccess, key: GapKey) -> list[Mapping]:
    """Return what counts for this name, the dealer's own first."""
    rows = decisions_of(request.dealer).filter(
        portal=access.portal_id,
        environment=access.environment,
        vehicle_type=key.vehicle_type,
        kind=key.kind,
        source_key=key.source_key,
    )
    return sorted(rows, key=lambda row: (row.dealer_id is None, row.body == "", row.year == 0))


def _steps(access: PortalAccess, key: GapKey) -> QuerySet[MappingStep]:
    """Return the steps about this name that concern the dealer, newest first."""
    return (
        MappingStep.objects.filter(
            Q(batch__dealer=access.dealer_id) | Q(batch__dealer__isnull=True),
            batch__portal=access.portal_id,
            batch__environment=access.environment,
            vehicle_type=key.vehicle_type,
            kind=key.kind,
            source_key=key.source_key,
        )
        .select_related("batch__made_by")
        .order_by("-pk")
    )


def _refusals(
    access: PortalAccess, key: GapKey, steps: Sequence[MappingStep]
) -> list[tuple[MappingRefusal, int | None]]:
    """Return what was refused for this name, each with the dealer's batch that can be undone."""
    rows = MappingRefusal.objects.filter(
        Q(dealer=access.dealer_id) | Q(dealer__isnull=True),
        portal=access.portal_id,
        environment=access.environment,
        vehicle_type=key.vehicle_type,
        kind=key.kind,
        source_key=key.source_key,
    ).select_related("entry", "refused_by")
    batches = {
        (step.after or {}).get("refused"): step.batch_id
        for step in reversed(steps)
        if step.batch.dealer_id and step.batch.undone_at is None
    }
    return [(row, batches.get(row.entry_id) if row.dealer_id else None) for row in rows]


def _parents(access: PortalAccess, key: GapKey) -> list[tuple[str, str]]:
    """Return the pages of the brand and model around a name, which may be led elsewhere."""
    names = _parent_keys(key)
    if len(key.path) != len(names):
        return []
    parents = [
        GapKey(access.pk, key.vehicle_type, kind, source, key.path[:depth])
        for depth, (kind, source) in enumerate(names)
    ]
    words = {CatalogueKind.BRAND: _("the brand"), CatalogueKind.MODEL: _("the model")}
    return [(words[CatalogueKind(p.kind)], f"?{query_of(p)}") for p in parents]


def _parent_keys(key: GapKey) -> list[tuple[str, str]]:
    """Return kind and source key of what a name lies inside of, where the key tells it."""
    kinds = NESTED.get(key.kind, ())
    prefix, _colon, rest = key.source_key.partition(":")
    if prefix == "text" and "#" not in rest:
        parts = rest.split("|")
        return [(kind, "text:" + "|".join(parts[: TEXT_KINDS.index(kind) + 1])) for kind in kinds]
    version = None
    if prefix == "fipe":
        version = Version.objects.filter(fipe_code=rest).select_related("model__brand").first()
    if version is None:
        return []
    keys = {"brand": f"brand:{version.model.brand.folded}", "model": f"model:{version.model_id}"}
    return [(kind, keys[kind]) for kind in kinds]
