"""Vehicles by source key: the counterpart of source_keys.py, as what a database can look up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from inventory.models import Optional, Vehicle, Version
from portals.services.source_keys import (
    TEXT_KINDS,
    fuel_of_words,
    optional_key,
    text_key,
    text_key_may_begin,
)

_TEXTS = ("brand_text", "model_text", "version_text")
# Kind of name -> columns of the vehicle and of its version; the vehicle's own goes first.
_WORDS = {"style": ("body", "body"), "gearbox": ("gearbox", "gearbox"), "colour": ("colour", "")}
_NUMBERS = ("doors", "displacement")
_PLACED = {
    "brand": ("version__model__brand__folded",),
    "model": ("version__model_id",),
    "fipe": ("version__fipe_code",),
    "optional": ("optionals__folded",),
}


def vehicles_named(kind: str, keys: Sequence[str], *, among: QuerySet[Vehicle]) -> Q | None:
    """Return the condition for vehicles whose name of this kind has one of these source keys.

    The keys share one prefix ("fipe:", "text:" …); None when nothing can have them. Free text is
    looked up by its distinct spellings `among` vehicles of one category (and dealer): with any
    other condition no index would answer that alone.
    """
    prefix = keys[0].partition(":")[0]
    values = [key.partition(":")[2] for key in keys]
    match kind, prefix:
        case "brand", "brand":
            return Q(version__model__brand__folded__in=values)
        case "model", "model":
            ids = [int(value) for value in values if value.isdecimal() and len(value) < 19]
            return Q(version__model__in=ids) if ids else None
        case "version", "fipe":
            return Q(version__fipe_code__in=values)
        case "optional", "optional":
            return _optionals(set(keys))
        case (("brand" | "model" | "version"), "text"):
            return _spelled(kind, keys, among.filter(version__isnull=True))
        case _, "value":
            return _valued(kind, values)
    return None


def key_columns(kind: str, prefix: str) -> tuple[str, ...]:
    """Return the columns of a vehicle that its source keys with this prefix are made of."""
    if prefix == "text":
        return _TEXTS[: TEXT_KINDS.index(kind) + 1]
    if prefix in _PLACED:
        return _PLACED[prefix]
    if kind == "fuel":
        return ("fuel", "version__fuels")
    own, of_version = _WORDS.get(kind, (kind, kind))
    return (own, f"version__{of_version}") if of_version else (own,)


def key_of(kind: str, prefix: str, values: Sequence[object]) -> str:
    """Return the source key that a vehicle with these values in its key_columns has."""
    if prefix == "text":
        texts = [str(value) for value in values]
        return text_key(kind, *texts, *[""] * (len(_TEXTS) - len(texts)))
    if prefix == "optional":
        return optional_key(str(values[0]))
    if prefix in _PLACED:
        return f"{prefix}:{values[0]}"
    own, theirs = (*values, None)[:2]
    if kind == "fuel":
        theirs = fuel_of_words(str(theirs or ""))
    return f"value:{own or theirs or ''}"


def _optionals(keys: set[str]) -> Q:
    rows = Optional.objects.values_list("pk", "folded")
    ids = [pk for pk, folded in rows if optional_key(folded) in keys]
    links = Vehicle.optionals.through.objects.filter(optional__in=ids)
    return Q(pk__in=links.values("vehicle_id"))


def _valued(kind: str, values: Sequence[str]) -> Q | None:
    if kind == "fuel":
        texts = Version.objects.order_by().values_list("fuels", flat=True).distinct()
        fuels = [text for text in texts if fuel_of_words(text) in values]
        return Q(fuel__in=values) | Q(fuel="", version__fuels__in=fuels)
    if kind in _WORDS:
        own, of_version = _WORDS[kind]
        words = Q(**{f"{own}__in": values})
        return words | Q(**{own: "", f"version__{of_version}__in": values}) if of_version else words
    if kind in _NUMBERS:
        numbers = [int(value) for value in values if value.isdecimal() and len(value) < 6]
        unsaid = Q(**{f"{kind}__isnull": True}) | Q(**{kind: 0})
        by_version = unsaid & Q(**{f"version__{kind}__in": numbers})
        return Q(**{f"{kind}__in": numbers}) | by_version
    return None


def _spelled(kind: str, keys: Sequence[str], vehicles: QuerySet[Vehicle]) -> Q | None:
    """Return the condition for the spellings of free text that have these keys.

    Level by level, since the database does not know our folding: few brands are spelled at all,
    and only the texts of those that fit are read further.
    """
    columns = _TEXTS[: TEXT_KINDS.index(kind) + 1]
    rows = vehicles.order_by()
    for depth in range(1, len(columns)):
        texts = rows.values_list(*columns[:depth]).distinct()
        fitting = {row[-1] for row in texts if any(text_key_may_begin(k, *row) for k in keys)}
        if not fitting:
            return None
        rows = rows.filter(**{f"{columns[depth - 1]}__in": fitting})
    return _any_of(
        columns,
        (
            row
            for row in rows.values_list(*columns).distinct()
            if text_key(kind, *row, *[""] * (3 - len(row))) in keys
        ),
    )


def _any_of(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Q | None:
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows:
        together[row[:-1]].append(row[-1])
    condition = None
    for above, texts in together.items():
        one = Q(
            version__isnull=True,
            **dict(zip(columns[:-1], above, strict=True)),
            **{f"{columns[-1]}__in": texts},
        )
        condition = one if condition is None else condition | one
    return condition
