"""The photos of a vehicle: add, order, cover, remove and put back.

The vehicle's row is the lock of its album. An album's changes do not raise the vehicle's revision:
whoever edits the facts meanwhile is not disturbed by photos that arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_change, record_changes
from inventory.models import PhotoBlob, Vehicle, VehiclePhoto
from inventory.services.pictures import store_picture
from inventory.services.vehicle_rows import announce, lock_vehicle

MOST_PHOTOS = 60  # per vehicle
ALREADY = "already"  # code of the error for a picture that the vehicle carries
CHUNK = 100  # vehicles per transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A photo that was taken off: its picture, and its place in the album (0 = cover)."""

    blob_id: int
    place: int


def add_photo(vehicle: Vehicle, upload: File[bytes], *, by: By) -> VehiclePhoto:
    """Put an uploaded picture at the end of a vehicle's album; rendering follows in a task.

    The same bytes are stored once per dealer. Raises Vehicle.DoesNotExist, and ValidationError on
    `photo`: a file we do not take (pictures.store_picture), one the vehicle has already, too many.
    """
    dealer = vehicle.dealer
    blob = store_picture(upload, dealer=dealer)
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=dealer)
        # Held against the purge of pictures that nobody uses.
        if not PhotoBlob.objects.select_for_update(no_key=True).filter(pk=blob.pk).exists():
            raise ValidationError({"photo": _("The file was lost. Send the photo again.")})
        album = VehiclePhoto.objects.for_dealer(dealer).filter(vehicle=locked)
        if album.filter(blob__sha256=blob.sha256).exists():  # in whatever turn
            message = _("The vehicle has this photo already.")
            raise ValidationError({"photo": ValidationError(message, code=ALREADY)})
        if album.count() >= MOST_PHOTOS:
            message = _("A vehicle has at most %(count)d photos.") % {"count": MOST_PHOTOS}
            raise ValidationError({"photo": message})
        last = album.aggregate(last=Max("position"))["last"]
        photo = album.create(
            dealer=dealer, vehicle=locked, blob=blob, position=0 if last is None else last + 1
        )
        note(locked, action="photo_added", before={}, after={"photo": photo.pk}, by=by)
    return photo


def reorder_photos(vehicle: Vehicle, photo_ids: Sequence[int], *, by: By) -> None:
    """Bring the album into this order; the list must name every photo of the vehicle once.

    Raises Vehicle.DoesNotExist, and ValidationError on `photos` when the album is another by now.
    """
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        album = {photo.pk: photo for photo in locked.photos.all()}
        if sorted(photo_ids) != sorted(album):
            raise ValidationError({"photos": _("The photos have changed meanwhile; look again.")})
        before = list(album)
        if list(photo_ids) == before:
            return
        for position, photo_id in enumerate(photo_ids):
            album[photo_id].position = position
        VehiclePhoto.objects.bulk_update(album.values(), ["position"])
        note(
            locked,
            action="photos_ordered",
            before={"photos": before},
            after={"photos": list(photo_ids)},
            by=by,
        )


def set_cover(vehicle: Vehicle, photo_id: int, *, by: By) -> None:
    """Put one photo first; raises as reorder_photos, also for a photo that is not there."""
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        others = [pk for pk in locked.photos.values_list("pk", flat=True) if pk != photo_id]
        reorder_photos(locked, [photo_id, *others], by=by)


def remove_photo(vehicle: Vehicle, photo_id: int, *, by: By) -> Removed:
    """Take a photo off a vehicle; the picture stays while any vehicle carries it.

    Returns what restore_photo needs. Raises Vehicle.DoesNotExist, and ValidationError on `photo`
    if it is not there.
    """
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        album = {photo.pk: photo for photo in locked.photos.all()}
        if photo_id not in album:
            raise ValidationError({"photo": _("This photo is no longer there.")})
        removed = Removed(blob_id=album[photo_id].blob_id, place=list(album).index(photo_id))
        album[photo_id].delete()
        note(locked, action="photo_removed", before={"photo": photo_id}, after={}, by=by)
    return removed


