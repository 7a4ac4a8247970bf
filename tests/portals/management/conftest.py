"""A portal in memory for the commands about it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from accounts.services.changes import By
from inventory.models import Vehicle
from portals.connectors import registry
from portals.models import PortalAccess
from portals.services.access import save_access
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PortalFactory
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings) -> FakePortal:
    """A portal under the slug "fake"; retries come at once."""
    settings.LANDING_SLACK = 0.0
    settings.FIRST_RETRY = 0.0
    portal = FakePortal()
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(portal))
    return portal


@pytest.fixture
def access(fake: FakePortal, db: None) -> PortalAccess:
    """The dealer "norte" at the portal in memory."""
    made, _marked = save_access(
        dealer=DealerFactory(code="norte"),
        portal=PortalFactory(slug="fake", name="Fake"),
        credentials={"user": "yard", "password": "fake-password"},
        by=By(source="test"),
    )
    return made


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pipe a text into the command."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def stock(access: PortalAccess) -> list[Vehicle]:
    """Three vehicles of the dealer, one of them sold."""
    return [
        VehicleFactory(dealer=access.dealer, code=code, state=state)
        for code, state in (("A1", "available"), ("A2", "available"), ("A3", "sold"))
    ]
