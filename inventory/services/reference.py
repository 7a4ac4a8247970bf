"""Load and refresh the reference catalogue, its prices and the optionals.

A version is known by its FIPE code for ever: a refresh changes it in place, points it to another
model when the split became better, and retires what the file no longer holds. Everything is written
in short transactions, so that others can work meanwhile; a load that was interrupted is finished by
running it again.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from accounts.models import Change
from config.lib.folding import fold
from inventory.models import (
    Brand,
    Optional,
    ReferencePrice,
    Vehicle,
    VehicleModel,
    Version,
)
from inventory.reference import catalogue, tables
from inventory.reference.catalogue import CatalogueRow
from inventory.reference.tables import TableError
from inventory.services.reference_decisions import Decisions, read_decisions
from inventory.services.vehicle_rows import copy_brand
from inventory.signals import vehicle_changed

OPTIONALS_FILE = catalogue.SHIPPED.parent / "optionals.csv"
PRICE_COLUMNS = ("fipe_code", "model_year", "fuel", "price_brl")
_CHUNK = 200
_PAUSE_SECONDS = 0.01  # lets a waiting web request write between two chunks on SQLite
_FACTS = (
    "name",
    "source_text",
    "year_first",
    "year_last",
    "has_zero_km",
    "fuels",
    "body",
    "doors",
    "displacement",
    "gearbox",
)
_WRITTEN = ("model_id", "folded", "retired_at", *_FACTS)
M = TypeVar("M", bound=Model)


@dataclass(slots=True)
class LoadReport:
    """What a load did, counted in versions (or prices, or optionals)."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0
    unknown: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


def load_catalogue(rows: Sequence[CatalogueRow], *, now: datetime, partial: bool) -> LoadReport:
    """Bring brands, models and versions to what the rows say.

    What a person has decided stays: a name, the model of a version, that one is retired or not.
    With `partial` nothing is retired. Otherwise versions that the rows lack are retired, within
    the categories that the rows hold. Raises TableError, and changes nothing, when that would
    retire more than half of a category: such a file is a piece of the table, not the table.
    """
    existing = {version.fipe_code: version for version in Version.objects.all()}
    decisions = read_decisions()
    missing = [] if partial else _missing(rows, existing)
    missing = [version for version in missing if version.pk not in decisions.retired]
    models = _load_models(rows, decisions)
    report = LoadReport(rows=len(rows))
    changed: list[Version] = []
    for row in rows:
        known = existing.get(row.fipe_code)
        wanted = _version(row, model_id=models[_model_key(row)])
        if known is not None:
            decisions.keep_in(wanted, known)
        if known is None:
            report.created += 1
        elif _same(known, wanted):
            report.unchanged += 1
            continue
        else:
            report.updated += 1
        changed.append(wanted)
    for chunk in _chunks(changed):
        _write_versions(chunk, existing=existing)
    for chunk in _chunks(missing):
        Version.objects.filter(pk__in=[v.pk for v in chunk]).update(retired_at=now)
    report.retired = len(missing)
    return report


def load_prices(path: Path, *, month: date) -> LoadReport:
    """Bring FIPE's prices (BRL) to what a price file of `month` says.

    The file has the columns of PRICE_COLUMNS, `model_year` a year or "0km". Rows of codes that the
    catalogue lacks are counted as unknown. Raises TableError naming line and column, OSError.
    """
    versions = dict(Version.objects.values_list("fipe_code", "pk"))
    known = {
        (price.version_id, price.model_year, price.fuel): price
        for price in ReferencePrice.objects.all()
    }
    report = LoadReport()
    wanted: dict[tuple[int, int, str], ReferencePrice] = {}
    for price in _read_prices(path, versions=versions, month=month, report=report):
        wanted[price.version_id, price.model_year, price.fuel] = price
    changed = []
    for key, price in wanted.items():
        before = known.get(key)
        if before is None:
            report.created += 1
        elif (before.price, before.month) == (price.price, price.month):
            report.unchanged += 1
            continue
        else:
            report.updated += 1
        changed.append(price)
    for chunk in _chunks(changed, size=1000):
        ReferencePrice.objects.bulk_create(
            chunk,
            update_conflicts=True,
            unique_fields=("version", "model_year", "fuel"),
            update_fields=("price", "month"),
        )
    return report


