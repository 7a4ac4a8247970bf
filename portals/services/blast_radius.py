"""Which vehicles and ads one decision about a name touches: exactly, and without reading the stock.

A mapping touches what looks its name up and finds it to be the one that counts: a dealer's own
decision hides everyone's, a narrower one the wider. What is found here is by structured queries on
the source key; names.py decides the same for one vehicle at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from portals.connectors.registry import traits_of
from portals.models import Listing, Mapping, PortalAccess
from portals.models.listing import Observed
from portals.services.marking import CONCERNED, TouchedListing
from portals.services.places import Place, Scope
from portals.services.source_queries import key_columns, key_of, vehicles_named

_Key = tuple[int, str, str]  # vehicle type, kind, source key


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastRadius:
    """What a decision touches: vehicles in the stock of dealers with an access there, their
    listings that are wished or there, and how many of those are live."""

    vehicles: int
    listings: int
    live: int


def blast_radius(scope: Scope, place: Place) -> BlastRadius:
    """Return what deciding (or taking back) this place touches."""
    return blast_radii(scope, [place])[place.key]


def blast_radii(scope: Scope, places: Iterable[Place]) -> dict[tuple[Any, ...], BlastRadius]:
    """Return what each place touches, by its key.

    A few queries for each kind of name among them, however many places there are: vehicles and
    listings are counted by all that decisions depend on, and the counts added up by place.
    """
    distinct = {place.key: place for place in places}
    rivals = _rivals(scope, list(distinct.values()))
    together: dict[tuple[int, str, str], list[_Group]] = defaultdict(list)
    for place in distinct.values():
        prefix = place.source_key.partition(":")[0]
        if _is_asked(scope, place):
            together[place.vehicle_type, place.kind, prefix].append(_alone(scope, place, rivals))
    found = dict.fromkeys(distinct, BlastRadius(vehicles=0, listings=0, live=0))
    for (_, kind, prefix), groups in together.items():
        counted = _counted(scope, kind, prefix, groups)
        for group in groups:
            told = [each for each in counted[group.place.source_key] if _is_for(scope, group, each)]
            found[group.place.key] = BlastRadius(
                vehicles=sum(each.vehicles for each in told),
                listings=sum(each.listings for each in told),
                live=sum(each.live for each in told),
            )
    return found


class _Count(NamedTuple):
    """How many vehicles, listings and live ones are alike in what decisions depend on.

    '', 0 and None also stand for what no decision here asks about.
    """

    body: str
    year: int
    dealer_id: int | None
    vehicles: int
    listings: int
    live: int


def _counted(
    scope: Scope, kind: str, prefix: str, groups: Sequence[_Group]
) -> dict[str, list[_Count]]:
    """Return the counts of all vehicles that these places name, by source key."""
    found: dict[str, list[_Count]] = defaultdict(list)
    keys = list(dict.fromkeys(group.place.source_key for group in groups))
    vehicles = _named(scope, groups[0].place, keys)
    if vehicles is None:
        return found
    columns = list(key_columns(kind, prefix))
    own = len(columns)
    rows = [row for group in groups for row in group.stronger]
    narrow: list[Place | Mapping] = [*(group.place for group in groups), *rows]
    if any(each.body for each in narrow):
        columns += [each for each in ("body", "version__body") if each not in columns]
    if any(each.year for each in narrow):
        columns.append("year_model")
    if any(row.dealer_id for row in rows):
        columns.append("dealer_id")
    accesses = PortalAccess.objects.filter(portal_id=scope.portal.pk, environment=scope.environment)
    cars = vehicles.filter(dealer__in=accesses.values("dealer")).values(*columns)
    ads = _listings(scope, vehicles).order_by().values(*(f"vehicle__{each}" for each in columns))
    numbers: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for *values, number in cars.annotate(Count("pk")).values_list(*columns, "pk__count"):
        numbers[tuple(values)][0] = number
    told = ads.annotate(number=Count("pk"), live=Count("pk", filter=Q(state=Observed.LIVE)))
    for *values, number, live in told.values_list(
        *(f"vehicle__{each}" for each in columns), "number", "live"
    ):
        numbers[tuple(values)][1:] = number, live
    for values, counts in numbers.items():
        said = dict(zip(columns, values, strict=True))
        body = said.get("body") or said.get("version__body") or ""
        count = _Count(body, said.get("year_model") or 0, said.get("dealer_id"), *counts)
        found[key_of(kind, prefix, values[:own])].append(count)
    return found


def _is_for(scope: Scope, group: _Group, count: _Count) -> bool:
    """Tell whether the place is what counts for these vehicles, and nothing stronger."""
    if not _fits(group.place, count):
        return False
    return not any(
        _fits(row, count) and (scope.dealer is not None or row.dealer_id in (None, count.dealer_id))
        for row in group.stronger
    )


def _fits(narrow: Place | Mapping, count: _Count) -> bool:
    return narrow.body in ("", count.body) and narrow.year in (0, count.year)


def touched_listings(scope: Scope, places: Iterable[Place]) -> list[TouchedListing]:
    """Return the listings that decisions of this scope at these places touch, each once."""
    found: dict[int, TouchedListing] = {}
    for group in _groups(scope, list(places)):
        vehicles = _vehicles(scope, group)
        if vehicles is None:
            continue
        rows = _listings(scope, vehicles).values_list("pk", "access_id", "vehicle_id")
        found |= {row[0]: TouchedListing(*row) for row in rows}
    return list(found.values())


@dataclass(slots=True)
class _Group:
    """Places that one query can answer: same kind, same narrowing, hidden by the same rows."""

    place: Place
    source_keys: list[str]
    stronger: Sequence[Mapping] = ()


def _groups(scope: Scope, places: Sequence[Place]) -> list[_Group]:
    """Gather places that nothing hides; the others stand alone."""
    rivals = _rivals(scope, places)
    alone: list[_Group] = []
    together: dict[tuple[object, ...], _Group] = {}
    for place in places:
        group = _alone(scope, place, rivals)
        if group.stronger:
            alone.append(group)
            continue
        prefix = place.source_key.partition(":")[0]
        key = (place.vehicle_type, place.kind, prefix, place.body, place.year)
        together.setdefault(key, _Group(place, [])).source_keys.append(place.source_key)
    return [*together.values(), *alone]


def _alone(scope: Scope, place: Place, rivals: dict[_Key, list[Mapping]]) -> _Group:
    """Return a place with what hides it."""
    own = _rank(scope.dealer_id, place.body, place.year)
    there = rivals.get((place.vehicle_type, place.kind, place.source_key), ())
    stronger = [row for row in there if _rank(row.dealer_id, row.body, row.year) > own]
    return _Group(place, [place.source_key], stronger)


def _rank(dealer_id: int | None, body: str, year: int) -> tuple[bool, bool, bool]:
    return (dealer_id is not None, body != "", year != 0)


def _rivals(scope: Scope, places: Sequence[Place]) -> dict[_Key, list[Mapping]]:
    """Return the mappings that count at the same names: everyone's and dealers' own."""
    rows = Mapping.objects.filter(
        Q(entry__isnull=True) | Q(entry__retired_at__isnull=True),
        portal_id=scope.portal.pk,
        environment=scope.environment,
        source_key__in={place.source_key for place in places},
    )
    if scope.dealer is not None:
        rows = rows.filter(dealer=scope.dealer)
    traits = traits_of(scope.portal.slug)
    found: dict[_Key, list[Mapping]] = defaultdict(list)
    for row in rows:
        if traits.counts(row.kind, row.vehicle_type, row.body, row.year):
            found[row.vehicle_type, row.kind, row.source_key].append(row)
    return found


def _vehicles(scope: Scope, group: _Group) -> QuerySet[Vehicle] | None:
    """Return the vehicles in stock for which a place of the group counts, None for nobody's."""
    place = group.place
    vehicles = _named(scope, place, group.source_keys) if _is_asked(scope, place) else None
    if vehicles is None:
        return None
    vehicles = vehicles.filter(_narrowed(place.body, place.year))
    for hidden in _hidden(group.stronger, is_dealers=scope.dealer is not None):
        vehicles = vehicles.exclude(hidden)
    return vehicles


