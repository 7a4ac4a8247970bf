"""An album: pictures are taken in once, placed, ordered, removed, and rendered in a task."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import PhotoBlob, PhotoRendition, Vehicle, VehiclePhoto
from inventory.models.photo import PhotoState
from inventory.services import imaging
from inventory.services.photo_words import PROBLEMS, problem_text
from inventory.services.photos import (
    MOST_PHOTOS,
    add_photo,
    remove_photo,
    reorder_photos,
    set_cover,
)
from inventory.services.pictures import store_picture
from inventory.services.rendering import pending_blobs, purge_orphans, render_blob
from inventory.signals import vehicle_changed
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory, VehiclePhotoFactory

pytestmark = pytest.mark.django_db
BY = By(source="test")


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Keep the files of each test apart."""
    storages = {name: dict(options) for name, options in settings.STORAGES.items()}
    for name, folder in (("originals", "originals"), ("photos", "public")):
        storages[name]["OPTIONS"] = {
            **storages[name]["OPTIONS"],
            "location": tmp_path / folder,
        }
    settings.STORAGES = storages
    return tmp_path


@pytest.fixture
def heard():
    """Collect what the signal says."""
    said = []

    def listen(*, vehicle_ids, fields, **_):
        said.append((tuple(vehicle_ids), set(fields)))

    vehicle_changed.connect(listen, weak=False, dispatch_uid="test")
    yield said
    vehicle_changed.disconnect(dispatch_uid="test")


def jpeg(colour: str = "red", *, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a small JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def upload(data: bytes | None = None, *, name: str = "car.jpg") -> SimpleUploadedFile:
    """Return an uploaded file, whatever its name promises."""
    return SimpleUploadedFile(name, jpeg() if data is None else data, content_type="text/html")


def files_in(folder) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def codes_of(caught) -> list[str]:
    """Return the codes of the error on `photo`."""
    return [error.code for error in caught.value.error_dict["photo"]]


def album_of(vehicle: Vehicle) -> list[int]:
    """Return the photo ids of a vehicle in order."""
    return list(VehiclePhoto.objects.filter(vehicle=vehicle).values_list("pk", flat=True))


def test_an_upload_is_stored_placed_and_queued(heard, folders, django_capture_on_commit_callbacks):
    vehicle = VehicleFactory()

    with django_capture_on_commit_callbacks() as callbacks:
        photo = add_photo(vehicle, upload(name="../../evil.php"), by=BY)

    assert (photo.vehicle, photo.position, photo.blob.state) == (vehicle, 0, PhotoState.PENDING)
    assert len(callbacks) == 1
    [stored] = files_in(folders / "originals")
    assert stored == photo.blob.original.name
    assert stored.endswith(".jpeg")
    assert (folders / "originals" / stored).read_bytes() == jpeg()
    assert Change.objects.get(subject_type="inventory.vehicle").action == "photo_added"
    assert heard == [((vehicle.pk,), {"photos"})]
    vehicle.refresh_from_db()
    assert vehicle.revision == 1


def test_rendering_makes_both_sizes_public_and_announces_the_carriers(heard, folders):
    first, second = VehicleFactory(), VehicleFactory()
    blob = add_photo(first, upload(), by=BY).blob
    VehiclePhoto.objects.create(dealer=second.dealer, vehicle=second, blob=blob)
    heard.clear()

    render_blob(blob.pk)

    blob.refresh_from_db()
    assert (blob.state, blob.width, blob.height) == (PhotoState.READY, 64, 48)
    sizes = {r.size: r for r in blob.renditions.all()}
    assert set(sizes) == {1920, 480}
    assert files_in(folders / "public") == sorted(str(r.file.name) for r in sizes.values())
    name = str(sizes[1920].file.name)
    assert len(name) == len("0" * 32 + ".jpg")
    assert sizes[1920].file.url == f"/media/{name}"
    assert heard == [((first.pk, second.pk), {"photos"})]


def test_rendering_twice_does_nothing_more(heard, folders):
    blob = add_photo(VehicleFactory(), upload(), by=BY).blob
    render_blob(blob.pk)
    heard.clear()

    render_blob(blob.pk)

    assert (PhotoRendition.objects.count(), len(files_in(folders / "public"))) == (2, 2)
    assert heard == []


def test_of_two_runs_at_once_the_loser_deletes_its_own_files(folders, monkeypatch):
    blob = store_picture(upload(), dealer=DealerFactory())
    render = imaging.render

    def overtaken(data, **options):
        monkeypatch.setattr(imaging, "render", render)
        render_blob(blob.pk)  # the other worker, while this one is still decoding
        return render(data, **options)

    monkeypatch.setattr(imaging, "render", overtaken)
    report = render_blob(blob.pk)

    assert report == f"picture {blob.pk}: another run was faster"
    held = sorted(PhotoRendition.objects.values_list("file", flat=True))
    assert files_in(folders / "public") == held
    assert len(held) == 2


def test_a_damaged_file_is_refused_in_the_task_without_an_exception(heard, folders):
    photo = add_photo(VehicleFactory(), upload(jpeg(size=(400, 300))[:400]), by=BY)
    heard.clear()

    render_blob(photo.blob_id)

    photo.blob.refresh_from_db()
    assert (photo.blob.state, photo.blob.problem) == (PhotoState.REFUSED, "unreadable")
    assert (files_in(folders / "public"), heard) == ([], [])
    with pytest.raises(ValidationError) as caught:
        add_photo(VehicleFactory(dealer=photo.dealer), upload(jpeg(size=(400, 300))[:400]), by=BY)
    assert codes_of(caught) == ["unreadable"]


def test_too_many_pixels_are_refused_in_the_task(settings):
    settings.PHOTO_MAX_PIXELS = 64 * 48 - 1
    blob = store_picture(upload(), dealer=DealerFactory())

    render_blob(blob.pk)

    blob.refresh_from_db()
    assert (blob.state, blob.problem) == (PhotoState.REFUSED, "too_many_pixels")


def test_a_lost_original_is_told():
    blob = PhotoBlobFactory(state=PhotoState.PENDING, large=None, small=None)

    render_blob(blob.pk)

    blob.refresh_from_db()
    assert blob.problem == "missing"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not_a_picture"),
        (b"<html>", "not_a_picture"),
        (b"GIF89a....", "not_a_picture"),
        (b"%PDF-1.7", "not_a_picture"),
        (b"\xff\xd8\xff" + b"x" * 2000, "too_large"),
    ],
)
def test_a_file_we_do_not_take_is_refused_at_once_and_leaves_nothing(
    data, code, settings, folders, heard
):
    settings.PHOTO_MAX_BYTES = 2000
    vehicle = VehicleFactory()

    with pytest.raises(ValidationError) as caught:
        add_photo(vehicle, upload(data), by=BY)

    assert codes_of(caught) == [code]
    assert (PhotoBlob.objects.count(), files_in(folders / "originals"), heard) == (0, [], [])


