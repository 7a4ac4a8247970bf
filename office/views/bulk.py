"""Bulk changes: choose what is done, see what it will do, watch it, and take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page
from config.lib.form_errors import show_refusal
from config.lib.htmx import render_page_or_fragment
from config.lib.tasks import enqueue
from config.lib.typed_ids import whole_number
from inventory.views.stickers import MOST_SHEETS
from office.bulk_words import differences_of, optional_names, title_of
from office.forms import StockFilterForm
from office.forms_bulk import FORMS, KINDS, BulkForm, DescriptionForm, OptionalsForm
from office.models import BulkRun
from office.models.bulk import ENDED, BulkKind, Outcome
from office.selectors.bulk import (
    counts_of,
    items_page,
    runs_of,
    runs_page,
    undoing_of,
    vehicles_left,
    vehicles_named,
)
from office.selectors.stock import stock_of
from office.services.bulk_plan import MOST_VEHICLES, drop_plan, plan_run, plan_undo
from office.services.bulk_run import confirm_run, stop_run
from office.tasks import run_bulk

STICKERS = "stickers"  # no change of anything, but chosen in the same bar
MOST_TYPED = 2000  # characters of a filter's query string


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The vehicles somebody chose, and the hidden inputs that choose them again."""

    vehicle_ids: list[int]
    inputs: list[tuple[str, str]] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@dealer_page
