"""The one word for an ad never hides what is wrong, reduced, or still on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inventory.models import Vehicle
from portals.ad_status import delivery_of, is_moving, status_of
from portals.models import Listing

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def listing(*, vehicle: str = "available", **columns: object) -> Listing:
    """Return an unsaved ad, live and wished live unless said otherwise."""
    row = Listing(**{"wanted": "live", "state": "live", **columns})
    row.vehicle = Vehicle(state=vehicle)
    return row


@pytest.mark.parametrize(
    ("columns", "code", "tone"),
    [
        ({}, "live", "ok"),
        ({"reduced": True}, "reduced", "warn"),
        ({"due_at": NOW}, "updating", "info"),
        ({"due_at": LATER}, "live", "ok"),
        ({"failure_mode": "refused"}, "outdated", "bad"),
        ({"failure_mode": "plan"}, "outdated", "warn"),
        ({"state": "absent", "failure_mode": "mapping"}, "mapping", "bad"),
        ({"state": "absent", "failure_mode": "transient"}, "transient", "warn"),
        ({"state": "absent", "failure_mode": "unsupported"}, "unsupported", "idle"),
        ({"state": "absent", "due_at": NOW}, "queued", "info"),
        ({"state": "absent", "claim": "x"}, "queued", "info"),
        ({"state": "absent"}, "held_back", "idle"),
        ({"state": "absent", "vehicle": "in_preparation"}, "held_back", "idle"),
        ({"state": "live", "vehicle": "sold"}, "withdrawing", "info"),
        ({"state": "pending", "check_at": NOW}, "pending", "info"),
        ({"state": "pending"}, "pending", "info"),
        ({"state": "unknown"}, "unknown", "info"),
        ({"state": "refused"}, "refused", "bad"),
        ({"wanted": "paused", "state": "paused"}, "paused", "idle"),
        ({"wanted": "paused", "state": "absent"}, "paused", "idle"),
        ({"wanted": "absent", "state": "absent"}, "absent", "idle"),
        ({"wanted": "absent", "state": "live"}, "withdrawing", "info"),
        ({"wanted": "absent", "state": "live", "failure_mode": "transient"}, "stuck", "bad"),
    ],
)
def test_the_sum_of_an_ad(columns, code, tone):
    status = status_of(listing(**columns), now=NOW)

    assert (status.code, status.tone) == (code, tone)
    assert str(status.text)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({}, "Up to date"),
        ({"claim": "x"}, "Sending now"),
        ({"due_at": NOW}, "In the queue"),
        ({"due_at": LATER}, "Will be tried again later"),
        ({"failure_mode": "refused"}, "Stopped until something changes"),
    ],
)
def test_what_we_are_doing(columns, text):
    assert str(delivery_of(listing(**columns), now=NOW)) == text


def test_a_far_status_read_is_no_work_in_flight():
    assert is_moving(listing(state="pending", check_at=NOW), now=NOW)
    assert not is_moving(listing(state="pending", check_at=LATER), now=NOW)
    assert not is_moving(listing(state="live", check_at=NOW), now=NOW)
