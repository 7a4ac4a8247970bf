"""The account, its token, what it tells of itself, and the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from config.lib.http import HttpSession
from config.lib.remote_errors import (
    CredentialsRefused,
    Exchange,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.olx.connector import OlxConnector
from portals.connectors.olx.errors import ReconnectNeeded
from portals.connectors.olx.hosts import PRODUCTION, auth_url
from portals.connectors.types import CatalogueNode, PlanReport, RemoteRef
from tests.portals.connectors.olx_world import BASE, SECRETS, OlxWorld
from tests.portals.connectors.world import account_at
from tests.portals.drafts import draft
from tests.portals.fake import MemoryTokens
from tests.portals.wire import WireMock

TOKEN = SECRETS["access_token"]
REF = RemoteRef(reference="123", category=1)


@pytest.fixture
def wire() -> Iterator[WireMock]:
    """A portal that answers what a test says, and must be asked for all of it."""
    with WireMock() as mock:
        yield mock


def connector(
    secrets: dict[str, str] | None = None, *, stored: str = "", exchanges: Any = None
) -> OlxConnector:
    """An account; `stored` is the token somebody put by."""
    given = SECRETS if secrets is None else secrets
    return OlxConnector(*account_at(BASE, given, exchanges), MemoryTokens(stored))


# -- the token -------------------------------------------------------------------------------------
def test_the_token_is_the_one_that_was_given() -> None:
    assert connector().login().value == TOKEN
    assert OlxConnector.login_name(SECRETS) == "loja@example.test"
    assert OlxConnector.login_name({}) == ""


def test_without_a_token_the_dealer_connects() -> None:
    with pytest.raises(ReconnectNeeded) as caught:
        connector({}).login()

    assert caught.value.code == "reconnect"
    assert isinstance(caught.value, CredentialsRefused)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {}),
        (403, {"error": "insufficient_scope"}),
        (400, {"error": "invalid_token"}),
    ],
)
def test_a_refused_token_is_not_tried_again(wire: WireMock, status: int, body: Any) -> None:
    wire.add("GET", f"{BASE}/autoupload/balance", json=body, status=status)

    with pytest.raises(ReconnectNeeded):
        connector().plans()

    assert len(wire.calls) == 1


def test_a_stored_token_gives_way_to_the_one_of_a_new_connection(world: OlxWorld) -> None:
    each = connector(stored="an-older-token")

    assert each.plans() == ()
    assert each.create(each.payload(draft())).state == "pending"
    assert each.tokens.value == TOKEN  # type: ignore[attr-defined]


def test_another_400_is_no_matter_of_the_token(wire: WireMock) -> None:
    wire.add("GET", f"{BASE}/autoupload/balance", json={"error": "invalid_request"}, status=400)

    with pytest.raises(UnexpectedAnswer):
        connector().plans()


def test_the_token_goes_into_bodies_and_into_the_header_of_the_newer_calls(world: OlxWorld) -> None:
    each = connector()
    made = each.create(each.payload(draft()))
    each.observe(RemoteRef(reference="123", category=1, pending_ref=made.pending_ref))
    each.find(REF)

    bodies = [body for _, _, body in world.calls if body is not None]
    assert [next(iter(body)) for body in bodies] == ["access_token"] * 2
    assert {body["access_token"] for body in bodies} == {TOKEN}
    assert {method for method, _, body in world.calls if body is None} == {"GET"}


def test_the_token_never_reaches_the_log(wire: WireMock) -> None:
    exchanges: list[Exchange] = []
    said = {"statusCode": 0, "token": "t-1", "statusMessage": f"ok {TOKEN} ok", "errors": []}
    wire.add("PUT", f"{BASE}/autoupload/import", json=said)
    wire.add("POST", f"{BASE}/autoupload/import/t-1", body=f"no such token: {TOKEN}", status=404)
    wire.add("GET", f"{BASE}/autoupload/balance", json={"name": TOKEN})
    wire.add("POST", f"{BASE}/oauth_api/basic_user_info", json={"user_email": "a@b.test"})
    each = connector(exchanges=exchanges)

    each.create(each.payload(draft(description="x" * 5900)))
    with pytest.raises(UnexpectedAnswer):
        each.observe(RemoteRef(reference="123", category=1, pending_ref="t-1"))
    each.check_account()

    assert len(exchanges) == 4
    assert TOKEN not in repr(exchanges)
    assert "a@b.test" not in repr(exchanges)
    assert '"ad_list"' in exchanges[0].request_excerpt
    assert "statusCode" in exchanges[0].answer_excerpt


def test_a_lost_answer_is_no_verdict_and_is_not_repeated(wire: WireMock) -> None:
    wire.add("PUT", f"{BASE}/autoupload/import", body=Unreachable("TimeoutError"))
    each = connector()

    with pytest.raises(Unreachable) as caught:
        each.create(each.payload(draft()))

    assert not caught.value.verdict
    assert len(wire.calls) == 1


def test_a_throttled_import_says_how_long(wire: WireMock) -> None:
    wire.add("PUT", f"{BASE}/autoupload/import", status=429, headers={"Retry-After": "30"})

    with pytest.raises(Throttled) as caught:
        connector().withdraw(REF)

    assert caught.value.retry_after == 30


# -- connecting in the browser ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("base", "auth"),
    [
        (PRODUCTION, "https://auth.olx.com.br"),
        ("https://apps.olx.com.br/", "https://auth.olx.com.br"),
        ("http://127.0.0.1:8100/olx/apps", "http://127.0.0.1:8100/olx/auth"),
        ("http://apps.example/deep/apps", "http://apps.example/deep/auth"),
    ],
)
def test_consent_is_asked_at_the_other_host(base: str, auth: str) -> None:
    assert auth_url(base) == auth


@pytest.mark.parametrize("base", ["https://olx.com.br", "https://apps", "", "https://xapps.olx.br"])
def test_a_base_url_that_names_no_apps_has_no_other_host(base: str) -> None:
    with pytest.raises(ValueError, match="apps"):
        auth_url(base)


def test_the_dealer_is_sent_to_the_portals_page(settings: Settings) -> None:
    settings.OLX_CLIENT_ID = "our program"

    url = OlxConnector.authorize_url(
        base_url=BASE, redirect_uri="https://loja.example/back?x=1&y=2", state="s&t"
    )

    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("auth.olx.test", "/oauth")
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["our program"],
        "redirect_uri": ["https://loja.example/back?x=1&y=2"],
        "scope": ["basic_user_info autoupload"],
        "state": ["s&t"],
    }


def exchange(exchanges: list[Exchange] | None = None) -> Any:
    """Exchange a code."""
    report = None if exchanges is None else exchanges.append
    with HttpSession(BASE, on_exchange=report) as http:
        return OlxConnector.exchange_code(http, code="c0de", redirect_uri="https://loja.example/b")


def test_a_code_becomes_credentials_and_nothing_of_it_is_reported(
    wire: WireMock, settings: Settings
) -> None:
    settings.OLX_CLIENT_ID, settings.OLX_CLIENT_SECRET = "id", "geheim-secret"
    said = {"access_token": TOKEN, "token_type": "Bearer"}
    wire.add("POST", "https://auth.olx.test/oauth/token", json=said)
    info = {"user_name": "Loja", "user_email": "loja@example.test"}
    wire.add("POST", f"{BASE}/oauth_api/basic_user_info", json=info)
    exchanges: list[Exchange] = []

    assert exchange(exchanges) == SECRETS
    first = wire.calls[0].request
    assert first.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert isinstance(first.body, bytes)
    assert parse_qs(first.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c0de"],
        "client_id": ["id"],
        "client_secret": ["geheim-secret"],
        "redirect_uri": ["https://loja.example/b"],
    }
    assert len(exchanges) == 2
    for secret in (TOKEN, "c0de", "geheim-secret", "loja@example.test"):
        assert secret not in repr(exchanges)


def test_an_account_without_an_address_is_known_by_its_name(wire: WireMock) -> None:
    wire.add("POST", "https://auth.olx.test/oauth/token", json={"access_token": TOKEN})
    wire.add("POST", f"{BASE}/oauth_api/basic_user_info", json={"user_name": " Loja "})

    assert exchange()["account"] == "Loja"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant"}, CredentialsRefused),
        (400, {"error": "invalid_client"}, UnexpectedAnswer),
        (401, None, UnexpectedAnswer),
        (200, {}, UnexpectedAnswer),
        (200, {"access_token": ""}, UnexpectedAnswer),
        (200, {"access_token": 7}, UnexpectedAnswer),
        (200, [], UnexpectedAnswer),
        (503, {}, Unreachable),
    ],
)
def test_a_code_that_is_over_is_the_dealers_matter_and_all_else_is_not(
    wire: WireMock, status: int, body: Any, error: type[Exception]
) -> None:
    wire.add("POST", "https://auth.olx.test/oauth/token", json=body, status=status)

    with pytest.raises(error) as caught:
        exchange()

    assert type(caught.value) is error


# -- account and plans -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("failure", "steps"),
    [
        (None, (("reached", True), ("login", True), ("plans", True))),
        ("unauthorized", (("reached", True), ("login", False))),
        ("down", (("reached", False),)),
    ],
)
def test_an_account_is_tested_step_by_step(world: OlxWorld, failure: Any, steps: Any) -> None:
    if failure:
        world.fail(failure)

    assert connector().check_account().steps == steps


def test_an_account_that_was_never_connected_is_said_to_be_so() -> None:
    assert connector({}).check_account().steps == (("reached", True), ("login", False))


def test_a_page_of_somebody_else_says_nothing_of_the_connection(wire: WireMock) -> None:
    wire.add("POST", f"{BASE}/oauth_api/basic_user_info", body="<html>", content_type="text/html")

    assert connector().check_account().steps == (("reached", False),)


def test_a_balance_that_cannot_be_read_is_the_last_step(wire: WireMock) -> None:
    wire.add("POST", f"{BASE}/oauth_api/basic_user_info", json={"user_name": "Loja"})
    wire.add("GET", f"{BASE}/autoupload/balance", json=[])

    assert connector().check_account().steps[-1] == ("plans", False)


RENEWAL = datetime(2026, 12, 1, tzinfo=UTC)


def test_the_balance_is_told_as_plans(wire: WireMock) -> None:
    said = {
        "id": 5,
        "name": "Plus Empresa",
        "ads": {"performed": 12, "available": 88, "total": 100},
        "bumps": {"plan": 10, "additional": {"performed": 1, "available": 2}},
        "next_renew_date": "2026-12-01",
    }
    wire.add("GET", f"{BASE}/autoupload/balance", json=said)

    assert connector().plans() == (
        PlanReport(
            kind="ad",
            remote_key="5",
            name="Plus Empresa",
            total=100,
            published=12,
            renews_at=RENEWAL,
        ),
        PlanReport(
            kind="highlight",
            remote_key="bumps:plan",
            name="Bumps (plan)",
            weight=1,
            total=10,
            renews_at=RENEWAL,
        ),
        PlanReport(
            kind="highlight",
            remote_key="bumps:additional",
            name="Bumps (additional)",
            weight=1,
            total=3,
            published=1,
        ),
    )


def test_an_odd_balance_invents_nothing(wire: WireMock) -> None:
    said = {
        "ads": {"performed": "x", "total": -1},
        "bumps": {"plan": True, "more": None},
        "next_renew_date": "soon",
    }
    wire.add("GET", f"{BASE}/autoupload/balance", json=said)

    assert connector().plans() == (PlanReport(kind="ad", remote_key="balance", name="OLX"),)


# -- catalogue -------------------------------------------------------------------------------------
def test_the_roots_are_read_by_type_and_closed_lists_given_out(wire: WireMock) -> None:
    for path, names in (
        ("car_info", {"AUDI": 6, "FIAT": "7"}),
        ("moto_info", {"HONDA": 1}),
        ("moto_cubiccms_info", {"160": 14}),
    ):
        wire.add("POST", f"{BASE}/autoupload/{path}", json={"status": "ok", "data": names})

    nodes = list(connector().catalogue_roots())

    read = [(n.vehicle_type, n.kind, n.key, n.name, n.has_children) for n in nodes[:4]]
    assert read == [
        (1, "brand", "6", "AUDI", True),
        (1, "brand", "7", "FIAT", True),
        (2, "brand", "1", "HONDA", True),
        (2, "displacement", "14", "160", False),
    ]
    fixed = {(n.kind, n.key): n.name for n in nodes[4:]}
    assert {n.vehicle_type for n in nodes[4:]} == {1}
    assert fixed["fuel", "3"] == "Flex"
    assert ("fuel", "4") not in fixed  # no longer taken
    assert fixed["optional", "10"] == "Blindado"
    assert {kind for kind, _ in fixed} == {"colour", "fuel", "gearbox", "doors", "optional"}


def test_models_and_versions_lie_below_their_ids_and_bodies_below_each_model(
    wire: WireMock,
) -> None:
    models = {"status": "ok", "data": {"A3": 2}}
    versions = {"status": "ok", "data": {"1.4": 1, "none": 0, "odd": None, "again": 1}}
    wire.add("POST", f"{BASE}/autoupload/car_info/6", json=models)
    wire.add("POST", f"{BASE}/autoupload/car_info/6/2", json=versions)
    wire.add("POST", f"{BASE}/autoupload/moto_info/6/2", json=versions)
    each = connector()

    assert list(each.catalogue_children(1, ("6",))) == [
        CatalogueNode(vehicle_type=1, kind="model", key="2", name="A3", has_children=True)
    ]
    below = list(each.catalogue_children(1, ("6", "2")))
    assert [(n.kind, n.key) for n in below] == [
        ("version", "1"),
        *(("style", str(number)) for number in range(1, 10)),
    ]
    assert [n.kind for n in each.catalogue_children(2, ("6", "2"))] == ["version"]
    assert list(each.catalogue_children(3, ("6",))) == []
    assert list(each.catalogue_children(1, ("6", "2", "1"))) == []


def test_what_lies_below_a_brand_that_is_gone_is_nothing(wire: WireMock) -> None:
    gone = {"status": "error", "data": {}}
    wire.add("POST", f"{BASE}/autoupload/car_info/6", json=gone, status=404)

    assert list(connector().catalogue_children(1, ("6",))) == []


@pytest.mark.parametrize("body", [{"status": "error", "data": {}}, {}, [], {"data": [1]}])
def test_a_catalogue_that_is_none_is_not_taken_for_an_empty_one(wire: WireMock, body: Any) -> None:
    wire.add("POST", f"{BASE}/autoupload/car_info", json=body)

    with pytest.raises(UnexpectedAnswer):
        list(connector().catalogue_roots())