def test_a_file_that_lies_about_its_size_is_stopped(settings, folders):
    settings.PHOTO_MAX_BYTES = 2000
    liar = upload(b"\xff\xd8\xff" + b"x" * 5000)
    liar.size = 100

    with pytest.raises(ValidationError) as caught:
        store_picture(liar, dealer=DealerFactory())

    assert codes_of(caught) == ["too_large"]
    assert files_in(folders / "originals") == []


def test_a_picture_too_small_to_be_of_use_is_refused_at_once(settings, folders):
    settings.PHOTO_MIN_SIDE = 100
    dealer = DealerFactory()

    with pytest.raises(ValidationError) as caught:
        store_picture(upload(jpeg(size=(99, 60))), dealer=dealer)

    assert codes_of(caught) == ["too_small"]
    assert files_in(folders / "originals") == []
    assert store_picture(upload(jpeg(size=(100, 60))), dealer=dealer).state == PhotoState.PENDING


def test_a_lost_file_is_taken_in_again(folders):
    blob = store_picture(upload(), dealer=DealerFactory())
    (folders / "originals" / str(blob.original.name)).unlink()
    render_blob(blob.pk)

    again = store_picture(upload(), dealer=blob.dealer)
    render_blob(again.pk)

    again.refresh_from_db()
    assert (again.pk, again.state, again.problem) == (blob.pk, PhotoState.READY, "")


def test_heic_is_refused_in_words_where_it_cannot_be_read(monkeypatch):
    monkeypatch.setattr(imaging, "READS_HEIC", False)

    with pytest.raises(ValidationError) as caught:
        store_picture(upload(b"\x00\x00\x00\x18ftypheic" + b"x" * 99), dealer=DealerFactory())

    assert codes_of(caught) == ["heic_unsupported"]


def test_every_problem_has_its_words():
    assert all(problem_text(code) == str(text) for code, text in PROBLEMS.items())
    assert problem_text("") == ""


