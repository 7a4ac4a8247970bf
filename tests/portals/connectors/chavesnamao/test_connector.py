"""The account over the wire: login, limits, lists, catalogue."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.lib.http import HttpSession
from config.lib.remote_errors import CredentialsRefused, Throttled, UnexpectedAnswer
from portals.connectors.chavesnamao.connector import ChavesNaMaoConnector, _seconds_of
from portals.connectors.types import CatalogueNode, PortalAccount
from tests.portals.connectors.chavesnamao_world import BASE, JWT, SECRETS
from tests.portals.fake import MemoryTokens
from tests.portals.wire import WireMock


@pytest.fixture
def wire() -> Any:
    """The HTTP border, with nothing behind it but the login."""
    with WireMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def connector(**secrets: str) -> ChavesNaMaoConnector:
    """Return a connector that has not logged in."""
    given = SECRETS | secrets
    account = PortalAccount(access_id=1, environment="test", base_url=BASE, secrets=given)
    return ChavesNaMaoConnector(account, HttpSession(BASE), MemoryTokens())


def answer(wire: WireMock, path: str, body: Any, status: int = 200, **headers: str) -> None:
    """Register an answer to a GET."""
    text = body if isinstance(body, str) else json.dumps(body)
    wire.add("GET", f"{BASE}{path}", body=text, status=status, headers=headers)


def log_in(wire: WireMock, **body: Any) -> None:
    """Register the login."""
    answer(wire, "/clients/jwt", {"token": JWT, "expiration": "1d", **body})


# -- login -----------------------------------------------------------------------------------


def test_token_is_bought_with_the_integration_token_and_lasts_a_day(wire):
    log_in(wire)

    token = connector(token=" abc ").login()

    assert token.value == JWT
    assert token.expires_at is not None
    assert abs(token.expires_at - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)
    assert wire.calls[0].request.headers["token"] == "abc"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1d", 86400), ("24h", 86400), ("90 m", 5400), ("3600", 3600), (3600, 3600)],
)
def test_life_of_a_token_is_read(text, seconds):
    assert _seconds_of(text) == seconds


@pytest.mark.parametrize("text", [None, "", "soon", "-1d", True, "9" * 12])
def test_life_that_is_not_told_is_unknown(wire, text):
    log_in(wire, expiration=text)

    assert connector().login().expires_at is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_integration_token_the_portal_does_not_know_stops_the_access(wire, status):
    answer(wire, "/clients/jwt", {}, status)

    with pytest.raises(CredentialsRefused):
        connector().login()


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "çédille", "a\x00b"])
def test_token_no_header_can_carry_is_refused_before_it_is_sent(wire, token):
    with pytest.raises(CredentialsRefused):
        connector(token=token).login()

    assert len(wire.calls) == 0


@pytest.mark.parametrize("body", [{}, [], {"token": None}, {"token": ""}, {"token": 7}])
def test_login_without_a_token_is_no_refusal(wire, body):
    answer(wire, "/clients/jwt", body)

    with pytest.raises(UnexpectedAnswer):
        connector().login()


def test_account_is_known_by_a_digest_of_its_token():
    one = ChavesNaMaoConnector.login_name({"token": "abc"})

    assert re.fullmatch("[0-9a-f]{64}", one)
    assert one == ChavesNaMaoConnector.login_name({"token": " abc "})
    assert one != ChavesNaMaoConnector.login_name({"token": "abd"})


def test_stale_token_is_renewed_once(wire):
    log_in(wire)
    wire.add("GET", f"{BASE}/clients/plan", json={}, status=401)
    wire.add("GET", f"{BASE}/clients/plan", json={"currentPlan": None})

    assert connector().plans() == ()
    assert len(wire.calls) == 4


# -- account check ---------------------------------------------------------------------------

PLAN = {"currentPlan": {"name": "Ouro", "adsQuantity": 3}, "available": {"adsQuantity": 1}}


@pytest.mark.parametrize(
    ("jwt", "plan", "steps"),
    [
        ((200, {"token": JWT}), (200, PLAN), {"reached": True, "login": True, "plans": True}),
        ((200, {"token": JWT}), (500, {}), {"reached": True, "login": True, "plans": False}),
        ((200, {"token": JWT}), (200, []), {"reached": True, "login": True, "plans": False}),
        ((401, {}), None, {"reached": True, "login": False}),
        ((500, {}), None, {"reached": False}),
    ],
)
def test_account_is_checked_step_by_step(wire, jwt, plan, steps):
    answer(wire, "/clients/jwt", jwt[1], jwt[0])
    if plan:
        answer(wire, "/clients/plan", plan[1], plan[0])

    report = connector().check_account()

    assert dict(report.steps) == steps
    assert len(report.plans) == (2 if steps.get("plans") else 0)


# -- limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"), [({}, 10), ({"Retry-After": "3"}, 3), ({"Retry-After": "soon"}, 10)]
)
@pytest.mark.parametrize("at_login", [True, False])
def test_limit_is_obeyed_for_as_long_as_told_else_ten_seconds(wire, headers, seconds, at_login):
    if at_login:
        answer(wire, "/clients/jwt", {}, 429, **headers)
    else:
        log_in(wire)
        answer(wire, "/clients/plan", {}, 429, **headers)

    with pytest.raises(Throttled) as caught:
        connector().plans()

    assert (caught.value.retry_after, caught.value.verdict) == (seconds, True)


# -- list ------------------------------------------------------------------------------------


def page(*references: str, of: int) -> dict[str, Any]:
    """Return a page of the list."""
    rows = [{"reference": each, "type": "C", "publication": {}} for each in references]
    return {"data": rows, "meta": {"itemsPerPage": 50, "totalPages": of}, "links": {}}


def test_list_is_read_to_its_last_page_fifty_at_a_time(wire):
    log_in(wire)
    answer(wire, "/vehicles", page("1", "2", of=2))
    answer(wire, "/vehicles", page("2", "3", of=2))

    assert [ad.reference for ad in connector().listings()] == ["1", "2", "3"]
    asked = [call.request.params for call in wire.calls][1:]
    assert [(each["page"], each["limit"]) for each in asked] == [("1", "50"), ("2", "50")]


def test_list_that_never_ends_is_left(wire):
    log_in(wire)
    answer(wire, "/vehicles", page("1", of=10**9))

    assert [ad.reference for ad in connector().listings()] == ["1"]


@pytest.mark.parametrize("body", [{}, {"data": None}, "", {"data": {}}])
def test_list_that_is_none_is_no_empty_list(wire, body):
    log_in(wire)
    answer(wire, "/vehicles", body)

    with pytest.raises(UnexpectedAnswer):
        list(connector().listings())


# -- catalogue -------------------------------------------------------------------------------


def roots(wire: WireMock, *, brands: Any, accessories: Any, infos: Any) -> list[CatalogueNode]:
    """Return the entries without a parent."""
    log_in(wire)
    answer(wire, "/vehicles/brands", brands)
    answer(wire, "/vehicles/accessories", accessories)
    answer(wire, "/vehicles/otherinfo", infos)
    return list(connector().catalogue_roots())


def test_catalogue_has_brands_optionals_and_the_fixed_lists(wire):
    nodes = roots(
        wire,
        brands=[
            {"id": 1, "name": "Fiat", "vehicleType": "C"},
            {"id": 2, "name": "Honda", "vehicleType": "m"},
            {"id": 3, "name": "BMW"},
            {"name": "broken"},
        ],
        accessories={"data": [{"id": 7, "name": "Airbag"}]},
        infos=[{"id": 7, "name": "Aceita troca"}],
    )

    found = {(node.vehicle_type, node.kind, node.key): node.name for node in nodes}
    assert len(found) == len(nodes)
    brands = [(n.vehicle_type, n.key) for n in nodes if n.kind == "brand" and n.has_children]
    assert sorted(brands) == [(1, "1"), (1, "3"), (2, "2"), (2, "3")]
    assert found[1, "optional", "7"] == found[2, "optional", "7"] == "Airbag"
    assert found[1, "optional", "info:7"] == "Aceita troca"
    assert found[1, "fuel", "ELETRIC"] == "Elétrico"
    assert found[2, "gearbox", "AUTOMATIC"] == "Automático"
    assert found[1, "colour", "METALLIC_WHITE"] == "Branco"
    assert {key for kind, key in ((k[1], k[2]) for k in found if k[0] == 1) if kind == "doors"} == {
        *"2345"
    }
    assert not any(kind == "doors" for category, kind, _ in found if category == 2)


def test_paged_list_of_the_catalogue_is_read_to_its_end(wire):
    first = {"data": [{"id": 1, "name": "Fiat"}], "meta": {"totalPages": 2}}
    log_in(wire)
    answer(wire, "/vehicles/brands", first)
    answer(wire, "/vehicles/brands", {**first, "data": [{"id": 2, "name": "Ford"}]})
    for name in ("accessories", "otherinfo"):
        answer(wire, f"/vehicles/{name}", [])

    nodes = list(connector().catalogue_roots())

    assert [n.name for n in nodes if n.kind == "brand" and n.vehicle_type == 1] == ["Fiat", "Ford"]


def test_models_and_trims_are_read_by_ids(wire):
    log_in(wire)
    answer(wire, "/vehicles/brands/1/models", [{"id": 20, "name": "Mobi", "brandId": 1}])
    answer(wire, "/vehicles/models/20/trims", [{"id": 301, "name": "Like", "modelId": 20}])

    each = connector()

    assert [(n.kind, n.key, n.has_children) for n in each.catalogue_children(1, ("1",))] == [
        ("model", "20", True)
    ]
    assert [(n.kind, n.key, n.has_children) for n in each.catalogue_children(1, ("1", "20"))] == [
        ("version", "301", False)
    ]


def test_brand_that_is_gone_has_no_models(wire):
    log_in(wire)
    answer(wire, "/vehicles/brands/1/models", {"message": "not found"}, 404)

    assert list(connector().catalogue_children(1, ("1",))) == []


@pytest.mark.parametrize("path", [(), ("../x",), ("1", "x"), ("1", "2", "3")])
def test_nothing_lies_below_what_is_no_id(wire, path):
    assert list(connector().catalogue_children(1, path)) == []
    assert len(wire.calls) == 0


@pytest.mark.parametrize("body", [{}, "", {"data": 7}])
def test_catalogue_that_is_no_list_is_no_empty_one(wire, body):
    log_in(wire)
    answer(wire, "/vehicles/brands", body)

    with pytest.raises(UnexpectedAnswer):
        list(connector().catalogue_roots())
