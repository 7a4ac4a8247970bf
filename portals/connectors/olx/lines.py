"""Lines of an import, and how many of them fit into one request ("ad_integration", api/import).

A request is at most 1 MB, and no id may come twice in it. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portals.connectors.types import Change, ObservedListing, RemoteRef

MAX_BYTES = 1_000_000
ENVELOPE = 1_000  # bytes left for the token and what is around the ads


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ad of an import; `position` is its place in what was given. `size` in bytes."""

    position: int
    ref: RemoteRef
    body: Mapping[str, Any]
    size: int = field(compare=False)

    @property
    def own_id(self) -> str:
        """Our reference."""
        return str(self.body["id"])

    @property
    def needs_slot(self) -> bool:
        """Whether it makes an ad, as far as we know."""
        return self.body["operation"] == "insert" and not self.ref.remote_id

    def accepted(self, token: str) -> ObservedListing:
        """What an import that was accepted means for this ad: it is decided later."""
        return ObservedListing(
            state="pending",
            remote_id=self.ref.remote_id,
            reference=self.own_id,
            category=self.ref.category,
            warnings=(),
            pending_ref=token,
        )


def line_of(position: int, change: Change) -> Line:
    """Return the line of a change: insert creates or edits, delete needs nothing but the id."""
    body: dict[str, Any]
    if change.payload is None:
        body = {"id": change.ref.reference, "operation": "delete"}
    else:
        body = {**change.payload.body, "operation": "insert"}
    size = len(json.dumps(body, ensure_ascii=False).encode()) + 2
    return Line(position=position, ref=change.ref, body=body, size=size)


def requests_of(lines: Iterable[Line], *, most: int) -> Iterator[list[Line]]:
    """Yield the lines in the given order, as many as one request may hold at a time."""
    group: list[Line] = []
    size, ids = ENVELOPE, set[str]()
    for line in lines:
        is_full = len(group) == most or size + line.size > MAX_BYTES
        if group and (is_full or line.own_id in ids):
            yield group
            group, size, ids = [], ENVELOPE, set()
        group.append(line)
        size += line.size
        ids.add(line.own_id)
    if group:
        yield group
