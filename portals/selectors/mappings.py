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
from portals.models.listing import Wanted

ENTRIES_SHOWN = 60
GAP_CODES = frozenset({"name_unknown", "name_unplaced", "name_none"})
PATH_KINDS = (CatalogueKind.BRAND, CatalogueKind.MODEL)


@dataclass(frozen=True, slots=True)
class GapKey:
    """One of our names at one access; `path` are the portal's keys of brand and model around it."""

    access_id: int
    vehicle_type: int
    kind: str
    source_key: str
    path: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Gap:
    """A name without a place, as people read it, and how many ads wait for it."""

    key: GapKey
    ours: str
    number: int = 0

    @property
    def kind_label(self) -> object:
        """What is named."""
        return CatalogueKind(self.key.kind).label


def gaps_of(dealer: Dealer, *, access_id: int | None = None, kind: str = "") -> list[Gap]:
    """Return the gaps of a dealer, those that touch most ads first; three queries.

    Names without which an ad cannot go out, and optionals that ads went out without.
    """
    wished = Listing.objects.for_dealer(dealer).filter(access__is_active=True)
    wished = wished.exclude(wanted=Wanted.ABSENT)
    if access_id is not None:
        wished = wished.filter(access=access_id)
    gaps: dict[GapKey, Gap] = {}
    if kind in ("", CatalogueKind.OPTIONAL):
        _add_optionals(gaps, wished.filter(reduced=True))
    listings = wished.filter(failure_mode=FailureMode.MAPPING)
    rows = listings.values_list("access_id", "vehicle__category", "problems")
    for row_access, category, problems in rows.iterator():
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
            )
            gaps.setdefault(key, Gap(key=key, ours=str(params.get("ours", "")))).number += 1
    return sorted(gaps.values(), key=lambda gap: (-gap.number, gap.key.kind, gap.ours))


def _add_optionals(gaps: dict[GapKey, Gap], listings: QuerySet[Listing]) -> None:
    """Add the optionals of ours that portals ignored because they have no name for them."""
    known = dict(Optional.objects.values_list("name", "folded"))
    rows = listings.values_list("access_id", "vehicle__category", "warnings")
    for row_access, category, warnings in rows.iterator():
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
            gaps.setdefault(key, Gap(key=key, ours=name)).number += 1


def _is_gap(problem: dict[str, object], params: dict[str, object], kind: str) -> bool:
    if problem.get("code") not in GAP_CODES or not params.get("source_key"):
        return False
    known = params.get("kind") in CatalogueKind.values
    return known and (not kind or params["kind"] == kind)


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
