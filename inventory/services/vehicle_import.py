"""Creates many vehicles in few statements, for imports and demonstrations.

The rules are those of create_vehicle. A bad row is reported and left out; it never stops the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_changes
from inventory.models import Vehicle, VehicleState
from inventory.models.vehicle import GONE
from inventory.services import identity
from inventory.services.duplicates import duplicate_message
from inventory.services.stock_codes import next_codes
from inventory.services.vehicle_rows import (
    announce,
    creation_of,
    hold_brands,
    new_vehicle,
    optional_ids,
)
from inventory.services.vehicles import create_vehicle

CHUNK = 200  # vehicles per transaction: the database is never held for long
_OWN_ARGUMENTS = frozenset({"code", "state", "optionals"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCreated:
    """What became of each row given: `vehicles` by row index, `problems` by row index."""

    vehicles: Mapping[int, Vehicle]
    problems: Mapping[int, ValidationError]


@dataclass(slots=True, kw_only=True)
class _Born:
    index: int
    row: Mapping[str, Any]
    vehicle: Vehicle
    optionals: list[int]


def bulk_create_vehicles(
    rows: Sequence[Mapping[str, Any]], *, dealer: Dealer, by: By
) -> BulkCreated:
    """Create a vehicle for every row (the keyword arguments of create_vehicle) in short chunks.

    Give `version` and `source` as instances, versions with model and brand loaded: an id costs a
    query per row. Each chunk is committed for itself. Nothing is raised for a bad row.
    """
    vehicles: dict[int, Vehicle] = {}
    problems: dict[int, ValidationError] = {}
    given = {str(row["code"]) for row in rows if row.get("code")}
    for start in range(0, len(rows), CHUNK):
        chunk = dict(enumerate(rows[start : start + CHUNK], start=start))
        born = list(_build(chunk, dealer=dealer, problems=problems))
        born = list(_without_duplicates(born, dealer=dealer, problems=problems))
        try:
            with transaction.atomic():
                _name(born, dealer=dealer, given=given)
                _write(born, by=by)
            vehicles.update((item.index, item.vehicle) for item in born)
        except IntegrityError:
            # Somebody else wrote the same plate or code meanwhile: find out which, one by one.
            _create_one_by_one(born, dealer=dealer, by=by, vehicles=vehicles, problems=problems)
    return BulkCreated(vehicles=vehicles, problems=problems)


def _build(
    chunk: Mapping[int, Mapping[str, Any]],
    *,
    dealer: Dealer,
    problems: dict[int, ValidationError],
) -> Iterator[_Born]:
    now = timezone.now()
    for index, row in chunk.items():
        facts = {name: value for name, value in row.items() if name not in _OWN_ARGUMENTS}
        try:
            vehicle = new_vehicle(
                dealer,
                code=row.get("code", ""),
                state=row.get("state", VehicleState.IN_PREPARATION),
                facts=facts,
                now=now,
            )
            chosen = optional_ids(row.get("optionals", ()))
        except ValidationError as err:
            problems[index] = err
        else:
            yield _Born(index=index, row=row, vehicle=vehicle, optionals=chosen)


def _without_duplicates(
    born: Sequence[_Born], *, dealer: Dealer, problems: dict[int, ValidationError]
) -> Iterator[_Born]:
    """Leave out who bears what a vehicle of the table, or an earlier row, bears already."""
    taken = _taken(born, dealer=dealer)
    for item in born:
        own = _marks(item.vehicle)
        doubled = next((field for field, value in own if (field, value) in taken), "")
        if doubled:
            problems[item.index] = ValidationError({doubled: duplicate_message(doubled)})
            continue
        taken.update(own)
        yield item


def _marks(vehicle: Vehicle) -> list[tuple[str, str]]:
    """Return (field, value) of everything that no other vehicle may bear."""
    marks = [("code", vehicle.code)]
    if not vehicle.is_gone:
        marks += [("plate", twin) for twin in identity.plate_twins(vehicle.plate)]
        marks.append(("chassis", vehicle.chassis))
    if vehicle.source_reference:
        marks.append(("source_reference", f"{vehicle.source_id}:{vehicle.source_reference}"))
    return [(field, value) for field, value in marks if value]


def _taken(born: Sequence[_Born], *, dealer: Dealer) -> set[tuple[str, str]]:
    wanted: dict[str, set[str]] = {}
    for item in born:
        for field, value in _marks(item.vehicle):
            wanted.setdefault(field, set()).add(value)
    stock = Vehicle.objects.for_dealer(dealer)
    present = stock.exclude(state__in=GONE)
    found: set[tuple[str, str]] = set()
    for field, rows in (("code", stock), ("plate", present), ("chassis", present)):
        values = rows.filter(**{f"{field}__in": wanted.get(field, ())})
        found.update((field, value) for value in values.values_list(field, flat=True))
    references = {item.vehicle.source_reference for item in born} - {""}
    found.update(
        ("source_reference", f"{source}:{reference}")
        for source, reference in stock.filter(source_reference__in=references).values_list(
            "source_id", "source_reference"
        )
    )
    return found


def _name(born: Sequence[_Born], *, dealer: Dealer, given: Collection[str]) -> None:
    """Give the vehicles without a code the next ones that no row claims."""
    nameless = [item.vehicle for item in born if not item.vehicle.code]
    if nameless:
        codes = next_codes(len(nameless), dealer=dealer, given=given)
        for vehicle, code in zip(nameless, codes, strict=True):
            vehicle.code = code


def _write(born: Sequence[_Born], *, by: By) -> None:
    hold_brands([item.vehicle for item in born])
    Vehicle.objects.bulk_create([item.vehicle for item in born])
    through = Vehicle.optionals.through
    through.objects.bulk_create(
        through(vehicle_id=item.vehicle.pk, optional_id=optional)
        for item in born
        for optional in item.optionals
    )
    record_changes(
        (
            Act(
                subject=item.vehicle,
                action="created",
                before={},
                after=creation_of(item.vehicle, optionals=item.optionals),
            )
            for item in born
        ),
        by=by,
    )
    announce([item.vehicle.pk for item in born], fields=())


def _create_one_by_one(
    born: Collection[_Born],
    *,
    dealer: Dealer,
    by: By,
    vehicles: dict[int, Vehicle],
    problems: dict[int, ValidationError],
) -> None:
    for item in born:
        try:
            vehicles[item.index] = create_vehicle(dealer, by=by, **item.row)
        except ValidationError as err:
            problems[item.index] = err
