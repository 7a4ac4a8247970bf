"""The queue of names that portals do not know, those that hold most ads back first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, managers_page
from accounts.models import Dealer
from config.lib.htmx import render_page_or_fragment
from portals.forms_mappings import QueueFilterForm
from portals.models import PortalAccess
from portals.name_addresses import is_slug, slug_of
from portals.selectors.mappings import Gap, GapKey, gaps_of
from portals.services.places import Scope
from portals.services.proposals import Proposal
from portals.services.suggesting import propose
from portals.views.mapping_last import last_decision
from portals.views.mapping_rows import QueueRow, rows_of

PER_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The waiting names that a filter lets through, with the suggestions read so far."""

    accesses: dict[int, PortalAccess]
    gaps: list[Gap]
    proposals: dict[GapKey, tuple[Proposal, ...]]

    def rows(self, gaps: Sequence[Gap]) -> list[QueueRow]:
        """Return the rows of some of them, with what else is to be said."""
        missing = [gap for gap in gaps if gap.key not in self.proposals]
        proposals = {**self.proposals, **proposals_of(self.accesses, missing)}
        rows = rows_of(self.accesses, gaps, proposals)
        slugs = [*(row.slug for row in rows), ""]
        return [replace(row, next=slug) for row, slug in zip(rows, slugs[1:], strict=True)]


def accesses_of_names(dealer: Dealer) -> dict[int, PortalAccess]:
    """Return the accesses of a dealer by id, ready for reading names."""
    rows = PortalAccess.objects.for_dealer(dealer).select_related("portal", "dealer")
    return {access.pk: access for access in rows}


def proposals_of(
    accesses: dict[int, PortalAccess], gaps: Iterable[Gap]
) -> dict[GapKey, tuple[Proposal, ...]]:
    """Return what is suggested for some waiting names."""
    by_access: dict[int, list[GapKey]] = defaultdict(list)
    for gap in gaps:
        by_access[gap.key.access_id].append(gap.key)
    found: dict[GapKey, tuple[Proposal, ...]] = {}
    for access_id, keys in by_access.items():
        found |= propose(Scope.of(accesses[access_id]), keys)
    return found


def queue_of(dealer: Dealer, form: QueueFilterForm) -> Queue:
    """Return the queue of a dealer as filtered; suggestions are read only if they are asked for."""
    accesses = accesses_of_names(dealer)
    access, vehicle_type = form.said("access"), form.said("type")
    gaps = gaps_of(dealer, access_id=access.pk if access else None, kind=form.said("kind") or "")
    gaps = [
        gap
        for gap in gaps
        if gap.key.access_id in accesses
        and (not vehicle_type or gap.key.vehicle_type == int(vehicle_type))
    ]
    proposals: dict[GapKey, tuple[Proposal, ...]] = {}
    if form.threshold:
        proposals = proposals_of(accesses, gaps)
        gaps = [gap for gap in gaps if _best(proposals, gap.key) >= form.threshold]
    return Queue(accesses=accesses, gaps=gaps, proposals=proposals)


def _best(proposals: dict[GapKey, tuple[Proposal, ...]], key: GapKey) -> float:
    found = proposals.get(key, ())
    return found[0].probability if found else 0.0


@require_safe
@managers_page
def mapping_list(request: DealerRequest) -> HttpResponse:
    """Show the names that hold ads back, those that hold most first; `at` leads to one of them."""
    form = QueueFilterForm(request.GET, dealer=request.dealer)
    queue = queue_of(request.dealer, form)
    at = request.GET.get("at", "")
    slugs = [slug_of(gap.key) for gap in queue.gaps] if is_slug(at) else []
    found = at in slugs
    number: object = slugs.index(at) // PER_PAGE + 1 if found else request.GET.get("page")
    page = Paginator(queue.gaps, PER_PAGE).get_page(number)  # type: ignore[arg-type]
    batch = request.GET.get("done", "")
    context = {
        "form": form,
        "page": page,
        "rows": queue.rows(list(page.object_list)),
        "total": len(queue.gaps),
        "query": form.query,
        "filtered": bool(form.query),
        "back": _back(form, page),
        "last": last_decision(request.dealer, batch, at=request.GET.get("was", "")),
        "at_gone": is_slug(at) and not found and not batch,
    }
    return render_page_or_fragment(
        request,
        page="portals/mapping_list.html",
        fragment="portals/_mapping_queue.html",
        context=context,
    )


@require_safe
@managers_page
def mapping_keys(request: DealerRequest) -> HttpResponse:
    """Explain the keys of the queue."""
    return render(request, "portals/mapping_keys.html")


def _back(form: QueueFilterForm, page: Page[Any]) -> str:
    pairs = [("page", str(page.number))] if page.number > 1 else []
    return "&".join(part for part in (form.query, urlencode(pairs)) if part)


def queue_at(dealer: Dealer, back: str, **more: str) -> str:
    """Return the address of the queue as `back` says it, hostile until read here; with a row."""
    data = QueryDict(back[:2000])
    form = QueueFilterForm(data, dealer=dealer)
    pairs = {name: value for name, value in more.items() if value}
    parts = [form.query, urlencode(pairs)]
    if "at" not in pairs and data.get("page", "").isdecimal():
        parts.append(urlencode({"page": data["page"][:6]}))
    anchor = f"#name-{pairs['at']}" if "at" in pairs else ""
    return f"{reverse('portals:mapping_list')}?{'&'.join(filter(None, parts))}{anchor}"
