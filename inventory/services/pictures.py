"""Takes in picture files: looks at size and first bytes, hashes, keeps the original once.

All of it happens outside transactions; only the row of a new picture is written in one. Decoding is
never done here, but in a task (inventory.services.rendering).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Dealer
from config.lib.tasks import enqueue
from inventory.models import PhotoBlob
from inventory.models.photo import PhotoState, Turn, originals_storage, random_name
from inventory.services import imaging
from inventory.services.photo_words import PROBLEMS
from inventory.services.rendering import render_blob


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inspected:
    sha256: str
    bytes_count: int
    kind: str


def store_picture(file: File[bytes], *, dealer: Dealer) -> PhotoBlob:
    """Return the dealer's picture of these bytes, new or known; a new one is queued for rendering.

    The name and declared type of the file are not believed. Raises ValidationError on `photo`: too
    large, too small, not a picture, HEIC where it cannot be read, or known and refused before. A
    picture whose file was lost is taken in again.
    """
    seen = _inspect(file)
    known = PhotoBlob.objects.for_dealer(dealer).filter(sha256=seen.sha256, turn=Turn.NONE).first()
    if known is None:
        known = _keep(file, seen, dealer=dealer)
    elif known.state == PhotoState.REFUSED and known.problem == "missing":
        known = _bring_back(file, seen, known)
    if known.state == PhotoState.REFUSED:
        raise refusal(known.problem)
    return known


def refusal(code: str) -> ValidationError:
    """Return the error for a picture that is not taken."""
    return ValidationError({"photo": ValidationError(PROBLEMS[code], code=code)})


def _inspect(file: File[bytes]) -> _Inspected:
    if not file.size:
        raise refusal("empty")
    if file.size > settings.PHOTO_MAX_BYTES:
        raise refusal("too_large")
    digest, count, head = hashlib.sha256(), 0, b""
    for chunk in file.chunks():
        digest.update(chunk)
        count += len(chunk)
        head = head or chunk[: imaging.HEAD]
        if count > settings.PHOTO_MAX_BYTES:  # the declared size need not be true
            raise refusal("too_large")
    kind = imaging.sniff(head)
    if not kind:
        raise refusal("not_a_picture")
    if kind == "heic" and not imaging.READS_HEIC:
        raise refusal("heic_unsupported")
    _refuse_tiny(file)
    return _Inspected(sha256=digest.hexdigest(), bytes_count=count, kind=kind)


def _refuse_tiny(file: File[bytes]) -> None:
    """Raise for a picture that no portal would show; a broken header is left to the task."""
    file.seek(0)
    size = imaging.size_of(file)
    file.seek(0)
    if size is not None and max(size) < settings.PHOTO_MIN_SIDE:
        raise refusal("too_small")


def _bring_back(file: File[bytes], seen: _Inspected, lost: PhotoBlob) -> PhotoBlob:
    """Put the file of a picture back in its place, and have the picture rendered again."""
    name = originals_storage().save(f"{random_name()}.{seen.kind}", file)
    with transaction.atomic():
        PhotoBlob.objects.filter(pk=lost.pk).update(original=name)
        queue_again(lost.pk)
    lost.refresh_from_db()
    return lost


def queue_again(blob_id: int) -> None:
    """Have a refused picture rendered again; call it inside a transaction.

    Its age starts anew, or the sweep would give up on it at once.
    """
    refused = PhotoBlob.objects.filter(pk=blob_id, state=PhotoState.REFUSED)
    if refused.update(state=PhotoState.PENDING, problem="", created_at=timezone.now()):
        enqueue(render_blob, blob_id)


def _keep(file: File[bytes], seen: _Inspected, *, dealer: Dealer) -> PhotoBlob:
    """Store the original and its row; of two who bring the same bytes at once, one stores."""
    storage = originals_storage()
    name = storage.save(f"{random_name()}.{seen.kind}", file)
    try:
        with transaction.atomic():
            blob = PhotoBlob.objects.create(
                dealer=dealer, sha256=seen.sha256, original=name, bytes_count=seen.bytes_count
            )
            enqueue(render_blob, blob.pk)
    except IntegrityError:
        storage.delete(name)
        return PhotoBlob.objects.for_dealer(dealer).get(sha256=seen.sha256, turn=Turn.NONE)
    return blob
