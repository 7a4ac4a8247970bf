"""Our side of a proposal: what the source key of a waiting name says, in words and in facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from config.lib.folding import fold
from inventory.matching import Name
from inventory.models import Brand, Optional, Vehicle, VehicleModel, Version
from inventory.models.vehicle import GONE
from portals.selectors.mappings import GapKey
from portals.services.places import Scope
from portals.services.source_keys import (
    optional_key,
    text_key,
    value_spellings,
    wanted_optional,
)
from portals.services.source_queries import vehicles_named

LOOKED_AT = 500  # vehicles whose facts stand for a text
_FACTS = ("year_model", "fuel", "gearbox", "body", "doors")


@dataclass(frozen=True, slots=True, kw_only=True)
class OurName:
    """One of our names: the words it is spelled in, and for the matcher all that is known of it.

    `brand_id` is the brand of the reference for one of its versions; the name's key is then its id.
    """

    spellings: tuple[str, ...]
    name: Name | None = None
    brand_id: int | None = None

    @property
    def words(self) -> str:
        """Return its own words folded, by which aliases are found."""
        return fold(self.spellings[0]) if self.spellings else ""


def our_names(scope: Scope, keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    """Return our side of each name, in a few queries for them all; unknown keys are left out."""
    by_prefix: dict[str, list[GapKey]] = defaultdict(list)
    for key in keys:
        by_prefix[key.source_key.partition(":")[0]].append(key)
    found: dict[GapKey, OurName] = {}
    readers = {
        "brand": _brands,
        "model": _models,
        "fipe": _versions,
        "optional": _optionals,
        "value": _values,
    }
    for prefix, some in by_prefix.items():
        if prefix == "text":
            found |= _texts(scope, some)
        elif prefix in readers:
            found |= readers[prefix](some)
    return found


def read_names(keys: Sequence[GapKey], ours: Mapping[GapKey, str]) -> dict[GapKey, OurName]:
    """Return our side of free text as far as what people read of it tells."""
    found = {}
    for key in keys:
        text = ours.get(key, "").strip()
        if text and key.source_key.startswith("text:"):
            brand, model, *_ = *_value(key).split("|"), "", ""
            name = Name(
                key=0,
                category=key.vehicle_type,
                brand=text if key.kind == "brand" else brand,
                model=text if key.kind == "model" else model,
                version=text if key.kind == "version" else "",
                year_first=key.year,
                year_last=key.year,
            )
            found[key] = OurName(spellings=(text,), name=name)
    return found


def _value(key: GapKey) -> str:
    return key.source_key.partition(":")[2]


def _brands(keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    rows = Brand.objects.filter(folded__in={_value(key) for key in keys})
    known = {(row.category, row.folded): row for row in rows}
    any_type = {row.folded: row for row in rows}
    found = {}
    for key in keys:
        row = known.get((key.vehicle_type, _value(key))) or any_type.get(_value(key))
        if row is not None:
            found[key] = OurName(spellings=tuple(dict.fromkeys((row.name, row.source_name))))
    return found


def _models(keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    ids = {int(_value(key)) for key in keys if _value(key).isdecimal() and len(_value(key)) < 19}
    rows = VehicleModel.objects.select_related("brand").in_bulk(ids)
    return {
        key: OurName(
            spellings=(row.name,),
            name=Name(
                key=0,
                category=key.vehicle_type,
                brand=row.brand.name,
                model=row.name,
                body=key.body,
            ),
        )
        for key in keys
        if _value(key).isdecimal() and (row := rows.get(int(_value(key)))) is not None
    }


def _versions(keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    rows = Version.objects.filter(fipe_code__in={_value(key) for key in keys})
    known = {row.fipe_code: row for row in rows.select_related("model__brand")}
    found = {}
    for key in keys:
        row = known.get(_value(key))
        if row is not None:
            name = Name(
                key=row.pk,
                category=key.vehicle_type,
                brand=row.model.brand.name,
                model=row.model.name,
                version=row.name,
                year_first=key.year or row.year_first,
                year_last=key.year or row.year_last,
                fuels=row.fuels,
                body=key.body or row.body,
                gearbox=row.gearbox,
                doors=row.doors or 0,
            )
            found[key] = OurName(
                spellings=(row.name, row.source_text), name=name, brand_id=row.model.brand_id
            )
    return found


def _optionals(keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    known = {optional_key(row.folded): row for row in Optional.objects.all()}
    return {
        key: OurName(spellings=wanted_optional(known[key.source_key]).spellings)
        for key in keys
        if key.source_key in known
    }


def _values(keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    return {key: OurName(spellings=value_spellings(key.kind, _value(key))) for key in keys}


def _texts(scope: Scope, keys: Sequence[GapKey]) -> dict[GapKey, OurName]:
    """Read free text off the vehicles that carry it: as written, with their years and facts."""
    found: dict[GapKey, OurName] = {}
    for kind in {key.kind for key in keys}:
        some = [key for key in keys if key.kind == kind]
        for category in {key.vehicle_type for key in some}:
            here = [key for key in some if key.vehicle_type == category]
            rows = _vehicles_of(scope, kind, here, category)
            for key in here:
                fitting = [row for row in rows.get(key.source_key, ()) if _fits(key, row)]
                if fitting:
                    found[key] = _text_name(key, fitting)
    return found


def _vehicles_of(
    scope: Scope, kind: str, keys: Sequence[GapKey], category: int
) -> dict[str, list[Vehicle]]:
    stock = Vehicle.objects.filter(category=category)
    if scope.dealer is not None:
        stock = stock.filter(dealer=scope.dealer)
    source_keys = sorted({key.source_key for key in keys})
    named = vehicles_named(kind, source_keys, among=stock)
    grouped: dict[str, list[Vehicle]] = defaultdict(list)
    if named is None:
        return grouped
    columns = ("brand_text", "model_text", "version_text", *_FACTS)
    rows = stock.filter(named).exclude(state__in=GONE).order_by("-pk").only(*columns)
    for row in rows[: LOOKED_AT * len(source_keys)]:
        grouped[text_key(kind, row.brand_text, row.model_text, row.version_text)].append(row)
    return grouped


def _fits(key: GapKey, row: Vehicle) -> bool:
    return key.body in ("", row.body) and key.year in (0, row.year_model)


def _text_name(key: GapKey, rows: Sequence[Vehicle]) -> OurName:
    newest = rows[0]
    years = [row.year_model for row in rows if row.year_model]
    own = {"brand": newest.brand_text, "model": newest.model_text, "version": newest.version_text}
    name = Name(
        key=0,
        category=key.vehicle_type,
        brand=newest.brand_text,
        model=newest.model_text,
        version=newest.version_text,
        year_first=key.year or min(years, default=0),
        year_last=key.year or max(years, default=0),
        body=key.body or _agreed(row.body for row in rows),
        gearbox=_agreed(row.gearbox for row in rows),
        fuel=_agreed(row.fuel for row in rows),
    )
    doors = _agreed(str(row.doors or "") for row in rows)
    name = replace(name, doors=int(doors or 0))
    return OurName(spellings=(own[key.kind].strip(),), name=name)


def _agreed(values: Iterable[str]) -> str:
    """Return what all vehicles say, '' when they differ."""
    said = {value for value in values if value}
    return said.pop() if len(said) == 1 else ""
