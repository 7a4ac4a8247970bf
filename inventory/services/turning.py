"""Turns photos by a quarter, and has pictures that failed rendered again.

A turned picture is a PhotoBlob of its own that shares the original: its renditions are made anew
in a task and get new public names, so that portals fetch them again.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.changes import By
from config.lib.tasks import enqueue
from inventory.models import PhotoBlob, Vehicle, VehiclePhoto
from inventory.models.photo import PhotoState, Turn
from inventory.services.photos import note
from inventory.services.pictures import queue_again
from inventory.services.rendering import render_blob
from inventory.services.vehicle_rows import lock_vehicle

WHOLE = 360  # degrees


def turn_photo(vehicle: Vehicle, photo_id: int, *, degrees: int, by: By) -> None:
    """Turn a photo clockwise (90, 180 or 270); the old one stays until the new one is rendered.

    Turns that are still being rendered add up; one that failed counts for nothing.
    Raises Vehicle.DoesNotExist, and ValidationError on `photo`: it is not there, or was refused.
    """
    if degrees not in Turn.values or not degrees:
        raise ValidationError({"photo": _("There is no such action.")})
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        photo = _find_usable(locked, photo_id)
        before = (photo.blob if photo.turn_failed or not photo.coming else photo.coming).turn
        after = (before + degrees) % WHOLE
        target = photo.blob if after == photo.blob.turn else _in_turn(photo.blob, after)
        if target.state == PhotoState.READY:
            photo.blob, photo.coming = target, None
        elif target != photo.blob:
            photo.coming = target
        else:
            photo.coming = None
        photo.save(update_fields=["blob", "coming"])
        note(
            locked,
            action="photo_turned",
            before={"turn": before, "photo": photo.pk},
            after={"turn": after, "photo": photo.pk},
            by=by,
        )


def retry_photo(vehicle: Vehicle, photo_id: int, *, by: By) -> None:
    """Have a refused picture or a failed turn of a photo rendered once more, if there is any.

    Raises Vehicle.DoesNotExist, and ValidationError on `photo` if it is not there.
    """
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        photo = _find(locked, photo_id)
        pictures = [each for each in (photo.blob, photo.coming) if each is not None]
        refused = [each.pk for each in pictures if each.state == PhotoState.REFUSED]
        for blob_id in refused:
            queue_again(blob_id)
        if refused:
            note(locked, action="photo_retried", before={}, after={"photo": photo.pk}, by=by)


def forget_turn(vehicle: Vehicle, photo_id: int, *, by: By) -> None:
    """Let a photo be whose turn failed; one that is still being turned is not touched.

    Raises Vehicle.DoesNotExist, and ValidationError on `photo` if it is not there.
    """
    with transaction.atomic():
        locked = lock_vehicle(vehicle.pk, dealer=vehicle.dealer)
        photo = _find(locked, photo_id)
        if photo.turn_failed:
            photo.coming = None
            photo.save(update_fields=["coming"])
            note(locked, action="photo_turn_forgotten", before={}, after={"photo": photo.pk}, by=by)


def _find(vehicle: Vehicle, photo_id: int) -> VehiclePhoto:
    """Return a photo with its pictures; raise ValidationError."""
    photo = vehicle.photos.select_related("blob", "coming").filter(pk=photo_id).first()
    if photo is None:
        raise ValidationError({"photo": _("This photo is no longer there.")})
    return photo


def _find_usable(vehicle: Vehicle, photo_id: int) -> VehiclePhoto:
    """Return a photo with its picture held against the purge; raise ValidationError."""
    photo = _find(vehicle, photo_id)
    PhotoBlob.objects.select_for_update(no_key=True).get(pk=photo.blob_id)
    if photo.blob.state == PhotoState.REFUSED:
        raise ValidationError({"photo": _("A picture that could not be used cannot be turned.")})
    return photo


def _in_turn(blob: PhotoBlob, turn: int) -> PhotoBlob:
    """Return the same picture in another turn, held; a new one is queued for rendering."""
    wanted = {"dealer": blob.dealer, "sha256": blob.sha256, "turn": turn}
    found = PhotoBlob.objects.select_for_update(no_key=True).filter(**wanted).first()
    if found is None:
        found, is_new = PhotoBlob.objects.get_or_create(
            **wanted, defaults={"original": blob.original.name, "bytes_count": blob.bytes_count}
        )
        if is_new:
            enqueue(render_blob, found.pk)
        # Somebody else's may have been rendered since it was read.
        found = PhotoBlob.objects.select_for_update(no_key=True).get(pk=found.pk)
    if found.state == PhotoState.REFUSED:
        # Its file may have been lost, and brought back for this turn under another name.
        PhotoBlob.objects.filter(pk=found.pk).update(original=blob.original.name)
        queue_again(found.pk)
        found.refresh_from_db()
    return found
