"""The whole engine against a portal in memory."""

from __future__ import annotations

from collections.abc import Callable

from portals.models import Listing, PortalAccess
from portals.services.drain import drain_access
from tests.portals.fake_portal import FakePortal

Wish = Callable[..., Listing]


def test_ads_go_live_and_nothing_stays_due(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    listings = [wish() for _ in range(3)]

    report = drain_access(access.pk)

    assert {ad.reference for ad in fake.ads} == {row.vehicle.code for row in listings}
    assert fake.counters["create"] == 3
    assert report.by_outcome == {"created": 3, "checked": 3}
    assert not report.left
    states = Listing.objects.filter(access=access).values_list("state", "due_at", "claim", "intent")
    assert set(states) == {("live", None, "", "")}
