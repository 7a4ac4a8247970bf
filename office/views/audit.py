"""The audit page: what changed, by whom, when, and why."""

from __future__ import annotations

import csv
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import DealerRequest, managers_page
from office.audit_form import AuditFilterForm
from office.selectors.audit import AuditLine, AuditPage, audit_lines, audit_page, people_of

# What makes a spreadsheet calculate, in its wide form too.
FORMULA = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20", "\t", "\r", "\n")


@require_safe
@managers_page
def audit(request: DealerRequest) -> HttpResponse:
    """Show the history of the store, newest first; the filters come from the query string."""
    form = AuditFilterForm(request.GET, people=people_of(request.dealer))
    chosen = form.chosen()
    page = AuditPage(lines=[], older=None)
    if chosen is not None:
        page = audit_page(request.dealer, chosen, before=form.cleaned_data["before"])
    filters = {
        key: value
        for key, value in request.GET.items()
        if key in form.fields and key != "before" and value
    }
    return render(
        request,
        "office/audit.html",
        {
            "form": form,
            "page": page,
            "query": urlencode(filters),
            "filtered": bool(filters),
            "one_change": chosen.request if chosen else "",
            "continued": bool(request.GET.get("before")),
        },
    )


@require_safe
@managers_page
def audit_file(request: DealerRequest) -> HttpResponse:
    """Give the filtered history as a file for a spreadsheet, one field of an act per line."""
    form = AuditFilterForm(request.GET, people=people_of(request.dealer))
    chosen = form.chosen()
    if chosen is None:
        return redirect(f"{reverse('office:audit')}?{request.GET.urlencode()}")
    name = f"{request.dealer.code}-{timezone.localdate().isoformat()}.csv"
    response = HttpResponse(
        "\N{BYTE ORDER MARK}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response, delimiter=";")
    what = (_("When"), _("Who"), _("Source"), _("Act"), _("Of what"), _("Name"), _("Reason"))
    writer.writerow((*what, _("Field"), _("Before"), _("After"), _("One change")))
    for line in audit_lines(request.dealer, chosen):
        writer.writerows([_cell(each) for each in row] for row in _rows(line))
    return response


def _rows(line: AuditLine) -> list[list[str]]:
    change = line.change
    moment = timezone.localtime(change.at).isoformat(sep=" ", timespec="seconds")
    head = [moment, str(change.actor or ""), line.source, line.action, line.subject, line.label]
    head.append(change.reason)
    erased = _("erased (personal data)")
    fields = [
        [each.label, erased, erased] if each.erased else [each.label, each.before, each.after]
        for each in line.fields
    ]
    return [[*head, *field, change.request_id] for field in fields or [["", "", ""]]]


def _cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
