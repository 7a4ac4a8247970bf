"""Where decisions about names lie and how one looked at a moment: plain values, and checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Dealer
from inventory.models import Category
from inventory.models.vocabulary import BodyStyle
from portals.connectors.registry import traits_of
from portals.models import CatalogueEntry, Portal, PortalAccess
from portals.models import Mapping as MappingRow
from portals.models.catalogue import CatalogueKind
from portals.selectors.mappings import GapKey
from portals.services.source_keys import KEY_LENGTH, PREFIXES

FIRST_YEAR, LAST_YEAR = 1900, 2100
State = Mapping[str, Any]  # a mapping as MappingStep keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One of our names at a portal, in an environment, for a vehicle type.

    `body` and `year` narrow it ('' and 0 = any). Whose decision it is, is said beside it.
    """

    portal: Portal
    environment: str
    vehicle_type: int
    kind: str
    source_key: str
    body: str = ""
    year: int = 0

    def columns(self) -> dict[str, Any]:
        """Return the columns of a Mapping that lies here, without its dealer."""
        return {
            "portal_id": self.portal.pk,
            "environment": self.environment,
            **self.step_columns(),
        }

    def step_columns(self) -> dict[str, Any]:
        """Return the columns of a MappingStep about this place."""
        return {
            "vehicle_type": self.vehicle_type,
            "kind": self.kind,
            "source_key": self.source_key,
            "body": self.body,
            "year": self.year,
        }

    @property
    def key(self) -> tuple[int, str, str, str, int]:
        """What tells places of one catalogue apart; also the order in which they are written."""
        return (self.vehicle_type, self.kind, self.source_key, self.body, self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A portal's catalogue, and whose decisions about it: a dealer's, None = everyone's."""

    portal: Portal
    environment: str
    dealer: Dealer | None = None

    @classmethod
    def of(cls, access: PortalAccess) -> Scope:
        """Return the scope of a dealer's own decisions at an access (its portal is read)."""
        return cls(portal=access.portal, environment=access.environment, dealer=access.dealer)

    @property
    def dealer_id(self) -> int | None:
        """The dealer's id, None for everyone."""
        return None if self.dealer is None else self.dealer.pk

    def place(self, key: GapKey) -> Place:
        """Return where a decision about a waiting name lies."""
        return Place(
            portal=self.portal,
            environment=self.environment,
            vehicle_type=key.vehicle_type,
            kind=key.kind,
            source_key=key.source_key,
            body=key.body,
            year=key.year,
        )


def place_of(mapping: MappingRow) -> Place:
    """Return where a mapping lies (its portal is read)."""
    return Place(
        portal=mapping.portal,
        environment=mapping.environment,
        vehicle_type=mapping.vehicle_type,
        kind=mapping.kind,
        source_key=mapping.source_key,
        body=mapping.body,
        year=mapping.year,
    )


def check_place(place: Place) -> None:
    """Raise ValidationError naming the field if nothing can be decided there."""
    if place.kind not in CatalogueKind.values:
        raise ValidationError({"kind": _("This kind of name does not exist.")})
    if place.vehicle_type not in Category.values:
        raise ValidationError({"vehicle_type": _("This choice does not exist.")})
    prefix, _colon, rest = place.source_key.partition(":")
    sayable = rest and len(place.source_key) <= KEY_LENGTH and "\x00" not in rest
    if not sayable or prefix not in PREFIXES.get(place.kind, ("value",)):
        raise ValidationError({"source_key": _("Say which of our names is meant.")})
    _check_narrowing(place)


def _check_narrowing(place: Place) -> None:
    traits = traits_of(place.portal.slug)
    if not traits.decides(place.kind, place.vehicle_type):
        raise ValidationError({"kind": _("This portal has no mapping of this kind of name.")})
    if place.body and not traits.by_body(place.kind, place.vehicle_type):
        raise ValidationError({"body": _("This portal does not tell bodies apart here.")})
    if place.body and place.body not in BodyStyle.values:
        raise ValidationError({"body": _("This choice does not exist.")})
    if place.year and not traits.by_year(place.kind, place.vehicle_type):
        raise ValidationError({"year": _("This portal does not tell years apart here.")})
    if place.year and not FIRST_YEAR <= place.year <= LAST_YEAR:
        raise ValidationError({"year": _("This is no year of a vehicle.")})


def check_entry(place: Place, entry: CatalogueEntry) -> None:
    """Raise ValidationError naming `entry` if it is no name that may be sent for this place."""
    meant = (place.portal.pk, place.environment, place.vehicle_type, place.kind)
    if (entry.portal_id, entry.environment, entry.vehicle_type, entry.kind) != meant:
        raise ValidationError(
            {"entry": _("This name belongs to another portal, environment or kind.")}
        )
    if entry.retired_at is not None:
        raise ValidationError({"entry": _("The portal no longer has this name.")})


def state_of(mapping: MappingRow | None) -> dict[str, Any] | None:
    """Return a mapping as a step keeps it, None for none."""
    if mapping is None:
        return None
    return {
        "entry": mapping.entry_id,
        "origin": mapping.origin,
        "probability": mapping.probability,
        "reasons": mapping.reasons,
        "decided_by": mapping.decided_by_id,
        "decided_at": mapping.decided_at.isoformat(),
    }


def columns_of(state: State) -> dict[str, Any]:
    """Return the columns of a Mapping out of what a step keeps."""
    return {
        "entry_id": state["entry"],
        "origin": state["origin"],
        "probability": state["probability"],
        "reasons": state["reasons"],
        "decided_by_id": state["decided_by"],
        "decided_at": parse_datetime(state["decided_at"]),
    }


def seen_token(mapping: MappingRow | None) -> str:
    """Return what a form carries to say which decision its reader saw; "none" for none."""
    if mapping is None:
        return "none"
    return f"{mapping.entry_id or 0}.{mapping.decided_at.timestamp():.6f}"


def rows_at(
    scope: Scope, places: Iterable[Place], *, locked: bool = False
) -> dict[tuple[Any, ...], MappingRow]:
    """Return the mappings of this scope at these places, by the place's key."""
    wanted = {place.key for place in places}
    rows = of_scope(scope).filter(source_key__in={key[2] for key in wanted})
    rows = rows.select_related("entry__parent__parent", "decided_by").order_by("pk")
    if locked:
        rows = rows.select_for_update(of=("self",))
    found = {(r.vehicle_type, r.kind, r.source_key, r.body, r.year): r for r in rows}
    return {key: row for key, row in found.items() if key in wanted}


def of_scope(scope: Scope) -> QuerySet[MappingRow]:
    """Return the mappings of exactly this scope: a dealer's own, or those for everyone."""
    whose = Q(dealer__isnull=True) if scope.dealer is None else Q(dealer=scope.dealer)
    return MappingRow.objects.filter(
        whose, portal_id=scope.portal.pk, environment=scope.environment
    )


def label_of(row: MappingRow | None) -> str:
    """Return the name a mapping leads to, '' for none."""
    return "" if row is None or row.entry is None else row.entry.name
