"""Walks the history and says where it was tampered with: a row edited, removed, added or moved.

Reads in pieces by the index of the sequence, so that memory stays flat however long the history is.
What the history alone cannot show, rows cut off its end, the head of the chain shows; and whoever
can write to both is found out by an end that was noted down elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import ChainHead, Change, Dealer
from accounts.services.changes import digest_of, personal_digest

PIECE = 1000  # rows read at a time
MOST_BREAKS = 100  # told of; what follows the first is seldom news
NEARBY = 60  # rows among which a moved one is looked for
# A row is dated when it is written and sealed once its transaction is over: hours never lie between
# it and the one sealed before it, unless somebody wrote it into the past.
BACKDATED = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One place where the history does not hold.

    `kind` is edited, removed, inserted or reordered; `change` the row at which it shows, None
    where nothing is left; `what` says how it shows.
    """

    kind: str
    change: int | None
    sequence: int | None
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: change {self.change}, no. {self.sequence}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a walk over the history found; `head` is its end, to be noted down elsewhere.

    Of `broken` at most MOST_BREAKS are kept, first things first. `waiting_since` is the moment of
    the oldest row that is not sealed.
    """

    sealed: int
    unsealed: int
    broken: tuple[Break, ...]
    head: str = ""
    waiting_since: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.broken


def link(chain: str, *, sequence: int, digest: str) -> str:
    """Return the chain behind a row of that number and digest."""
    return hashlib.sha256(f"{chain}:{sequence}:{digest}".encode()).hexdigest()


def verify_changes(*, dealer: Dealer | None = None, noted: str = "") -> ChainReport:
    """Recompute every link, digest and personal digest.

    With a dealer the contents of its rows only; the links are one chain for all. `noted` is a head
    that was given out before ("number:chain"): it must still be there.
    """
    walk = _Walk(dealer=dealer, noted=noted)
    walk.run()
    return walk.report()


@dataclass(slots=True)
class _Walk:
    """A walk over the chain; `sequence` and `chain` are how far it came."""

    dealer: Dealer | None
    noted: str
    sequence: int = 0
    chain: str = ""
    at: datetime | None = None
    sealed: int = 0
    unsealed: int = 0
    waiting_since: datetime | None = None
    broken: list[Break] = field(default_factory=list)
    noted_seen: bool = False

    def run(self) -> None:
        """Walk from the first row to the last, then look at the head and at what waits."""
        before = _head()
        while piece := self._piece():
            for row in piece:
                self._check(row)
        after = _head()
        self._check_end(before, after)
        if self.noted and not self.noted_seen:
            self._tell("removed", None, "the end that was noted down is not in the chain")
        for row in self._waiting().order_by("id").iterator(chunk_size=PIECE):
            self.unsealed += 1
            self.waiting_since = min(self.waiting_since or row.at, row.at)
            self._check_content(row)

    def report(self) -> ChainReport:
        """Return what was found."""
        return ChainReport(
            sealed=self.sealed,
            unsealed=self.unsealed,
            broken=tuple(self.broken),
            head=f"{self.sequence}:{self.chain}",
            waiting_since=self.waiting_since,
        )

    def _piece(self) -> Sequence[Change]:
        rows = Change.objects.filter(sequence__gt=self.sequence).order_by("sequence")
        if self.dealer is None:
            return list(rows[:PIECE])
        # The links of all need no contents but the dealer's own.
        light = list(rows.only("id", "sequence", "chain", "digest", "at", "dealer_id")[:PIECE])
        own = [row.pk for row in light if row.dealer_id == self.dealer.pk]
        full = Change.objects.in_bulk(own)
        return [full.get(row.pk, row) for row in light]

    def _check(self, row: Change) -> None:
        sequence = row.sequence or 0
        expected = self.sequence + 1
        mine = self.dealer is None or row.dealer_id == self.dealer.pk
        self.sealed += mine
        edited = mine and self._check_content(row)
        if sequence != expected:
            missing = str(expected) if sequence == expected + 1 else f"{expected}-{sequence - 1}"
            self._tell("removed", row, f"nothing is left of no. {missing}")
        elif row.chain != link(self.chain, sequence=sequence, digest=row.digest):
            if not edited:
                self._tell(*self._unlinked(row))
        elif self.at is not None and row.at < self.at - BACKDATED:
            self._tell("inserted", row, "it is dated long before the row that was sealed ahead")
        # Go on behind the row as it is, so that one break is not told again for every row after it.
        self.sequence, self.chain, self.at = sequence, row.chain, row.at
        self.noted_seen = self.noted_seen or f"{sequence}:{row.chain}" == self.noted

    def _check_content(self, row: Change) -> bool:
        """Tell what of a row is not as it was written; return whether anything is."""
        problems = list(_problems(row))
        for what in problems:
            self._tell("edited", row, what)
        return bool(problems)

    def _unlinked(self, row: Change) -> tuple[str, Change, str]:
        """Judge a row whose content fits its digest, but which does not follow the one before."""
        later = Change.objects.filter(sequence__gt=row.sequence).order_by("sequence")
        near = [row, *later.only("id", "sequence", "chain", "digest")[:NEARBY]]
        expected = row.sequence or 0
        if not _follows(near[1:], self.chain, sequence=expected):
            return "edited", row, "its digest was rewritten"
        chains = [self.chain, *(each.chain for each in near if each is not row)]
        belongs = any(
            link(chain, sequence=number, digest=row.digest) == row.chain
            for chain in chains
            for number in range(expected, expected + NEARBY)
        )
        if belongs:
            return "reordered", row, "another row was sealed at this number"
        return "inserted", row, "it was never sealed here"

    def _check_end(self, before: ChainHead | None, after: ChainHead | None) -> None:
        if before is None and after is None and self.sequence:
            self._tell("removed", None, "the head of the chain is gone")
        elif before is not None and self.sequence < before.sequence:
            self._tell("removed", None, f"nothing is left after no. {self.sequence}")
        elif after is not None and self.sequence > after.sequence:
            last = Change.objects.filter(sequence=self.sequence).first()
            self._tell("inserted", last, "it stands behind the end of the chain")
        elif after is not None and after.sequence == self.sequence and after.chain != self.chain:
            last = Change.objects.filter(sequence=self.sequence).first()
            self._tell("edited", last, "the chain ends otherwise than its head says")

    def _waiting(self) -> QuerySet[Change]:
        rows = Change.objects.filter(sequence__isnull=True)
        return rows if self.dealer is None else rows.filter(dealer=self.dealer)

    def _tell(self, kind: str, row: Change | None, what: str) -> None:
        if len(self.broken) < MOST_BREAKS:
            pk, sequence = (row.pk, row.sequence) if row is not None else (None, None)
            self.broken.append(Break(kind=kind, change=pk, sequence=sequence, what=what))


def _head() -> ChainHead | None:
    return ChainHead.objects.filter(pk=ChainHead.ONLY).first()


def _follows(rows: Sequence[Change], chain: str, *, sequence: int) -> bool:
    """Tell whether one of these rows was sealed behind that chain under that number."""
    return any(link(chain, sequence=sequence, digest=row.digest) == row.chain for row in rows)


def _problems(row: Change) -> Iterator[str]:
    if digest_of(row) != row.digest:
        yield "it is not what was written"
    if row.reason_salt:
        if row.reason_digest != personal_digest(salt=row.reason_salt, text=row.reason):
            yield "its reason is not what was written"
    elif row.reason_digest and row.reason:
        yield "its reason is not what was written"
    for name, sides in row.personal.items():
        for side, kept in sides.items():
            shown = getattr(row, side).get(name)
            if shown != {"digest": personal_digest(salt=kept["salt"], text=kept["text"])}:
                yield f"the personal text of {name} is not what was written"
