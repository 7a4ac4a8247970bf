"""Decisions about names from elsewhere: a CSV file, another portal or environment; seen first."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import DealerRequest, by_person, managers_page
from portals.forms_mappings import MOST_BYTES, CopyForm, MappingFileForm
from portals.models import CatalogueEntry, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.selectors.our_names import names_of
from portals.services.deciding import Decided
from portals.services.mapping_copy import CopyRow, copy, preview_copy
from portals.services.mapping_files import FileRow, export_mappings, import_rows, preview_file
from portals.services.places import Scope
from portals.tasks import wake
from portals.views.mapping_bulk import tell
from portals.views.mapping_queue import accesses_of_names

MOST_SHOWN = 400
CHANGES = ("new", "changed")
ORDER = ("error", "changed", "new", "missing", "same")  # what is to be looked at comes first
Row = CopyRow | FileRow
T = TypeVar("T", CopyRow, FileRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a preview in words; `pick` is what its tick says, "" where nothing is to do."""

    number: int
    kind: object
    ours: str
    theirs: str
    now: str
    status: str
    pick: str
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be done, the most telling lines first; `left` changes are not among them."""

    lines: list[Line]
    counts: dict[str, int]
    left: int

    @property
    def changes(self) -> int:
        """How many decisions would be made in all."""
        return sum(self.counts.get(status, 0) for status in CHANGES)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def mapping_copy(request: DealerRequest) -> HttpResponse:
    """Show what copying from another portal or environment would do, and copy what stays ticked."""
    form = CopyForm(request.GET, dealer=request.dealer)
    if not form.is_valid():
        if not request.GET:
            form = CopyForm(None, dealer=request.dealer)
        return render(request, "portals/mapping_copy.html", {"form": form})
    source, target = form.scopes()
    rows = preview_copy(source, target)
    if request.method == "POST":
        chosen = _picked(request, rows)
        decided = _carry_out(request, lambda: copy(source, target, chosen, by=by_person(request)))
        return _result(decided, request.get_full_path())
    context = {"form": form, "preview": _preview(rows), "can_post": True}
    return render(request, "portals/mapping_copy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def mapping_file(request: DealerRequest) -> HttpResponse:
    """Take a CSV, show line by line what it would do, and do what stays ticked.

    The bytes travel in the form of the preview: nothing of a file is kept that nobody applied.
    """
    accesses = list(accesses_of_names(request.dealer).values())
    context: dict[str, object] = {"accesses": accesses}
    if request.method != "POST":
        context["form"] = MappingFileForm(dealer=request.dealer)
        return render(request, "portals/mapping_file.html", context)
    form = MappingFileForm(request.POST, request.FILES, dealer=request.dealer)
    data = _sent_again(request)
    if data is not None:
        form.fields["file"].required = False
    context["form"] = form
    if not form.is_valid():
        return render(request, "portals/mapping_file.html", context, status=422)
    access: PortalAccess = form.cleaned_data["access"]
    scope, content = Scope.of(access), data if data is not None else form.cleaned_data["file"]
    try:
        rows = preview_file(scope, content)
    except ValidationError as error:
        form.add_error("file", error.messages)
        return render(request, "portals/mapping_file.html", context, status=422)
    if data is not None:
        chosen = _picked(request, rows)
        decided = _carry_out(request, lambda: import_rows(scope, chosen, by=by_person(request)))
        return _result(decided, request.path)
    context |= {
        "preview": _preview(rows),
        "chosen_access": access,
        "data": base64.b64encode(content).decode(),
    }
    return render(request, "portals/mapping_file.html", context)


@require_safe
@managers_page
def mapping_export(request: DealerRequest, pk: int) -> HttpResponse:
    """Give the dealer's own decisions at an access as CSV."""
    accesses = PortalAccess.objects.for_dealer(request.dealer).select_related("portal", "dealer")
    access = get_object_or_404(accesses, pk=pk)
    text = "".join(export_mappings(Scope.of(access)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"de-para-{access.portal.slug}-{access.environment}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sent_again(request: DealerRequest) -> bytes | None:
    """Return the file as the preview's form carries it, None if there is none that can be read."""
    text = request.POST.get("data", "")
    if not text or len(text) > MOST_BYTES * 2:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None


def _picked(request: DealerRequest, rows: Sequence[T]) -> list[T]:
    """Return the rows that stayed ticked as they were seen; with `rest`, also those not shown."""
    picked = set(request.POST.getlist("pick"))
    changes = [row for row in _sorted(rows) if row.status in CHANGES]
    shown = {_pick_of(row) for row in _sorted(rows)[:MOST_SHOWN]}
    rest = "rest" in request.POST
    return [
        row for row in changes if _pick_of(row) in picked or (rest and _pick_of(row) not in shown)
    ]


def _carry_out(request: DealerRequest, act: Callable[[], Decided]) -> Decided:
    try:
        decided = act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return Decided()
    wake(decided.marked)
    if decided.batch is None and not decided.conflicts:
        messages.info(request, _("There was nothing to do."))
    else:
        tell(request, decided)
    return decided


def _result(decided: Decided, otherwise: str) -> HttpResponse:
    if decided.batch is None:
        return redirect(otherwise)
    return redirect("portals:mapping_batch", decided.batch.pk)


def _sorted(rows: Sequence[T]) -> list[T]:
    return sorted(rows, key=lambda row: ORDER.index(row.status) if row.status in ORDER else 0)


def _pick_of(row: Row) -> str:
    """Return what tells a row as it was seen: its place, where it leads, and what is there now."""
    if row.place is None:
        return ""
    entry = row.entry.pk if row.entry else 0
    seen = repr((row.place.key, entry, row.seen))
    return hashlib.sha256(seen.encode()).hexdigest()[:20]


def _preview(rows: Sequence[Row]) -> Preview:
    ordered = sorted(rows, key=lambda row: ORDER.index(row.status) if row.status in ORDER else 0)
    shown, hidden = ordered[:MOST_SHOWN], ordered[MOST_SHOWN:]
    names = names_of({(row.place.kind, row.place.source_key) for row in shown if row.place})
    return Preview(
        lines=[_line(row, names, number) for number, row in enumerate(shown, start=1)],
        counts=dict(Counter(row.status for row in rows)),
        left=sum(row.status in CHANGES for row in hidden),
    )


def _line(row: Row, names: dict[tuple[str, str], str], number: int) -> Line:
    place = row.place
    cells = row.cells if isinstance(row, FileRow) else {}
    return Line(
        number=row.line if isinstance(row, FileRow) else number,
        kind=CatalogueKind(place.kind).label if place else cells.get("nivel", ""),
        ours=names[place.kind, place.source_key] if place else " · ".join(cells.values())[:200],
        theirs=_theirs(row.entry) if place and row.status != "missing" else "",
        now=row.now,
        status=row.status,
        pick=_pick_of(row) if row.status in CHANGES else "",
        errors=row.errors if isinstance(row, FileRow) else (),
    )


def _theirs(entry: CatalogueEntry | None) -> str:
    return entry.name if entry else _("nothing, on purpose")
