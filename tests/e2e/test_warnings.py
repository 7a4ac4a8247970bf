"""What the portal takes away from an ad is stored with what was asked and what was granted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.storage import storages

from inventory.models import Vehicle
from portals.models import CatalogueEntry, Listing
from tests.e2e.office import Office
from tests.factories.inventory import OptionalFactory

GOOD, SMALL = (1600, 1200), (640, 480)


def warnings_of(listing: Listing) -> dict[str, tuple[object, object]]:
    """Return asked and granted of the stored warnings, by kind."""
    return {one["kind"]: (one["asked"], one["granted"]) for one in listing.warnings}


def published(office: Office, vehicle: Vehicle, **wish: object) -> Listing:
    """Publish one vehicle and return its listing once its status was read."""
    office.publish([vehicle], **wish)
    office.settle()
    return office.listing(vehicle)


def test_an_ad_as_asked_is_live_without_a_word(office: Office, photo_server: str):
    [vehicle] = office.add_vehicles(1)
    office.add_photos(vehicle, [GOOD, GOOD])

    listing = published(office, vehicle)

    assert (listing.state, listing.reduced, listing.warnings) == ("live", False, [])
    assert [ad["fotos"] for ad in office.ads()] == [2]


def test_a_photo_too_small_and_one_that_is_gone_are_named(office: Office, photo_server: str):
    [vehicle] = office.add_vehicles(1)
    names = office.add_photos(vehicle, [GOOD, SMALL, GOOD])
    storages["photos"].delete(names[-1])

    listing = published(office, vehicle)

    asked = [f"{photo_server}/media/{name}" for name in names[1:]]
    assert warnings_of(listing) == {"photo_rejected": (asked, [])}
    assert (listing.state, listing.reduced) == ("live", True)
    assert [ad["fotos"] for ad in office.ads()] == [1]


def test_more_than_twenty_photos_are_cut_to_twenty(office: Office, photo_server: str):
    [vehicle] = office.add_vehicles(1)
    office.add_photos(vehicle, [(800, 600)] * 25)

    listing = published(office, vehicle)

    assert warnings_of(listing) == {"photo_limit": (25, 20)}
    assert [ad["fotos"] for ad in office.ads()] == [20]


@pytest.mark.parametrize(
    ("plans", "words"),
    [
        ([{"peso": 1, "total": 0}], "excedida"),
        ([{"peso": 1, "total": 3, "liberado": False}], "não liberado"),
    ],
)
def test_a_highlight_the_portal_denies_is_shown_with_its_reason(
    open_for: Callable[..., Office], plans: list[dict[str, object]], words: str
):
    office = open_for(plans=plans)
    office.access.plans.update(total=None, released=True)  # as if read before it was used up
    [vehicle] = office.add_vehicles(1)

    listing = published(office, vehicle, highlight=1)

    assert warnings_of(listing) == {"highlight_denied": (1, 0)}
    assert words in listing.warnings[0]["message"]
    assert (listing.state, [ad["destaque"] for ad in office.ads()]) == ("live", [0])


def test_a_text_too_long_is_cut(office: Office):
    [vehicle] = office.add_vehicles(1, description="a" * 2500)

    listing = published(office, vehicle)

    assert warnings_of(listing) == {"text_truncated": (2500, 2000)}
    assert [len(ad["payload"]["Observacoes"]) for ad in office.ads()] == [2000]


@pytest.mark.parametrize(
    "refuses", [False, True], ids=["left out by the portal", "refused with 422"]
)
def test_an_optional_the_portal_no_longer_knows_is_left_out(office: Office, refuses: bool):
    office.sandbox.configure(opcionais_422=refuses)
    optional = OptionalFactory.create(name="Teto de vidro lunar", folded="teto de vidro lunar")
    CatalogueEntry.objects.create(
        portal=office.access.portal,
        environment="sandbox",
        vehicle_type=1,
        kind="optional",
        remote_key="TETO DE VIDRO LUNAR",
        name="TETO DE VIDRO LUNAR",
        folded="teto de vidro lunar",
    )
    [vehicle] = office.add_vehicles(1)
    vehicle.optionals.add(optional)

    listing = published(office, vehicle)

    assert warnings_of(listing) == {"optional_ignored": (["TETO DE VIDRO LUNAR"], [])}
    assert (listing.state, len(office.ads())) == ("live", 1)


@pytest.mark.parametrize("shape", ["list", "text", "objects", "warnings", "message"])
def test_the_same_warnings_come_out_however_the_portal_words_them(
    open_for: Callable[..., Office], photo_server: str, shape: str
):
    office = open_for(plans=[{"peso": 2, "total": 0}])
    office.access.plans.update(total=None)
    office.sandbox.configure(avisos_shape=shape)
    [vehicle] = office.add_vehicles(1)
    names = office.add_photos(vehicle, [GOOD, SMALL])

    listing = published(office, vehicle, highlight=2)

    assert warnings_of(listing) == {
        "photo_rejected": ([f"{photo_server}/media/{names[1]}"], []),
        "highlight_denied": (2, 0),
    }


def test_a_reduction_mended_is_forgotten(office: Office, photo_server: str):
    [vehicle] = office.add_vehicles(1)
    office.add_photos(vehicle, [SMALL])
    assert published(office, vehicle).reduced is True
    vehicle.photos.all().delete()
    office.add_photos(vehicle, [GOOD])
    office.listings().update(due_at=office.listing(vehicle).wished_at)

    office.settle()

    listing = office.listing(vehicle)
    assert (listing.reduced, listing.warnings, len(office.ads())) == (False, [], 1)
