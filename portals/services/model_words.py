"""How files name our models: by brand and model, which every installation has alike.

A source key holds the id of a model, which is another one elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from config.lib.folding import fold
from inventory.models import VehicleModel

PREFIX = "model:"
_BETWEEN = "|"


def words_of_models(source_keys: Iterable[str]) -> dict[str, str]:
    """Return "model:brand|model" for each source key of a model that is here; one query."""
    ids = [key.removeprefix(PREFIX) for key in source_keys if key.startswith(PREFIX)]
    rows = VehicleModel.objects.filter(pk__in=[int(each) for each in ids if _is_id(each)])
    return {
        f"{PREFIX}{pk}": f"{PREFIX}{brand}{_BETWEEN}{model}"
        for pk, brand, model in rows.values_list("pk", "brand__folded", "folded")
    }


def models_of_words(told: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return the source key that each ("model:brand|model" of a category) means; one query.

    An id is taken as well, as files written earlier have it. What is not here is left out.
    """
    wanted = {(category, text): _parts(text) for category, text in told if _is_models(text)}
    ids = [int(parts[0]) for parts in wanted.values() if len(parts) == 1 and _is_id(parts[0])]
    names = [parts for parts in wanted.values() if len(parts) > 1]
    rows = VehicleModel.objects.filter(
        Q(pk__in=ids)
        | Q(brand__folded__in={each[0] for each in names}, folded__in={each[1] for each in names})
    )
    known: dict[tuple[int, tuple[str, ...]], str] = {}
    for pk, category, brand, model in rows.values_list(
        "pk", "brand__category", "brand__folded", "folded"
    ):
        known[category, (brand, model)] = known[category, (str(pk),)] = f"{PREFIX}{pk}"
    return {key: known[key[0], parts] for key, parts in wanted.items() if (key[0], parts) in known}


def _is_models(text: str) -> bool:
    return text.startswith(PREFIX)


def _parts(text: str) -> tuple[str, ...]:
    brand, between, model = text.removeprefix(PREFIX).partition(_BETWEEN)
    return (fold(brand), fold(model)) if between else (fold(brand),)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
