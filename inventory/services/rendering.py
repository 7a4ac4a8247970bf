"""Makes the served sizes of pictures, and clears away what nobody uses any more.

`render_blob` is run by the worker. It may run twice, or twice at once, for the same picture: files
have random names, one run wins the row, the other deletes its own files.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_change, record_changes
from config.lib.tasks import enqueue
from inventory.models import PhotoBlob, PhotoRendition, VehiclePhoto
from inventory.models.photo import (
    PhotoState,
    originals_storage,
    photos_storage,
    random_name,
)
from inventory.services import imaging
from inventory.services.imaging import Picture, PictureRefused
from inventory.services.vehicle_rows import announce

log = structlog.get_logger(__name__)
# A picture still pending after so long has broken every worker that touched it.
GIVE_UP = timedelta(hours=6)
FIRST_LOOK = timedelta(minutes=2)  # the wake-up of the upload has had its chance
ORPHAN_AGE = timedelta(days=7)
PURGE_BATCH = 200


def render_blob(blob_id: int) -> str:
    """Render one pending picture, or mark it refused; never raises over what is in the file."""
    blob = PhotoBlob.objects.filter(pk=blob_id).first()
    if blob is None or blob.state != PhotoState.PENDING:
        return f"picture {blob_id}: nothing to do"
    try:
        with originals_storage().open(blob.original.name or "") as file:
            picture = imaging.render(
                file.read(), max_pixels=settings.PHOTO_MAX_PIXELS, turn=blob.turn
            )
    except FileNotFoundError:
        return _refuse(blob, "missing")
    except PictureRefused as err:
        return _refuse(blob, err.code)
    return _store(blob, picture)


def retry_picture(blob_id: int, *, dealer: Dealer, by: By) -> PhotoBlob:
    """Render a refused picture once more, e.g. after its format became readable.

    Raises PhotoBlob.DoesNotExist, ValidationError if it was not refused.
    """
    with transaction.atomic():
        blob = PhotoBlob.objects.for_dealer(dealer).select_for_update().get(pk=blob_id)
        if blob.state != PhotoState.REFUSED:
            raise ValidationError(_("Only a refused picture can be tried again."))
        before = {"state": blob.state, "problem": blob.problem}
        blob.state, blob.problem = PhotoState.PENDING, ""
        blob.created_at = timezone.now()  # or the sweep would give up on an old one at once
        blob.save(update_fields=["state", "problem", "created_at"])
        after = {"state": blob.state, "problem": ""}
        record_change(subject=blob, action="retried", before=before, after=after, by=by)
        enqueue(render_blob, blob.pk)
    return blob


def pending_blobs(*, now: datetime) -> list[int]:
    """Return the pictures whose wake-up was lost; gives up on those that are pending for hours."""
    pending = PhotoBlob.objects.filter(state=PhotoState.PENDING)
    for blob in pending.filter(created_at__lt=now - GIVE_UP):
        _refuse(blob, "unreadable")
    waiting = pending.filter(created_at__lt=now - FIRST_LOOK).order_by("id")
    return list(waiting.values_list("pk", flat=True)[:PURGE_BATCH])


def purge_orphans(*, now: datetime) -> int:
    """Delete pictures that no vehicle carries, rows first, files after the commit."""
    orphans = PhotoBlob.objects.filter(
        placements__isnull=True, awaited_by__isnull=True, created_at__lt=now - ORPHAN_AGE
    )
    purged = 0
    for blob_id in list(orphans.order_by("id").values_list("pk", flat=True)[:PURGE_BATCH]):
        purged += _purge(blob_id)
    return purged


def _purge(blob_id: int) -> int:
    with transaction.atomic():
        blob = PhotoBlob.objects.select_for_update().filter(pk=blob_id).first()
        if blob is None or VehiclePhoto.objects.filter(Q(blob=blob) | Q(coming=blob)).exists():
            return 0
        public = [each.file.name or "" for each in blob.renditions.all()]
        PhotoBlob.objects.filter(pk=blob_id).delete()
        transaction.on_commit(lambda: _delete_files(blob, public))
    return 1


def _delete_files(gone: PhotoBlob, public: list[str]) -> None:
    """Delete the files of a picture that is gone; the last of its turns takes the original along.

    Asked after the commit, so that of two turns that go at once the later one sees it.
    """
    original = gone.original.name or ""
    turns = PhotoBlob.objects.filter(dealer=gone.dealer_id, sha256=gone.sha256)
    if original and not turns.filter(original=original).exists():
        originals_storage().delete(original)
    for name in public:
        photos_storage().delete(name)


def _refuse(blob: PhotoBlob, code: str) -> str:
    with transaction.atomic():
        pending = PhotoBlob.objects.filter(pk=blob.pk, state=PhotoState.PENDING)
        if not pending.update(state=PhotoState.REFUSED, problem=code):
            return f"picture {blob.pk}: another run was faster"
        # The photos stay as they were; that their turn failed is told on them and in the history.
        waiting = VehiclePhoto.objects.filter(coming=blob).select_related("vehicle")
        record_changes((_failed_turn(each, blob, code) for each in waiting), by=By())
    log.info("picture_refused", blob=blob.pk, turn=blob.turn, code=code)
    return f"picture {blob.pk}: refused, {code}"


def _failed_turn(photo: VehiclePhoto, blob: PhotoBlob, code: str) -> Act:
    return Act(
        subject=photo.vehicle,
        action="photo_turn_failed",
        before={},
        after={"photo": photo.pk, "turn": blob.turn, "problem": code},
        label=photo.vehicle.code,
    )


def _store(blob: PhotoBlob, picture: Picture) -> str:
    storage = photos_storage()
    rows: list[PhotoRendition] = []
    won = False
    try:
        for each in picture.renditions:
            name = storage.save(f"{random_name()}.jpg", ContentFile(each.data))
            rows.append(
                PhotoRendition(
                    dealer_id=blob.dealer_id,
                    blob=blob,
                    size=each.size,
                    file=name,
                    width=each.width,
                    height=each.height,
                )
            )
        won = _publish(blob, picture, rows)
    finally:
        if not won:
            for row in rows:
                storage.delete(str(row.file.name))
    return f"picture {blob.pk}: {'ready' if won else 'another run was faster'}"


def _publish(blob: PhotoBlob, picture: Picture, rows: list[PhotoRendition]) -> bool:
    """Make the renditions the picture's own, unless another run has done so."""
    with transaction.atomic():
        claimed = PhotoBlob.objects.filter(pk=blob.pk, state=PhotoState.PENDING).update(
            state=PhotoState.READY, width=picture.width, height=picture.height
        )
        if not claimed:
            return False
        PhotoRendition.objects.bulk_create(rows)
        VehiclePhoto.objects.filter(coming=blob).update(blob=blob, coming=None)
        carriers = VehiclePhoto.objects.filter(blob=blob).values_list("vehicle_id", flat=True)
        announce(sorted(set(carriers)), fields=("photos",))
    return True
