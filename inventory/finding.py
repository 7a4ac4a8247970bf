"""Finds vehicles, versions and covers by what people type: words in any order, plates with or
without dash, without regard to case and accents where the catalogue knows the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from accounts.models import Dealer
from config.lib.folding import fold
from inventory.models import Category, PhotoRendition, Vehicle, Version

MOST_WORDS = 8
THUMBNAIL = 480
MOST_VERSIONS = 30


def words_of(text: str) -> list[str]:
    """Return the words of a search, folded; what goes beyond a sensible number is ignored."""
    return fold(text.replace("\x00", ""))[:200].split()[:MOST_WORDS]


def search_vehicles(dealer: Dealer, text: str) -> QuerySet[Vehicle]:
    """Return the dealer's vehicles that bear every word in plate, code, chassis or name."""
    vehicles = Vehicle.objects.for_dealer(dealer)
    for word in words_of(text):
        vehicles = vehicles.filter(_bears(word))
    return vehicles


def _bears(word: str) -> Q:
    bare = re.sub(r"[^0-9a-z]", "", word).upper()
    condition = (
        Q(code__icontains=word)
        | Q(version__folded__contains=word)
        | Q(version__model__folded__contains=word)
        | Q(version__model__brand__folded__contains=word)
        | Q(brand_text__icontains=word)
        | Q(model_text__icontains=word)
        | Q(version_text__icontains=word)
    )
    if bare:
        condition |= Q(plate__contains=bare)
    if len(bare) >= 5:  # shorter pieces of a chassis number say nothing
        condition |= Q(chassis__contains=bare)
    if re.fullmatch(r"(19|20)\d\d", word):
        condition |= Q(year_model=int(word))
    return condition


def search_versions(text: str, *, category: int, year: int | None = None) -> list[Version]:
    """Return the versions of the reference catalogue that bear every word, best known first.

    A FIPE code finds its version. `year` (model year) leaves out versions never made in it.
    """
    words = words_of(text)
    if not words or category not in Category.values:
        return []
    versions = Version.objects.filter(retired_at__isnull=True, model__brand__category=category)
    for word in words:
        versions = versions.filter(
            Q(folded__contains=word)
            | Q(model__folded__contains=word)
            | Q(model__brand__folded__contains=word)
            | Q(fipe_code__startswith=word)
        )
    if year is not None:
        versions = versions.filter(year_first__lte=year, year_last__gte=year - 1)
    versions = versions.select_related("model__brand").annotate(number=Count("vehicles"))
    return list(versions.order_by("-number", "-year_last", "model__name", "name")[:MOST_VERSIONS])


def covers_of(dealer: Dealer, vehicles: Sequence[Vehicle]) -> dict[int, str]:
    """Return the address of the small cover of each vehicle that has one, by vehicle id."""
    renditions = (
        PhotoRendition.objects.filter(
            dealer=dealer, size=THUMBNAIL, blob__placements__vehicle__in=vehicles
        )
        .order_by("-blob__placements__position", "-blob__placements__id")
        .values_list("blob__placements__vehicle_id", "file")
    )
    storage = PhotoRendition._meta.get_field("file").storage  # noqa: SLF001 - the Model API
    # The last one written wins: that of the lowest position, since the order is descending.
    return {vehicle_id: storage.url(name) for vehicle_id, name in renditions}
