"""How every ad of an access stands, as plain values for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portals.models import Listing, PortalAccess
from portals.wording import describe


def ad_reports(access: PortalAccess, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield one object per listing in the order of stock codes; one query.

    `not_before` is the moment (ISO 8601, UTC) before which nothing is tried again, null when
    nothing waits. `attempts` counts failures in a row.
    """
    rows = Listing.objects.for_dealer(access.dealer_id).filter(access=access)
    for row in rows.select_related("vehicle").order_by("vehicle__code").iterator(500):
        waits = row.due_at is not None and row.due_at > now
        yield {
            "code": row.vehicle.code,
            "wanted": row.wanted,
            "state": row.state,
            "remote_id": row.remote_id,
            "url": row.url,
            "reduced": row.reduced,
            "warnings": [
                {"kind": one["kind"], "asked": one["asked"], "granted": one["granted"]}
                for one in row.warnings
            ],
            "problems": [
                {"field": one["field"], "message": str(describe(one))} for one in row.problems
            ],
            "failure_mode": row.failure_mode,
            "attempts": row.failures,
            "not_before": row.due_at.isoformat() if waits and row.due_at else None,
        }
