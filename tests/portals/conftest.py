"""What tests of the engine share: a portal in memory, an access to it, and short delays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from portals.connectors import registry
from portals.models import Listing, Portal, PortalAccess
from portals.services.sessions import fingerprint_of
from tests.factories.accounts import DealerFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory, PortalFactory
from tests.portals.browser_fake import BrowserConnector, connect_in_browser
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal
from tests.portals.wire import WireMock

Connect = Callable[..., PortalAccess]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakePortal:
    """A portal in memory under the slug "fake"; what is uncertain or failed is tried at once."""
    settings.LANDING_SLACK = 0.0
    settings.FIRST_RETRY = 0.0
    settings.PORTAL_PROBE_DELAY = 0.0
    portal = FakePortal()
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(portal))
    return portal


@pytest.fixture
def fake_row(db: None) -> Portal:
    """The row of the portal in memory."""
    row: Portal = PortalFactory.create(slug="fake", name="Fake")
    return row


@pytest.fixture
def connected(fake: FakePortal, fake_row: Portal) -> Connect:
    """Make accesses to the portal in memory, each of another dealer unless one is given."""

    def make(**columns: object) -> PortalAccess:
        dealer = columns.pop("dealer", None) or DealerFactory.create()
        secrets = {"user": "yard", "password": "fake-password"}
        access: PortalAccess = PortalAccessFactory.create(
            dealer=dealer,
            portal=fake_row,
            credentials=secrets,
            account_fingerprint=fingerprint_of(
                slug="fake", environment="sandbox", base_url="", secrets=secrets
            ),
            **columns,
        )
        return access

    return make


@pytest.fixture
def access(connected: Connect) -> PortalAccess:
    """One access to the portal in memory."""
    return connected()


@pytest.fixture
def wish(access: PortalAccess) -> Callable[..., Listing]:
    """Make listings of the access that are wished live and due."""

    def make(**columns: object) -> Listing:
        defaults = {"access": access, "due_at": access.created_at}
        listing: Listing = ListingFactory.create(**{**defaults, **columns})
        return listing

    return make


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What reached the queue: (name, ids …)."""
    messages: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "config.lib.tasks.async_task", lambda name, *ids, **_options: messages.append((name, *ids))
    )
    return messages


@pytest.fixture
def page_portal(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> type[BrowserConnector]:
    """The connector of a portal with a page of its own, under the slug "paged"."""
    settings.BASE_URL = "https://office.example"
    settings.LANDING_SLACK = settings.FIRST_RETRY = 0.0
    connector = connect_in_browser(FakePortal())
    monkeypatch.setitem(registry.CONNECTORS, "paged", connector)
    return connector


@pytest.fixture
def paged(page_portal: type[BrowserConnector], db: None) -> Portal:
    """Its row."""
    row: Portal = PortalFactory.create(slug="paged", name="Paged")
    return row


@pytest.fixture
def wire() -> Iterator[WireMock]:
    """What is asked of the portal over HTTP; nothing unless a test registers an answer."""
    with WireMock(assert_all_requests_are_fired=False) as mock:
        yield mock
