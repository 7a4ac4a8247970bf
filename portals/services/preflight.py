"""Tells before publishing what every portal will say of a vehicle. Sends and stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.models import Optional, Vehicle
from portals.connectors.registry import connector_class
from portals.connectors.types import Finding
from portals.models import Listing, PortalAccess
from portals.models.listing import Wanted
from portals.services.drafts import build_drafts
from portals.services.names import NameResolver


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFindings:
    """What one portal will say: findings that block, and findings that only reduce the ad."""

    access: PortalAccess
    refused: Sequence[Finding]
    reduced: Sequence[Finding]


def preflight_vehicle(
    vehicle: Vehicle,
    *,
    accesses: Sequence[PortalAccess],
    optionals: Sequence[Optional] | None = None,
) -> list[AccessFindings]:
    """Return the findings of each access as if the vehicle were published there now.

    The wishes of existing ads (price, text, highlight) are respected. `accesses` come with portal
    and dealer loaded and belong to the vehicle's dealer. The vehicle may be one that is not saved;
    `optionals` then stand for those it will have.
    """
    known = Listing.objects.filter(vehicle_id=vehicle.pk, access__in=accesses)
    listings = {each.access_id: each for each in known}
    return [
        _findings(vehicle, access, listings.get(access.pk) or Listing(access=access), optionals)
        for access in accesses
    ]


def _findings(
    vehicle: Vehicle,
    access: PortalAccess,
    listing: Listing,
    optionals: Sequence[Optional] | None,
) -> AccessFindings:
    listing.vehicle, listing.wanted = vehicle, Wanted.LIVE
    resolver = NameResolver(access.portal, access.environment, access.dealer_id)
    chosen = None if optionals is None else {vehicle.pk: optionals}
    (draft,) = build_drafts(access, [listing], resolver, optionals=chosen).values()
    found = connector_class(access.portal.slug).preflight(draft)
    return AccessFindings(
        access=access,
        refused=[each for each in found if each.severity == "refused"],
        reduced=[each for each in found if each.severity == "reduced"],
    )
