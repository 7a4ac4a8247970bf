"""Says in words, by field, that another vehicle already bears a plate, chassis or code."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from inventory.services import identity

_TABLE = "inventory_vehicle"
_FIELDS = ("plate", "chassis", "code", "source_reference")


def refuse_twin_plate(vehicle: Vehicle) -> None:
    """Refuse a plate that another vehicle in stock bears, in its old or its Mercosul spelling.

    The constraint of the table stands behind this for the very same spelling.
    """
    if not vehicle.plate or vehicle.is_gone:
        return
    twins = (
        Vehicle.objects.for_dealer(vehicle.dealer_id)
        .filter(plate__in=identity.plate_twins(vehicle.plate))
        .exclude(state__in=GONE)
        .exclude(pk=vehicle.pk)
    )
    if twins.exists():
        raise ValidationError({"plate": duplicate_message("plate")})


def duplicate_message(field: str) -> str:
    """Return the sentence for a value of this field that is taken."""
    return {
        "plate": _("Another vehicle in stock has this plate."),
        "chassis": _("Another vehicle in stock has this chassis number."),
        "code": _("This stock code is already taken; it stays taken even after a sale."),
        "source_reference": _("This source already brought a vehicle with this reference."),
    }[field]


def duplicate_field(err: IntegrityError) -> str:
    """Return which field's uniqueness a database error is about, '' if about none of ours.

    PostgreSQL names the constraint, SQLite the columns of the broken index.
    """
    diagnosis = getattr(err.__cause__, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    if constraint is not None:
        names = {f"{_TABLE}_{name}": name for name in ("plate", "chassis", "code")}
        return {**names, f"{_TABLE}_source": "source_reference"}.get(constraint, "")
    text = str(err)
    return next((name for name in _FIELDS if f"{_TABLE}.{name}" in text), "")


def validation_error_of(err: IntegrityError) -> ValidationError:
    """Return the error by field; re-raise what is not about a duplicate of ours."""
    field = duplicate_field(err)
    if not field:
        raise err
    return ValidationError({field: duplicate_message(field)})
