"""Storing what a portal gave at its own page: as a whole, for one place, typed by nobody."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change, Dealer
from accounts.services.changes import By
from portals.models import Listing, Portal, PortalAccess, PortalToken
from portals.services.access import save_access
from portals.services.drain import drain_access
from portals.services.marking import Marked, spread
from tests.factories.accounts import DealerFactory
from tests.factories.portals import ListingFactory
from tests.portals.browser_fake import BrowserConnector
from tests.portals.fake_portal import FakePortal

BY = By(source="test")
GIVEN = {"access_token": "t-1", "account": "yard"}


@pytest.fixture
def dealer(paged: Portal) -> Dealer:
    found: Dealer = DealerFactory.create()
    return found


def save(dealer: Dealer, **values: object) -> tuple[PortalAccess, Marked]:
    """Connect the dealer at the portal with a page of its own."""
    portal = Portal.objects.get(slug="paged")
    facts: dict[str, object] = {"credentials": {}, "connection": dict(GIVEN), **values}
    return save_access(dealer=dealer, portal=portal, by=BY, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"connection": None}, "__all__"),
        ({"connection": {}}, "__all__"),
        ({"connection": ["t-1", "yard"]}, "__all__"),
        ({"connection": "t-1"}, "__all__"),
        ({"connection": {"access_token": "t-1"}}, "__all__"),
        ({"connection": {"access_token": "t-1", "account": " "}}, "__all__"),
        ({"connection": {**GIVEN, "expires": 7}}, "__all__"),
        ({"connection": {"account": "yard", 7: "x"}}, "__all__"),
        ({"connection": None, "credentials": dict(GIVEN)}, "access_token"),
        ({"credentials": {"user": "typed"}}, "user"),
        ({"environment": "moon"}, "environment"),
        ({"base_url": "ftp://portal.invalid"}, "base_url"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_stored(
    dealer: Dealer, values: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        save(dealer, **values)

    told = caught.value
    assert (list(told.message_dict) if hasattr(told, "error_dict") else ["__all__"]) == [field]
    assert not PortalAccess.objects.exists()


def test_a_portal_with_typed_credentials_takes_no_connection(
    fake: FakePortal, fake_row: Portal
) -> None:
    with pytest.raises(ValidationError, match="not connected in the browser"):
        save_access(
            dealer=DealerFactory.create(),
            portal=fake_row,
            credentials={"user": "yard", "password": "fake-password"},
            connection=dict(GIVEN),
            by=BY,
        )

    assert not PortalAccess.objects.exists()


def test_a_new_connection_replaces_all_that_was_stored(dealer: Dealer) -> None:
    save(dealer, connection={**GIVEN, "scope": "autos"})

    access, _ = save(dealer, connection={**GIVEN, "access_token": "t-2"})

    access.refresh_from_db()
    assert dict(access.credentials) == {"access_token": "t-2", "account": "yard"}
    told = [(each.action, each.after["credentials"]) for each in Change.objects.order_by("pk")]
    assert told == [("access.connected", "changed"), ("access.changed", "changed")]


def test_without_a_new_one_the_connection_stays_where_it_was_made(dealer: Dealer) -> None:
    access, _ = save(dealer)
    kept, _ = save(dealer, connection=None)
    assert dict(kept.credentials) == GIVEN

    for place in ({"environment": "production"}, {"base_url": "https://other.invalid"}):
        with pytest.raises(ValidationError, match="Connect at the portal"):
            save(dealer, connection=None, **place)

    access.refresh_from_db()
    assert (access.environment, access.base_url) == ("sandbox", "")


def stopped_with_work(dealer: Dealer, portal: type[BrowserConnector]) -> tuple[Listing, Listing]:
    """Return an ad that is live and one that waits, at an access whose token has ended."""
    access, _ = save(dealer)
    live = ListingFactory.create(access=access, due_at=access.created_at)
    drain_access(access.pk)
    portal.ended.add("t-1")
    portal.portal.expire_tokens()
    waiting: Listing = ListingFactory.create(access=access, due_at=access.created_at)
    drain_access(access.pk)
    access.refresh_from_db()
    assert (access.failure_mode, access.failure_code) == ("credentials", "reconnect")
    return live, waiting


def test_the_same_account_again_sends_what_waited_and_forgets_nothing(
    dealer: Dealer, page_portal: type[BrowserConnector]
) -> None:
    live, waiting = stopped_with_work(dealer, page_portal)

    access, marked = save(dealer, connection={**GIVEN, "access_token": "t-2"})

    assert (access.failure_mode, access.failure_code) == ("", "")
    assert not PortalToken.objects.exists()
    assert marked == Marked(access_ids=frozenset([access.pk]))
    drain_access(access.pk)
    for row in (live, waiting):
        row.refresh_from_db()
    assert (live.state, waiting.state) == ("live", "live")
    assert live.remote_id == "1000"
    assert page_portal.portal.counters["created"] == 2


def test_another_account_is_looked_up_anew(
    dealer: Dealer, page_portal: type[BrowserConnector]
) -> None:
    live, waiting = stopped_with_work(dealer, page_portal)
    page_portal.portal.ads.clear()

    access, marked = save(dealer, connection={"access_token": "t-2", "account": "other yard"})

    live.refresh_from_db()
    assert marked == Marked(fan_out=True)
    assert (live.state, live.remote_id, live.wanted) == ("unknown", "", "live")
    spread()
    drain_access(access.pk)
    for row in (live, waiting):
        row.refresh_from_db()
    assert (live.state, waiting.state) == ("live", "live")
    assert {ad.reference for ad in page_portal.portal.ads} == {
        live.vehicle.code,
        waiting.vehicle.code,
    }
