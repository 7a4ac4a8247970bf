"""Seals the history: numbers the rows and links their digests, so that tampering shows.

One chain for the whole installation, so that not even all rows of one dealer can vanish unseen, and
linked afterwards in short batches: whoever writes history waits for nobody, and every row is sealed
within a minute or so. One sealer at a time: the head of the chain is the lock.
"""

from __future__ import annotations

import time

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import ChainHead, Change
from accounts.services.verifying import ChainReport, link, verify_changes

__all__ = ["ChainReport", "link", "seal_changes", "seal_waiting", "verify_changes"]
BATCH = 200
PAUSE = 0.02  # seconds
_SEAL = "UPDATE accounts_change SET sequence = %s, chain = %s WHERE id = %s"


def seal_waiting(*, budget: float = 20.0) -> int:
    """Seal in short transactions until nothing waits or `budget` seconds are over; return how many.

    Short, with gaps: on SQLite nobody else writes meanwhile.
    """
    deadline = time.monotonic() + budget
    total = 0
    while time.monotonic() < deadline:
        sealed = seal_changes(limit=BATCH)
        total += sealed
        if sealed < BATCH:
            break
        time.sleep(PAUSE)
    return total


def seal_changes(*, limit: int = BATCH) -> int:
    """Number and chain up to `limit` unsealed rows; returns how many, 0 if another one seals."""
    try:
        with transaction.atomic():
            return _seal(limit=limit)
    except IntegrityError:
        return 0


def _start_head() -> ChainHead:
    """Make the head where the history ends; of two who do so at once the database lets one."""
    last = Change.objects.filter(sequence__isnull=False).order_by("-sequence").first()
    place = {} if last is None else {"sequence": last.sequence or 0, "chain": last.chain}
    return ChainHead.objects.create(pk=ChainHead.ONLY, **place)


def _seal(*, limit: int) -> int:
    """Link waiting rows behind the head; their digests were made when they were written.

    What is hashed here under the lock is two short texts per row.
    """
    heads = ChainHead.objects.filter(pk=ChainHead.ONLY)
    head = heads.select_for_update().first() or _start_head()
    waiting = Change.objects.filter(sequence__isnull=True).order_by("id")
    rows = list(waiting.only("id", "digest")[:limit])
    if not rows:
        return 0
    sealed = []
    for row in rows:
        head.sequence += 1
        head.chain = link(head.chain, sequence=head.sequence, digest=row.digest)
        sealed.append((head.sequence, head.chain, row.pk))
    # The ORM's bulk_update takes many times as long, and everybody waits for it on SQLite.
    with connection.cursor() as cursor:
        cursor.executemany(_SEAL, sealed)
    head.sealed_at = timezone.now()
    head.save(update_fields=["sequence", "chain", "sealed_at"])
    return len(rows)
