"""Names of ours that a portal does not know, with the ads that wait, and where they could lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Dealer
from inventory.finding import words_of
from inventory.models import Optional
from portals.models import CatalogueEntry, Listing, Mapping, PortalAccess
from portals.models.access import FailureMode
from portals.models.catalogue import CatalogueKind
from portals.models.listing import Observed, Wanted

ENTRIES_SHOWN = 60
GAP_CODES = frozenset({"name_unknown", "name_unplaced", "name_none"})


@dataclass(frozen=True, slots=True)
class GapKey:
    """One of our names at one access; `path` are the portal's keys of brand and model around it.

    `body` and `year` are said where the portal's names depend on them ('' and 0 elsewhere).
    `access_id` 0 stands for all accesses of a portal and environment.
    """

    access_id: int
    vehicle_type: int
    kind: str
    source_key: str
    path: tuple[str, ...] = ()
    body: str = ""
    year: int = 0


@dataclass(slots=True, kw_only=True)
class Gap:
    """A name without a place, as people read it, how many ads wait for it, and how many of those
    are live as they were before."""

    key: GapKey
    ours: str
    number: int = 0
    live: int = 0

    def count(self, state: str) -> None:
        """Count one ad that waits."""
        self.number += 1
        self.live += state == Observed.LIVE

    @property
    def kind_label(self) -> object:
        """What is named."""
        return CatalogueKind(self.key.kind).label


def gaps_of(
    dealer: Dealer, *, access_id: int | None = None, kind: str = "", with_decided: bool = False
) -> list[Gap]:
    """Return the gaps of a dealer, those that hold most live ads first; five queries.

    Names without which an ad cannot go out, and optionals that ads went out without. What was
    decided meanwhile is left out, even before its ads were looked at again, but `with_decided`.
    """
    wished = Listing.objects.for_dealer(dealer).filter(access__is_active=True)
    wished = wished.exclude(wanted=Wanted.ABSENT)
    if access_id is not None:
        wished = wished.filter(access=access_id)
    gaps: dict[GapKey, Gap] = {}
    if kind in ("", CatalogueKind.OPTIONAL):
        _add_optionals(gaps, wished.filter(reduced=True))
    listings = wished.filter(failure_mode=FailureMode.MAPPING)
    rows = listings.values_list("access_id", "vehicle__category", "state", "problems")
    for row_access, category, state, problems in rows.iterator():
        for problem in problems:
            params = problem.get("params") or {}
            if not _is_gap(problem, params, kind):
                continue
            key = GapKey(
                access_id=row_access,
                vehicle_type=category,
                kind=params["kind"],
                source_key=params["source_key"],
                path=tuple(params.get("path") or ()),
                body=str(params.get("body") or ""),
                year=int(params.get("year") or 0),
            )
            gaps.setdefault(key, Gap(key=key, ours=str(params.get("ours", "")))).count(state)
    order = sorted(gaps.values(), key=lambda g: (-g.live, -g.number, g.key.kind, g.ours))
    return order if with_decided else _undecided(dealer, order)


def _add_optionals(gaps: dict[GapKey, Gap], listings: QuerySet[Listing]) -> None:
    """Add the optionals of ours that portals ignored because they have no name for them."""
    known = dict(Optional.objects.values_list("name", "folded"))
    rows = listings.values_list("access_id", "vehicle__category", "state", "warnings")
    for row_access, category, state, warnings in rows.iterator():
        ignored = [each["asked"] for each in warnings if each.get("kind") == "optional_ignored"]
        for name in {n for names in ignored if isinstance(names, list) for n in names}:
            if name not in known:
                continue  # the portal's own spelling of one that is mapped
            key = GapKey(
                access_id=row_access,
                vehicle_type=category,
                kind=CatalogueKind.OPTIONAL.value,
                source_key=f"optional:{known[name]}",
            )
            gaps.setdefault(key, Gap(key=key, ours=name)).count(state)


def _is_gap(problem: dict[str, object], params: dict[str, object], kind: str) -> bool:
    if problem.get("code") not in GAP_CODES or not params.get("source_key"):
        return False
    known = params.get("kind") in CatalogueKind.values
    return known and (not kind or params["kind"] == kind)


def _undecided(dealer: Dealer, gaps: list[Gap]) -> list[Gap]:
    """Leave out the names for which a decision counts that leads to their place, or to nothing."""
    if not gaps:
        return gaps
    rows = PortalAccess.objects.for_dealer(dealer).values_list("pk", "portal_id", "environment")
    catalogues = {pk: (portal_id, environment) for pk, portal_id, environment in rows}
    decided = _decisions_at(dealer, gaps)
    open_gaps, inside = [], []
    for gap in gaps:
        rows_here = decided.get((*catalogues[gap.key.access_id], *_place(gap.key)), [])
        row = _narrowest(rows_here, gap.key)
        if row is None or (row.entry is not None and row.entry.retired_at is not None):
            open_gaps.append(gap)
        elif row.entry is not None and gap.key.path:
            inside.append((gap, row.entry))
    there = _children(inside)
    elsewhere = [
        gap
        for gap, entry in inside
        if (entry.portal_id, entry.environment, entry.remote_key, gap.key.path[-1]) not in there
    ]
    keys = {gap.key for gap in (*open_gaps, *elsewhere)}
    return [gap for gap in gaps if gap.key in keys]


def _place(key: GapKey) -> tuple[int, str, str]:
    return (key.vehicle_type, key.kind, key.source_key)


def _decisions_at(dealer: Dealer, gaps: list[Gap]) -> dict[tuple[object, ...], list[Mapping]]:
    """Return the dealer's and everyone's decisions about these names, by catalogue and name."""
    rows = Mapping.objects.filter(
        Q(dealer=dealer) | Q(dealer__isnull=True),
        source_key__in={gap.key.source_key for gap in gaps},
    ).select_related("entry")
    found: dict[tuple[object, ...], list[Mapping]] = {}
    for row in rows:
        place = (row.portal_id, row.environment, row.vehicle_type, row.kind, row.source_key)
        found.setdefault(place, []).append(row)
    return found


def _narrowest(rows: list[Mapping], key: GapKey) -> Mapping | None:
    fitting = [row for row in rows if row.body in ("", key.body) and row.year in (0, key.year)]
    return max(
        fitting,
        key=lambda row: (row.dealer_id is not None, row.body != "", row.year != 0),
        default=None,
    )


def _children(inside: list[tuple[Gap, CatalogueEntry]]) -> set[tuple[int, str, str, str]]:
    """Return which of these names are there below the key of which parent."""
    if not inside:
        return set()
    rows = CatalogueEntry.objects.filter(
        portal__in={entry.portal_id for _gap, entry in inside},
        remote_key__in={entry.remote_key for _gap, entry in inside},
        parent__remote_key__in={gap.key.path[-1] for gap, _entry in inside},
        retired_at__isnull=True,
    )
    columns = ("portal_id", "environment", "remote_key", "parent__remote_key")
    return set(rows.values_list(*columns))


def search_entries(access: PortalAccess, key: GapKey, text: str) -> Sequence[CatalogueEntry]:
    """Return the names of the portal's catalogue this one may lead to, those with every word."""
    entries = CatalogueEntry.objects.filter(
        portal=access.portal_id,
        environment=access.environment,
        vehicle_type=key.vehicle_type,
        kind=key.kind,
        retired_at__isnull=True,
    )
    entries = _inside(entries, key.path)
    for word in words_of(text):
        entries = entries.filter(folded__contains=word)
    return list(entries.select_related("parent__parent").order_by("folded")[:ENTRIES_SHOWN])


def _inside(entries: QuerySet[CatalogueEntry], path: Sequence[str]) -> QuerySet[CatalogueEntry]:
    """Keep the entries that lie directly below (brand,) or (brand, model)."""
    if not path:
        return entries.filter(parent__isnull=True)
    condition = Q(parent__remote_key=path[-1])
    if len(path) > 1:
        condition &= Q(parent__parent__remote_key=path[-2])
    return entries.filter(condition)


def mappings_of(dealer: Dealer) -> QuerySet[Mapping]:
    """Return the dealer's own decisions, newest first."""
    return (
        Mapping.objects.filter(dealer=dealer)
        .select_related("portal", "entry", "decided_by")
        .order_by("-decided_at", "-id")
    )
