"""The lists of published ads: `v1/published` by pages, that of 2020 where there is none. Pure.

Reference: developers.olx.com.br (GET /autoupload/v1/published) and "ad_integration",
api/published_ads (POST /autoupload/published).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portals.connectors.olx.statuses import id_of, url_of
from portals.connectors.types import ObservedListing, Problem, RemoteRef, State

FETCH_SIZE = 100
MAX_PAGES = 1_000
# Asked in this order, so that an ad that moves on meanwhile is seen at least once.
SHOWN = ("pending_review", "published")
REFUSED = "refused"
_STATES: Mapping[str, State] = {
    "published": "live",
    "pending_review": "pending",
    "refused": "refused",
}
_RANKS = ("refused", "pending", "live")  # of two rows for one ad the later word counts


def rows_of(data: Any) -> list[Mapping[str, Any]] | None:
    """Return the rows of a page or of the list of 2020; None if there is no list."""
    rows = data.get("data", data.get("ads")) if isinstance(data, Mapping) else data
    if not isinstance(rows, list):
        return None
    return [row for row in rows if isinstance(row, Mapping)]


def next_token(data: Any) -> str:
    """Return the token of the next page, '' on the last."""
    value = data.get("next_token") if isinstance(data, Mapping) else None
    return value if isinstance(value, str) else ""


def read_row(row: Mapping[str, Any], *, asked: str) -> ObservedListing | None:
    """Return an ad of the list asked for with a status; None for a row without our id.

    A row that names another status than asked for is believed; one that is over is left out.
    """
    own_id = id_of(row.get("id"))
    status = str(row.get("status") or asked).strip().lower()
    state = _STATES.get(status)
    if not own_id or state is None:
        return None
    refused = (Problem(field="", code="refused", message=""),)
    return ObservedListing(
        state=state,
        remote_id=id_of(row.get("list_id")),
        reference=own_id,
        url=url_of(row.get("url")),
        remote_status=status,
        problems=refused if state == "refused" else (),
    )


def best_of(ads: list[ObservedListing]) -> dict[str, ObservedListing]:
    """Return the ads by our reference, the liveliest of each."""
    found: dict[str, ObservedListing] = {}
    for ad in sorted(ads, key=lambda ad: _RANKS.index(ad.state)):
        found[ad.reference] = ad
    return found


def absent(ref: RemoteRef) -> ObservedListing:
    """What it means to be in no list."""
    return ObservedListing(state="absent", reference=ref.reference, category=ref.category)