def test_the_same_bytes_are_stored_once_per_dealer(folders):
    first = VehicleFactory()
    second, stranger = VehicleFactory(dealer=first.dealer), VehicleFactory()

    blobs = [add_photo(vehicle, upload(), by=BY).blob for vehicle in (first, second, stranger)]

    assert blobs[0] == blobs[1] != blobs[2]
    assert len(files_in(folders / "originals")) == 2


def test_the_same_photo_twice_on_a_vehicle_is_refused():
    vehicle = VehicleFactory()
    add_photo(vehicle, upload(), by=BY)

    with pytest.raises(ValidationError) as caught:
        add_photo(vehicle, upload(name="copy.jpg"), by=BY)

    assert list(caught.value.error_dict) == ["photo"]
    assert len(album_of(vehicle)) == 1


def test_an_album_has_an_end():
    vehicle = VehicleFactory()
    VehiclePhotoFactory.create_batch(MOST_PHOTOS, vehicle=vehicle)

    with pytest.raises(ValidationError) as caught:
        add_photo(vehicle, upload(), by=BY)

    assert list(caught.value.error_dict) == ["photo"]
    assert len(album_of(vehicle)) == MOST_PHOTOS


def test_photos_come_behind_each_other_and_are_put_in_order(heard):
    vehicle = VehicleFactory()
    a, b, c = (add_photo(vehicle, upload(jpeg(x)), by=BY).pk for x in ("red", "blue", "lime"))
    assert album_of(vehicle) == [a, b, c]
    heard.clear()

    reorder_photos(vehicle, [c, a, b], by=BY)
    assert album_of(vehicle) == [c, a, b]
    set_cover(vehicle, b, by=BY)
    assert album_of(vehicle) == [b, c, a]
    remove_photo(vehicle, b, by=BY)
    assert album_of(vehicle) == [c, a]

    assert heard == [((vehicle.pk,), {"photos"})] * 3


def test_an_order_that_is_the_present_one_leaves_no_trace(heard):
    vehicle = VehicleFactory()
    photos = VehiclePhotoFactory.create_batch(2, vehicle=vehicle)

    reorder_photos(vehicle, [photo.pk for photo in photos], by=BY)
    set_cover(vehicle, photos[0].pk, by=BY)

    assert (heard, Change.objects.count()) == ([], 0)


@pytest.mark.parametrize("wrong", ["missing", "foreign", "twice", "none"])
def test_an_order_of_other_photos_is_refused(wrong, heard):
    vehicle = VehicleFactory()
    first, second = (photo.pk for photo in VehiclePhotoFactory.create_batch(2, vehicle=vehicle))
    foreign = VehiclePhotoFactory().pk
    orders = {
        "missing": [second],
        "foreign": [second, first, foreign],
        "twice": [second, first, first],
        "none": [],
    }

    with pytest.raises(ValidationError) as caught:
        reorder_photos(vehicle, orders[wrong], by=BY)

    assert list(caught.value.error_dict) == ["photos"]
    assert (album_of(vehicle), heard) == ([first, second], [])


def test_a_foreign_photo_is_neither_cover_nor_removed(heard):
    vehicle, foreign = VehicleFactory(), VehiclePhotoFactory()
    VehiclePhotoFactory(vehicle=vehicle)

    with pytest.raises(ValidationError):
        set_cover(vehicle, foreign.pk, by=BY)
    with pytest.raises(ValidationError):
        remove_photo(vehicle, foreign.pk, by=BY)

    assert (VehiclePhoto.objects.count(), heard) == (2, [])


def test_removing_keeps_the_picture_until_nobody_carries_it_and_time_has_passed(
    folders, django_capture_on_commit_callbacks
):
    vehicle = VehicleFactory()
    kept = add_photo(vehicle, upload(jpeg("blue")), by=BY)
    photo = add_photo(vehicle, upload(), by=BY)
    render_blob(photo.blob_id)
    remove_photo(vehicle, photo.pk, by=BY)

    assert purge_orphans(now=timezone.now() + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_orphans(now=timezone.now() + timedelta(days=8)) == 1

    assert list(PhotoBlob.objects.all()) == [kept.blob]
    assert files_in(folders / "public") == []
    assert files_in(folders / "originals") == [kept.blob.original.name]


def test_the_sweep_finds_pending_pictures_and_gives_up_on_what_breaks_workers():
    blob = store_picture(upload(), dealer=DealerFactory())
    now = timezone.now()

    assert pending_blobs(now=now) == []
    assert pending_blobs(now=now + timedelta(minutes=3)) == [blob.pk]
    assert pending_blobs(now=now + timedelta(hours=7)) == []

    blob.refresh_from_db()
    assert (blob.state, blob.problem) == (PhotoState.REFUSED, "unreadable")
