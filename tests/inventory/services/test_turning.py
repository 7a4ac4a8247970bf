"""Turning photos: new renditions of the same original, and no ad loses a photo meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image

from accounts.models import Change
from inventory.models import PhotoBlob, VehiclePhoto
from inventory.models.photo import PhotoState, originals_storage, photos_storage
from inventory.services.photos import Removed, add_photo, place_blobs, remove_photo, restore_photo
from inventory.services.rendering import (
    pending_blobs,
    purge_orphans,
    render_blob,
    retry_picture,
)
from inventory.services.turning import forget_turn, retry_photo, turn_photo
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory, VehiclePhotoFactory
from tests.inventory.services.test_photos import (
    BY,
    album_of,
    codes_of,
    files_in,
    folders,
    heard,
    jpeg,
    upload,
)

pytestmark = pytest.mark.django_db
__all__ = ["folders", "heard"]


@pytest.fixture
def photo(folders) -> VehiclePhoto:
    """A ready photo, wider than high."""
    placed = add_photo(VehicleFactory(), upload(), by=BY)
    render_blob(placed.blob_id)
    placed.refresh_from_db()
    return placed


def render_coming(photo: VehiclePhoto) -> None:
    """Do the work of the task for a photo that is being turned."""
    assert photo.coming_id is not None
    render_blob(photo.coming_id)
    photo.refresh_from_db()


def test_a_turned_photo_gets_renditions_and_names_of_its_own(photo, folders, heard):
    old = {str(each.file.name) for each in photo.blob.renditions.all()}

    turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    assert (photo.blob.turn, photo.coming.turn, photo.coming.state) == (0, 90, PhotoState.PENDING)
    heard.clear()
    render_coming(photo)

    assert (photo.blob.turn, photo.coming) == (90, None)
    assert (photo.blob.width, photo.blob.height) == (48, 64)
    new = {str(each.file.name) for each in photo.blob.renditions.all()}
    assert len(new) == 2
    assert not new & old
    assert heard == [((photo.vehicle_id,), {"photos"})]
    assert len(files_in(folders / "originals")) == 1


def test_to_the_right_means_clockwise(folders):
    image = Image.new("RGB", (64, 48), "white")
    image.paste("red", (0, 0, 32, 48))
    path = folders / "halves.jpg"
    image.save(path, "JPEG", quality=95)
    placed = add_photo(VehicleFactory(), upload(path.read_bytes()), by=BY)
    render_blob(placed.blob_id)

    turn_photo(placed.vehicle, placed.pk, degrees=90, by=BY)
    placed.refresh_from_db()
    render_coming(placed)

    with photos_storage().open(str(placed.blob.renditions.get(size=480).file.name)) as file:
        turned = Image.open(file).convert("RGB")
        green = turned.getchannel("G").tobytes()
    assert green[5 * 48 + 24] < 100  # what was left, and red, is above now
    assert green[60 * 48 + 24] > 200


def test_turning_back_takes_what_is_there_without_new_work(photo, folders):
    first = photo.blob_id
    turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    render_coming(photo)

    turn_photo(photo.vehicle, photo.pk, degrees=270, by=BY)

    photo.refresh_from_db()
    assert (photo.blob_id, photo.coming) == (first, None)
    assert PhotoBlob.objects.count() == 2


def test_turns_add_up_while_nothing_is_rendered_yet(photo):
    for _ in range(2):
        turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    assert photo.coming.turn == 180

    for _ in range(2):
        turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    assert (photo.blob.turn, photo.coming) == (0, None)
    turns = Change.objects.filter(action="photo_turned").order_by("pk")
    assert [each.after["turn"] for each in turns] == [90, 180, 270, 0]


@pytest.fixture
def failed(photo: VehiclePhoto, folders) -> VehiclePhoto:
    """A photo that was to be turned to the right while its file was lost."""
    turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    path = folders / "originals" / str(photo.blob.original.name)
    kept = path.read_bytes()
    path.unlink()
    photo.refresh_from_db()
    render_coming(photo)
    path.write_bytes(kept)
    return photo


def test_a_turn_that_fails_leaves_the_photo_as_it_was_and_says_so(failed):
    assert (failed.blob.turn, failed.blob.state) == (0, PhotoState.READY)
    assert (failed.turn_failed, failed.is_waiting) == (True, False)
    noted = Change.objects.get(action="photo_turn_failed")
    assert (noted.subject_id, noted.actor, noted.personal) == (failed.vehicle_id, None, {})
    assert noted.after == {"photo": failed.pk, "turn": 90, "problem": "missing"}


def test_a_failure_is_told_once_however_often_the_task_runs(failed):
    render_blob(failed.coming_id or 0)
    pending_blobs(now=timezone.now() + timedelta(days=1))

    assert Change.objects.filter(action="photo_turn_failed").count() == 1


def test_a_failed_turn_is_tried_again(failed, heard):
    retry_photo(failed.vehicle, failed.pk, by=BY)
    failed.refresh_from_db()
    assert (failed.turn_failed, failed.is_waiting) == (False, True)
    render_coming(failed)

    assert (failed.blob.turn, failed.coming) == (90, None)


def test_after_a_failed_turn_one_turns_what_one_sees(failed):
    turn_photo(failed.vehicle, failed.pk, degrees=90, by=BY)
    failed.refresh_from_db()
    assert (failed.coming.turn, failed.coming.state) == (90, PhotoState.PENDING)

    render_coming(failed)
    assert failed.blob.turn == 90


def test_a_failed_turn_is_let_be_but_one_that_is_going_on_is_not(failed):
    forget_turn(failed.vehicle, failed.pk, by=BY)
    failed.refresh_from_db()
    assert (failed.blob.turn, failed.coming) == (0, None)

    turn_photo(failed.vehicle, failed.pk, degrees=180, by=BY)
    forget_turn(failed.vehicle, failed.pk, by=BY)
    failed.refresh_from_db()
    assert failed.coming.turn == 180
    assert Change.objects.filter(action="photo_turn_forgotten").count() == 1


def test_the_same_file_is_known_in_every_turn(photo):
    turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    render_coming(photo)

    with pytest.raises(ValidationError) as caught:
        add_photo(photo.vehicle, upload(), by=BY)
    assert codes_of(caught) == ["already"]
    straight = PhotoBlob.objects.get(turn=0)
    albums = {photo.vehicle_id: [straight.pk]}
    assert place_blobs(albums, dealer=photo.dealer, by=BY) == 0
    other = VehicleFactory(dealer=photo.dealer)
    both = {other.pk: [straight.pk, photo.blob_id]}
    assert place_blobs(both, dealer=photo.dealer, by=BY) == 1
    assert other.photos.get().blob == straight


def test_the_purge_keeps_an_original_another_turn_is_made_of(
    photo, folders, django_capture_on_commit_callbacks
):
    turn_photo(photo.vehicle, photo.pk, degrees=180, by=BY)
    photo.refresh_from_db()
    later = timezone.now() + timedelta(days=8)
    assert purge_orphans(now=later) == 0  # what is awaited is no orphan
    render_coming(photo)

    with django_capture_on_commit_callbacks(execute=True):
        assert purge_orphans(now=later) == 1
    assert len(files_in(folders / "originals")) == 1
    assert len(files_in(folders / "public")) == 2

    remove_photo(photo.vehicle, photo.pk, by=BY)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_orphans(now=later) == 1
    assert files_in(folders / "originals") == files_in(folders / "public") == []


@pytest.mark.parametrize("degrees", [0, 45, 360, -90])
def test_only_quarters_are_turned(photo, degrees):
    with pytest.raises(ValidationError):
        turn_photo(photo.vehicle, photo.pk, degrees=degrees, by=BY)

    assert PhotoBlob.objects.count() == 1


def test_a_foreign_photo_is_neither_turned_nor_tried_again(photo):
    foreign = VehiclePhotoFactory()

    for act in (
        lambda: turn_photo(photo.vehicle, foreign.pk, degrees=90, by=BY),
        lambda: retry_photo(photo.vehicle, foreign.pk, by=BY),
        lambda: forget_turn(photo.vehicle, foreign.pk, by=BY),
    ):
        with pytest.raises(ValidationError):
            act()

    assert PhotoBlob.objects.filter(turn=90).count() == 0


def test_a_refused_picture_is_tried_again_but_never_turned(django_capture_on_commit_callbacks):
    blob = PhotoBlobFactory(state="refused", problem="unreadable", large=None, small=None)
    PhotoBlob.objects.update(created_at=timezone.now() - timedelta(days=2))
    vehicle = VehicleFactory(dealer=blob.dealer)
    photo = VehiclePhotoFactory(vehicle=vehicle, blob=blob)

    with pytest.raises(ValidationError):
        turn_photo(vehicle, photo.pk, degrees=90, by=BY)
    with django_capture_on_commit_callbacks() as callbacks:
        retry_photo(vehicle, photo.pk, by=BY)
        retry_photo(vehicle, photo.pk, by=BY)  # pending by now: nothing more

    blob.refresh_from_db()
    assert (blob.state, blob.problem, len(callbacks)) == (PhotoState.PENDING, "", 1)
    assert timezone.now() - blob.created_at < timedelta(minutes=1)


def test_a_removed_photo_comes_back_to_its_place(heard):
    vehicle = VehicleFactory()
    a, b, c = (add_photo(vehicle, upload(jpeg(x)), by=BY).pk for x in ("red", "blue", "lime"))
    removed = remove_photo(vehicle, b, by=BY)

    back = restore_photo(vehicle, removed, by=BY)

    assert album_of(vehicle) == [a, back.pk, c]
    with pytest.raises(ValidationError):
        restore_photo(vehicle, removed, by=BY)
    assert len(album_of(vehicle)) == 3


@pytest.mark.parametrize("place", [-5, 0, 99])
def test_a_place_out_of_bounds_is_the_nearest_one(place):
    vehicle = VehicleFactory()
    kept = VehiclePhotoFactory(vehicle=vehicle)
    blob = PhotoBlobFactory(dealer=vehicle.dealer)

    back = restore_photo(vehicle, Removed(blob_id=blob.pk, place=place), by=BY)

    assert album_of(vehicle) == ([kept.pk, back.pk] if place == 99 else [back.pk, kept.pk])


def test_a_foreign_picture_is_never_put_back():
    vehicle = VehicleFactory()

    for blob_id in (PhotoBlobFactory().pk, 0):
        with pytest.raises(ValidationError):
            restore_photo(vehicle, Removed(blob_id=blob_id, place=0), by=BY)

    assert album_of(vehicle) == []


def test_a_turn_refused_for_a_lost_file_works_once_the_file_is_back(folders):
    photo = add_photo(VehicleFactory(), upload(), by=BY)
    turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    originals_storage().delete(photo.blob.original.name or "")
    render_blob(photo.blob_id)
    render_blob(photo.coming_id or 0)
    with pytest.raises(ValidationError):
        add_photo(photo.vehicle, upload(), by=BY)  # it is there already, but brings its file back
    render_blob(photo.blob_id)

    turn_photo(photo.vehicle, photo.pk, degrees=90, by=BY)
    photo.refresh_from_db()
    render_coming(photo)

    assert (photo.blob.turn, photo.blob.state) == (90, PhotoState.READY)


def test_support_may_have_an_old_picture_tried_again():
    blob = PhotoBlobFactory(state=PhotoState.REFUSED, problem="heic_unsupported")
    PhotoBlob.objects.update(created_at=timezone.now() - timedelta(days=30))

    retry_picture(blob.pk, dealer=blob.dealer, by=BY)
    pending_blobs(now=timezone.now())  # the sweep comes before the worker

    assert PhotoBlob.objects.get().state == PhotoState.PENDING
