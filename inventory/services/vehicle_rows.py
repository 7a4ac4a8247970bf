"""The steps that every service of a vehicle is made of: lock, build, write, announce.

All but `new_vehicle` belong inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from inventory.models import Optional, Vehicle, VehicleState, Version
from inventory.models.vehicle import GONE
from inventory.services import identity
from inventory.services.duplicates import refuse_twin_plate, validation_error_of
from inventory.services.vehicle_facts import FACTS, clean_facts, column_values
from inventory.signals import vehicle_changed

# Django knows no shared lock, and any other would have all who write a brand's vehicles queue up.
_HOLD = """
SELECT brand.id FROM inventory_brand AS brand
WHERE brand.id IN (
    SELECT model.brand_id FROM inventory_version AS version
    JOIN inventory_vehiclemodel AS model ON model.id = version.model_id
    WHERE version.id = ANY(%s)
)
ORDER BY brand.id FOR SHARE
"""
# A vehicle is never born reserved: a reservation is a paper.
BIRTH_STATES = frozenset(VehicleState) - {VehicleState.RESERVED}


class EditConflict(Exception):
    """Somebody else changed the vehicle meanwhile; `revision` is the one it has now."""

    def __init__(self, *, revision: int) -> None:
        super().__init__(f"The vehicle is at revision {revision} by now.")
        self.revision = revision


def lock_vehicle(
    vehicle_id: int, *, dealer: Dealer | int, expected_revision: int | None = None
) -> Vehicle:
    """Return the vehicle locked until the end of the transaction.

    Raises Vehicle.DoesNotExist (also for another dealer's) and EditConflict.
    """
    # NO KEY: rows that refer to the vehicle may be written meanwhile.
    rows = Vehicle.objects.for_dealer(dealer).select_for_update(no_key=True)
    vehicle = rows.get(pk=vehicle_id)
    if expected_revision is not None and expected_revision != vehicle.revision:
        raise EditConflict(revision=vehicle.revision)
    return vehicle


def new_vehicle(
    dealer: Dealer, *, code: str, state: str, facts: Mapping[str, Any], now: datetime
) -> Vehicle:
    """Return a validated, unsaved vehicle; raise ValidationError by field."""
    vehicle = Vehicle(dealer=dealer, state=state)
    errors: dict[str, Any] = {}
    try:
        vehicle.code = identity.clean_code(code)
    except ValidationError as err:
        errors["code"] = err
    if state not in BIRTH_STATES:
        errors["state"] = ValidationError(_("A vehicle cannot start in this state."))
    try:
        clean_facts(vehicle, facts, dealer=dealer, now=now)
    except ValidationError as err:
        errors.update(err.error_dict)
    if errors:
        raise ValidationError(errors)
    set_moments(vehicle, state=state, now=now)
    return vehicle


def save_vehicle(vehicle: Vehicle, *, fields: Iterable[str]) -> None:
    """Write these fields of a locked vehicle under its next revision.

    Raises ValidationError by field when another vehicle bears the plate or chassis.
    """
    vehicle.revision += 1
    written = {*fields, "revision", "updated_at"}
    if written & {"version", "brand_text"}:
        written.add("brand_key")
    if "brand_key" in written:
        hold_brands([vehicle])
    try:
        with transaction.atomic():
            vehicle.save(update_fields=written)
    except IntegrityError as err:
        raise validation_error_of(err) from err


def hold_brands(vehicles: Iterable[Vehicle]) -> None:
    """Read anew the brands that these vehicles are about to copy; they stay so until the commit.

    A rename waits meanwhile, and then finds the vehicles too. Who holds does not wait for others
    who hold. Lock vehicles before brands.
    """
    placed = [vehicle for vehicle in vehicles if vehicle.version_id is not None]
    ids = sorted({vehicle.version_id for vehicle in placed if vehicle.version_id is not None})
    if not ids:
        return
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [ids])
    fresh = Version.objects.select_related("model__brand").in_bulk(ids)
    for vehicle in placed:
        vehicle.version = fresh.get(vehicle.version_id or 0, vehicle.version)


def copy_brand(vehicles: QuerySet[Vehicle]) -> None:
    """Write anew the brand that these vehicles have copied from their version."""
    versions = Version.objects.filter(pk=OuterRef("version"))
    placed = vehicles.filter(version__isnull=False).order_by()
    placed.update(brand_key=Subquery(versions.values("model__brand__folded")))


def set_moments(vehicle: Vehicle, *, state: str, now: datetime) -> None:
    """Keep `available_at` and `sold_at` in step with a new state, before it is set.

    A sale that is undone gives the vehicle back with the days in stock it had.
    """
    returns = vehicle.state == VehicleState.ARCHIVED
    if state == VehicleState.AVAILABLE and (vehicle.available_at is None or returns):
        vehicle.available_at = now
    if state == VehicleState.SOLD:
        vehicle.sold_at = vehicle.sold_at or now
    elif state not in GONE:
        vehicle.sold_at = None


def move_vehicle(vehicle: Vehicle, *, state: str, action: str, by: By, now: datetime) -> None:
    """Write a state with its moments, history and signal, on a locked vehicle.

    No rule of the house is asked here, only the database's: raises ValidationError when the
    vehicle comes back to the stock while another one bears its plate or chassis.
    """
    before = {"state": vehicle.state}
    set_moments(vehicle, state=state, now=now)
    vehicle.state = state
    if before["state"] in GONE:
        refuse_twin_plate(vehicle)
    save_vehicle(vehicle, fields=("state", "available_at", "sold_at"))
    record_change(subject=vehicle, action=action, before=before, after={"state": state}, by=by)
    announce([vehicle.pk], fields=("state",))


def announce(vehicle_ids: Collection[int], *, fields: Iterable[str]) -> None:
    """Tell the floors above, inside the transaction; no fields means anything."""
    if vehicle_ids:
        vehicle_changed.send(
            sender=Vehicle, vehicle_ids=tuple(vehicle_ids), fields=frozenset(fields)
        )


def optional_ids(optionals: Iterable[Optional | int]) -> list[int]:
    """Return the sorted ids of optionals; raise ValidationError if one does not exist.

    Instances are believed without a query.
    """
    given = list(optionals)
    wanted = {item for item in given if not isinstance(item, Optional)}
    known = {item.pk for item in given if isinstance(item, Optional)}
    if wanted:
        known |= _existing_ids(wanted)
    if not wanted <= known:
        raise ValidationError({"optionals": _("One of the optionals does not exist.")})
    return sorted(known)


def _existing_ids(wanted: Collection[int]) -> set[int]:
    try:
        return set(Optional.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    except (TypeError, ValueError):
        return set()


def creation_of(vehicle: Vehicle, *, optionals: Collection[int]) -> dict[str, Any]:
    """Return what the history says of a new vehicle: everything that was filled in."""
    facts = {
        name: value
        for name, value in column_values(vehicle, FACTS).items()
        if value not in (None, "", False, {})
    }
    chosen = {"optionals": sorted(optionals)} if optionals else {}
    return {"code": vehicle.code, "state": vehicle.state, **facts, **chosen}