def bulk_new(request: DealerRequest) -> HttpResponse:
    """Ask what is to be done to the chosen vehicles; with `plan` in the body, show its preview."""
    selection = _selection(request)
    kind = request.POST.get("kind", "")
    if kind == STICKERS and selection.vehicle_ids:
        return _to_stickers(request, selection.vehicle_ids)
    kind = kind if kind in FORMS else BulkKind.PRICE.value
    if "plan" not in request.POST or not selection.vehicle_ids:
        status = 422 if "plan" in request.POST else 200
        form = FORMS[kind](dealer=request.dealer)
        return _ask(request, form, kind=kind, selection=selection, status=status)
    form = FORMS[kind](request.POST, dealer=request.dealer)
    if form.is_valid():
        try:
            run = plan_run(
                request.dealer,
                by=by_person(request, reason=form.cleaned_data["reason"]),
                kind=kind,
                parameters=form.parameters(),
                vehicle_ids=selection.vehicle_ids,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("office:bulk_detail", run.pk)
    return _ask(request, form, kind=kind, selection=selection, status=422)


@require_safe
@dealer_page
def bulk_detail(request: DealerRequest, pk: int) -> HttpResponse:
    """Show a run: its preview, its progress or its result; the fragment while it is running."""
    run = _find(request, pk)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in Outcome.values else ""
    page = items_page(run, outcome=outcome, number=request.GET.get("page"))
    items = list(page.object_list)
    names = optional_names(items)
    rows = [
        (item, differences_of(item, currency=request.dealer.currency, optionals=names))
        for item in items
    ]
    return render_page_or_fragment(
        request,
        page="office/bulk_detail.html",
        fragment="office/_bulk_run.html",
        context={
            "run": run,
            "title": title_of(run),
            "counts": counts_of([run])[run.pk],
            "page": page,
            "rows": rows,
            "outcome": outcome,
            "query": urlencode({"outcome": outcome}) if outcome else "",
            "undone_by": undoing_of(run),
            "may_undo": run.state in ENDED and run.kind != BulkKind.UNDO,
        },
    )


@require_safe
@dealer_page
def bulk_list(request: DealerRequest) -> HttpResponse:
    """List the bulk changes: who, when, what, and how each ended."""
    page = runs_page(request.dealer, number=request.GET.get("page"))
    runs = [(run, title_of(run)) for run in page.object_list]
    return render(request, "office/bulk_list.html", {"page": page, "runs": runs, "query": ""})


@require_POST
@dealer_page
def bulk_confirm(request: DealerRequest, pk: int) -> HttpResponse:
    """Let a previewed run be carried out."""
    run = _find(request, pk)
    try:
        confirm_run(run.pk, dealer=request.dealer, by=by_person(request, reason=run.reason))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        enqueue(run_bulk, run.pk)
    return redirect("office:bulk_detail", run.pk)


@require_POST
@dealer_page
def bulk_drop(request: DealerRequest, pk: int) -> HttpResponse:
    """Throw a preview away; nothing was changed by it."""
    run = _find(request, pk)
    if not drop_plan(run.pk, dealer=request.dealer):
        messages.error(request, _("Somebody has confirmed this bulk change already."))
        return redirect("office:bulk_detail", run.pk)
    messages.success(request, _("The preview was thrown away. No vehicle was changed."))
    return redirect("office:stock_list")


@require_POST
@dealer_page
def bulk_stop(request: DealerRequest, pk: int) -> HttpResponse:
    """Stop a running change; what was done stays done and can be undone."""
    run = _find(request, pk)
    try:
        stop_run(run.pk, dealer=request.dealer, by=by_person(request, reason=run.reason))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("office:bulk_detail", run.pk)


@require_POST
@dealer_page
def bulk_undo(request: DealerRequest, pk: int) -> HttpResponse:
    """Show what taking a run back would do; confirming that is a step of its own."""
    run = _find(request, pk)
    try:
        undo = plan_undo(run.pk, dealer=request.dealer, by=by_person(request, reason=run.reason))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("office:bulk_detail", run.pk)
    return redirect("office:bulk_detail", undo.pk)


def _to_stickers(request: DealerRequest, vehicle_ids: list[int]) -> HttpResponse:
    """Lead to the stickers of the chosen vehicles, as many as are printed at a time."""
    left_out = len(vehicle_ids) - MOST_SHEETS
    if left_out > 0:
        text = ngettext(
            "At most %(most)d stickers are printed at a time: %(number)d was left out.",
            "At most %(most)d stickers are printed at a time: %(number)d were left out.",
            left_out,
        )
        messages.warning(request, text % {"most": MOST_SHEETS, "number": left_out})
    query = urlencode({"vehicle": sorted(vehicle_ids)[:MOST_SHEETS]}, doseq=True)
    return redirect(f"{reverse('inventory:sticker_list')}?{query}")


def _find(request: DealerRequest, pk: int) -> BulkRun:
    return get_object_or_404(runs_of(request.dealer), pk=pk)


def _selection(request: DealerRequest) -> Selection:
    """Return the chosen vehicles: all that a filter lets through, those a run left, or the ticked.

    What is no id of the dealer's vehicles is passed over.
    """
    data = request.POST if request.method == "POST" else request.GET
    if data.get("everything"):
        query = data.get("query", "")
        if len(query) > MOST_TYPED:
            # Cut short it would find more than was meant.
            return Selection(vehicle_ids=[])
        form = StockFilterForm(QueryDict(query))
        if not form.is_valid():
            # The list shows more where a filter makes no sense; here more would be changed.
            return Selection(vehicle_ids=[])
        found = stock_of(request.dealer, form.chosen()).order_by("pk").values_list("pk", flat=True)
        return Selection(
            vehicle_ids=list(found[: MOST_VEHICLES + 1]),
            inputs=[("everything", "on"), ("query", query)],
        )
    again = whole_number(data.get("again", ""))
    if again is not None:
        left = vehicles_left(get_object_or_404(runs_of(request.dealer), pk=again))
        return Selection(vehicle_ids=left, inputs=[("again", str(again))])
    query = data.get("query", "")[:MOST_TYPED]
    typed = {number for each in data.getlist("vehicle") if (number := whole_number(each))}
    ids = list(
        vehicles_named(request.dealer, sorted(typed)[:MOST_VEHICLES]).values_list("pk", flat=True)
    )
    ticked = [("vehicle", str(pk)) for pk in ids]
    return Selection(vehicle_ids=ids, inputs=[*ticked, ("query", query)] if query else ticked)


def _ask(
    request: DealerRequest, form: BulkForm, *, kind: str, selection: Selection, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "kinds": KINDS,
        "number": len(selection.vehicle_ids),
        "limit": MOST_VEHICLES,
        "inputs": selection.inputs,
        "stock_query": dict(selection.inputs).get("query", ""),
        "groups": form.groups() if isinstance(form, OptionalsForm) else None,
        "no_template": isinstance(form, DescriptionForm) and form.has_no_template,
    }
    return render(request, "office/bulk_new.html", context, status=status)
