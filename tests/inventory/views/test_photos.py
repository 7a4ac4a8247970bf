"""Photos: many at once with a result for each, order, cover, and the public address."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from inventory.models import VehiclePhoto
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory, VehiclePhotoFactory
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def vehicle():
    return VehicleFactory()


@pytest.fixture
def client(vehicle):
    return client_of(vehicle.dealer)


def picture(name: str = "a.jpg", colour: str = "red") -> SimpleUploadedFile:
    """Return a small uploaded JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def album(vehicle) -> list[int]:
    """Return the ids of the vehicle's photos in order."""
    return list(VehiclePhoto.objects.filter(vehicle=vehicle).values_list("pk", flat=True))


def test_a_bad_file_never_stops_the_others(client, vehicle):
    files = [
        picture("front.jpg", "red"),
        SimpleUploadedFile("letter.jpg", b"no picture", content_type="image/jpeg"),
        picture("back.jpg", "blue"),
    ]

    response = client.post(f"/stock/{vehicle.pk}/photos/upload/", {"photos": files}, headers=HTMX)

    results = [(each.name, bool(each.problem)) for each in response.context["results"]]
    assert results == [("front.jpg", False), ("letter.jpg", True), ("back.jpg", False)]
    assert len(album(vehicle)) == 2
    assert response.status_code == 200
    assert 'hx-trigger="every 2s"' in response.text  # until the pictures are rendered
    assert "photos-changed" in response["HX-Trigger"]


def test_without_script_the_results_are_messages(client, vehicle):
    files = [picture(), SimpleUploadedFile("letter.txt", b"x")]

    response = client.post(f"/stock/{vehicle.pk}/photos/upload/", {"photos": files})

    assert response.url == f"/stock/{vehicle.pk}/"
    assert len(said(response)) == 2
    assert said(client.post(f"/stock/{vehicle.pk}/photos/upload/")) == [
        "Choose at least one photo."
    ]


def test_photos_move_become_cover_and_go(client, vehicle):
    a, b, c = (VehiclePhotoFactory(vehicle=vehicle, position=n).pk for n in range(3))
    address = f"/stock/{vehicle.pk}/photos/arrange/"

    client.post(address, {"photo": a, "act": "down"})
    assert album(vehicle) == [b, a, c]
    client.post(address, {"photo": c, "act": "up"})
    assert album(vehicle) == [b, c, a]
    client.post(address, {"photo": a, "act": "cover"})
    assert album(vehicle) == [a, b, c]
    client.post(address, {"order": f"{c},{b},{a}"})
    assert album(vehicle) == [c, b, a]
    client.post(address, {"photo": b, "act": "remove"})
    assert album(vehicle) == [c, a]


@pytest.mark.parametrize("data", [{}, {"photo": "x"}, {"act": "cover"}, {"order": "0,987654"}])
def test_what_makes_no_sense_is_told_and_moves_nothing(client, vehicle, data):
    photos = [VehiclePhotoFactory(vehicle=vehicle, position=n).pk for n in range(2)]
    other = VehiclePhotoFactory(position=0)
    address = f"/stock/{vehicle.pk}/photos/arrange/"

    for each in (data, {"photo": other.pk, "act": "remove"}, {"photo": photos[0], "act": "fly"}):
        assert client.post(address, each, headers=HTMX).status_code == 422

    assert album(vehicle) == photos
    assert VehiclePhoto.objects.filter(pk=other.pk).exists()


def test_a_refused_picture_says_why(client, vehicle):
    blob = PhotoBlobFactory(
        dealer=vehicle.dealer, state="refused", problem="heic_unsupported", large=None, small=None
    )
    VehiclePhotoFactory(vehicle=vehicle, blob=blob)

    text = client.get(f"/stock/{vehicle.pk}/photos/", headers=HTMX).text

    assert "HEIC photos cannot be read here." in text
    assert "every 2s" not in text


def test_a_portal_fetches_a_photo_without_login(client):
    client.logout()
    name = storages["photos"].save(f"{'ab' * 16}.jpg", ContentFile(b"jpeg"))

    response = client.get(f"/media/{name}")

    assert (b"".join(response.streaming_content), response["Content-Type"]) == (
        b"jpeg",
        "image/jpeg",
    )
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["missing.jpg", "../originals/x", "%2e%2e/db.sqlite3", "", "a%00b.jpg"]
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/media/{name}").status_code == 404
