"""De-para: where names of ours that a portal does not know lead in its catalogue."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, by_person, managers_page
from config.lib.htmx import render_page_or_fragment
from config.lib.typed_ids import whole_number
from inventory.models import Category
from portals.models import CatalogueEntry, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.selectors.board import accesses_of
from portals.selectors.mappings import Gap, GapKey, gaps_of, mappings_of, search_entries
from portals.services.mappings import delete_mapping, save_mapping
from portals.services.marking import Marked
from portals.tasks import wake

PER_PAGE = 50


@require_safe
@managers_page
def mapping_list(request: DealerRequest) -> HttpResponse:
    """List the names that hold ads back, most ads first, and the decisions made so far."""
    access = request.GET.get("access", "")
    kind = request.GET.get("kind", "")
    gaps = gaps_of(
        request.dealer,
        access_id=whole_number(access),
        kind=kind if kind in CatalogueKind.values else "",
    )
    portals = {each.pk: each.portal.name for each in accesses_of(request.dealer)}
    page = Paginator(gaps, PER_PAGE).get_page(request.GET.get("page"))
    filters = {key: value for key, value in (("access", access), ("kind", kind)) if value}
    context = {
        "page": page,
        "rows": [(gap, portals.get(gap.key.access_id, ""), _query(gap.key)) for gap in page],
        "query": urlencode(filters),
        "mappings": mappings_of(request.dealer)[:PER_PAGE],
    }
    return render(request, "portals/mapping_list.html", context)


@require_safe
@managers_page
def mapping_choose(request: DealerRequest) -> HttpResponse:
    """Offer the names of the portal's catalogue for one of ours; `q` narrows them."""
    access, gap = _gap(request, request.GET)
    text = request.GET.get("q", "")
    return render_page_or_fragment(
        request,
        page="portals/mapping_form.html",
        fragment="portals/_entries.html",
        context={
            "access": access,
            "gap": gap,
            "entries": search_entries(access, gap.key, text),
            "q": text,
            "gap_query": _query(gap.key),
        },
    )


@require_POST
@managers_page
def mapping_save(request: DealerRequest) -> HttpResponse:
    """Lead the name to the chosen entry (`none`: to nothing, on purpose) for this dealer."""
    access, gap = _gap(request, request.GET)
    chosen = request.POST.get("entry", "")
    entry = None
    if "none" not in request.POST:
        entry_id = whole_number(chosen)
        if entry_id is None:
            messages.error(request, _("Choose a name of the portal."))
            return redirect(_choose_url(gap.key))
        entry = CatalogueEntry.objects.filter(pk=entry_id).first()
        if entry is None:
            raise Http404
    try:
        save_mapping(
            portal=access.portal,
            environment=access.environment,
            vehicle_type=gap.key.vehicle_type,
            kind=gap.key.kind,
            source_key=gap.key.source_key,
            entry=entry,
            by=by_person(request),
            dealer=request.dealer,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_choose_url(gap.key))
    wake(Marked(fan_out=True))
    text = ngettext(
        "Saved. %(number)d ad is looked at again.",
        "Saved. %(number)d ads are looked at again.",
        gap.number,
    )
    messages.success(request, text % {"number": gap.number})
    return redirect("portals:mapping_list")


@require_POST
@managers_page
def mapping_delete(request: DealerRequest, pk: int) -> HttpResponse:
    """Take a decision of this dealer back."""
    mapping = get_object_or_404(mappings_of(request.dealer), pk=pk)
    delete_mapping(mapping, by=by_person(request))
    wake(Marked(fan_out=True))
    messages.success(request, _("The decision was taken back."))
    return redirect("portals:mapping_list")


def _gap(request: DealerRequest, data: QueryDict) -> tuple[PortalAccess, Gap]:
    """Return the access and the gap the query names; 404 for another dealer's access."""
    access_id = whole_number(data.get("access", ""))
    category = whole_number(data.get("type", ""))
    kind, source_key = data.get("kind", ""), data.get("source", "").replace("\x00", "")
    known = category in Category.values and kind in CatalogueKind.values
    if access_id is None or category is None or not known:
        raise Http404
    accesses = PortalAccess.objects.for_dealer(request.dealer).select_related("portal")
    access = get_object_or_404(accesses, pk=access_id)
    key = GapKey(
        access_id=access.pk,
        vehicle_type=category,
        kind=kind,
        source_key=source_key[:200],
        path=tuple(part.replace("\x00", "")[:200] for part in data.getlist("path")[:2]),
    )
    same = [gap for gap in gaps_of(request.dealer, access_id=access.pk) if gap.key == key]
    return access, same[0] if same else Gap(key=key, ours=data.get("ours", source_key)[:200])


def _query(key: GapKey) -> str:
    pairs = [
        ("access", str(key.access_id)),
        ("type", str(key.vehicle_type)),
        ("kind", key.kind),
        ("source", key.source_key),
        *[("path", part) for part in key.path],
    ]
    return urlencode(pairs)


def _choose_url(key: GapKey) -> str:
    return f"{reverse('portals:mapping_choose')}?{_query(key)}"
