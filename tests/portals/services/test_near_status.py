"""A status that is to be read in a moment is read by the same drain, not by a later sweep."""

from __future__ import annotations

from collections.abc import Callable

from pytest_django import Settings

from portals.models import Listing, PortalAccess
from portals.services.drain import drain_access
from tests.portals.fake_portal import FakePortal


def test_a_drain_waits_for_a_status_that_is_near(
    access: PortalAccess,
    wish: Callable[[], Listing],
    fake: FakePortal,
    settings: Settings,
) -> None:
    settings.STATUS_PATIENCE = 2.0
    row = wish()

    drain_access(access.pk, deadline=10)

    row.refresh_from_db()
    assert fake.counters["observe"] == 1
    assert row.check_at is not None
    assert row.live_at is not None
