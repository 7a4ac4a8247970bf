"""Nobody sees or touches what is another dealer's: every address of the pages, with foreign ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Change
from inventory.models import Vehicle, VehiclePhoto
from office.models import BulkItem, BulkRun, SavedFilter
from portals.models import HighlightRule, Listing, Mapping, PortalAccess
from tests.factories.accounts import MembershipFactory
from tests.factories.bulk import BulkItemFactory, BulkRunFactory
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory
from tests.factories.office import SavedFilterFactory
from tests.factories.portals import (
    CatalogueEntryFactory,
    CatalogueSnapshotFactory,
    ListingFactory,
    MappingFactory,
    PlanFactory,
    PortalAccessFactory,
)
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db
ROOMS = ("accounts", "inventory", "portals", "leads", "office")
# Public by an unguessable name; a cause, which is no id; and what a store shows to everybody.
WITHOUT_DEALER = {
    *("inventory:photo_file", "portals:problem_detail", "accounts:password_choose"),
    *("inventory:public_stock", "inventory:public_vehicle", "inventory:public_sitemap"),
}
WATCHED: tuple[type[Model], ...] = (
    *(Vehicle, VehiclePhoto, PortalAccess, Listing, Mapping, SavedFilter),
    *(BulkRun, BulkItem, Change, HighlightRule),
)


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name and parameters of every address of our rooms."""
    for part in get_resolver().url_patterns:
        if not isinstance(part, URLResolver) or part.namespace not in ROOMS:
            continue
        for pattern in part.url_patterns:
            assert isinstance(pattern, URLPattern)
            yield f"{part.namespace}:{pattern.name}", tuple(pattern.pattern.converters)


WITH_IDS = [name for name, ids in addresses() if ids and name not in WITHOUT_DEALER]


@pytest.fixture
def theirs():
    """What another dealer has: one of everything."""
    listing = ListingFactory(live=True)
    PlanFactory(access=listing.access)
    VehiclePhotoFactory(vehicle=listing.vehicle)
    entry = CatalogueEntryFactory(portal=listing.access.portal)
    MappingFactory(entry=entry, dealer=listing.dealer)
    SavedFilterFactory(dealer=listing.dealer)
    BulkItemFactory(run=BulkRunFactory(dealer=listing.dealer), vehicle=listing.vehicle)
    return listing


@pytest.fixture
def ours(theirs):
    """Our own vehicle and access at the same portal."""
    access = PortalAccessFactory(portal=theirs.access.portal)
    return access, VehicleFactory(dealer=access.dealer)


def rows() -> list[list[dict[str, object]]]:
    """Return every row of the watched tables."""
    return [list(model._default_manager.order_by("pk").values()) for model in WATCHED]


def foreign_ids(name: str, theirs: Listing) -> dict[str, object]:
    """Return foreign ids for the parameters of an address; fail for one nobody thought of."""
    known: dict[str, dict[str, object]] = {
        "inventory:": {"pk": theirs.vehicle_id},
        "portals:vehicle_": {"pk": theirs.vehicle_id},
        "portals:draft_": {"pk": theirs.vehicle_id},
        "portals:ad_": {"pk": theirs.vehicle_id, "access_pk": theirs.access_id},
        "portals:access_create": {"slug": "no-such-portal"},
        "portals:connect_": {"slug": "no-such-portal"},
        "portals:access_": {"pk": theirs.access_id},
        "portals:highlight_": {"pk": theirs.access_id},
        "office:trail": {"pk": theirs.vehicle_id, "access_pk": theirs.access_id},
        "portals:radar_": {"pk": CatalogueSnapshotFactory(portal__slug="elsewhere").pk},
        "portals:mapping_": {"pk": Mapping.objects.get().pk},
        "accounts:team_": {"pk": MembershipFactory(dealer=theirs.dealer).pk},
        "office:bulk_": {"pk": BulkRun.objects.get().pk},
        "office:filter_": {"pk": SavedFilter.objects.get().pk},
    }
    return next(ids for prefix, ids in known.items() if name.startswith(prefix))


@pytest.mark.parametrize("name", WITH_IDS)
def test_foreign_ids_are_not_found_and_nothing_changes(name, ours, theirs):
    client = client_of(ours[0].dealer)
    address = reverse(name, kwargs=foreign_ids(name, theirs))
    before = rows()

    answers = {
        client.get(address).status_code,
        client.get(address, headers=HTMX).status_code,
        client.post(address, {"wanted": "absent", "state": "archived"}).status_code,
    }

    assert answers <= {404, 405}
    assert 404 in answers
    assert rows() == before


@pytest.mark.parametrize("retry", ["", "retry/"])
def test_own_vehicle_with_a_foreign_access_and_the_reverse(retry, ours, theirs):
    access, vehicle = ours
    client = client_of(access.dealer)
    before = rows()

    for pk, access_pk in ((vehicle.pk, theirs.access_id), (theirs.vehicle_id, access.pk)):
        response = client.post(f"/stock/{pk}/ads/{access_pk}/{retry}", {"wanted": "live"})
        assert response.status_code == 404

    assert rows() == before


def test_lists_hold_nothing_of_another_dealer(ours, theirs):
    client = client_of(ours[0].dealer)
    Listing.objects.filter(pk=theirs.pk).update(
        failure_mode="mapping",
        problems=[
            {
                "field": "brand",
                "code": "name_unknown",
                "params": {"kind": "brand", "ours": "SECRETBRAND", "source_key": "brand:secret"},
            }
        ],
    )
    Vehicle.objects.filter(pk=theirs.vehicle_id).update(code="SECRETCODE", brand_text="SECRETCAR")

    for name, parameters in addresses():
        if parameters or name in ("accounts:logout", "accounts:login"):
            continue
        response = client.get(reverse(name), {"q": "secret", "state": "all"})
        assert "SECRET" not in response.text, name
