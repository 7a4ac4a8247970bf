"""Seals the history: numbers the rows and links their digests, so that tampering shows.

One writer at a time: the last sealed row is the lock, and the unique sequence stops whoever slips
by it. A row deleted, changed or inserted afterwards breaks the chain from there on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import Change
from accounts.services.changes import digest_of, personal_digest

BATCH = 200
PAUSE = 0.02  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a walk over the history found; `broken` names rows and what is wrong with them."""

    sealed: int
    unsealed: int
    broken: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.broken


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


def verify_changes() -> ChainReport:
    """Walk the whole history and recompute every digest, link and personal digest."""
    sealed = unsealed = 0
    broken: list[str] = []
    chain, expected = "", 1
    for row in Change.objects.filter(sequence__isnull=False).order_by("sequence").iterator():
        sealed += 1
        broken += [f"{row.pk}: {what}" for what in _row_problems(row)]
        if row.sequence != expected:
            broken.append(f"{row.pk}: sequence {row.sequence} instead of {expected}")
        expected = (row.sequence or 0) + 1
        chain = _link(chain, sequence=row.sequence or 0, digest=row.digest)
        if row.chain != chain:
            broken.append(f"{row.pk}: chain")
            chain = row.chain  # so that one wrong row is not reported once per row after it
    for row in Change.objects.filter(sequence__isnull=True).order_by("id").iterator():
        unsealed += 1
        broken += [f"{row.pk}: {what}" for what in _row_problems(row)]
    return ChainReport(sealed=sealed, unsealed=unsealed, broken=tuple(broken))


def _seal(*, limit: int) -> int:
    sealed = Change.objects.filter(sequence__isnull=False).order_by("-sequence")
    # Waits for the writer in hand; what it sealed meanwhile is read anew below.
    sealed.select_for_update().values_list("pk", flat=True).first()
    last = sealed.values("sequence", "chain").first()
    sequence, chain = (last["sequence"] or 0, last["chain"]) if last else (0, "")
    rows = list(
        Change.objects.filter(sequence__isnull=True).order_by("id").only("id", "digest")[:limit]
    )
    for row in rows:
        sequence += 1
        chain = _link(chain, sequence=sequence, digest=row.digest)
        row.sequence, row.chain = sequence, chain
    Change.objects.bulk_update(rows, ["sequence", "chain"], batch_size=BATCH)
    return len(rows)


def _link(chain: str, *, sequence: int, digest: str) -> str:
    return hashlib.sha256(f"{chain}:{sequence}:{digest}".encode()).hexdigest()


def _row_problems(row: Change) -> Iterator[str]:
    if digest_of(row) != row.digest:
        yield "digest"
    for name, sides in row.personal.items():
        for side, kept in sides.items():
            shown = getattr(row, side).get(name)
            if shown != {"digest": personal_digest(salt=kept["salt"], text=kept["text"])}:
                yield f"personal text of {name}"
