"""Reads what became of many ads with few requests: one per import, one look for all others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from config.lib.http import Answer
from config.lib.remote_errors import (
    CredentialsRefused,
    RemoteError,
    Throttled,
    UnexpectedAnswer,
)
from portals.connectors.base import Result
from portals.connectors.errors import ListingUnknown, NotAsked
from portals.connectors.olx import published, statuses
from portals.connectors.types import ObservedListing, RemoteRef

Numbered = list[tuple[int, RemoteRef]]
MOST_FAILED = 3  # reads in a row that went wrong: the rest waits for another time


class Shown(Protocol):
    """Reads the lists of ads, by our reference."""

    def __call__(self, *, with_refused: bool) -> dict[str, ObservedListing]:
        """Return what the portal shows, or is about to, or turned down."""
        ...


class Reader:
    """One batch of reads; the lists are read at most once for all of it."""

    def __init__(self, ask: Callable[[str], Answer], shown: Shown) -> None:
        self._ask, self._read_shown = ask, shown
        self._shown: dict[str, ObservedListing] | None = None

    def read(self, refs: Sequence[RemoteRef]) -> Iterator[tuple[int, Result]]:
        """Yield (position, result) for each, those of an import as soon as it is read."""
        imports: dict[str, Numbered] = {}
        for position, ref in enumerate(refs):
            imports.setdefault(ref.pending_ref, []).append((position, ref))
        looked_for = imports.pop("", [])
        failed = 0
        for pending_ref, numbered in imports.items():
            if failed == MOST_FAILED:
                raise NotAsked
            try:
                told: list[tuple[int, Result]] = list(self._import(pending_ref, numbered))
            except (CredentialsRefused, Throttled):
                raise
            except RemoteError as error:  # one import that cannot be read is not all of them
                failed += 1
                told = [(position, error) for position, _ in numbered]
            else:
                failed = 0
            yield from told
        for position, ref in looked_for:
            yield position, self._look(ref)

    def _import(self, pending_ref: str, numbered: Numbered) -> Iterator[tuple[int, Result]]:
        answer = self._ask(pending_ref)
        entries = statuses.read_entries(answer.data) if answer.ok else None
        error: RemoteError | None = None
        if answer.status in (404, 410) and answer.is_json:
            error = ListingUnknown("import forgotten")
        elif entries is None:
            error = UnexpectedAnswer(f"status {answer.status}")
        for position, ref in numbered:
            if error is not None or entries is None:
                yield position, error or UnexpectedAnswer("no ads")
            else:
                entry = entries.get(ref.reference)
                yield position, self._result(entry, ref, is_open=statuses.is_open(answer.data))

    def _result(self, entry: statuses.Entry | None, ref: RemoteRef, *, is_open: bool) -> Result:
        if entry is None:
            if is_open:
                return replace(_open(ref), remote_status="pending")
            return ListingUnknown("not in this import")
        seen = statuses.observed(entry, ref)
        if seen.state == "refused" and entry.failed_delete:
            # The document has no code for a delete of what is not there: the list tells.
            return self._look(ref)
        return seen

    def _look(self, ref: RemoteRef) -> ObservedListing:
        if self._shown is None:
            self._shown = self._read_shown(with_refused=True)
        seen = self._shown.get(ref.reference)
        if seen is None:
            return published.absent(ref)
        return replace(seen, category=ref.category)


def _open(ref: RemoteRef) -> ObservedListing:
    return ObservedListing(
        state="pending",
        remote_id=ref.remote_id,
        reference=ref.reference,
        category=ref.category,
        pending_ref=ref.pending_ref,
    )
