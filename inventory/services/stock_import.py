"""Bring a stock file into a dealer's stock: create what is new, change what changed, no more.

A line is known by its reference. Its fingerprint is kept with the vehicle, so that a file imported
twice changes nothing, not even what people corrected by hand in the meantime. A vehicle that the
reference catalogue cannot place is kept with its own words.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.matching import Name, is_safe
from inventory.models import StockSource, Vehicle, VehicleState, Version
from inventory.models.vehicle import GONE
from inventory.services import identity
from inventory.services.inventing import invent_facts
from inventory.services.name_matching import reference_index
from inventory.services.stock_csv import StockLine, check_table, read_stock
from inventory.services.vehicle_facts import FACTS
from inventory.services.vehicle_import import bulk_create_vehicles
from inventory.services.vehicles import update_vehicle

SOURCE_KIND, SOURCE_NAME = "stock-file", "Stock file"
_CHUNK = 100
_PAUSE_SECONDS = 0.01  # lets a waiting web request write between two chunks on SQLite
_MOST_PROBLEMS = 1_000
# The fact of a vehicle -> the column of the file, where the names differ.
_COLUMNS = {
    "code": "stock_id",
    "source_reference": "stock_id",
    "price": "price_brl",
    "mileage": "km",
    "year_manufacture": "year_fab",
    "brand_text": "brand",
    "model_text": "model",
    "version_text": "version",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line; `field` is the column of the file."""

    line: int
    field: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, in lines of the file; `placed` counts those with a reference version."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    placed: int = 0
    problems: list[Problem] = field(default_factory=list)

    def reject(self, line: int, problems: Iterable[tuple[str, str]]) -> None:
        """Count a line as rejected; beyond the limit its problems are counted only."""
        self.rejected += 1
        for column, message in problems:
            if len(self.problems) < _MOST_PROBLEMS:
                self.problems.append(Problem(line=line, field=column, message=message))


class _Run:
    """One import: the file's lines on one side, the dealer's stock on the other."""

    def __init__(self, dealer: Dealer, *, by: By, year: int, invent: bool) -> None:
        self.dealer = dealer
        self.by = by
        self.year = year
        self.invent = invent
        self.report = ImportReport()
        self.source = StockSource.objects.get_or_create(
            dealer=dealer, kind=SOURCE_KIND, name=SOURCE_NAME
        )[0]
        self.versions = {
            version.pk: version for version in Version.objects.select_related("model__brand")
        }
        self.by_code = {version.fipe_code: version for version in self.versions.values()}
        self.index = reference_index(self.versions.values())
        self.plates = _plates_in_stock(dealer) if invent else set()

    def take(self, lines: Sequence[StockLine]) -> None:
        """Import one chunk of lines."""
        self.report.rows += len(lines)
        references = [line.stock_id for line in lines]
        stock = Vehicle.objects.for_dealer(self.dealer).select_related("version__model__brand")
        known = {
            vehicle.source_reference: vehicle
            for vehicle in stock.filter(source=self.source, source_reference__in=references)
        }
        new: list[tuple[StockLine, dict[str, Any]]] = []
        for line in lines:
            if line.problems:
                self.report.reject(line.number, line.problems)
                continue
            vehicle = known.get(line.stock_id)
            if vehicle is None:
                new.append((line, self.new_facts(line)))
            else:
                self.refresh(vehicle, line)
        self.create(new)

    def new_facts(self, line: StockLine) -> dict[str, Any]:
        """Return the facts of a vehicle to be created."""
        version = self.place(line.facts, fipe_code=line.fipe_code)
        facts = {**line.facts, "version": version}
        facts["source_facts"] = {**line.facts["source_facts"], "fingerprint": line.fingerprint}
        if self.invent:
            self.fill(facts, seed=line.stock_id, version=version)
        return facts

    def create(self, new: Sequence[tuple[StockLine, dict[str, Any]]]) -> None:
        """Create the new vehicles of a chunk."""
        rows = [
            {
                **facts,
                "code": line.stock_id,
                "state": VehicleState.AVAILABLE,
                "source": self.source,
                "source_reference": line.stock_id,
            }
            for line, facts in new
        ]
        done = bulk_create_vehicles(rows, dealer=self.dealer, by=self.by)
        self.report.created += len(done.vehicles)
        self.report.placed += sum(v.version_id is not None for v in done.vehicles.values())
        for index, error in done.problems.items():
            self.report.reject(new[index][0].number, _by_column(error))

    def refresh(self, vehicle: Vehicle, line: StockLine) -> None:
        """Change a known vehicle where its line, the catalogue or the wish to invent says so."""
        facts = self.changes(vehicle, line)
        self.report.placed += bool(facts.get("version") or vehicle.version_id)
        if not facts:
            self.report.unchanged += 1
            return
        try:
            after = update_vehicle(vehicle.pk, dealer=self.dealer, by=self.by, **facts)
        except ValidationError as error:
            self.report.reject(line.number, _by_column(error))
            return
        if after.revision == vehicle.revision:
            self.report.unchanged += 1
        else:
            self.report.updated += 1

    def changes(self, vehicle: Vehicle, line: StockLine) -> dict[str, Any]:
        """Return the facts that this import wants to write on a vehicle."""
        kept: dict[str, Any] = dict(vehicle.source_facts)
        facts: dict[str, Any] = {}
        changed = kept.get("fingerprint") != line.fingerprint
        if changed:
            facts = dict(line.facts)
            invented = [name for name in kept.get("invented", ()) if name not in facts]
            kept = {**line.facts["source_facts"], "fingerprint": line.fingerprint}
            if invented:
                kept["invented"] = invented
        if changed or vehicle.version is None:
            # By the file's words only: what was invented must never lead to a version.
            version = self.place(line.facts, fipe_code=line.fipe_code)
            if version is not None:
                facts["version"] = version
        if self.invent and vehicle.state not in GONE:
            have = {name: getattr(vehicle, name) for name in FACTS} | facts
            have["source_facts"] = kept
            before = dict(have)
            self.fill(have, seed=line.stock_id, version=facts.get("version", vehicle.version))
            facts |= {name: value for name, value in have.items() if value != before[name]}
            kept = have["source_facts"]
        if kept != vehicle.source_facts:
            facts["source_facts"] = kept
        return facts

    def place(self, facts: Mapping[str, Any], *, fipe_code: str) -> Version | None:
        """Return the reference version: by its code if the file knows it, else by the words."""
        coded = self.by_code.get(fipe_code)
        if coded is not None and coded.model.brand.category == facts["category"]:
            return coded
        if not facts.get("year_model"):
            return None
        found = self.index.suggest(offered_name(facts), limit=2)
        return self.versions[found[0].key] if is_safe(found) else None

    def fill(self, facts: dict[str, Any], *, seed: str, version: Version | None) -> None:
        """Invent what is missing, and write down which fields were invented."""
        made = invent_facts(
            facts, seed=seed, version=version, year=self.year, taken_plates=self.plates
        )
        if not made:
            return
        self.plates.add(made.get("plate", ""))
        facts.update(made)
        noted = set(facts["source_facts"].get("invented", ())) | set(made)
        facts["source_facts"] = {**facts["source_facts"], "invented": sorted(noted)}