def _is_asked(scope: Scope, place: Place) -> bool:
    """Tell whether the portal asks for this kind of name, as narrowly as the place says."""
    traits = traits_of(scope.portal.slug)
    asked = place.kind == "optional" or place.kind in traits.kinds.get(place.vehicle_type, ())
    return asked and traits.counts(place.kind, place.vehicle_type, place.body, place.year)


def _named(scope: Scope, place: Place, source_keys: Sequence[str]) -> QuerySet[Vehicle] | None:
    """Return the vehicles in stock with one of these names of the place's kind, None for nobody's.

    The names begin with the same prefix.
    """
    vehicles = Vehicle.objects.filter(category=place.vehicle_type)
    if scope.dealer is not None:
        vehicles = vehicles.filter(dealer=scope.dealer)
    named = vehicles_named(place.kind, source_keys, among=vehicles)
    if named is None:
        return None
    return vehicles.filter(named).exclude(state__in=GONE).order_by()


def _hidden(rows: Collection[Mapping], *, is_dealers: bool) -> list[Q]:
    """Return what stronger rows take for themselves, one condition per narrowing."""
    dealers: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    for row in rows:
        dealers[row.body, row.year].add(row.dealer_id)
    found = []
    for (body, year), ids in dealers.items():
        whose = Q() if is_dealers or None in ids else Q(dealer__in=ids)
        found.append(whose & _narrowed(body, year))
    return found


def _narrowed(body: str, year: int) -> Q:
    """Return the condition on a vehicle's body (its own before its version's) and model year."""
    condition = Q()
    if body:
        condition &= Q(body=body) | Q(body="", version__body=body)
    if year:
        condition &= Q(year_model=year)
    return condition


def _listings(scope: Scope, vehicles: QuerySet[Vehicle]) -> QuerySet[Listing]:
    return Listing.objects.filter(
        CONCERNED,
        access__portal_id=scope.portal.pk,
        access__environment=scope.environment,
        vehicle__in=vehicles.values("pk"),
    ).order_by("pk")
