"""Proposals: which entry of a portal's catalogue one of our names may lead to, and why.

Two sources: what people confirmed elsewhere (learned), and the matcher, asked only inside the brand
and model the name must lie in. A version of the reference is asked for in both directions: several
entries may mean it, and any of them is right. What was refused is never proposed again. Nothing
here is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.db.models import Q

from inventory.matching import (
    Match,
    Name,
    NameIndex,
    is_safe,
    propose_brand,
    propose_model,
    propose_value,
    suggest_back,
)
from inventory.services.name_matching import brand_indexes
from portals.models import MappingRefusal
from portals.selectors.mappings import GapKey
from portals.services.catalogue_index import CatalogueNames, Row, catalogue_names
from portals.services.learned_names import learned_entries
from portals.services.our_side import OurName, our_names, read_names
from portals.services.places import Scope
from portals.services.proposals import Proposal

SHOWN = 5
LEARNED = 0.99  # how likely what a person confirmed for the same name elsewhere is right here


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The proposals for one name, best first, and whether the first may be applied unasked."""

    proposals: tuple[Proposal, ...] = ()
    safe: bool = False


def propose(
    scope: Scope, keys: Sequence[GapKey], *, ours: Mapping[GapKey, str] | None = None
) -> dict[GapKey, tuple[Proposal, ...]]:
    """Return up to five proposals for each name, best first; none that was refused.

    `ours` is what people read of a name: it stands in where no vehicle carries the text any more.
    A handful of queries for them all; the catalogue is kept in memory.
    """
    return {key: found.proposals for key, found in propose_all(scope, keys, ours=ours).items()}


def propose_all(
    scope: Scope,
    keys: Sequence[GapKey],
    *,
    ours: Mapping[GapKey, str] | None = None,
    anybodys_refusals: bool = False,
) -> dict[GapKey, Proposed]:
    """Return the proposals for each name and whether the best is safe.

    `anybodys_refusals` leaves out what any dealer refused, not only everyone and this one: for
    decisions that will count for all.
    """
    known = {**read_names(keys, ours or {}), **our_names(scope, keys)}
    refused = _refused(scope, keys, anybodys=anybodys_refusals)
    catalogues = {
        category: catalogue_names(scope.portal, scope.environment, category)
        for category in {key.vehicle_type for key in keys}
    }
    learned = learned_entries(scope, known, catalogues)
    references = brand_indexes({ours.brand_id for ours in known.values() if ours.brand_id})
    return {
        key: _propose(
            key,
            known.get(key),
            catalogues[key.vehicle_type],
            references,
            learned=learned.get(key, ()),
            refused=refused.get((key.vehicle_type, key.kind, key.source_key), frozenset()),
        )
        for key in keys
    }


def _propose(
    key: GapKey,
    ours: OurName | None,
    catalogue: CatalogueNames,
    references: Mapping[int, NameIndex],
    *,
    learned: Sequence[int],
    refused: frozenset[int],
) -> Proposed:
    parent = catalogue.find(key.path)
    if ours is None or (key.path and parent is None):
        return Proposed()
    here = catalogue.below(None if parent is None else parent.pk, key.kind)
    allowed = [row for row in here if row.pk not in refused]
    if not allowed:
        return Proposed()
    reference = references.get(ours.brand_id or 0) if key.kind == "version" else None
    matches = _matches(key, ours, catalogue, parent, allowed, reference)
    taught = [pk for pk in learned if pk not in refused]
    several_right = reference is not None
    safe = len(taught) == 1 or (not taught and is_safe(matches, several_right=several_right))
    ranked = {match.key: _proposal(match, catalogue) for match in matches}
    first = {pk: _taught(pk, ranked.get(pk), catalogue) for pk in taught}
    proposals = (*first.values(), *(each for pk, each in ranked.items() if pk not in first))
    return Proposed(proposals=proposals[:SHOWN], safe=safe and bool(proposals))


def _matches(
    key: GapKey,
    ours: OurName,
    catalogue: CatalogueNames,
    parent: Row | None,
    allowed: Sequence[Row],
    reference: NameIndex | None,
) -> tuple[Match, ...]:
    among = [(row.pk, row.name) for row in allowed]
    if key.kind == "brand":
        return _best(propose_brand(spelling, among) for spelling in ours.spellings)
    if key.kind == "model" and parent is not None and ours.name is not None:
        return propose_model(parent.name, ours.name.model, among, ours.name.body)
    if key.kind == "version" and parent is not None and ours.name is not None:
        return _versions(ours.name, catalogue, parent, {row.pk for row in allowed}, reference)
    return propose_value(key.kind, ours.spellings, among)


def _versions(
    name: Name,
    catalogue: CatalogueNames,
    model: Row,
    allowed: set[int],
    reference: NameIndex | None,
) -> tuple[Match, ...]:
    """Ask inside the model that was decided; in its words if ours are not known there.

    With the `reference` the name is from, the probability is that the entry means it.
    """
    [brand] = catalogue.path_of(model)
    index = catalogue.index_of(brand)
    name = replace(name, brand=brand.name)
    if reference is not None:
        return suggest_back(name, index, reference, limit=SHOWN, among=allowed) or suggest_back(
            name, index, reference, limit=SHOWN, among=allowed, model=model.name
        )
    found = index.suggest(name, limit=SHOWN, among=allowed)
    return found or index.suggest(replace(name, model=model.name), limit=SHOWN, among=allowed)


def _best(found: Iterable[Sequence[Match]]) -> tuple[Match, ...]:
    """Return the best match per entry, the likeliest first."""
    best: dict[int, Match] = {}
    for match in chain.from_iterable(found):
        if match.key not in best or best[match.key].probability < match.probability:
            best[match.key] = match
    return tuple(sorted(best.values(), key=lambda match: -match.probability))


def _proposal(match: Match, catalogue: CatalogueNames) -> Proposal:
    row = catalogue.rows[match.key]
    return Proposal(
        entry_id=match.key,
        name=row.name,
        path=tuple(above.name for above in catalogue.path_of(row)),
        probability=match.probability,
        agrees=match.agrees,
        contradicts=match.contradicts,
    )


def _taught(pk: int, matched: Proposal | None, catalogue: CatalogueNames) -> Proposal:
    if matched is None:
        matched = _proposal(Match(pk, LEARNED), catalogue)
    return replace(matched, probability=max(LEARNED, matched.probability), learned=True)


def _refused(
    scope: Scope, keys: Sequence[GapKey], *, anybodys: bool
) -> Mapping[tuple[int, str, str], frozenset[int]]:
    rows = MappingRefusal.objects.filter(
        portal_id=scope.portal.pk,
        environment=scope.environment,
        source_key__in={key.source_key for key in keys},
    )
    if not anybodys:
        rows = rows.filter(Q(dealer__isnull=True) | Q(dealer_id=scope.dealer_id))
    found: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for category, kind, source_key, entry_id in rows.values_list(
        "vehicle_type", "kind", "source_key", "entry_id"
    ):
        found[category, kind, source_key].add(entry_id)
    return {place: frozenset(entries) for place, entries in found.items()}
