"""Decisions as a CSV file that people edit: written whole, read with a preview, applied as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.services.changes import By
from portals.models import CatalogueEntry, Mapping
from portals.models.decisions import BatchKind
from portals.selectors.our_names import names_of
from portals.services.deciding import Decided, Decision, accept_many
from portals.services.mapping_reading import FileReading
from portals.services.mapping_rows import (
    COLUMNS,
    LEVELS,
    MAPPED,
    NEEDED,
    NOTHING,
    TYPES,
    body_word,
    cell,
    uncell,
)
from portals.services.model_words import words_of_models
from portals.services.places import Place, Scope, of_scope

BOM = "\ufeff"
MOST_LINES = 10_000
LONGEST_CELL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One line of a file and what it would do: "new", "same", "changed" or "error".

    `errors` holds (column, message); `now` is what is decided today; `cells` what was read.
    """

    line: int
    status: str
    place: Place | None = None
    entry: CatalogueEntry | None = None
    seen: str = "none"
    now: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    cells: dict[str, str] = field(default_factory=dict)


def export_mappings(scope: Scope) -> Iterator[str]:
    """Yield the file of a scope's own decisions line by line: UTF-8 with BOM, `;`, one order."""
    rows = list(
        of_scope(scope)
        .select_related("entry__parent__parent")
        .order_by("vehicle_type", "kind", "source_key", "body", "year")
    )
    names = names_of({(row.kind, row.source_key) for row in rows})
    models = words_of_models(row.source_key for row in rows)
    yield BOM + _line(COLUMNS)
    for row in rows:
        ours = names[row.kind, row.source_key]
        origin = models.get(row.source_key, row.source_key)
        yield _line([cell(text) for text in _cells(scope, row, origin, ours)])


def _cells(scope: Scope, row: Mapping, origin: str, ours: str) -> list[str]:
    above: list[str] = []
    parent = row.entry.parent if row.entry else None
    while parent is not None:
        above.insert(0, parent.name)
        parent = parent.parent
    above += [""] * (2 - len(above))
    return [
        scope.portal.slug,
        scope.environment,
        scope.dealer.code if scope.dealer else "",
        TYPES[row.vehicle_type],
        LEVELS[row.kind],
        origin,
        ours,
        body_word(row.body),
        str(row.year or ""),
        MAPPED if row.entry else NOTHING,
        *above,
        row.entry.name if row.entry else "",
        row.entry.remote_key if row.entry else "",
    ]


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def preview_file(scope: Scope, data: bytes) -> list[FileRow]:
    """Return what a file would do, line by line; writes nothing.

    Read is what export_mappings wrote, and what spreadsheets make of it ("," for ";", no BOM,
    Windows-1252). Raises ValidationError for what is no such file at all.
    """
    lines = _read(data)
    reading = FileReading(scope, [cells for _number, cells in lines])
    return [
        FileRow(
            line=number,
            status=found.status,
            place=found.place,
            entry=found.entry,
            seen=found.seen,
            now=found.now,
            errors=tuple(found.errors),
            cells=cells,
        )
        for (number, cells), found in zip(lines, reading.judge(), strict=True)
    ]


def import_rows(scope: Scope, rows: Sequence[FileRow], *, by: By) -> Decided:
    """Decide the new and changed rows of a preview as one batch; lines with errors are left out."""
    chosen = [
        Decision(place=row.place, entry=row.entry, seen=row.seen)
        for row in rows
        if row.place is not None and row.status in ("new", "changed")
    ]
    return accept_many(chosen, by=by, dealer=scope.dealer, kind=BatchKind.IMPORT)


def _read(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return (line, column -> text) of every line that says anything."""
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, dict[str, str]]] = []
    try:
        head = [name.strip().casefold() for name in next(reader, [])]
        _check_head(head)
        for cells in reader:
            if not any(each.strip() for each in cells):
                continue
            if len(found) == MOST_LINES:
                raise ValidationError(_("The file has more than 10,000 lines."))
            texts = [uncell(each)[: LONGEST_CELL + 1] for each in cells]
            said = dict.fromkeys(head, "") | dict(zip(head, texts, strict=False))
            found.append((reader.line_num, said))
    except csv.Error as error:
        raise ValidationError(_("This is no CSV file that can be read.")) from error
    return found


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise ValidationError(_("This is no CSV file that can be read."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _check_head(head: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in head]
    if missing:
        text = _("The file has no column %(columns)s.")
        raise ValidationError(text % {"columns": ", ".join(missing)})
    if len(set(head)) != len(head):
        raise ValidationError(_("The file has a column twice."))
