"""The photos of a vehicle: add, order, cover, remove.

The vehicle's row is the lock of its album. An album's changes do not raise the vehicle's revision:
whoever edits the facts meanwhile is not disturbed by photos that arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

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
CHUNK = 100  # vehicles per transaction


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
        if album.filter(blob=blob).exists():
            raise ValidationError({"photo": _("The vehicle has this photo already.")})
        if album.count() >= MOST_PHOTOS:
            message = _("A vehicle has at most %(count)d photos.") % {"count": MOST_PHOTOS}
            raise ValidationError({"photo": message})
        last = album.aggregate(last=Max("position"))["last"]
        photo = album.create(
            dealer=dealer, vehicle=locked, blob=blob, position=0 if last is None else last + 1
        )
        _note(locked, action="photo_added", before={}, after={"photo": photo.pk}, by=by)
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
        _note(
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


def remove_photo(vehicle: Vehicle, photo_id: int, *, by: By) -> None:
    """Take a photo off a vehicle; the picture stays while any vehicle carries it.

    Raises Vehicle.DoesNotExist, and ValidationError on `photo` if it is not there.
    """
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        removed, _by_model = locked.photos.filter(pk=photo_id).delete()
        if not removed:
            raise ValidationError({"photo": _("This photo is no longer there.")})
        _note(locked, action="photo_removed", before={"photo": photo_id}, after={}, by=by)


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
    held: dict[int, dict[int, int]] = {pk: {} for pk in albums}
    there = VehiclePhoto.objects.for_dealer(dealer).filter(vehicle__in=albums)
    for vehicle_id, blob_id, position in there.values_list("vehicle_id", "blob_id", "position"):
        held[vehicle_id][blob_id] = position
    for pk, blob_ids in albums.items():
        missing = [each for each in dict.fromkeys(blob_ids) if each not in held[pk]]
        first = max(held[pk].values(), default=-1) + 1
        for position, blob_id in enumerate(missing, start=first):
            yield VehiclePhoto(dealer=dealer, vehicle_id=pk, blob_id=blob_id, position=position)


def _note(
    vehicle: Vehicle, *, action: str, before: dict[str, object], after: dict[str, object], by: By
) -> None:
    Vehicle.objects.filter(pk=vehicle.pk).update(updated_at=timezone.now())
    record_change(
        subject=vehicle, action=action, before=before, after=after, by=by, label=vehicle.code
    )
    announce([vehicle.pk], fields=("photos",))
