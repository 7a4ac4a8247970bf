"""Vehicles of the same dealer that are much like the one being registered, to copy from."""

from __future__ import annotations

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from accounts.models import Dealer
from inventory.models import Vehicle, Version

MOST_SIMILAR = 5


def similar_vehicles(
    dealer: Dealer, *, version: Version | None, brand: str = "", model: str = "", but: int | None
) -> list[Vehicle]:
    """Return vehicles of the same version or model that have optionals, as `optional_count`.

    The same version comes first, then the one changed last. `but` is the vehicle itself.
    """
    named = _named(version=version, brand=_bare(brand), model=_bare(model))
    if named is None:
        return []
    vehicles: QuerySet[Vehicle] = Vehicle.objects.for_dealer(dealer).filter(named)
    if but is not None:
        vehicles = vehicles.exclude(pk=but)
    counted = vehicles.annotate(
        optional_count=Count("optionals"),
        distance=Case(
            When(version=version, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        if version
        else Value(0),
    )
    ready = counted.filter(optional_count__gt=0).select_related("version__model__brand")
    return list(ready.order_by("distance", "-updated_at")[:MOST_SIMILAR])


def _bare(text: str) -> str:
    return text.replace("\x00", "").strip()  # no database takes a NUL


def _named(*, version: Version | None, brand: str, model: str) -> Q | None:
    if version is not None:
        return Q(version__model=version.model_id)
    if brand and model:
        return Q(brand_text__iexact=brand[:80], model_text__iexact=model[:120])
    return None
