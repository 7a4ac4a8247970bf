"""The reference catalogue as names for the matcher, and its brands arranged, kept per process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from threading import Lock
from typing import Any

from inventory.matching import Name, NameIndex
from inventory.models import Version

_COLUMNS = ("pk", "source_text", "year_first", "year_last", "fuels", "model__name")
_BRAND = ("model__brand", "model__brand__name", "model__brand__category")
_Rows = list[tuple[Any, ...]]
_KEPT: dict[int, tuple[_Rows, NameIndex]] = {}  # no more than the reference has brands
_LOCK = Lock()


def reference_name(version: Version) -> Name:
    """Return a version as the matcher needs it; its key is the primary key."""
    return Name(
        key=version.pk,
        category=version.model.brand.category,
        brand=version.model.brand.name,
        model=version.model.name,
        version=version.source_text,
        year_first=version.year_first,
        year_last=version.year_last,
        fuels=version.fuels,
    )


def reference_index(
    versions: Iterable[Version], *, weights: Mapping[str, float] | None = None
) -> NameIndex:
    """Arrange versions (with model and brand loaded); `weights` other than the fitted ones."""
    return NameIndex.build(map(reference_name, versions), weights=weights)


def brand_indexes(brand_ids: Collection[int]) -> dict[int, NameIndex]:
    """Return the arranged versions of each brand of the reference by its id; one query.

    What is kept is used as long as the brand's names are the same. Do not change what is returned.
    """
    if not brand_ids:
        return {}
    read: dict[int, _Rows] = defaultdict(list)
    versions = Version.objects.filter(model__brand__in=brand_ids).order_by("pk")
    for brand_id, *row in versions.values_list(_BRAND[0], *_COLUMNS, *_BRAND[1:]):
        read[brand_id].append(tuple(row))
    return {brand_id: _arranged(brand_id, rows) for brand_id, rows in read.items()}


def _arranged(brand_id: int, rows: _Rows) -> NameIndex:
    with _LOCK:
        kept = _KEPT.get(brand_id)
    if kept is None or kept[0] != rows:
        kept = (rows, NameIndex.build(map(_name, rows)))
        with _LOCK:
            _KEPT[brand_id] = kept
    return kept[1]


def _name(row: tuple[Any, ...]) -> Name:
    """Return a row of _COLUMNS with its brand as reference_name does."""
    pk, text, first, last, fuels, model, brand, category = row
    return Name(
        key=pk,
        category=category,
        brand=brand,
        model=model,
        version=text,
        year_first=first,
        year_last=last,
        fuels=fuels,
    )