@transaction.atomic
def load_optionals(*, now: datetime) -> LoadReport:
    """Bring the optionals to the shipped list; one that left the list is retired.

    What support has added or changed by hand stays as it is.
    """
    touched = _touched_optionals()
    known = {each.folded: each for each in Optional.objects.exclude(pk__in=touched)}
    settled = {
        fold(name)
        for each in Optional.objects.filter(pk__in=touched)
        for name in (each.name, *each.variants.split("|"))
    }
    report = LoadReport()
    with OPTIONALS_FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        report.rows += 1
        if fold(row["name"]) in settled:
            report.unchanged += 1
            continue
        fields = {"name": row["name"], "group": row["group"], "variants": row["variants"]}
        optional = known.pop(fold(row["name"]), None)
        if optional is None:
            Optional.objects.create(folded=fold(row["name"]), **fields)
            report.created += 1
        elif optional.retired_at or any(getattr(optional, k) != v for k, v in fields.items()):
            Optional.objects.filter(pk=optional.pk).update(**fields, retired_at=None)
            report.updated += 1
        else:
            report.unchanged += 1
    gone = [optional.pk for optional in known.values() if optional.retired_at is None]
    Optional.objects.filter(pk__in=gone).update(retired_at=now)
    report.retired = len(gone)
    return report


def _touched_optionals() -> list[int]:
    """Return the optionals of which the history says that a person wrote them."""
    changes = Change.objects.filter(subject_type="inventory.optional")
    return list(changes.values_list("subject_id", flat=True).distinct())


def _missing(rows: Sequence[CatalogueRow], existing: dict[str, Version]) -> list[Version]:
    """Return the live versions that the rows lack, in the categories that the rows hold."""
    codes = {row.fipe_code for row in rows}
    category_of = dict(Version.objects.values_list("pk", "model__brand__category"))
    live = [version for version in existing.values() if version.retired_at is None]
    per_category = Counter(category_of[version.pk] for version in live)
    held = {row.category for row in rows}
    missing = [
        version
        for version in live
        if version.fipe_code not in codes and category_of[version.pk] in held
    ]
    for category, count in Counter(category_of[version.pk] for version in missing).items():
        if count * 2 > per_category[category]:
            raise TableError(
                f"{count} of {per_category[category]} known codes are missing; "
                "this is not the whole table",
                field="fipe_code",
            )
    return missing


def _load_models(
    rows: Sequence[CatalogueRow], decisions: Decisions
) -> dict[tuple[int, str, str], int]:
    """Create or rename brands and models; return the model's id by category, brand and model."""
    brands = _load_brands(rows, decisions)
    named = {_model_key(row): row.model for row in rows}
    wanted = {(brands[key[:2]], key[2]): name for key, name in named.items()}
    known = _known_models(decisions)
    new = [
        VehicleModel(brand_id=brand_id, name=name, folded=folded)
        for (brand_id, folded), name in wanted.items()
        if (brand_id, folded) not in known
    ]
    for chunk in _chunks(new):
        VehicleModel.objects.bulk_create(chunk)
    for key, name in wanted.items():
        if key in known and known[key].name != name and known[key].pk not in decisions.model_names:
            VehicleModel.objects.filter(pk=known[key].pk, name=known[key].name).update(name=name)
    ids = {key: model.pk for key, model in _known_models(decisions).items()}
    return {key: ids[brands[key[:2]], key[2]] for key in named}


def _known_models(decisions: Decisions) -> dict[tuple[int, str], VehicleModel]:
    """Return models by brand and folded name; a renamed one by its former names too."""
    every = list(VehicleModel.objects.all())
    known = {(model.brand_id, model.folded): model for model in every}
    for model in every:
        for name in decisions.model_names.get(model.pk, ()):
            known.setdefault((model.brand_id, name), model)
    return known


