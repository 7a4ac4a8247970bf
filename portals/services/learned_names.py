"""What people confirmed elsewhere, carried over to a name that waits here.

Elsewhere is another environment or portal where the same name of ours was led to the same words;
or the same catalogue, where another spelling with the same words was led to an entry. Decisions for
everyone teach everyone, a dealer's own only the dealer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet

from inventory.models import VehicleModel, Version
from portals.models import CatalogueEntry
from portals.models import Mapping as MappingRow
from portals.models.catalogue import MappingOrigin
from portals.selectors.mappings import GapKey
from portals.services.catalogue_index import CatalogueNames, Row
from portals.services.our_side import OurName
from portals.services.places import Scope

BY_PEOPLE = (MappingOrigin.PERSON, MappingOrigin.CONFIRMED)
_LEVELS = frozenset({"brand", "model", "version"})
Learned = dict[GapKey, tuple[int, ...]]


def learned_entries(
    scope: Scope, known: Mapping[GapKey, OurName], catalogues: Mapping[int, CatalogueNames]
) -> Learned:
    """Return the entries that decisions of people elsewhere speak for; more than one = they differ.

    At most four queries.
    """
    found: dict[GapKey, list[int]] = defaultdict(list)
    for key, row in (*_elsewhere(scope, known, catalogues), *_aliases(scope, known, catalogues)):
        if row.pk not in found[key]:
            found[key].append(row.pk)
    return {key: tuple(rows) for key, rows in found.items()}


def _confirmed(scope: Scope) -> QuerySet[MappingRow]:
    """Return decisions of people that may teach this scope, wherever they lie."""
    rows = MappingRow.objects.filter(
        Q(dealer__isnull=True) | Q(dealer_id=scope.dealer_id),
        origin__in=BY_PEOPLE,
        entry__isnull=False,
        body="",
        year=0,
    )
    return rows.order_by("-decided_at").select_related("entry__parent__parent")


def _elsewhere(
    scope: Scope, known: Mapping[GapKey, OurName], catalogues: Mapping[int, CatalogueNames]
) -> Iterable[tuple[GapKey, Row]]:
    """Yield entries here whose words, up to the brand, are those decided at another place."""
    by_name: dict[tuple[int, str, str], list[GapKey]] = defaultdict(list)
    for key in known:
        by_name[key.vehicle_type, key.kind, key.source_key].append(key)
    rows = _confirmed(scope).filter(source_key__in={key.source_key for key in known})
    for row in rows.exclude(portal_id=scope.portal.pk, environment=scope.environment):
        if row.entry is None:
            continue
        words = _words_of(row.entry)
        for key in by_name.get((row.vehicle_type, row.kind, row.source_key), ()):
            catalogue = catalogues[key.vehicle_type]
            yield from ((key, found) for found in _same_words(key, words, catalogue))


def _words_of(entry: CatalogueEntry) -> tuple[str, ...]:
    words: list[str] = []
    at: CatalogueEntry | None = entry
    while at is not None:
        words.insert(0, at.folded)
        at = at.parent
    return tuple(words)


def _same_words(key: GapKey, words: Sequence[str], catalogue: CatalogueNames) -> Iterable[Row]:
    parent = catalogue.find(key.path)
    if key.path and parent is None:
        return
    above = () if parent is None else (*catalogue.path_of(parent), parent)
    if tuple(row.folded for row in above) != tuple(words[:-1]):
        return
    rows = catalogue.below(None if parent is None else parent.pk, key.kind)
    yield from (row for row in rows if row.folded == words[-1])


def _aliases(
    scope: Scope, known: Mapping[GapKey, OurName], catalogues: Mapping[int, CatalogueNames]
) -> Iterable[tuple[GapKey, Row]]:
    """Yield entries that another name of ours with the same words was led to, in the same place."""
    wanted: dict[tuple[int, str, int | None, str], list[GapKey]] = defaultdict(list)
    for key, ours in known.items():
        parent = catalogues[key.vehicle_type].find(key.path)
        if key.kind in _LEVELS and (parent is not None or not key.path) and ours.words:
            place = (key.vehicle_type, key.kind, None if parent is None else parent.pk)
            wanted[*place, ours.words].append(key)
    if not wanted:
        return
    parents = {place[2] for place in wanted if place[2] is not None}
    rows = list(
        _confirmed(scope).filter(
            Q(entry__parent__in=parents) | Q(entry__parent__isnull=True, kind="brand"),
            portal_id=scope.portal.pk,
            environment=scope.environment,
            kind__in={place[1] for place in wanted},
        )
    )
    words = _words_by_source(row.source_key for row in rows)
    for row in rows:
        if row.entry is None:
            continue
        place = (row.vehicle_type, row.kind, row.entry.parent_id)
        for key in wanted.get((*place, words.get(row.source_key, "")), ()):
            found = catalogues[row.vehicle_type].rows.get(row.entry.pk)
            if found is not None and key.source_key != row.source_key:
                yield key, found


def _words_by_source(source_keys: Iterable[str]) -> dict[str, str]:
    """Return the own folded words of each source key."""
    parts = {key: key.partition(":")[::2] for key in source_keys}
    models = [int(value) for prefix, value in parts.values() if prefix == "model"]
    codes = [value for prefix, value in parts.values() if prefix == "fipe"]
    named = {
        f"model:{pk}": folded
        for pk, folded in VehicleModel.objects.filter(pk__in=models).values_list("pk", "folded")
    }
    named |= {
        f"fipe:{code}": folded
        for code, folded in Version.objects.filter(fipe_code__in=codes).values_list(
            "fipe_code", "folded"
        )
    }
    own = {
        key: value.rpartition("|")[2]
        for key, (prefix, value) in parts.items()
        if prefix in ("text", "brand")
    }
    return {**own, **named}
