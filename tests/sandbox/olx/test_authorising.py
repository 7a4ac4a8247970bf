"""The authorise page, codes and access tokens."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.olx.authorising import fits
from tests.sandbox.conftest import Answer, Caller
from tests.sandbox.olx.conftest import CALLBACK, Clock, Olx

ASKED = {
    "response_type": "code",
    "client_id": "demo-office",
    "redirect_uri": CALLBACK,
    "scope": "basic_user_info autoupload",
    "state": "s&1 é",
}


def page(olx: Olx, **changes: str | None) -> Answer:
    """GET of the page with these fields changed; None leaves one out."""
    fields = {key: value for key, value in {**ASKED, **changes}.items() if value is not None}
    return Caller(olx.host).send("GET", f"/olx/auth/oauth?{urlencode(fields)}")


def decide(olx: Olx, **changes: str) -> Answer:
    """POST of the page's form."""
    form = {**ASKED, "account": "demo", "decision": "autorizar", **changes}
    return olx.form("oauth", form)


def sent_back(answer: Answer) -> dict[str, str]:
    """What the redirect carries."""
    assert answer.status == 303, answer.text
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def token_for(olx: Olx, code: str, **changes: str) -> Answer:
    """The token call."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "demo-office",
        "client_secret": "demo-office-secret",
        "redirect_uri": CALLBACK,
        **changes,
    }
    return olx.form("oauth/token", {key: value for key, value in form.items() if value})


def test_an_advertiser_lets_the_program_in_and_the_token_is_good(olx: Olx) -> None:
    back = sent_back(decide(olx, account="demo2"))
    answer = token_for(olx, back["code"])

    assert back["state"] == ASKED["state"]
    assert answer.status == 200
    assert set(answer.json) == {"access_token", "token_type"}
    assert answer.json["token_type"] == "Bearer"
    other = Olx(olx.host, token=answer.json["access_token"])
    assert other.ask("POST", "oauth_api/basic_user_info").json == {
        "user_name": "Segunda Loja",
        "user_email": "demo2@olx.example",
    }


def test_the_page_offers_the_accounts_and_works_without_scripts(olx: Olx) -> None:
    answer = page(olx)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.startswith('<!doctype html>\n<html lang="pt-BR">')
    for account in ("demo", "demo2", "demo3"):
        assert f'name="account" value="{account}"' in answer.text
    assert re.findall(r'name="decision" value="(\w+)"', answer.text) == ["autorizar", "recusar"]
    assert "s&amp;1 é" in answer.text
    for forbidden in ("<script", "style=", "<style", "onclick"):
        assert forbidden not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    sheet = Caller(olx.host).send("GET", "/olx/auth/oauth.css")
    assert sheet.headers["Content-Type"].startswith("text/css")


def test_hostile_fields_are_escaped(olx: Olx) -> None:
    text = page(olx, state='"><script>alert(1)</script>').text

    assert "<script" not in text


def test_a_refusal_goes_back_as_access_denied(olx: Olx) -> None:
    assert sent_back(decide(olx, decision="recusar")) == {
        "error": "access_denied",
        "state": ASKED["state"],
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": "https://elsewhere.example/olx/callback"},
        {"redirect_uri": "http://127.0.0.1.elsewhere.example/callback"},
        {"redirect_uri": "http://127.0.0.1:8000@elsewhere.example/callback"},
        {"redirect_uri": None},
        {"redirect_uri": "http://127.0.0.1:8000/a\r\nX: y"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    olx: Olx, changes: dict[str, str | None]
) -> None:
    answer = page(olx, **changes)

    assert answer.status == 400
    assert "Location" not in answer.headers
    assert "Pedido de acesso inválido" in answer.text
    assert decide(olx, **{key: value or "" for key, value in changes.items()}).status == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_request"),
    ],
)
def test_other_errors_go_back_with_the_state(
    olx: Olx, changes: dict[str, str | None], error: str
) -> None:
    assert sent_back(page(olx, **changes)) == {"error": error, "state": ASKED["state"]}


def test_an_error_can_be_switched_on(olx: Olx) -> None:
    olx.configure(authorise_error="temporarily_unavailable")

    assert sent_back(page(olx))["error"] == "temporarily_unavailable"


def test_an_address_with_a_query_keeps_it(olx: Olx) -> None:
    answer = decide(olx, redirect_uri=f"{CALLBACK}?dealer=7")

    assert answer.headers["Location"].startswith(f"{CALLBACK}?dealer=7&code=")


def test_registered_addresses_are_exact(olx: Olx) -> None:
    own = {"client_id": "other", "client_secret": "x", "redirect_uris": ["https://a.example/cb"]}
    olx.configure(clients=[own])

    assert page(olx, client_id="other", redirect_uri="https://a.example/cb").status == 200
    assert page(olx, client_id="other", redirect_uri="https://a.example/cb/").status == 400
    assert page(olx, client_id="other", redirect_uri=CALLBACK).status == 400


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("http://127.0.0.1:8000/portais/olx/callback/", True),
        ("http://127.0.0.1/callback", True),
        ("http://127.0.0.1:8000/a#b", False),
        ("http://user@127.0.0.1:8000/a", False),
        ("https://127.0.0.1:8000/a", False),
        ("http://[", False),
    ],
)
def test_a_star_stands_for_a_port_and_a_path(address: str, good: bool) -> None:
    assert fits("http://127.0.0.1:*/*", address) is good


def test_a_code_is_good_once(olx: Olx) -> None:
    code = sent_back(decide(olx))["code"]

    assert token_for(olx, code).status == 200
    again = token_for(olx, code)
    assert (again.status, again.json) == (400, {"error": "invalid_grant"})


def test_a_code_is_good_for_ten_minutes(olx: Olx, clock: Clock) -> None:
    late, in_time = (sent_back(decide(olx))["code"] for _ in range(2))
    clock.skip(595)
    assert token_for(olx, in_time).status == 200
    clock.skip(10)

    assert token_for(olx, late).json == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "unknown"}, "invalid_grant"),
        ({"redirect_uri": f"{CALLBACK}/"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": ""}, "invalid_request"),
    ],
)
def test_the_token_call_refuses_with_400(olx: Olx, changes: dict[str, str], error: str) -> None:
    code = sent_back(decide(olx))["code"]
    before = olx.state()["counters"]["tokens"]
    answer = token_for(olx, **{"code": code, **changes})

    assert (answer.status, answer.json["error"]) == (400, error)
    assert olx.state()["counters"]["tokens"] == before


def test_the_code_of_another_program_is_no_good(olx: Olx) -> None:
    other = {"client_id": "other", "client_secret": "x", "redirect_uris": [CALLBACK]}
    olx.configure(clients=[other])
    code = sent_back(decide(olx))["code"]
    answer = token_for(olx, code, client_id="other", client_secret="x")

    assert answer.json == {"error": "invalid_grant"}


def test_the_token_call_wants_a_form(olx: Olx) -> None:
    answer = Caller(olx.host).send("POST", "/olx/auth/oauth/token", {"code": "x"})

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_a_lost_answer_uses_the_code_up(olx: Olx) -> None:
    code = sent_back(decide(olx))["code"]
    olx.configure(lose_answers_next=1)
    with pytest.raises(OSError, match=r".*"):
        token_for(olx, code)

    assert token_for(olx, code).json == {"error": "invalid_grant"}


def test_tokens_expire_when_told_to(olx: Olx, clock: Clock) -> None:
    clock.skip(365 * 86_400)
    assert olx.ask("GET", "autoupload/balance").status == 200

    olx.configure(token_ttl_s=60)
    answer = olx.ask("GET", "autoupload/balance")
    assert (answer.status, answer.json) == (401, {"error": "invalid_token"})


def test_tokens_of_one_account_can_be_revoked(olx: Olx) -> None:
    other = olx.enter("demo2")
    olx.configure(expire_tokens="demo2")

    assert other.ask("GET", "autoupload/balance").status == 401
    assert olx.ask("GET", "autoupload/balance").status == 200
    assert olx.enter("demo2").ask("GET", "autoupload/balance").status == 200


def test_a_token_is_good_for_its_scopes_only(olx: Olx) -> None:
    reader = olx.enter(scope="basic_user_info")

    assert reader.ask("POST", "oauth_api/basic_user_info").status == 200
    answer = reader.put()
    assert (answer.status, answer.json) == (403, {"error": "insufficient_scope"})
    writer = olx.enter(scope="autoupload")
    assert writer.ask("POST", "oauth_api/basic_user_info").status == 403


def test_the_token_goes_where_the_document_wants_it(olx: Olx) -> None:
    in_header = olx.send("PUT", "/olx/apps/autoupload/import", {"ad_list": []})
    in_body = Caller(olx.host).send(
        "GET", "/olx/apps/autoupload/balance", {"access_token": olx.token}
    )

    assert (in_header.status, in_body.status) == (401, 401)


def test_an_import_may_refuse_a_token_by_its_own_code(olx: Olx) -> None:
    olx.configure(unauthorised_shape="code")
    stranger = Olx(olx.host, token="unknown")
    answer = stranger.put()

    assert (answer.status, answer.json["statusCode"]) == (200, -6)
    assert stranger.ask("GET", "autoupload/balance").status == 401