def import_stock(path: Path, *, dealer: Dealer, by: By, invent_missing: bool) -> ImportReport:
    """Import a stock file in short chunks and report what was done with every line.

    With `invent_missing`, what the file does not say is filled in and marked (services.inventing).
    Raises TableError when the file is no stock table and OSError when it cannot be read; the file
    is read through once before anything is written, so nothing has changed then.
    """
    year = timezone.now().year
    check_table(path)
    run = _Run(dealer, by=by, year=year, invent=invent_missing)
    for chunk in _chunks(read_stock(path, year=year)):
        run.take(chunk)
        time.sleep(_PAUSE_SECONDS)
    return run.report


def offered_name(facts: Mapping[str, Any]) -> Name:
    """Return a vehicle as its dealer words it."""
    return Name(
        key=0,
        category=int(facts["category"]),
        brand=facts.get("brand_text", ""),
        model=facts.get("model_text", ""),
        version=facts.get("version_text", ""),
        year_first=facts["year_model"],
        year_last=facts["year_model"],
        fuel=facts.get("fuel", ""),
        gearbox=facts.get("gearbox", ""),
        body=facts.get("body", ""),
        doors=facts.get("doors") or 0,
    )


def _plates_in_stock(dealer: Dealer) -> set[str]:
    """Return every spelling of every plate that the dealer has in stock."""
    present = Vehicle.objects.for_dealer(dealer).exclude(state__in=GONE).exclude(plate="")
    plates = present.values_list("plate", flat=True)
    return {twin for plate in plates for twin in identity.plate_twins(plate)}


def _by_column(error: ValidationError) -> list[tuple[str, str]]:
    """Return an error as (column of the file, message)."""
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    return [
        (_COLUMNS.get(name, name), message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def _chunks(lines: Iterator[StockLine]) -> Iterator[list[StockLine]]:
    """Yield the lines in chunks."""
    while chunk := list(islice(lines, _CHUNK)):
        yield chunk


def summary(report: ImportReport) -> str:
    """Return one sentence for the person at the terminal."""
    return _("%(placed)d of %(rows)d vehicles have a place in the reference catalogue.") % {
        "placed": report.placed,
        "rows": report.rows,
    }
