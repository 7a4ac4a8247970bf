"""What support corrects by hand in the reference catalogue, all of it with a trace.

What is loaded later leaves it alone (inventory.services.reference_decisions); FIPE's own table has
the last word on everything else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.services.changes import By, record_change
from accounts.services.contact_data import clean_line
from config.lib.folding import fold
from inventory.models import Brand, Optional, Vehicle, VehicleModel, Version
from inventory.services.vehicle_rows import copy_brand

OPTIONAL_FACTS = frozenset({"name", "group", "variants"})


def create_optional(*, by: By, name: str, group: str, variants: str = "") -> Optional:
    """Add a feature vehicles may have. Raises ValidationError by field."""
    optional = Optional()
    facts = {"name": name, "group": group, "variants": variants}
    with transaction.atomic():
        _write(optional, facts)
        record_change(subject=optional, action="created", after=facts, by=by, label=optional.name)
    return optional


def update_optional(optional_id: int, *, by: By, **facts: Any) -> Optional:
    """Rename or regroup a feature; its old name stays a spelling by which feeds find it.

    Raises Optional.DoesNotExist, ValidationError by field.
    """
    if unknown := set(facts) - OPTIONAL_FACTS:
        raise TypeError(f"Not facts of an optional: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        optional = Optional.objects.select_for_update(no_key=True).get(pk=optional_id)
        spellings = [each for each in facts.get("variants", optional.variants).split("|") if each]
        renamed = fold(clean_line(facts.get("name", optional.name))) != optional.folded
        if renamed and optional.folded not in map(fold, spellings):
            facts["variants"] = "|".join([*spellings, optional.name])
        _change(optional, facts, by=by)
    return optional


def rename_brand(brand_id: int, *, by: By, name: str) -> Brand:
    """Write a make differently, and the copies that vehicles have of its name.

    Whoever writes a vehicle of it meanwhile ends first or reads the new name (hold_brands). Raises
    Brand.DoesNotExist, ValidationError on `name`.
    """
    with transaction.atomic():
        # Vehicles before brands, as everybody locks them.
        mine = Vehicle.objects.filter(version__model__brand=brand_id).order_by("pk")
        list(mine.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
        brand = Brand.objects.select_for_update(no_key=True).get(pk=brand_id)
        before = brand.folded
        _change(brand, {"name": name}, by=by)
        if brand.folded != before:
            copy_brand(Vehicle.objects.filter(version__model__brand=brand))
    return brand


def rename_model(model_id: int, *, by: By, name: str) -> VehicleModel:
    """Write a model differently. Raises VehicleModel.DoesNotExist, ValidationError on `name`."""
    with transaction.atomic():
        model = VehicleModel.objects.select_for_update(no_key=True).get(pk=model_id)
        _change(model, {"name": name}, by=by)
    return model


def move_version(version_id: int, *, model: VehicleModel, by: By) -> Version:
    """Put a version under another model of its category.

    Raises Version.DoesNotExist, ValidationError on `model`.
    """
    with transaction.atomic():
        rows = Version.objects.select_related("model__brand").select_for_update(of=("self",))
        version = rows.get(pk=version_id)
        if version.model.brand.category != model.brand.category:
            raise ValidationError({"model": _("This model is of another category.")})
        before = {"model": version.model_id}
        if version.model_id != model.pk:
            version.model = model
            version.save(update_fields=["model"])
            copy_brand(Vehicle.objects.filter(version=version))
            after = {"model": model.pk}
            record_change(subject=version, action="updated", before=before, after=after, by=by)
    return version


def retire(row: Optional | Version, *, by: By, now: datetime) -> None:
    """Offer an optional or a version for new vehicles no longer; vehicles that have it keep it."""
    _set_retired(row, at=now, by=by, action="retired")


def restore(row: Optional | Version, *, by: By) -> None:
    """Offer again what was retired."""
    _set_retired(row, at=None, by=by, action="restored")


def _set_retired(row: Optional | Version, *, at: datetime | None, by: By, action: str) -> None:
    with transaction.atomic():
        fresh: Any = type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
        if (fresh.retired_at is None) != (at is None):
            fresh.retired_at = at
            fresh.save(update_fields=["retired_at"])
            record_change(subject=fresh, action=action, by=by)


def _change(row: Any, facts: dict[str, Any], *, by: By) -> None:
    before = {name: getattr(row, name) for name in facts}
    _write(row, facts)
    before = {name: old for name, old in before.items() if getattr(row, name) != old}
    if before:
        after = {name: getattr(row, name) for name in before}
        record_change(subject=row, action="updated", before=before, after=after, by=by)


def _write(row: Any, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, clean_line(value))
    row.folded = fold(row.name)
    row.clean_fields(exclude={"folded"})
    if not any(letter.isalnum() for letter in row.folded):
        raise ValidationError({"name": _("Give a name with letters or digits.")})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as err:
        raise ValidationError({"name": _("This name is taken.")}) from err
