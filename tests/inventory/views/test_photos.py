"""Photos: many at once with a result for each, order, cover, and the public address."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from inventory.models import PhotoBlob, VehiclePhoto
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory, VehiclePhotoFactory
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


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
        picture("again.jpg", "red"),
        picture("back.jpg", "blue"),
    ]

    response = client.post(f"/stock/{vehicle.pk}/photos/upload/", {"photos": files}, headers=JSON)

    results = response.json()["results"]
    assert [(each["name"], each["state"]) for each in results] == [
        ("front.jpg", "added"),
        ("letter.jpg", "refused"),
        ("again.jpg", "there"),
        ("back.jpg", "added"),
    ]
    assert results[1]["problem"] == "This is not a photo. Send JPEG, PNG, WebP or HEIC."
    assert len(album(vehicle)) == 2
    text = client.get(f"/stock/{vehicle.pk}/photos/", headers=HTMX).text
    assert 'hx-trigger="every 2s"' in text  # until the pictures are rendered
    assert "2 being processed" in text


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        ("PHOTO_MAX_BYTES", 100, "The file is too large."),
        ("PHOTO_MIN_SIDE", 81, "The photo is too small to be of use."),
    ],
)
def test_a_file_beyond_the_limits_is_told_by_name(
    client, vehicle, settings, setting, value, problem
):
    setattr(settings, setting, value)
    address = f"/stock/{vehicle.pk}/photos/upload/"

    (result,) = client.post(address, {"photos": picture()}, headers=JSON).json()["results"]

    assert (result["name"], result["state"]) == ("a.jpg", "refused")
    assert result["problem"].startswith(problem)
    assert album(vehicle) == []


def test_sending_again_what_arrived_already_doubles_nothing(client, vehicle):
    address = f"/stock/{vehicle.pk}/photos/upload/"

    states = [
        client.post(address, {"photos": picture()}, headers=JSON).json()["results"][0]["state"]
        for _ in range(3)
    ]

    assert states == ["added", "there", "there"]
    assert len(album(vehicle)) == 1


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


def test_a_photo_is_turned_and_the_old_one_stays_until_then(client, vehicle):
    photo = VehiclePhotoFactory(vehicle=vehicle)
    address = f"/stock/{vehicle.pk}/photos/arrange/"

    response = client.post(address, {"photo": photo.pk, "act": "left"}, headers=HTMX)

    photo.refresh_from_db()
    assert (photo.blob.turn, photo.coming.turn) == (0, 270)
    assert "Turning…" in response.text
    assert "every 2s" in response.text
    client.post(address, {"photo": photo.pk, "act": "right"})
    photo.refresh_from_db()
    assert photo.coming is None


def test_a_photo_whose_turn_failed_says_so_and_offers_to_try_again(client, vehicle):
    photo = VehiclePhotoFactory(vehicle=vehicle)
    lost = PhotoBlobFactory(dealer=vehicle.dealer, turn=90, state="refused", problem="missing")
    VehiclePhoto.objects.update(coming=lost)
    arrange = f"/stock/{vehicle.pk}/photos/arrange/"

    shown = client.get(f"/stock/{vehicle.pk}/").text
    assert "This photo could not be turned. The file was lost. Send the photo again." in shown
    assert "every 2s" not in shown
    assert 'value="retry"' in shown
    assert 'value="keep"' in shown

    album = client.post(arrange, {"photo": photo.pk, "act": "retry"}, headers=HTMX).text
    assert "Turning…" in album
    lost.refresh_from_db()
    assert lost.state == "pending"
    PhotoBlob.objects.filter(pk=lost.pk).update(state="refused", problem="unreadable")
    album = client.post(arrange, {"photo": photo.pk, "act": "keep"}, headers=HTMX).text
    assert "could not be turned" not in album
    assert 'value="right"' in album


def test_what_was_done_is_said_and_the_buttons_keep_their_ids(client, vehicle):
    a, b = (VehiclePhotoFactory(vehicle=vehicle, position=n).pk for n in range(2))
    address = f"/stock/{vehicle.pk}/photos/arrange/"

    text = client.post(address, {"photo": a, "act": "down"}, headers=HTMX).text

    assert "The photo is number 2 of 2 now." in text
    assert 'hx-swap-oob="innerHTML"' in text
    assert all(f'id="photo-{pk}-{act}"' in text for pk in (a, b) for act in ("up", "down", "cover"))


def test_a_removed_photo_is_put_back_with_and_without_script(client, vehicle):
    a, b = (VehiclePhotoFactory(vehicle=vehicle, position=n) for n in range(2))
    address = f"/stock/{vehicle.pk}/photos/arrange/"

    response = client.post(address, {"photo": a.pk, "act": "remove"}, headers=HTMX)
    assert 'value="restore"' in response.text
    back = {"act": "restore", "blob": a.blob_id, "place": "0"}
    client.post(address, back, headers=HTMX)
    assert list(vehicle.photos.values_list("blob_id", flat=True)) == [a.blob_id, b.blob_id]

    response = client.post(address, {"photo": b.pk, "act": "remove"})
    assert response.url == f"/stock/{vehicle.pk}/?removed={b.blob_id}-1"
    assert 'value="restore"' in client.get(response.url).text


@pytest.mark.parametrize("removed", ["x", "1", "0-0", "9" * 30 + "-1", "-", "1-999", "\0-1"])
def test_an_address_that_makes_no_sense_offers_nothing_back(client, vehicle, removed):
    PhotoBlobFactory()

    response = client.get(f"/stock/{vehicle.pk}/", {"removed": removed})

    assert response.status_code == 200
    assert 'value="restore"' not in response.text


def test_a_picture_of_a_stranger_is_neither_offered_nor_put_back(client, vehicle):
    blob = PhotoBlobFactory()

    text = client.get(f"/stock/{vehicle.pk}/", {"removed": f"{blob.pk}-0"}).text
    response = client.post(
        f"/stock/{vehicle.pk}/photos/arrange/",
        {"act": "restore", "blob": blob.pk, "place": "0"},
        headers=HTMX,
    )

    assert 'value="restore"' not in text
    assert response.status_code == 422
    assert album(vehicle) == []


def test_a_small_photo_says_its_size(client, vehicle):
    blob = PhotoBlobFactory(dealer=vehicle.dealer, width=640, height=480)
    VehiclePhotoFactory(vehicle=vehicle, blob=blob)
    VehiclePhotoFactory(vehicle=vehicle)

    text = client.get(f"/stock/{vehicle.pk}/").text

    assert text.count("Small:") == 1
    assert "Small: 640\N{MULTIPLICATION SIGN}480" in text


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
    assert 'value="retry"' in text
    assert "every 2s" not in text


def test_a_refused_picture_is_processed_again(client, vehicle):
    blob = PhotoBlobFactory(dealer=vehicle.dealer, state="refused", problem="missing")
    photo = VehiclePhotoFactory(vehicle=vehicle, blob=blob)

    client.post(f"/stock/{vehicle.pk}/photos/arrange/", {"photo": photo.pk, "act": "retry"})

    blob.refresh_from_db()
    assert (blob.state, blob.problem) == ("pending", "")


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
