"""Rows become drafts, many at a time."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inventory.models.photo import PhotoState
from portals.connectors.types import PhotoRef
from portals.models import Listing
from portals.services.drafts import build_drafts
from portals.services.names import NameResolver
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    OptionalFactory,
    PhotoBlobFactory,
    VehicleFactory,
    VehiclePhotoFactory,
    VersionFactory,
)
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.portals.catalogues import onix

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    """An access to the portal of the registry."""
    return PortalAccessFactory.create()


def drafts_of(access, *listings):
    """Build drafts of listings as a drain loads them."""
    rows = list(Listing.objects.filter(pk__in=[row.pk for row in listings]).order_by("pk"))
    resolver = NameResolver(access.portal, access.environment, access.dealer_id)
    built = build_drafts(access, rows, resolver)
    return [built[row.pk] for row in rows]


def listing(access, *, vehicle=None, **columns):
    """Create a listing of the access."""
    vehicle = vehicle or VehicleFactory.create(dealer=access.dealer, complete=True)
    return ListingFactory.create(access=access, vehicle=vehicle, **columns)


def test_draft_says_what_the_vehicle_says(access):
    onix(access.portal)
    vehicle = VehicleFactory.create(
        dealer=access.dealer,
        complete=True,
        code="L-1",
        plate="ABC1D23",
        version=VersionFactory.create(name="1.0 LT"),
        armoured=True,
        video_url="https://youtu.be/x",
    )
    vehicle.optionals.add(OptionalFactory.create(name="Ar-condicionado", folded="ar-condicionado"))

    [draft] = drafts_of(access, listing(access, vehicle=vehicle, highlight=2))

    assert (draft.reference, draft.category, draft.active, draft.highlight) == ("L-1", 1, True, 2)
    assert (draft.plate, draft.price, draft.mileage) == ("ABC1D23", Decimal("45990.00"), 45_000)
    assert (draft.year_manufacture, draft.year_model) == (2020, 2021)
    assert (draft.is_new, draft.armoured, draft.single_owner) == (False, True, False)
    assert draft.video_url == "https://youtu.be/x"
    assert draft.names["version"].key == "1.0 LT"
    assert [each.key for each in draft.optionals] == ["AR-CONDICIONADO"]


def test_draft_says_how_to_reach_the_dealer():
    dealer = DealerFactory.create(phone="(11) 91234-5678", postal_code="01310-100")
    access = PortalAccessFactory.create(dealer=dealer)

    [draft] = drafts_of(access, listing(access))

    assert (draft.phone, draft.postal_code) == ("(11) 91234-5678", "01310-100")


@pytest.mark.parametrize(
    ("wanted", "state", "active"),
    [
        ("live", "available", True),
        ("live", "reserved", True),
        ("paused", "available", False),
        ("absent", "available", False),
        ("live", "sold", False),
    ],
)
def test_draft_is_active_only_if_the_ad_is_to_be_live(access, wanted, state, active):
    vehicle = VehicleFactory.create(dealer=access.dealer, state=state)

    [draft] = drafts_of(access, listing(access, vehicle=vehicle, wanted=wanted))

    assert draft.active is active


@pytest.mark.parametrize(
    ("overrides", "price", "text"),
    [
        ({}, Decimal("45990.00"), "Revisado, pronto para rodar."),
        ({"price": "40000.50", "description": "Só hoje"}, Decimal("40000.50"), "Só hoje"),
        ({"price": "", "description": ""}, Decimal("45990.00"), "Revisado, pronto para rodar."),
        ({"price": "caro"}, Decimal("45990.00"), "Revisado, pronto para rodar."),
        ({"price": "NaN"}, Decimal("45990.00"), "Revisado, pronto para rodar."),
    ],
)
def test_price_and_text_may_be_wished_for_one_portal(access, overrides, price, text):
    [draft] = drafts_of(access, listing(access, overrides=overrides))

    assert (draft.price, draft.description) == (price, text)


def test_photos_are_the_large_ready_ones_in_order(access, settings):
    settings.BASE_URL = "https://office.example"
    row = listing(access)
    for position, (name, state) in enumerate(
        [("c.jpg", PhotoState.READY), ("p.jpg", PhotoState.PENDING), ("a.jpg", PhotoState.READY)]
    ):
        blob = PhotoBlobFactory.create(dealer=access.dealer, state=state, large__file=name)
        VehiclePhotoFactory.create(vehicle=row.vehicle, blob=blob, position=position)

    [draft] = drafts_of(access, row)

    assert draft.photos == (
        PhotoRef(url="https://office.example/media/c.jpg", width=1920, height=1080),
        PhotoRef(url="https://office.example/media/a.jpg", width=1920, height=1080),
    )


def test_shared_picture_belongs_to_each_vehicle(access):
    blob = PhotoBlobFactory.create(dealer=access.dealer)
    rows = [listing(access) for _ in range(2)]
    for row in rows:
        VehiclePhotoFactory.create(vehicle=row.vehicle, blob=blob)

    assert [len(draft.photos) for draft in drafts_of(access, *rows)] == [1, 1]


def test_batch_costs_the_same_as_one(access, django_assert_max_num_queries):
    onix(access.portal)
    rows = [listing(access) for _ in range(12)]
    for row in rows:
        VehiclePhotoFactory.create(vehicle=row.vehicle)
        row.vehicle.optionals.add(OptionalFactory.create())

    with django_assert_max_num_queries(11):
        drafts = drafts_of(access, *rows)

    assert len(drafts) == 12
