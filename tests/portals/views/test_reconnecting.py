"""A connection that ended: every page says so in plain words, and the link lifts it."""

from __future__ import annotations

import pytest

from accounts.models import Change
from accounts.models.dealer import Role
from accounts.services.changes import By
from portals.models import PortalAccess
from portals.services.access import save_access
from tests.factories.accounts import DealerFactory
from tests.factories.portals import ListingFactory
from tests.pages import client_of, goes_to, said
from tests.portals.browser_fake import come_back, leave

pytestmark = pytest.mark.django_db
TOKEN = "https://fake.invalid/oauth/token"
START = "/portals/connect/paged/start/?environment=production"
ENDED = "The connection to the portal has ended, so nothing is sent any more."
LACKS = "The portal does not let this account publish by a program."


@pytest.fixture
def access(paged) -> PortalAccess:
    made, _marked = save_access(
        dealer=DealerFactory(),
        portal=paged,
        environment="production",
        credentials={},
        connection={"access_token": "canary-old", "account": "yard"},
        by=By(source="test"),
    )
    stop(made, "reconnect")
    return made


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def stop(access: PortalAccess, code: str, mode: str = "credentials") -> None:
    PortalAccess.objects.filter(pk=access.pk).update(failure_mode=mode, failure_code=code)


def pages(access: PortalAccess) -> tuple[str, ...]:
    return ("/portals/", f"/portals/{access.pk}/", "/problems/")


@pytest.mark.parametrize(
    ("code", "words", "label"),
    [
        ("reconnect", ENDED, "Connection ended"),
        ("no_permission", LACKS, "Permission missing"),
        ("credentials_refused", ENDED, "Connection ended"),
        ("a_word_of_its_own", ENDED, "Connection ended"),
    ],
)
def test_every_page_says_what_happened_and_has_the_link(client, access, code, words, label):
    stop(access, code)

    for address in pages(access):
        text = client.get(address).text
        assert words in text, address
        assert f'href="{START}"' in text, address
        assert "Credentials refused" not in text, address
    assert label in client.get("/portals/").text
    start = client.get("/").text
    assert f"Paged is stopped: {label}. Connect it again." in start
    assert f'href="{START}"' in start
    assert words in client.get(f"/portals/{access.pk}/edit/").text


def test_the_page_of_the_ad_says_it_too(client, access):
    listing = ListingFactory(access=access)

    assert "Connection ended" in client.get(f"/stock/{listing.vehicle_id}/ads/").text


def test_a_salesperson_reads_whom_to_ask_and_has_no_link(access):
    client = client_of(access.dealer, Role.SALESPERSON)

    for address in (*pages(access), "/"):
        assert "/portals/connect/" not in client.get(address).text, address
    assert f'href="/portals/{access.pk}/"' in client.get("/").text
    for address in pages(access):
        assert "Ask the owner or a manager of the store to connect again." in (
            client.get(address).text
        )


def test_a_working_access_offers_to_connect_again_without_alarm(client, access):
    stop(access, "", mode="")

    text = client.get(f"/portals/{access.pk}/").text
    assert "Connect again" in text
    assert "Test the connection" in text
    assert "Change the account" not in text
    assert ENDED not in text
    assert START not in text


def test_a_portal_that_does_not_answer_wants_no_new_connection(client, access):
    stop(access, "unreachable", mode="transient")

    for address in (*pages(access), "/"):
        assert START not in client.get(address).text


def test_the_edit_page_puts_the_present_environment_first_and_takes_nothing(client, access):
    address = f"/portals/{access.pk}/edit/"
    page = client.get(address).text

    assert f'<a class="button primary" href="{START}">' in page
    assert page.count('class="button primary" href="/portals/connect/') == 1
    assert "Log in there with the same account as before." in page
    assert "canary-old" not in page
    assert client.post(address, {"environment": "test", "account": "x"}).status_code == 405


def test_the_same_account_lifts_the_stop(client, access, wire):
    wire.add("POST", TOKEN, json={"access_token": "canary-new", "account": "yard"})

    answer = come_back(client, code="c0de", state=leave(client))

    access.refresh_from_db()
    assert goes_to(answer) == f"/portals/{access.pk}/"
    assert said(answer) == ["Paged is connected. What was waiting goes out now."]
    assert (access.failure_mode, access.credentials["access_token"]) == ("", "canary-new")
    assert Change.objects.filter(action="access.changed").count() == 1


def test_another_account_is_told(client, access, wire):
    ListingFactory(access=access, live=True, remote_id="77")
    wire.add("POST", TOKEN, json={"access_token": "canary-new", "account": "other yard"})

    answer = come_back(client, code="c0de", state=leave(client))

    assert said(answer)[0].startswith("Another account of Paged is connected now:")
    assert access.listings.get().remote_id == ""


def test_another_environment_is_another_account(client, access, wire):
    wire.add(
        "POST",
        "https://fake.invalid/test/oauth/token",
        json={"access_token": "canary-new", "account": "yard"},
    )

    answer = come_back(client, code="c0de", state=leave(client, "test"))

    access.refresh_from_db()
    assert said(answer)[0].startswith("Another account of Paged is connected now:")
    assert access.environment == "test"


def test_a_refusal_keeps_the_old_connection_and_the_stop(client, access):
    before = PortalAccess.objects.values().get()

    answer = come_back(client, error="access_denied", state=leave(client))

    assert goes_to(answer) == f"/portals/{access.pk}/edit/"
    assert PortalAccess.objects.values().get() == before


def test_nobody_reconnects_the_access_of_another_dealer(access, wire):
    wire.add("POST", TOKEN, json={"access_token": "canary-new", "account": "stranger"})
    stranger, before = DealerFactory(), PortalAccess.objects.filter(pk=access.pk).values().get()
    client = client_of(stranger)

    come_back(client, code="c0de", state=leave(client))

    assert PortalAccess.objects.get(dealer=stranger).credentials["account"] == "stranger"
    assert PortalAccess.objects.filter(pk=access.pk).values().get() == before
