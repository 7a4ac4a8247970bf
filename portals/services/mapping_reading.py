"""Judges the lines of a file of decisions against the catalogue and what is decided today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.lib.folding import fold
from portals.models import CatalogueEntry
from portals.models import Mapping as MappingRow
from portals.selectors.our_names import WITHIN
from portals.services.catalogue_index import Row, catalogue_names
from portals.services.mapping_rows import (
    COLUMN_OF,
    LEVELS,
    MAPPED,
    NOTHING,
    TYPES,
    body_of,
    value_of,
)
from portals.services.model_words import PREFIX as MODEL
from portals.services.model_words import models_of_words
from portals.services.places import Place, Scope, check_place, label_of, rows_at, seen_token
from portals.services.source_keys import NESTED

LONGEST = 200
Cells = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Judged:
    """What a line came to."""

    place: Place | None = None
    row: Row | None = None
    entry: CatalogueEntry | None = None
    status: str = "error"
    seen: str = "none"
    now: str = ""
    is_none: bool = False
    errors: list[tuple[str, str]] = field(default_factory=list)


class FileReading:
    """Reads all lines, then looks up in a few queries what they need."""

    def __init__(self, scope: Scope, lines: Sequence[Cells]) -> None:
        self.scope, self.lines = scope, lines
        self.there: dict[tuple[object, ...], MappingRow] = {}
        self.models: dict[tuple[int, str], str] = {}

    def judge(self) -> list[Judged]:
        """Return a verdict per line."""
        types = [(value_of(TYPES, each["tipo"]), _origin(each)) for each in self.lines]
        self.models = models_of_words((int(kind), text) for kind, text in types if kind)
        found = [self._read(cells) for cells in self.lines]
        places = [each.place for each in found if each.place is not None]
        self.there = {**rows_at(self.scope, places)} if places else {}
        taken: set[tuple[object, ...]] = set()
        for each, cells in zip(found, self.lines, strict=True):
            if each.place is not None and not each.errors:
                self._decide(each, cells)
                if each.place.key in taken:
                    each.errors.append(("origem", _("An earlier line decides the same name.")))
                taken.add(each.place.key)
            if each.errors:
                each.status = "error"
        rows = {each.row.pk for each in found if each.row is not None}
        entries = CatalogueEntry.objects.select_related("parent__parent").in_bulk(rows)
        for each in found:
            each.entry = entries.get(each.row.pk) if each.row is not None else None
        return found

    def _read(self, cells: Cells) -> Judged:
        """Read the place of a line."""
        judged = Judged()
        self._check_scope(judged, cells)
        self._check_lengths(judged, cells)
        category = value_of(TYPES, cells["tipo"])
        if category is None:
            judged.errors.append(("tipo", _("Enter carro, moto, caminhao or implemento.")))
        kind = value_of(LEVELS, cells["nivel"])
        if kind is None:
            text = _("Enter one of: %(words)s.")
            judged.errors.append(("nivel", text % {"words": ", ".join(LEVELS.values())}))
        body, year = body_of(cells.get("carroceria", "")), _year(cells.get("ano", ""))
        if body is None:
            judged.errors.append(("carroceria", _("This choice does not exist.")))
        if year is None:
            judged.errors.append(("ano", _("This is no year of a vehicle.")))
        origin = self._source_key(judged, _origin(cells), category=int(category or 0))
        if judged.errors:
            return judged
        judged.place = Place(
            portal=self.scope.portal,
            environment=self.scope.environment,
            vehicle_type=int(category or 0),
            kind=str(kind),
            source_key=origin,
            body=body or "",
            year=year or 0,
        )
        self._check_place(judged)
        return judged

    def _source_key(self, judged: Judged, origin: str, *, category: int) -> str:
        """Return the source key that a line's name of ours has here."""
        if not origin.startswith(MODEL):
            return origin
        found = self.models.get((category, origin), "")
        if not found:
            judged.errors.append(("origem", _("There is no such model here.")))
        return found

    def _check_lengths(self, judged: Judged, cells: Cells) -> None:
        for column, text in cells.items():
            if len(text) > LONGEST:
                message = _("At most %(limit)d characters are allowed.")
                judged.errors.append((column, message % {"limit": LONGEST}))

    def _check_scope(self, judged: Judged, cells: Cells) -> None:
        """Refuse lines that say they are another portal's, environment's or store's."""
        mine = {
            "portal": (self.scope.portal.slug, _("This line is of another portal.")),
            "ambiente": (self.scope.environment, _("This line is of another environment.")),
            "loja": (
                self.scope.dealer.code if self.scope.dealer else "",
                _("This line is of another store."),
            ),
        }
        for column, (wanted, message) in mine.items():
            if column in cells and fold(cells[column]) not in ("", fold(wanted)):
                judged.errors.append((column, message))

    def _check_place(self, judged: Judged) -> None:
        if judged.place is None:
            return
        try:
            check_place(judged.place)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                judged.errors += [(COLUMN_OF.get(name, name), text) for text in messages]
            judged.place = None

    def _decide(self, judged: Judged, cells: Cells) -> None:
        """Find where the line leads and what that means today."""
        place = judged.place
        if place is None:
            return
        today = self.there.get(place.key)
        judged.seen, judged.now = seen_token(today), label_of(today)
        word = fold(cells["decisao"])
        if word not in (MAPPED, NOTHING):
            text = _("Enter %(mapped)s or %(nothing)s.")
            judged.errors.append(("decisao", text % {"mapped": MAPPED, "nothing": NOTHING}))
            return
        if word == NOTHING:
            same = today is not None and today.entry_id is None
        elif today is not None and _names(today, cells):
            same = True  # also where the portal has retired it: nothing is decided anew
        else:
            judged.row = self._entry(judged, place, cells)
            same = False
            if judged.row is None:
                return
        judged.status = "same" if same else "new" if today is None else "changed"

    def _entry(self, judged: Judged, place: Place, cells: Cells) -> Row | None:
        """Return the portal's name a line means, else note which column is at fault."""
        catalogue = catalogue_names(place.portal, place.environment, place.vehicle_type)
        parents: list[Row | None] = [None]
        for level, column in zip(NESTED.get(place.kind, ()), ("marca", "modelo"), strict=False):
            wanted = fold(cells.get(column, ""))
            parents = [
                row
                for parent in parents
                for row in catalogue.below(parent and parent.pk, level)
                if row.folded == wanted
            ]
            if not parents:
                judged.errors.append((column, _("The portal does not have this name.")))
                return None
        rows = [
            row for parent in parents for row in catalogue.below(parent and parent.pk, place.kind)
        ]
        key, name = cells["chave"], cells["nome"]
        fitting = [row for row in rows if row.remote_key == key] if key else []
        if not key:
            fitting = [row for row in rows if row.folded == fold(name)]
        if len(fitting) == 1:
            return fitting[0]
        column = "chave" if key else "nome"
        text = _("The portal does not have this name.")
        judged.errors.append((column, _("This can mean several names.") if fitting else text))
        return None


def _origin(cells: Cells) -> str:
    """Return our name as a line says it; the id of a model, as earlier files have it, by its words.

    It is the id of the installation that wrote the file, and may be another model's here.
    """
    origin = cells["origem"].strip()
    brand, between, model = cells.get("nosso_nome", "").partition(WITHIN)
    if origin.startswith(MODEL) and between and "|" not in origin:
        return f"{MODEL}{brand}|{model}"
    return origin


def _names(mapping: MappingRow, cells: Cells) -> bool:
    """Whether a decision of today is what a line says."""
    if mapping.entry is None:
        return False
    above: list[str] = []
    parent = mapping.entry.parent
    while parent is not None:
        above.insert(0, parent.folded)
        parent = parent.parent
    said = [fold(cells.get(column, "")) for column in ("marca", "modelo")][: len(above)]
    key = cells["chave"]
    leaf = mapping.entry.remote_key == key if key else mapping.entry.folded == fold(cells["nome"])
    return leaf and said == above


def _year(text: str) -> int | None:
    """Return a year, 0 for none said, None for what is no number."""
    bare = text.strip()
    if not bare:
        return 0
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) == 4 else None
