"""What the portals ask of photos: which are too small or too many, for whom, and nobody else's."""

from __future__ import annotations

import pytest

from tests.factories.inventory import (
    PhotoBlobFactory,
    PhotoRenditionFactory,
    VehicleFactory,
    VehiclePhotoFactory,
)
from tests.factories.portals import PortalAccessFactory
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db
TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def vehicle(access):
    return VehicleFactory(dealer=access.dealer)


def add_photo(vehicle, *, width: int, height: int, **columns: object) -> None:
    """Put a photo of that size at the end of the album."""
    blob = PhotoBlobFactory(dealer=vehicle.dealer, large=None, small=None, **columns)
    PhotoRenditionFactory(blob=blob, size=1920, width=width, height=height)
    VehiclePhotoFactory(vehicle=vehicle, blob=blob)


def test_every_photo_below_the_least_size_is_named(access, vehicle):
    add_photo(vehicle, width=1920, height=1080)
    add_photo(vehicle, width=640, height=480)
    add_photo(vehicle, width=760, height=570)
    add_photo(vehicle, width=600, height=1900)
    add_photo(vehicle, width=10, height=10, state="pending")  # not judged yet

    response = client_of(access.dealer).get(f"/stock/{vehicle.pk}/photo-limits/", headers=HTMX)

    (limit,) = response.context["limits"]
    assert [(each.number, each.width) for each in limit.small] == [(2, 640), (4, 600)]
    assert f"640{TIMES}480, below the 760{TIMES}570 that {access.portal.name}" in response.text
    assert limit.left_out == 0


def test_photos_beyond_the_number_a_portal_shows_are_told(
    access, vehicle, django_assert_max_num_queries
):
    for _ in range(22):
        add_photo(vehicle, width=1920, height=1080)
    client = client_of(access.dealer)

    with django_assert_max_num_queries(12):
        text = client.get(f"/stock/{vehicle.pk}/photo-limits/", headers=HTMX).text

    assert "shows 20 photos: the last 2 will be left out." in text


def test_without_script_it_is_a_page_of_its_own(vehicle, access):
    client = client_of(access.dealer)

    assert "Back to the vehicle" in client.get(f"/stock/{vehicle.pk}/photo-limits/").text
    access.is_active = False
    access.save()
    assert "No portal is connected yet." in client.get(f"/stock/{vehicle.pk}/photo-limits/").text


def test_a_vehicle_of_another_dealer_is_not_there(access):
    address = f"/stock/{VehicleFactory().pk}/photo-limits/"

    assert client_of(access.dealer).get(address).status_code == 404


def test_pages_about_a_vehicle_stand_in_the_stock(client):
    vehicle = VehicleFactory()
    client = client_of(vehicle.dealer)

    for page in ("photo-limits", "preflight"):
        text = client.get(f"/stock/{vehicle.pk}/{page}/").text
        assert '<a href="/stock/" aria-current="page">' in text, page
