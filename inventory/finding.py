"""Finds vehicles, versions and covers by what people type: words in any order, plates with or
without dash, without regard to case and accents where the catalogue knows the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import Dealer
from config.lib.folding import fold
from inventory.models import Category, PhotoRendition, Vehicle, VehiclePhoto, Version

MOST_WORDS = 8
THUMBNAIL = 480
MOST_VERSIONS = 30
_LONG = 5  # letters from which FIPE cuts words
_TRADE = {  # short forms that are no beginning of the word
    "turbo": ("tb",),
    "manual": ("mec",),
    "sedan": ("sd",),
    "hatch": ("hb",),
    "dupla": ("cd",),
    "simples": ("cs",),
}
_YEARS = re.compile(r"((?:19|20)\d\d)(?:/((?:19|20)\d\d))?")


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
    condition = Q(code__icontains=word) | bears_in_name(word)
    if bare:
        condition |= Q(plate__contains=bare)
    if len(bare) >= 5:  # shorter pieces of a chassis number say nothing
        condition |= Q(chassis__contains=bare)
    return condition


def bears_in_name(word: str) -> Q:
    """Return the condition that a vehicle has the folded word in its name, or as model year."""
    condition = (
        Q(version__folded__contains=word)
        | Q(version__model__folded__contains=word)
        | Q(version__model__brand__folded__contains=word)
        | Q(brand_text__icontains=word)
        | Q(model_text__icontains=word)
        | Q(version_text__icontains=word)
    )
    if re.fullmatch(r"(19|20)\d\d", word, re.ASCII):
        condition |= Q(year_model=int(word))
    return condition


def search_versions(text: str, *, category: int, year: int | None = None) -> list[Version]:
    """Return the versions of the reference catalogue that bear every word, best known first.

    A FIPE code finds its version. `year` (model year) leaves out versions never made in it, and so
    does a year among the words, unless it is part of a name (Peugeot 2008).
    """
    words = words_of(text)
    if not words or category not in Category.values:
        return []
    versions = Version.objects.filter(retired_at__isnull=True, model__brand__category=category)
    for word in words:
        versions = versions.filter(_names(word))
    if year is not None:
        versions = versions.filter(year_first__lte=year, year_last__gte=year - 1)
    versions = versions.select_related("model__brand").annotate(number=Count("vehicles"))
    return list(versions.order_by("-number", "-year_last", "model__name", "name")[:MOST_VERSIONS])


def _names(word: str) -> Q:
    condition = (
        Q(folded__contains=word)
        | Q(model__folded__contains=word)
        | Q(model__brand__folded__contains=word)
        | Q(fipe_code__startswith=word)
    )
    for short in _short_forms(word):
        condition |= Q(folded__contains=f"{short}.") | Q(folded__endswith=f" {short}")
        condition |= Q(folded__contains=f" {short} ")
    if years := _YEARS.fullmatch(word):
        year = int(years[2] or years[1])  # "2021/2022" is known by its model year
        condition |= Q(year_first__lte=year, year_last__gte=year)
    return condition


def _short_forms(word: str) -> list[str]:
    """Return how FIPE may have cut a word: "premier" is "prem.", "turbo" is "tb"."""
    if not word.isalpha():
        return []
    cut = [word[:length] for length in range(3, len(word))] if len(word) >= _LONG else []
    return [*_TRADE.get(word, ()), *cut]


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


def with_albums(vehicles: QuerySet[Vehicle]) -> QuerySet[Vehicle]:
    """Let each vehicle say its `photo_count` and its `cover_file`, for `cover_url`; None = none."""
    return vehicles.annotate(**_albums())


@cache
def _albums() -> dict[str, Subquery]:
    """Return what asks for the photos of a vehicle; the same for all, so it is put together once.

    Whose they are is said of the vehicles: said of each photo again, a database may prefer to look
    for the few of a vehicle among all of the dealer.
    """
    of_one = VehiclePhoto.objects.filter(vehicle=OuterRef("pk")).order_by()
    number = of_one.values("vehicle").annotate(number=Count("pk")).values("number")
    first = PhotoRendition.objects.filter(
        size=THUMBNAIL, blob__placements__vehicle=OuterRef("pk")
    ).order_by("blob__placements__position", "blob__placements__id")
    return {"photo_count": Subquery(number), "cover_file": Subquery(first.values("file")[:1])}


def cover_url(file: str) -> str:
    """Return the address of a cover by the name of its file."""
    url: str = PhotoRendition._meta.get_field("file").storage.url(file)  # noqa: SLF001 - Model API
    return url
