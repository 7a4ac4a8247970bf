"""What became of an import (POST /autoupload/import/{token}; api/publishing_status). Pure.

`ads` is an array in the table of the document and an object by our id in its samples; one sample
writes `accept` for `accepted`. Both are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portals.connectors.olx.reasons import codes_of, failure_of, problems_of, says_unknown
from portals.connectors.types import ObservedListing, Problem, RemoteRef

OPEN = ("pending", "queued")
ACCEPTED = ("accepted", "accept", "published")
REFUSED = ("refused", "error")
DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One ad of a status read."""

    status: str
    operation: str
    codes: tuple[str, ...]
    list_id: str
    url: str

    @property
    def failed_delete(self) -> bool:
        """Whether a delete was turned down for a reason that may be that nothing was there."""
        return self.operation == DELETE and self.status in REFUSED


def read_entries(data: Any) -> dict[str, Entry] | None:
    """Return the ads of a status read by our id; None if the answer is no status at all."""
    if not isinstance(data, Mapping) or not ({"ads", "autoupload_status"} & data.keys()):
        return None
    ads = data.get("ads")
    if isinstance(ads, list):
        rows = [(str(row.get("id", "")), row) for row in ads if isinstance(row, Mapping)]
    elif isinstance(ads, Mapping):
        rows = [(str(own_id), row) for own_id, row in ads.items() if isinstance(row, Mapping)]
    elif ads is None:
        rows = []
    else:
        return None
    return {own_id: _entry(row) for own_id, row in rows}


def is_open(data: Any) -> bool:
    """Whether the import as a whole is still being worked on."""
    return isinstance(data, Mapping) and str(data.get("autoupload_status")).lower() in OPEN


def _entry(row: Mapping[str, Any]) -> Entry:
    said = row.get("message") or row.get("messages") or []
    return Entry(
        status=str(row.get("status") or "").strip().lower()[:40],
        operation=str(row.get("operation") or "").strip().lower(),
        codes=codes_of(said),
        list_id=id_of(row.get("list_id")),
        url=url_of(row.get("url")),
    )


def id_of(value: Any) -> str:
    """Return an id of the portal as text, '' for none."""
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip()[:40] if is_id and value else ""


def url_of(value: Any) -> str:
    """Return an address of the web, '' for anything else."""
    is_web = isinstance(value, str) and value.startswith(("https://", "http://"))
    return value[:500] if is_web else ""


def observed(entry: Entry, ref: RemoteRef) -> ObservedListing:
    """Return what an entry says of the ad."""
    state, problems = _state(entry)
    return ObservedListing(
        state=state,
        remote_id="" if state == "absent" else entry.list_id or ref.remote_id,
        reference=ref.reference,
        category=ref.category,
        url=entry.url,
        remote_status=entry.status,
        problems=problems,
        failure=failure_of(problems) if state == "refused" else "refused",
        pending_ref=ref.pending_ref if state == "pending" else "",
    )


def _state(entry: Entry) -> tuple[Any, tuple[Problem, ...]]:
    if entry.status in OPEN:
        return "pending", ()
    if entry.status in ACCEPTED:
        return ("absent" if entry.operation == DELETE else "live"), ()
    if entry.status in REFUSED:
        if entry.operation == DELETE and says_unknown(entry.codes):
            return "absent", ()
        return "refused", problems_of(entry.codes)
    problem = Problem(field="", code="unknown_status", params={"word": entry.status})
    return "unknown", (problem,)