def restore_photo(vehicle: Vehicle, removed: Removed, *, by: By) -> VehiclePhoto:
    """Undo remove_photo: put the picture back where it was, as far as the album still allows.

    Raises Vehicle.DoesNotExist, and ValidationError on `photo`: the picture is gone for good (or
    another dealer's), is there already, or the album is full.
    """
    dealer = vehicle.dealer
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=dealer)
        pictures = PhotoBlob.objects.for_dealer(dealer).select_for_update(no_key=True)
        blob = pictures.filter(pk=removed.blob_id).first()
        if blob is None:
            raise ValidationError({"photo": _("This photo is no longer there.")})
        album = list(locked.photos.select_related("blob"))
        if any(photo.blob.sha256 == blob.sha256 for photo in album):
            raise ValidationError({"photo": _("The vehicle has this photo already.")})
        if len(album) >= MOST_PHOTOS:
            message = _("A vehicle has at most %(count)d photos.") % {"count": MOST_PHOTOS}
            raise ValidationError({"photo": message})
        photo = VehiclePhoto.objects.create(dealer=dealer, vehicle=locked, blob=blob)
        album.insert(min(max(removed.place, 0), len(album)), photo)
        for position, each in enumerate(album):
            each.position = position
        VehiclePhoto.objects.bulk_update(album, ["position"])
        note(locked, action="photo_restored", before={}, after={"photo": photo.pk}, by=by)
    return photo


def place_blobs(albums: Mapping[int, Sequence[int]], *, dealer: Dealer, by: By) -> int:
    """Put known pictures on many vehicles (vehicle id → picture ids, cover first), in chunks.

    What a vehicle carries already stays where it is; returns how many photos were added. For
    demonstrations and imports. Raises ValidationError if a vehicle or picture is not the dealer's.
    """
    placed = 0
    vehicle_ids = sorted(albums)
    for start in range(0, len(vehicle_ids), CHUNK):
        chunk = {pk: albums[pk] for pk in vehicle_ids[start : start + CHUNK]}
        with transaction.atomic():
            placed += _place_chunk(chunk, dealer=dealer, by=by)
    return placed


def _place_chunk(albums: Mapping[int, Sequence[int]], *, dealer: Dealer, by: By) -> int:
    # Locked in the order of their ids, so that two bulk placements cannot wait for each other.
    rows = Vehicle.objects.for_dealer(dealer).filter(pk__in=albums).order_by("pk")
    vehicles = {row.pk: row for row in rows.select_for_update(no_key=True)}
    wanted = {blob_id for blob_ids in albums.values() for blob_id in blob_ids}
    blobs = PhotoBlob.objects.for_dealer(dealer).filter(pk__in=wanted)
    if len(vehicles) != len(albums) or blobs.count() != len(wanted):
        raise ValidationError(_("A vehicle or picture is not there."))
    new = list(_missing_photos(albums, dealer=dealer))
    VehiclePhoto.objects.bulk_create(new, batch_size=500)
    counts = Counter(photo.vehicle_id for photo in new)
    record_changes(
        (
            Act(
                subject=vehicles[pk],
                action="photos_added",
                before={},
                after={"count": count},
                label=vehicles[pk].code,
            )
            for pk, count in counts.items()
        ),
        by=by,
    )
    announce(sorted(counts), fields=("photos",))
    return len(new)


def _missing_photos(
    albums: Mapping[int, Sequence[int]], *, dealer: Dealer
) -> Iterator[VehiclePhoto]:
    """Yield a photo, unsaved, for each picture a vehicle does not carry yet, behind the others."""
    wanted = {blob_id for blob_ids in albums.values() for blob_id in blob_ids}
    pictures = PhotoBlob.objects.for_dealer(dealer).filter(pk__in=wanted)
    hashes = dict(pictures.values_list("pk", "sha256"))
    held: dict[int, dict[str, int]] = {pk: {} for pk in albums}
    there = VehiclePhoto.objects.for_dealer(dealer).filter(vehicle__in=albums)
    for vehicle_id, sha256, position in there.values_list("vehicle_id", "blob__sha256", "position"):
        held[vehicle_id][sha256] = position
    for pk, blob_ids in albums.items():
        # Of several turns of one picture the first counts.
        distinct = {hashes[each]: each for each in reversed(blob_ids)}
        missing = [
            each
            for each in dict.fromkeys(blob_ids)
            if hashes[each] not in held[pk] and distinct[hashes[each]] == each
        ]
        first = max(held[pk].values(), default=-1) + 1
        for position, blob_id in enumerate(missing, start=first):
            yield VehiclePhoto(dealer=dealer, vehicle_id=pk, blob_id=blob_id, position=position)


def note(
    vehicle: Vehicle, *, action: str, before: dict[str, object], after: dict[str, object], by: By
) -> None:
    """Write an act on a locked vehicle's album into its history, and tell the floors above."""
    Vehicle.objects.filter(pk=vehicle.pk).update(updated_at=timezone.now())
    record_change(
        subject=vehicle, action=action, before=before, after=after, by=by, label=vehicle.code
    )
    announce([vehicle.pk], fields=("photos",))
