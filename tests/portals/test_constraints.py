"""What the database itself does not let happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from portals.models import Listing, Mapping, Portal, PortalAccess, PortalGate
from tests.factories.accounts import DealerFactory
from tests.factories.portals import (
    CatalogueEntryFactory,
    ListingFactory,
    MappingFactory,
    PlanFactory,
    PortalAccessFactory,
    PortalFactory,
)


def refuses(make: Callable[[], object]) -> bool:
    """Whether the database refuses a row."""
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


def test_one_listing_per_access_and_vehicle(db: None) -> None:
    row = ListingFactory.create()

    assert refuses(
        lambda: Listing.objects.create(
            dealer=row.dealer, access=row.access, vehicle=row.vehicle, wanted="live"
        )
    )


def test_one_access_per_dealer_and_portal(db: None) -> None:
    access = PortalAccessFactory.create()

    assert refuses(lambda: PortalAccessFactory.create(dealer=access.dealer, portal=access.portal))
    PortalAccessFactory.create(
        dealer=access.dealer, portal=PortalFactory.create(slug="other", name="Other")
    )
    assert PortalAccess.objects.count() == 2


def test_one_plan_per_access_kind_and_key(db: None) -> None:
    plan = PlanFactory.create(remote_key="1")

    assert refuses(lambda: PlanFactory.create(access=plan.access, remote_key="1"))
    PlanFactory.create(access=plan.access, remote_key="1", kind="ad")


def test_one_gate_per_origin(db: None) -> None:
    PortalGate.objects.create(origin="https://portal.invalid:443")

    assert refuses(lambda: PortalGate.objects.create(origin="https://portal.invalid:443"))


def test_one_entry_per_place_in_the_catalogue_root_or_not(db: None) -> None:
    """NULLs are distinct to a database: roots need a constraint of their own."""
    brand = CatalogueEntryFactory.create(remote_key="FIAT")
    other = CatalogueEntryFactory.create(remote_key="FORD")
    child = {"kind": "model", "remote_key": "UNO"}
    CatalogueEntryFactory.create(parent=brand, **child)

    assert refuses(lambda: CatalogueEntryFactory.create(remote_key="FIAT"))
    assert refuses(lambda: CatalogueEntryFactory.create(parent=brand, **child))
    CatalogueEntryFactory.create(parent=other, **child)
    CatalogueEntryFactory.create(remote_key="FIAT", environment="production")


def test_one_mapping_per_value_for_everyone_and_one_per_dealer(db: None) -> None:
    mapping = MappingFactory.create(source_key="brand:fiat")
    dealer = DealerFactory.create()
    same = {"source_key": "brand:fiat", "entry": mapping.entry}
    MappingFactory.create(**same, dealer=dealer)

    assert refuses(lambda: MappingFactory.create(**same))
    assert refuses(lambda: MappingFactory.create(**same, dealer=dealer))
    MappingFactory.create(**same, dealer=DealerFactory.create())
    MappingFactory.create(**same, body="suv")
    MappingFactory.create(**same, year=2020)
    assert Mapping.objects.count() == 5


def test_what_is_published_cannot_be_deleted_from_below(db: None) -> None:
    row = ListingFactory.create()

    with pytest.raises(ProtectedError):
        row.access.delete()
    with pytest.raises(ProtectedError):
        row.vehicle.delete()
    with pytest.raises(ProtectedError):
        Portal.objects.get(pk=row.access.portal_id).delete()


def test_a_plan_that_goes_leaves_the_listing(db: None) -> None:
    row = ListingFactory.create()
    plan = PlanFactory.create(access=row.access)
    Listing.objects.filter(pk=row.pk).update(plan=plan, slot_plan=plan)

    plan.delete()

    row.refresh_from_db()
    assert (row.plan_id, row.slot_plan_id, row.wanted) == (None, None, "live")