def _load_brands(rows: Sequence[CatalogueRow], decisions: Decisions) -> dict[tuple[int, str], int]:
    """Create or rename brands; return ids by category and folded name."""
    sources: dict[tuple[int, str], tuple[str, set[str]]] = {}
    for row in rows:
        name, spellings = sources.setdefault((row.category, fold(row.brand)), (row.brand, set()))
        spellings.add(row.brand_source)
        del name
    known = _known_brands(decisions)
    for (category, folded), (name, spellings) in sources.items():
        fields = {"name": name, "source_name": "|".join(sorted(spellings))[:60]}
        brand = known.get((category, folded))
        if brand is None:
            Brand.objects.create(category=category, folded=folded, **fields)
            continue
        if brand.pk in decisions.brand_names:
            del fields["name"]
        if any(getattr(brand, name) != value for name, value in fields.items()):
            Brand.objects.filter(pk=brand.pk, name=brand.name).update(**fields)
    return {key: brand.pk for key, brand in _known_brands(decisions).items()}


def _known_brands(decisions: Decisions) -> dict[tuple[int, str], Brand]:
    """Return brands by category and folded name; a renamed one by its former names too."""
    every = list(Brand.objects.all())
    known = {(brand.category, brand.folded): brand for brand in every}
    for brand in every:
        for name in decisions.brand_names.get(brand.pk, ()):
            known.setdefault((brand.category, name), brand)
    return known


def _model_key(row: CatalogueRow) -> tuple[int, str, str]:
    """Return category, folded brand and folded model of a row."""
    return row.category, fold(row.brand), fold(row.model)


def _version(row: CatalogueRow, *, model_id: int) -> Version:
    """Return the version (not yet written) that a row describes."""
    facts: dict[str, Any] = {name: getattr(row, name) for name in _FACTS}
    return Version(
        model_id=model_id, fipe_code=row.fipe_code, folded=fold(row.name), retired_at=None, **facts
    )


def _same(known: Version, wanted: Version) -> bool:
    """Tell whether a version already is as wanted."""
    return all(getattr(known, name) == getattr(wanted, name) for name in _WRITTEN)


def _write_versions(chunk: Sequence[Version], *, existing: dict[str, Version]) -> None:
    """Create or update versions; vehicles whose version reads otherwise now are reported."""
    renamed = [
        before.pk
        for version in chunk
        if (before := existing.get(version.fipe_code)) is not None
        and (before.model_id, before.name) != (version.model_id, version.name)
    ]
    with transaction.atomic():
        Version.objects.bulk_create(
            chunk,
            update_conflicts=True,
            unique_fields=("fipe_code",),
            update_fields=tuple(name.removesuffix("_id") for name in _WRITTEN),
        )
        rows = Vehicle.objects.filter(version__in=renamed)
        vehicles = list(rows.values_list("pk", flat=True))
        if vehicles:
            copy_brand(rows)
            vehicle_changed.send(
                sender=Vehicle, vehicle_ids=vehicles, fields=frozenset({"version"})
            )


def _read_prices(
    path: Path, *, versions: dict[str, int], month: date, report: LoadReport
) -> Iterator[ReferencePrice]:
    """Yield the prices of known codes; count rows and unknown codes in the report."""
    with tables.open_text(path) as stream:
        for line, row in tables.read_rows(stream, columns=PRICE_COLUMNS):
            report.rows += 1
            year, price = _price_facts(row, line)
            version_id = versions.get(row["fipe_code"])
            if version_id is None:
                report.unknown += 1
                continue
            yield ReferencePrice(
                version_id=version_id, model_year=year, fuel=row["fuel"], price=price, month=month
            )


def _price_facts(row: dict[str, str], line: int) -> tuple[int, Decimal]:
    """Return model year and price of a row, checked."""
    year, price = row["model_year"], row["price_brl"]
    if year != "0km" and not (year.isdecimal() and 1900 <= int(year[:5]) <= 2100):
        raise TableError(f"{year[:10]!r} is no year", line=line, field="model_year")
    if not price.isdecimal() or len(price) > 9 or int(price) <= 0:
        raise TableError(f"{price[:12]!r} is no price", line=line, field="price_brl")
    if not row["fuel"] or len(row["fuel"]) > 20:
        raise TableError("missing or too long", line=line, field="fuel")
    return ReferencePrice.ZERO_KM if year == "0km" else int(year), Decimal(price)


def _chunks(items: Iterable[M], *, size: int = _CHUNK) -> Iterator[list[M]]:
    """Yield the items in chunks, pausing between two so that other writers get their turn."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
        time.sleep(_PAUSE_SECONDS)
