"""One bad ad never stops the others, whether the portal, the data or our own code is at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from portals.connectors import registry
from portals.connectors.types import ObservedListing, Payload
from portals.models import Listing, PortalAccess, PortalGate
from portals.services import gates
from portals.services.drain import drain_access
from tests.factories.inventory import VehicleFactory
from tests.portals.fake import FakeConnector, connect
from tests.portals.fake_portal import FakePortal, refuse

Wish = Callable[..., Listing]


def states(access: PortalAccess) -> dict[str, int]:
    """Count the listings of an access by state."""
    return Counter(Listing.objects.filter(access=access).values_list("state", flat=True))


def test_a_refused_ad_stops_no_other(access: PortalAccess, fake: FakePortal, wish: Wish) -> None:
    for _ in range(6):
        wish()
    fake.script("create", refuse("price"))

    report = drain_access(access.pk)

    assert states(access) == {"live": 5, "refused": 1}
    assert report.by_outcome["refused"] == 1
    assert not report.left


class Clumsy(FakeConnector):
    """A connector with faults of its own for plates that say so."""

    @classmethod
    def payload(cls, draft: object) -> Payload:
        """Fail for one plate."""
        if draft.plate == "BAD0A00":  # type: ignore[attr-defined]
            raise KeyError("our own fault")
        return super().payload(draft)  # type: ignore[arg-type]

    def create(self, payload: Payload) -> ObservedListing:
        """Fail for others after the portal did it."""
        seen = super().create(payload)
        if payload.body["plate"].startswith("BAD0B"):
            raise ZeroDivisionError
        return seen


@pytest.fixture
def clumsy(fake: FakePortal, monkeypatch: pytest.MonkeyPatch) -> FakePortal:
    """The same portal behind a connector with faults."""
    bound = connect(fake)
    both = type("BoundClumsy", (Clumsy,), {"portal": fake, "traits": bound.traits})
    monkeypatch.setitem(registry.CONNECTORS, "fake", both)
    return fake


def test_an_ad_our_own_code_cannot_bear_stops_no_other(
    access: PortalAccess, clumsy: FakePortal, wish: Wish
) -> None:
    bad = wish(vehicle=VehicleFactory.create(dealer=access.dealer, plate="BAD0A00"))
    for _ in range(3):
        wish()

    drain_access(access.pk)

    bad.refresh_from_db()
    assert (bad.state, bad.failure_mode, bad.due_at) == ("absent", "unexpected", None)
    assert [p["code"] for p in bad.problems] == ["internal_error"]
    assert clumsy.counters["created"] == 3


def test_a_crash_after_the_portal_did_it_doubles_nothing_and_closes_no_gate(
    access: PortalAccess, clumsy: FakePortal, wish: Wish
) -> None:
    for number in range(gates.FAILURES + 2):
        wish(vehicle=VehicleFactory.create(dealer=access.dealer, plate=f"BAD0B0{number}"))

    drain_access(access.pk)

    assert clumsy.counters["created"] == len({ad.reference for ad in clumsy.ads})
    assert len(clumsy.ads) == gates.FAILURES + 2
    assert PortalGate.objects.get().closed_until is None
