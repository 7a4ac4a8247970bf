"""What was decided about names: by whom, when, from what; one by one and in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, managers_page
from inventory.models import Category
from portals.forms_mappings import DecidedFilterForm
from portals.models import CatalogueEntry, Mapping, MappingBatch, MappingStep, PortalAccess
from portals.models.access import Environment
from portals.models.catalogue import CatalogueKind
from portals.name_addresses import query_of
from portals.selectors.decided_names import (
    batches_of,
    decisions_of,
    larger_batches_of,
    narrowed,
)
from portals.selectors.mappings import GapKey
from portals.selectors.our_names import names_of
from portals.views.mapping_last import last_decision
from portals.views.mapping_queue import accesses_of_names

PER_PAGE = 50
Place = Mapping | MappingStep


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRow:
    """One decision in words; `query` leads to the page of its name, "" where there is no access."""

    mapping: Mapping
    ours: str
    query: str

    @property
    def kind_label(self) -> object:
        """What is named."""
        return CatalogueKind(self.mapping.kind).label

    @property
    def type_label(self) -> object:
        """For which kind of vehicle."""
        return Category(self.mapping.vehicle_type).label

    @property
    def environment_label(self) -> object:
        """In which environment of the portal."""
        return Environment(self.mapping.environment).label


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a batch in words: what the name led to before and after."""

    step: MappingStep
    ours: str
    before: str
    after: str
    query: str

    @property
    def kind_label(self) -> object:
        """What is named."""
        return CatalogueKind(self.step.kind).label

    @property
    def type_label(self) -> object:
        """For which kind of vehicle."""
        return Category(self.step.vehicle_type).label

    @property
    def probability(self) -> float | None:
        """How probable the suggestion was, None without one."""
        found = (self.step.after or {}).get("probability")
        return found if isinstance(found, float | int) else None


@require_safe
@managers_page
def mapping_decided(request: DealerRequest) -> HttpResponse:
    """List the decisions that count here, newest first, as filtered."""
    form = DecidedFilterForm(request.GET, dealer=request.dealer)
    found = narrowed(decisions_of(request.dealer), form.chosen())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    mappings = list(page.object_list)
    accesses = accesses_of_names(request.dealer)
    names = names_of({(each.kind, each.source_key) for each in mappings})
    rows = [
        DecidedRow(
            mapping=each,
            ours=names[each.kind, each.source_key],
            query=_query(accesses, each.portal_id, each.environment, each, each.entry),
        )
        for each in mappings
    ]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "query": form.query,
        "last": last_decision(request.dealer, request.GET.get("done", "")),
    }
    return render(request, "portals/mapping_decided.html", context)


@require_safe
@managers_page
def mapping_batches(request: DealerRequest) -> HttpResponse:
    """List what was decided in one go, newest first."""
    rows = larger_batches_of(request.dealer)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portals/mapping_batches.html", {"page": page, "query": ""})


@require_safe
@managers_page
def mapping_batch(request: DealerRequest, pk: int) -> HttpResponse:
    """Show one batch with the way back."""
    batch = get_object_or_404(batches_of(request.dealer), pk=pk)
    page = Paginator(batch.steps.order_by("pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "page": page,
        "steps": _step_rows(request, batch, list(page.object_list)),
        "query": "",
    }
    return render(request, "portals/mapping_batch.html", context)


def _step_rows(
    request: DealerRequest, batch: MappingBatch, steps: Sequence[MappingStep]
) -> list[StepRow]:
    names = names_of({(step.kind, step.source_key) for step in steps})
    states = [state for step in steps for state in (step.before, step.after) if state]
    ids = {state.get("entry") or state.get("refused") for state in states} - {None}
    entries = CatalogueEntry.objects.select_related("parent__parent").in_bulk(ids)
    accesses = accesses_of_names(request.dealer)
    return [
        StepRow(
            step=step,
            ours=names[step.kind, step.source_key],
            before=_state_words(step.before, entries),
            after=_state_words(step.after, entries) or _("taken back"),
            query=_query(
                accesses,
                batch.portal_id,
                batch.environment,
                step,
                entries.get((step.after or {}).get("entry") or 0),
            ),
        )
        for step in steps
    ]


def _state_words(state: dict[str, object] | None, entries: dict[int, CatalogueEntry]) -> str:
    if not state:
        return ""
    refused, chosen = state.get("refused"), state.get("entry")
    entry = entries.get(int(str(refused or chosen or 0)))
    if refused:
        return _("not suggested again: %(name)s") % {"name": entry.name if entry else "—"}
    if not chosen:
        return _("nothing, on purpose")
    return entry.name if entry else "—"


def _query(
    accesses: dict[int, PortalAccess],
    portal_id: int,
    environment: str,
    place: Place,
    entry: CatalogueEntry | None,
) -> str:
    """Return the query of a name's page at the dealer's access to that portal, "" without one."""
    for access in accesses.values():
        if (access.portal_id, access.environment) == (portal_id, environment):
            return query_of(
                GapKey(
                    access_id=access.pk,
                    vehicle_type=place.vehicle_type,
                    kind=place.kind,
                    source_key=place.source_key,
                    path=_path_of(entry),
                    body=place.body,
                    year=place.year,
                )
            )
    return ""


def _path_of(entry: CatalogueEntry | None) -> tuple[str, ...]:
    keys: list[str] = []
    parent = entry.parent if entry else None
    while parent is not None:
        keys.insert(0, parent.remote_key)
        parent = parent.parent
    return tuple(keys)
