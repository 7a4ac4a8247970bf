"""Connecting at the portal's own page: only an answer that was asked for here changes anything."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Change
from accounts.models.dealer import Role
from accounts.services.changes import By
from config.lib.remote_errors import Unreachable
from portals.connectors import registry
from portals.models import PortalAccess
from portals.services.access import save_access
from tests.factories.accounts import DealerFactory, MembershipFactory
from tests.factories.portals import PortalFactory
from tests.pages import client_of, goes_to, said
from tests.portals.browser_fake import come_back, leave

pytestmark = pytest.mark.django_db
SECRET = "canary-t0ken"
TOKEN = "https://fake.invalid/oauth/token"
DONE = "https://office.example/portals/connect/paged/done/"
FORM = "/portals/connect/paged/"


@pytest.fixture
def dealer(paged):
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


@pytest.fixture
def gives(wire):
    """Have the portal give a token of the account "yard" for every code."""
    return wire.add("POST", TOKEN, json={"access_token": SECRET, "account": "yard"})


def nothing_changed() -> bool:
    return not PortalAccess.objects.exists() and not Change.objects.exists()


def test_where_we_are_not_registered_nobody_is_led_and_it_is_said(client, monkeypatch):
    monkeypatch.setattr(registry.CONNECTORS["paged"], "registered", ("sandbox",))
    page = client.get(FORM).text

    assert f'href="{FORM}start/?environment=sandbox"' in page
    assert f'href="{FORM}start/?environment=production"' not in page
    assert "Paged · Production: this installation is not registered there yet" in page
    led = client.get(f"{FORM}start/?environment=production")
    assert goes_to(led) == FORM
    assert nothing_changed()


def test_the_page_offers_a_link_for_each_environment_and_takes_nothing_typed(client, dealer):
    page = client.get(FORM)

    for environment in ("sandbox", "test", "production"):
        assert f'href="{FORM}start/?environment={environment}"' in page.text
    assert "Connect at Paged · Production" in page.text
    assert '<input type="password"' not in page.text
    assert "Connect at Paged" in client.get(FORM, headers={"Sec-Fetch-Site": "none"}).text
    typed = {"environment": "production", "access_token": SECRET, "account": "yard"}
    assert client.post(FORM, typed).status_code == 405
    assert nothing_changed()


def test_the_link_leads_to_the_portals_page_with_the_exact_way_back(client):
    answer = client.get(f"{FORM}start/", {"environment": "production", "next": "//evil.example"})

    place = urlsplit(goes_to(answer))
    asked = parse_qs(place.query)
    assert answer.status_code == 302
    assert f"{place.scheme}://{place.netloc}{place.path}" == "https://fake.invalid/oauth"
    assert asked["redirect_uri"] == [DONE]
    assert len(asked["state"][0]) > 40
    assert "no-store" in answer["Cache-Control"]
    assert leave(client) != leave(client)


@pytest.mark.parametrize("environment", ["", "moon", "https://evil.example", "\x00"])
def test_there_are_no_other_environments(client, environment):
    assert client.get(f"{FORM}start/", {"environment": environment}).status_code == 404


def test_another_site_cannot_send_a_dealer_to_the_portal(client):
    for site in ("cross-site", "same-site"):
        answer = client.get(
            f"{FORM}start/", {"environment": "production"}, headers={"Sec-Fetch-Site": site}
        )
        assert goes_to(answer) == FORM
    assert "portal_connections" not in client.session


def test_what_comes_back_connects_the_dealer(
    client, dealer, wire, gives, django_capture_on_commit_callbacks
):
    state = leave(client)

    with django_capture_on_commit_callbacks() as callbacks:
        answer = come_back(client, code="c0de", state=state)

    access = PortalAccess.objects.get()
    assert goes_to(answer) == f"/portals/{access.pk}/"
    assert (access.dealer, access.environment) == (dealer, "production")
    assert dict(access.credentials) == {"access_token": SECRET, "account": "yard"}
    assert json.loads(wire.calls[0].request.body) == {"code": "c0de", "redirect_uri": DONE}
    change = Change.objects.get(action="access.connected")
    assert SECRET not in f"{change.before} {change.after} {change.personal}"
    assert change.dealer_id == dealer.pk
    assert said(answer) == ["Paged is connected. What was waiting goes out now."]
    assert len(callbacks) == 2  # a turn of sending, and the reading of plans and catalogue
    assert SECRET not in client.get(f"/portals/{access.pk}/").text


@pytest.mark.parametrize("forged", ["", "x", "é" * 43, "\x00"])
def test_a_forged_state_changes_nothing_and_leaves_what_waits(client, wire, gives, forged):
    state = leave(client)

    answer = come_back(client, code="c0de", state=forged)

    assert goes_to(answer) == FORM
    assert "No connection waits for this answer of Paged" in said(answer)[0]
    assert nothing_changed()
    assert not wire.calls
    assert goes_to(come_back(client, code="c0de", state=state)).startswith("/portals/")
    assert PortalAccess.objects.exists()


def test_a_state_is_used_once(client, wire, gives):
    state = leave(client)
    come_back(client, code="c0de", state=state)
    before = PortalAccess.objects.values().get()

    answer = come_back(client, code="other", state=state)

    assert "No connection waits" in said(answer)[0]
    assert PortalAccess.objects.values().get() == before
    assert len(wire.calls) == 1


def test_a_refusal_uses_the_state_up_as_well(client, wire, gives):
    state = leave(client)
    come_back(client, error="access_denied", state=state)

    assert "No connection waits" in said(come_back(client, code="c0de", state=state))[0]
    assert nothing_changed()


def test_a_state_lasts_ten_minutes(client, wire, gives):
    with time_machine.travel(timezone.now() - timedelta(seconds=601), tick=False):
        late = leave(client)
    answer = come_back(client, code="c0de", state=late)
    assert "took longer than ten minutes" in said(answer)[0]
    assert nothing_changed()
    assert not wire.calls

    with time_machine.travel(timezone.now() - timedelta(seconds=590), tick=False):
        timely = leave(client)
    come_back(client, code="c0de", state=timely)
    assert PortalAccess.objects.exists()


def test_a_state_belongs_to_one_session(client, dealer, wire, gives):
    state = leave(client)

    answer = come_back(client_of(dealer), code="c0de", state=state)

    assert "No connection waits" in said(answer)[0]
    assert nothing_changed()


def test_whoever_was_logged_out_logs_in_and_is_told_to_try_again(client, dealer, wire, gives):
    state = leave(client)
    client.logout()

    answer = come_back(client, code="c0de", state=state)
    assert goes_to(answer).startswith("/login/?next=")

    client.force_login(MembershipFactory(dealer=dealer, role=Role.MANAGER).user)
    assert "connect once more" in said(come_back(client, code="c0de", state=state))[0]
    assert nothing_changed()


def test_a_connection_is_stored_for_no_other_store_than_it_was_begun_for(paged, wire, gives):
    here, there = MembershipFactory(role=Role.OWNER), DealerFactory()
    MembershipFactory(user=here.user, dealer=there, role=Role.OWNER)
    client = Client()
    client.force_login(here.user)
    client.post("/account/dealer/", {"dealer": here.dealer_id})
    state = leave(client)
    client.post("/account/dealer/", {"dealer": there.pk})

    answer = come_back(client, code="c0de", state=state)

    assert "was begun for another store" in said(answer)[0]
    assert nothing_changed()


def test_two_portals_wait_side_by_side_and_a_state_fits_only_its_own(
    client, paged, page_portal, wire, gives, monkeypatch
):
    monkeypatch.setitem(registry.CONNECTORS, "second", page_portal)
    PortalFactory(slug="second", name="Second")
    state = leave(client)
    client.get("/portals/connect/second/start/", {"environment": "test"})

    wrong = client.get("/portals/connect/second/done/", {"code": "c0de", "state": state})
    assert "No connection waits for this answer of Second" in said(wrong)[0]
    come_back(client, code="c0de", state=state)
    assert PortalAccess.objects.get().portal == paged


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "access_denied"}, "You did not allow the connection at Paged."),
        ({"error": "server_error"}, "Paged had a fault of its own."),
        ({"error": "temporarily_unavailable"}, "Paged takes no connections just now."),
        ({"error": "invalid_scope"}, "does not give us a permission"),
        ({"error": "unauthorized_client"}, "Paged does not know us. Tell support"),
        ({"error": "invalid_request"}, "Paged did not understand us."),
        ({"error": "unsupported_response_type"}, "Paged did not understand us."),
        ({"error": "moon_phase"}, "Paged did not connect you. The portal says: “moon_phase”"),
        ({"error": ""}, "Paged did not connect you."),
        ({"error": "access_denied", "code": "c0de"}, "You did not allow the connection"),
        ({}, "answered something we do not understand"),
        ({"code": ""}, "answered something we do not understand"),
        ({"code": "c" * 4001}, "answered something we do not understand"),
    ],
)
def test_every_error_word_is_told_and_nothing_is_asked_or_stored(
    client, wire, gives, answer, words
):
    response = come_back(client, state=leave(client), **answer)

    assert goes_to(response) == FORM
    assert words in said(response)[0]
    assert nothing_changed()
    assert not wire.calls


def test_what_the_portal_says_is_text_and_short(client):
    mark = "<script>alert(1)</script>"
    told = {"error": "x<b>", "error_description": mark + "y" * 5000}

    come_back(client, state=leave(client), **told)
    page = client.get(FORM).text

    assert mark not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "y" * 201 not in page


@pytest.mark.parametrize(
    "word",
    [
        "\x00",
        "a\r\nb",
        "\u202eevil",
        "%(portal)s %s %",
        "{{ 7 }}",
        "🚗" * 900,
        "'; DROP TABLE x; --",
    ],
)
def test_whatever_the_portal_says_is_told_without_a_fault(client, word):
    for told in ({"error": word}, {"error": "server_error", "error_description": word}):
        response = come_back(client, state=leave(client), **told)
        (text,) = said(response)
        assert text.isprintable()
        assert len(text) < 400
        assert client.get(FORM).status_code == 200


def test_without_its_state_nothing_of_an_answer_is_shown(client):
    come_back(client, state="forged", error="access_denied", error_description="Call 555-1234")

    page = client.get(FORM).text
    assert "555-1234" not in page
    assert "You did not allow" not in page


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"status": 400, "json": {"error": "invalid_grant"}}, "no longer took the connection"),
        ({"status": 403, "json": {}}, "You did not allow Paged all that is needed."),
        ({"status": 500}, "Paged does not answer just now."),
        ({"body": Unreachable("no route", sent=False)}, "Paged does not answer just now."),
        ({"status": 429}, "Paged asks us to wait."),
        ({"status": 302, "headers": {"Location": "https://evil.example/"}}, "do not understand"),
        ({"body": "<html>"}, "do not understand"),
        ({"json": [1]}, "do not understand"),
        ({"json": {}}, "did not say which account"),
        ({"json": {"access_token": SECRET}}, "did not say which account"),
        ({"json": {"access_token": SECRET, "account": " "}}, "did not say which account"),
        ({"json": {"access_token": "", "account": "yard"}}, "did not say which account"),
        ({"json": {"access_token": [SECRET], "account": "yard"}}, "did not say which account"),
    ],
)
def test_a_code_that_gives_nothing_connects_nothing(client, wire, options, words, caplog):
    wire.add("POST", TOKEN, **options)

    answer = come_back(client, code="c0de", state=leave(client))

    assert goes_to(answer) == FORM
    assert words in said(answer)[0]
    assert nothing_changed()
    assert SECRET not in f"{said(answer)} {caplog.text}"


def test_a_salesperson_is_refused_on_both_ways(dealer, client, wire, gives):
    state = leave(client)
    salesperson = client_of(dealer, Role.SALESPERSON)

    assert salesperson.get(f"{FORM}start/?environment=test").status_code == 403
    assert come_back(salesperson, code="c0de", state=state).status_code == 403
    assert nothing_changed()


def test_only_portals_with_a_page_of_their_own_are_connected_there(client, fake_row, fake):
    for way in ("start", "done"):
        for slug in ("fake", "nowhere"):
            assert client.get(f"/portals/connect/{slug}/{way}/?environment=test").status_code == 404
            assert client.post(f"/portals/connect/{slug}/{way}/").status_code == 405


def test_a_portal_that_is_switched_off_connects_nobody_new(client, paged):
    state = leave(client)
    paged.is_active = False
    paged.save()

    assert client.get(f"{FORM}start/?environment=test").status_code == 404
    assert come_back(client, code="c0de", state=state).status_code == 404


def test_the_support_address_of_an_access_is_kept_and_asked(client, dealer, paged, wire):
    save_access(
        dealer=dealer,
        portal=paged,
        environment="test",
        base_url="https://other.invalid/x",
        credentials={},
        connection={"access_token": "old", "account": "yard"},
        by=By(source="test"),
    )
    wire.add(
        "POST",
        "https://other.invalid/x/oauth/token",
        json={"access_token": SECRET, "account": "yard"},
    )

    come_back(client, code="c0de", state=leave(client, "test"))

    access = PortalAccess.objects.get()
    assert (access.base_url, access.credentials["access_token"]) == (
        "https://other.invalid/x",
        SECRET,
    )
