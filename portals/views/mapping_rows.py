"""A waiting name as the pages show it: what it reaches, what is suggested, what was seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import Category
from inventory.models.vocabulary import BodyStyle
from portals.models import CatalogueEntry, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.name_addresses import pairs_of, query_of, slug_of
from portals.selectors.mappings import Gap, GapKey
from portals.selectors.our_names import WITHIN, names_of
from portals.services.blast_radius import BlastRadius, blast_radii
from portals.services.places import Place, Scope, rows_at, seen_token
from portals.services.proposals import Proposal

LEAST_OFFERED = 0.1  # what is less probable is no suggestion; the page of the name has it still


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One waiting name with all that is said of it. `seen` tells which decision was looked at,
    `next` is the slug of the row below."""

    key: GapKey
    portal: str
    ours: str
    within: tuple[str, ...]
    waiting: int
    reach: BlastRadius
    proposals: tuple[Proposal, ...]
    seen: str
    next: str = ""

    @property
    def slug(self) -> str:
        """What tells the row from all others in a page."""
        return slug_of(self.key)

    @property
    def query(self) -> str:
        """The query string that names it."""
        return query_of(self.key)

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """The same as hidden inputs."""
        return pairs_of(self.key)

    @property
    def token(self) -> str:
        """What a tick box says: which name, which suggestion, and which decision was seen."""
        entry = self.best.entry_id if self.best else 0
        return f"{self.slug}.{entry}.{self.seen}"

    @property
    def kind_label(self) -> object:
        """What is named."""
        return CatalogueKind(self.key.kind).label

    @property
    def type_label(self) -> object:
        """For which kind of vehicle."""
        return Category(self.key.vehicle_type).label

    @property
    def place(self) -> str:
        """Where it lies: brand and model, body and year where they matter."""
        narrowed = [str(BodyStyle(self.key.body).label)] if self.key.body else []
        narrowed += [str(self.key.year)] if self.key.year else []
        return " · ".join([WITHIN.join(self.within), *narrowed] if self.within else narrowed)

    @property
    def best(self) -> Proposal | None:
        """The most probable suggestion, if it is probable enough to be accepted by one key."""
        found = self.proposals[0] if self.proposals else None
        return found if found and found.probability >= LEAST_OFFERED else None

    @property
    def runner_up(self) -> Proposal | None:
        """The one after it."""
        return self.proposals[1] if self.best and len(self.proposals) > 1 else None

    @property
    def why(self) -> str:
        """What waits, and for what."""
        if self.key.kind == CatalogueKind.OPTIONAL:
            text = ngettext(
                "%(number)d ad goes out without it: the portal has no such name.",
                "%(number)d ads go out without it: the portal has no such name.",
                self.waiting,
            )
        else:
            text = ngettext(
                "%(number)d ad is blocked: the portal does not know this name.",
                "%(number)d ads are blocked: the portal does not know this name.",
                self.waiting,
            )
        return text % {"number": self.waiting} if self.waiting else _("No ad waits for it now.")


def rows_of(
    accesses: dict[int, PortalAccess],
    gaps: Sequence[Gap],
    proposals: dict[GapKey, tuple[Proposal, ...]],
) -> list[QueueRow]:
    """Return the rows of some gaps: what they reach, what was decided there, words for all."""
    scopes = {pk: Scope.of(access) for pk, access in accesses.items()}
    places = {gap.key: scopes[gap.key.access_id].place(gap.key) for gap in gaps}
    seen, reach = _seen(scopes, places), _reach(scopes, places)
    paths = _paths(accesses, gaps)
    texts = names_of({(gap.key.kind, gap.key.source_key) for gap in gaps if not gap.ours})
    return [
        QueueRow(
            key=gap.key,
            portal=accesses[gap.key.access_id].portal.name,
            ours=gap.ours or texts[gap.key.kind, gap.key.source_key],
            within=tuple(paths.get((gap.key.access_id, key), key) for key in gap.key.path),
            waiting=gap.number,
            reach=reach[gap.key],
            proposals=proposals.get(gap.key, ()),
            seen=seen[gap.key],
        )
        for gap in gaps
    ]


def _seen(scopes: dict[int, Scope], places: dict[GapKey, Place]) -> dict[GapKey, str]:
    found: dict[GapKey, str] = {}
    for access_id, scope in scopes.items():
        own = {key: place for key, place in places.items() if key.access_id == access_id}
        rows = rows_at(scope, own.values()) if own else {}
        found |= {key: seen_token(rows.get(place.key)) for key, place in own.items()}
    return found


def _reach(scopes: dict[int, Scope], places: dict[GapKey, Place]) -> dict[GapKey, BlastRadius]:
    """Return what each name touches, asked for all names of an access together."""
    found: dict[GapKey, BlastRadius] = {}
    for access_id, scope in scopes.items():
        own = {key: place for key, place in places.items() if key.access_id == access_id}
        radii = blast_radii(scope, own.values()) if own else {}
        found |= {key: radii[place.key] for key, place in own.items()}
    return found


def _paths(accesses: dict[int, PortalAccess], gaps: Sequence[Gap]) -> dict[tuple[int, str], str]:
    """Return the portals' names of the brands and models around, by access and key."""
    found: dict[tuple[int, str], str] = {}
    for pk, access in accesses.items():
        keys = {key for gap in gaps if gap.key.access_id == pk for key in gap.key.path}
        if not keys:
            continue
        rows = CatalogueEntry.objects.filter(
            Q(kind=CatalogueKind.BRAND) | Q(kind=CatalogueKind.MODEL),
            portal=access.portal_id,
            environment=access.environment,
            remote_key__in=keys,
        )
        found |= {(pk, key): name for key, name in rows.values_list("remote_key", "name")}
    return found
