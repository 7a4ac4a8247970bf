"""Turns our rows into what connectors understand: a bounded number of queries per batch.

The only place where tables become drafts. Pure connectors never see a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import prefetch_related_objects

from accounts.models import Dealer
from inventory.models import Optional, Vehicle, VehiclePhoto
from inventory.models.photo import PhotoState
from portals.connectors.registry import connector_class
from portals.connectors.types import ListingDraft, PhotoRef
from portals.models import Listing, PortalAccess
from portals.models.listing import Wanted
from portals.services.names import NameResolver, Resolved
from portals.services.next_step import effective

PHOTO_SIZE = 1920


def build_drafts(
    access: PortalAccess,
    listings: Sequence[Listing],
    resolver: NameResolver,
    *,
    optionals: Mapping[int, Sequence[Optional]] | None = None,
) -> dict[int, ListingDraft]:
    """Return the draft of each listing by its id, in at most eight queries for them all.

    `optionals` by vehicle id stand for the stored ones, for a form that is not saved yet.

    `access.portal` and `access.dealer` should be loaded; vehicles, versions, models and brands are
    loaded here if they are not.
    """
    prefetch_related_objects(listings, "vehicle__version__model__brand")
    vehicles = {listing.vehicle_id: listing.vehicle for listing in listings}
    connector = connector_class(access.portal.slug)
    resolved = resolver.resolve(
        vehicles.values(),
        kinds=dict(connector.traits.kinds),
        optionals=dict(optionals) if optionals is not None else optionals_of(list(vehicles)),
    )
    photos = _photos(list(vehicles))
    pauses = connector.traits.pause != "withdraw"
    drafts = {}
    for listing in listings:
        wish = effective(
            listing.wanted,
            listing.vehicle.state,
            reservation_keeps_ads=access.dealer.reservation_keeps_ads,
            can_pause=pauses,
        )
        drafts[listing.pk] = _draft(
            listing,
            slug=access.portal.slug,
            is_active=wish == Wanted.LIVE,
            resolved=resolved[listing.vehicle_id],
            photos=photos.get(listing.vehicle_id, ()),
            dealer=access.dealer,
        )
    return drafts


def _draft(
    listing: Listing,
    *,
    slug: str,
    is_active: bool,
    resolved: Resolved,
    photos: Sequence[PhotoRef],
    dealer: Dealer,
) -> ListingDraft:
    vehicle = listing.vehicle
    return ListingDraft(
        reference=vehicle.code,
        category=vehicle.category,
        active=is_active,
        highlight=listing.highlight if is_active else 0,  # one that nobody sees takes no slot
        plate=vehicle.plate,
        chassis=vehicle.chassis,
        price=_price(listing, vehicle, slug),
        year_manufacture=vehicle.year_manufacture,
        year_model=vehicle.year_model,
        mileage=vehicle.mileage,
        is_new=vehicle.is_new,
        armoured=vehicle.armoured,
        single_owner=vehicle.single_owner,
        accepts_trade=vehicle.accepts_trade,
        description=str(listing.overrides.get("description") or vehicle.description),
        video_url=vehicle.video_url,
        names=resolved.names,
        optionals=resolved.optionals,
        photos=tuple(photos),
        phone=dealer.phone,
        postal_code=dealer.postal_code,
    )


def _price(listing: Listing, vehicle: Vehicle, slug: str) -> Decimal | None:
    """Return the price wished for this portal, else the vehicle's."""
    text = listing.overrides.get("price")
    if text in (None, ""):
        return vehicle.price_for(slug)
    try:
        price = Decimal(str(text))
    except InvalidOperation:
        return vehicle.price_for(slug)
    return price if price.is_finite() else vehicle.price_for(slug)


def optionals_of(vehicle_ids: list[int]) -> dict[int, Sequence[Optional]]:
    """Return the optionals of vehicles by the vehicle's id, in the order they are sent in."""
    links = (
        Vehicle.optionals.through.objects.filter(vehicle_id__in=vehicle_ids)
        .select_related("optional")
        .order_by("vehicle_id", "optional__group", "optional__name")
    )
    found: dict[int, list[Optional]] = defaultdict(list)
    for link in links:
        found[link.vehicle_id].append(link.optional)
    return dict(found)


def _photos(vehicle_ids: list[int]) -> dict[int, list[PhotoRef]]:
    """Return the photos of each vehicle in order: the large rendition of those that are ready."""
    rows = (
        VehiclePhoto.objects.filter(
            vehicle_id__in=vehicle_ids,
            blob__state=PhotoState.READY,
            blob__renditions__size=PHOTO_SIZE,
        )
        .order_by("vehicle_id", "position", "id")
        .values_list(
            "vehicle_id",
            "blob__renditions__file",
            "blob__renditions__width",
            "blob__renditions__height",
        )
    )
    found: dict[int, list[PhotoRef]] = defaultdict(list)
    for vehicle_id, name, width, height in rows:
        url = _url_of(name, settings.BASE_URL)
        found[vehicle_id].append(PhotoRef(url=url, width=width, height=height))
    return dict(found)


@lru_cache(maxsize=10_000)
def _url_of(name: str, base_url: str) -> str:
    """Return the full address of a rendition. Names are random and never used again."""
    url = storages["photos"].url(name)
    return url if url.startswith(("http://", "https://")) else f"{base_url}{url}"
