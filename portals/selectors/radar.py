"""The radar: what readings of portals' catalogues changed, and what of one dealer that touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Dealer
from inventory.models import Category
from portals.models import (
    CatalogueChange,
    CatalogueSnapshot,
    CatalogueTouch,
    Listing,
    MappingBatch,
    PortalAccess,
)
from portals.models import Mapping as MappingRow
from portals.models.access import FailureMode
from portals.models.catalogue import CatalogueKind
from portals.models.decisions import BatchKind
from portals.models.listing import Observed
from portals.models.snapshots import ChangeKind, Effect
from portals.selectors.mappings import GapKey

ADS_SHOWN = 5
NAMES_SHOWN = 5
EMPTIED_SHOWN = 20


@dataclass(slots=True, kw_only=True)
class Cause:
    """A change because of which ads of a dealer lost a name, with where a person decides.

    `names` are ours, `ads` the first few touched, live ones first; `number` counts all of them and
    `live` those that are live.
    """

    change: CatalogueChange
    listing_ids: dict[int, bool] = field(default_factory=dict)  # id -> whether it is live
    names: dict[GapKey, str] = field(default_factory=dict)
    ads: list[Listing] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many ads wait for it."""
        return len(self.listing_ids)

    @property
    def live(self) -> int:
        """How many of them are live."""
        return sum(self.listing_ids.values())

    @property
    def shown_names(self) -> list[tuple[GapKey, str]]:
        """The first few names of ours to be decided."""
        return list(self.names.items())[:NAMES_SHOWN]

    @property
    def names_left(self) -> int:
        """How many more there are."""
        return len(self.names) - len(self.shown_names)

    @property
    def ads_left(self) -> int:
        """How many more ads there are than those shown."""
        return self.number - len(self.ads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A reading of a catalogue, and how many ads of the dealer its changes touch."""

    snapshot: CatalogueSnapshot
    ads: int = 0
    failing: int = 0

    @property
    def type_label(self) -> object:
        """For which kind of vehicle."""
        return Category(self.snapshot.vehicle_type).label

    @property
    def names(self) -> int:
        """How many names there were after it."""
        return sum(self.snapshot.counts.values())

    @property
    def emptied(self) -> list[dict[str, Any]]:
        """The first few lists that came back empty, which was not believed: name and kinds."""
        return list(self.snapshot.emptied[:EMPTIED_SHOWN])

    @property
    def emptied_left(self) -> int:
        """How many more there are."""
        return len(self.snapshot.emptied) - len(self.emptied)

    @property
    def changes(self) -> int:
        """How many differences it found."""
        return sum(number for _, number in self.parts)

    @property
    def parts(self) -> list[tuple[object, int]]:
        """What it found changed, in words, without what did not happen."""
        found = self.snapshot
        numbers = (
            (ChangeKind.RETIRED, found.retired),
            (ChangeKind.RENAMED, found.renamed),
            (ChangeKind.RENUMBERED, found.renumbered),
            (ChangeKind.ADDED, found.added),
        )
        return [(kind.label, number) for kind, number in numbers if number]


def snapshots_of(dealer: Dealer) -> QuerySet[CatalogueSnapshot]:
    """Return the complete readings of the catalogues that a dealer publishes with, newest first."""
    mine = PortalAccess.objects.for_dealer(dealer).filter(
        portal=OuterRef("portal"), environment=OuterRef("environment")
    )
    rows = CatalogueSnapshot.objects.filter(Exists(mine), finished_at__isnull=False)
    return rows.select_related("portal").order_by("-started_at", "-id")


def readings_of(dealer: Dealer, snapshots: Sequence[CatalogueSnapshot]) -> list[Reading]:
    """Return these readings with the dealer's ads they touch; one query for them all."""
    touches = CatalogueTouch.objects.for_dealer(dealer).filter(change__snapshot__in=snapshots)
    rows = touches.order_by().values_list("change__snapshot")
    counted = rows.annotate(
        Count("listing", distinct=True),
        failing=Count("listing", distinct=True, filter=Q(effect=Effect.FAILS)),
    )
    numbers = {pk: (ads, failing) for pk, ads, failing in counted}
    return [
        Reading(snapshot=each, ads=ads, failing=failing)
        for each in snapshots
        for ads, failing in [numbers.get(each.pk, (0, 0))]
    ]


def doubted_of(dealer: Dealer) -> list[Reading]:
    """Return the last reading of each catalogue in which lists came back empty; two queries."""
    last = snapshots_of(dealer).filter(
        portal=OuterRef("portal"),
        environment=OuterRef("environment"),
        vehicle_type=OuterRef("vehicle_type"),
    )
    rows = snapshots_of(dealer).filter(pk=Subquery(last.values("pk")[:1])).exclude(emptied=[])
    return readings_of(dealer, list(rows))


def changes_of(snapshot: CatalogueSnapshot, dealer: Dealer) -> QuerySet[CatalogueChange]:
    """Return what a reading found changed, with `ads` of the dealer, those with most first."""
    rows = CatalogueChange.objects.filter(snapshot=snapshot)
    rows = rows.annotate(ads=Count("touches", filter=Q(touches__dealer=dealer)))
    rows = rows.select_related("entry__parent__parent", "successor")
    return rows.order_by("-ads", "what", "id")


def mappings_touched(
    snapshot: CatalogueSnapshot, *, dealer: Dealer | None = None
) -> QuerySet[MappingRow]:
    """Return the mappings (of a dealer and everyone's; None: all) that lead to what changed.

    What was led on leads to the successor and is among them, also if it was taken back. What a
    person decided since is not.
    """
    changes = CatalogueChange.objects.filter(snapshot=snapshot).exclude(what=ChangeKind.ADDED)
    rows = MappingRow.objects.filter(
        Exists(changes.filter(entry=OuterRef("entry")))
        | Q(Exists(changes.filter(successor=OuterRef("entry")))),
        portal=snapshot.portal_id,
        environment=snapshot.environment,
        vehicle_type=snapshot.vehicle_type,
    )
    if snapshot.finished_at is not None:
        rows = rows.filter(decided_at__lte=snapshot.finished_at)
    if dealer is not None:
        rows = rows.filter(Q(dealer=dealer) | Q(dealer__isnull=True))
    return rows.select_related("entry", "dealer").order_by("kind", "source_key", "id")


def led_on_of(dealer: Dealer) -> QuerySet[MappingBatch]:
    """Return what was led on by itself at the dealer's portals, for it and for everyone, newest
    first, with `step_count`."""
    mine = PortalAccess.objects.for_dealer(dealer).filter(
        portal=OuterRef("portal"), environment=OuterRef("environment")
    )
    rows = MappingBatch.objects.filter(
        Exists(mine), Q(dealer=dealer) | Q(dealer__isnull=True), kind=BatchKind.RADAR
    )
    rows = rows.annotate(step_count=Count("steps"))
    return rows.select_related("portal", "undone_by").order_by("-made_at", "-id")


def causes_of(dealer: Dealer) -> list[Cause]:
    """Return the changes because of which ads still lack a name, most live ads first.

    An ad is done with once the portal took it with another name, or nobody wishes it any more.
    """
    touches = CatalogueTouch.objects.for_dealer(dealer).filter(
        Q(listing__due_at__isnull=False)
        | Q(listing__failure_mode=FailureMode.MAPPING)
        | Q(listing__reduced=True),
        effect=Effect.FAILS,
    )
    rows = touches.order_by("id").values_list(
        *("change", "listing", "kind", "source_key", "ours", "path", "listing__access"),
        *("listing__vehicle__category", "listing__state", "listing__due_at"),
        *("listing__problems", "listing__warnings"),
    )
    found: dict[int, dict[str, Any]] = {}
    for change, listing, kind, source, ours, path, access, category, state, due, *told in rows:
        if due is None and not _still_misses(kind, source, ours, *told):
            continue
        cause = found.setdefault(change, {"listing_ids": {}, "names": {}})
        cause["listing_ids"][listing] = state == Observed.LIVE
        key = GapKey(
            access_id=access,
            vehicle_type=category,
            kind=kind,
            source_key=source,
            path=tuple(path),
        )
        cause["names"].setdefault(key, ours)
    changes = CatalogueChange.objects.filter(pk__in=found).select_related(
        "snapshot__portal", "entry__parent__parent", "successor"
    )
    causes = [Cause(change=change, **found[change.pk]) for change in changes]
    return sorted(causes, key=lambda cause: (-cause.live, -cause.number, cause.change.pk))


def _still_misses(
    kind: str, source: str, ours: str, problems: list[Any], warnings: list[Any]
) -> bool:
    """Whether an ad that was decided since still says that this name is missing."""
    if kind == CatalogueKind.OPTIONAL:
        ignored = (each for each in warnings if each.get("kind") == "optional_ignored")
        return any(ours in (each.get("asked") or ()) for each in ignored)
    return any((each.get("params") or {}).get("source_key") == source for each in problems)


def with_ads(causes: Iterable[Cause]) -> list[Cause]:
    """Load the first few ads of each cause, live ones first; one query for them all."""
    chosen = list(causes)
    first = {
        id(cause): sorted(cause.listing_ids, key=lambda pk: (not cause.listing_ids[pk], pk))
        for cause in chosen
    }
    ids = {pk for ranked in first.values() for pk in ranked[:ADS_SHOWN]}
    listings: Mapping[int, Listing] = Listing.objects.select_related(
        "vehicle__version__model__brand", "access__portal"
    ).in_bulk(ids)
    for cause in chosen:
        ranked = first[id(cause)][:ADS_SHOWN]
        cause.ads = [listings[pk] for pk in ranked if pk in listings]
    return chosen
