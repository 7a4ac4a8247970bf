"""Finds the ads that a reading's changes touch: by looking their names up before and after it.

Exact by construction: whoever's names give another answer is touched, nobody else. Only vehicles
whose own keys or spellings occur among what changed are looked up at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from config.lib.folding import fold
from inventory.models import Optional
from inventory.models.vehicle import GONE
from portals.connectors.registry import connector_class
from portals.connectors.types import ResolvedName
from portals.models import CatalogueChange, CatalogueSnapshot, CatalogueTouch, Listing
from portals.models import Mapping as MappingRow
from portals.models.snapshots import ChangeKind, Effect
from portals.services.deciding import grow_stamp
from portals.services.drafts import optionals_of
from portals.services.marking import CONCERNED, TouchedListing, mark_listings
from portals.services.names import NameResolver, Resolved
from portals.services.names_before import WorldBefore
from portals.services.source_keys import NESTED, Wanted, wanted_name, wanted_optional

LISTINGS_PER_CHUNK = 500
_Place = tuple[str, tuple[str, ...], str]  # kind, keys of the parents, key


def find_touches(snapshot: CatalogueSnapshot, *, late: Callable[[], bool]) -> bool:
    """Note every ad whose names the changes of a snapshot alter, dealer by dealer.

    False = the time was over, go on later with the next dealer.
    """
    finder = _Finder(snapshot)
    if finder.is_idle:
        return True
    for dealer_id in _dealers(snapshot):
        if late():
            return False
        for listings in _chunks(_listings(snapshot).filter(dealer=dealer_id)):
            CatalogueTouch.objects.bulk_create(
                finder.touches(dealer_id, listings), batch_size=500, ignore_conflicts=True
            )
        _keep_cursor(snapshot, dealer_id)
    return True


def wake_touched(snapshot: CatalogueSnapshot, *, late: Callable[[], bool]) -> bool:
    """Say of each touch what became of it after mappings were led on, and mark its ad as due.

    Where the brand or model around a name changed and the name itself is fine, only the former
    stays a touch. False = the time was over, go on later.
    """
    grow_stamp(snapshot.portal_id)
    kinds = _kinds(snapshot)
    for dealer_id in _dealers(snapshot):
        if late():
            return False
        # Read once: asked for chunk by chunk, a database may look through all of them each time.
        touches: dict[int, list[CatalogueTouch]] = defaultdict(list)
        for touch in CatalogueTouch.objects.filter(change__snapshot=snapshot, dealer=dealer_id):
            touches[touch.listing_id].append(touch)
        resolver = NameResolver(snapshot.portal, snapshot.environment, dealer_id)
        for listings in _touched(sorted(touches)):
            resolved = _resolve(resolver, listings, kinds)
            with transaction.atomic():
                _settle({ad.pk: touches[ad.pk] for ad in listings}, listings, resolved)
                places = [TouchedListing(ad.pk, ad.access_id, ad.vehicle_id) for ad in listings]
                mark_listings(places, portal_id=snapshot.portal_id)
        _keep_cursor(snapshot, dealer_id)
    return True


def _keep_cursor(snapshot: CatalogueSnapshot, dealer_id: int) -> None:
    snapshot.cursor = dealer_id
    snapshot.save(update_fields=["cursor"])


def _kinds(snapshot: CatalogueSnapshot) -> tuple[str, ...]:
    kinds = connector_class(snapshot.portal.slug).traits.kinds
    return tuple(kinds.get(snapshot.vehicle_type, ()))


def _listings(snapshot: CatalogueSnapshot) -> QuerySet[Listing]:
    """Return the ads that are wished or there, of vehicles in the stock."""
    return _with_names(
        Listing.objects.filter(
            CONCERNED,
            access__portal=snapshot.portal_id,
            access__environment=snapshot.environment,
            vehicle__category=snapshot.vehicle_type,
        ).exclude(vehicle__state__in=GONE)
    )


def _with_names(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    return listings.select_related("vehicle__version__model__brand")


def _dealers(snapshot: CatalogueSnapshot) -> list[int]:
    rows = Listing.objects.filter(
        access__portal=snapshot.portal_id,
        access__environment=snapshot.environment,
        dealer__gt=snapshot.cursor,
    )
    return list(rows.order_by("dealer").values_list("dealer", flat=True).distinct())


def _chunks(listings: QuerySet[Listing]) -> Iterator[list[Listing]]:
    after = 0
    while chunk := list(listings.filter(pk__gt=after).order_by("pk")[:LISTINGS_PER_CHUNK]):
        yield chunk
        after = chunk[-1].pk


def _touched(ids: Sequence[int]) -> Iterator[list[Listing]]:
    for start in range(0, len(ids), LISTINGS_PER_CHUNK):
        part = ids[start : start + LISTINGS_PER_CHUNK]
        yield list(_with_names(Listing.objects.filter(pk__in=part)).order_by("pk"))


def _resolve(
    resolver: NameResolver, listings: Sequence[Listing], kinds: tuple[str, ...]
) -> dict[int, Resolved]:
    vehicles = [listing.vehicle for listing in listings]
    return resolver.resolve(
        vehicles,
        kinds={vehicle.category: kinds for vehicle in vehicles},
        optionals=optionals_of([vehicle.pk for vehicle in vehicles]),
    )


def _names(resolved: Resolved) -> dict[tuple[str, str], ResolvedName]:
    """Return all names of a vehicle by kind and source key, optionals too."""
    every = (*resolved.names.values(), *resolved.optionals)
    return {(name.kind, name.source_key): name for name in every if name.source_key}


@dataclass(slots=True)
class _Changed:
    """What changed, as far as lookups can meet it: by kind, all keys of mappings and all names."""

    source_keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    folded: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def meets(self, wanted: Wanted) -> bool:
        """Whether looking this name up can give another answer than before."""
        if wanted.source_key in self.source_keys.get(wanted.kind, ()):
            return True
        names = self.folded.get(wanted.kind, set())
        return bool(names) and any(fold(each) in names for each in wanted.spellings)


class _Finder:
    """Compares the names of ads before and after a snapshot."""

    def __init__(self, snapshot: CatalogueSnapshot) -> None:
        self.snapshot, self.kinds = snapshot, _kinds(snapshot)
        self.by_place: dict[_Place, tuple[int, str]] = {}
        self.by_key: dict[tuple[str, str], int] = {}
        self.changed = _Changed()
        self._read_changes()
        self.is_idle = not self.by_key
        self._read_mappings()
        self.before = WorldBefore(snapshot)

    def _read_changes(self) -> None:
        columns = ("entry__kind", "entry__remote_key", "entry__parent__remote_key")
        rows = CatalogueChange.objects.filter(snapshot=self.snapshot).values_list(
            *("pk", "what", "before__name", "after__name", "after__remote_key"),
            *(*columns, "entry__parent__parent__remote_key"),
        )
        # What is new comes last, so that a loss is named before what replaced it.
        for pk, what, old, new, heir, kind, key, parent, above in rows.order_by("pk").iterator():
            path = tuple(each for each in (above, parent) if each is not None)
            if what != ChangeKind.ADDED:
                self.by_place[kind, path, key] = (pk, what)
                self.by_key[kind, key] = pk
            for each in (key, heir):
                if each:
                    self.by_key.setdefault((kind, each), pk)
            self.changed.folded[kind].update(fold(str(name)) for name in (old, new) if name)

    def _read_mappings(self) -> None:
        """Note the names of ours whose mappings lead to what changed, whatever list it is in."""
        rows = MappingRow.objects.filter(
            portal=self.snapshot.portal_id,
            environment=self.snapshot.environment,
            vehicle_type=self.snapshot.vehicle_type,
            entry__isnull=False,
        )
        for kind, key, source_key in rows.values_list(
            "kind", "entry__remote_key", "source_key"
        ).iterator():
            if (kind, key) in self.by_key:
                self.changed.source_keys[kind].add(source_key)

    def touches(self, dealer_id: int, listings: Sequence[Listing]) -> list[CatalogueTouch]:
        """Return the touches of some ads of one dealer."""
        optionals = optionals_of([listing.vehicle_id for listing in listings])
        met = [ad for ad in listings if self._is_met(ad, optionals.get(ad.vehicle_id, ()))]
        if not met:
            return []
        after = NameResolver(self.snapshot.portal, self.snapshot.environment, dealer_id)
        was = _resolve(self.before.resolver(dealer_id), met, self.kinds)
        now = _resolve(after, met, self.kinds)
        found: list[CatalogueTouch] = []
        for listing in met:
            found += self._compare(listing, was[listing.vehicle_id], now[listing.vehicle_id])
        return found

    def _is_met(self, listing: Listing, optionals: Iterable[Optional]) -> bool:
        wanted = [wanted_name(listing.vehicle, kind) for kind in self.kinds]
        wanted += [wanted_optional(optional) for optional in optionals]
        return any(self.changed.meets(each) for each in wanted)

    def _compare(self, listing: Listing, was: Resolved, now: Resolved) -> Iterator[CatalogueTouch]:
        later = _names(now)
        for place, old in _names(was).items():
            new = later[place]
            change, what = self.by_place.get((old.kind, old.path, old.key or ""), (None, ""))
            # The same key may mean something else now.
            if old.key == new.key and what != ChangeKind.RENUMBERED:
                continue
            cause = change or self._cause(old, new)
            if cause is not None:
                yield CatalogueTouch(
                    change_id=cause,
                    dealer_id=listing.dealer_id,
                    listing=listing,
                    kind=old.kind,
                    source_key=old.source_key,
                    ours=old.ours[:200],
                    path=list(new.path),
                    key_before=old.key or "",
                    key_after=new.key or "",
                    effect=_effect(old.key or "", new.key),
                )

    def _cause(self, old: ResolvedName, new: ResolvedName) -> int | None:
        """Return the change behind a name that was led to something which itself did not change."""
        for name in (new, old):
            if name.key and (name.kind, name.key) in self.by_key:
                return self.by_key[name.kind, name.key]
        return None


def _effect(before: str, after: str | None) -> str:
    if not after:
        return Effect.FAILS
    if not before:
        return Effect.GAINS
    return Effect.STAYS if before == after else Effect.MOVES


def _settle(
    touches: Mapping[int, Sequence[CatalogueTouch]],
    listings: Sequence[Listing],
    resolved: Mapping[int, Resolved],
) -> None:
    """Write the final effect of each touch; drop those inside another one that are fine."""
    vehicles = {listing.pk: listing.vehicle_id for listing in listings}
    changed, inside = [], []
    for listing_id, own in touches.items():
        names = _names(resolved[vehicles[listing_id]])
        kinds = {touch.kind for touch in own}
        for touch in own:
            name = names.get((touch.kind, touch.source_key))
            if name is None:
                continue  # the vehicle was changed meanwhile
            is_inside = bool(kinds & set(NESTED.get(touch.kind, ())))
            if is_inside and (name.key is not None or name.missing == "parent"):
                inside.append(touch.pk)
                continue
            was = (touch.key_after, touch.path, touch.effect)
            touch.key_after, touch.path = name.key or "", list(name.path)
            touch.effect = _effect(touch.key_before, name.key)
            if was != (touch.key_after, touch.path, touch.effect):
                changed.append(touch)
    CatalogueTouch.objects.filter(pk__in=inside).delete()
    CatalogueTouch.objects.bulk_update(changed, ["key_after", "path", "effect"], batch_size=100)
