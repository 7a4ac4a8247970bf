"""Login and tokens of the stand-in portal."""

from __future__ import annotations

import base64
import json

import pytest

from tests.sandbox.conftest import Caller


def claims_of(token: str) -> dict[str, object]:
    """What the middle part of a token says."""
    part = token.split(".")[1]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded


def test_the_demo_advertiser_gets_a_token_that_opens_the_portal(stranger: Caller) -> None:
    answer = stranger.login()

    assert (answer.status, answer.json["status"]) == (200, 200)
    assert stranger.get("consultar/planos").status == 200
    assert stranger.state()["counters"]["logins"] == 1


def test_a_token_looks_like_the_sample_of_the_document(portal: Caller) -> None:
    claims = claims_of(portal.token)

    assert set(claims) == {"iss", "iat", "nbf", "exp", "jti", "sub", "prv"}
    assert claims["exp"] - claims["iat"] == 31_104_000  # type: ignore[operator]
    assert isinstance(claims["sub"], int)


@pytest.mark.parametrize(
    ("user", "password"), [("demo", "wrong"), ("nobody", "demo-sandbox"), ("nobody", "x")]
)
def test_a_wrong_login_is_refused(stranger: Caller, user: str, password: str) -> None:
    answer = stranger.login(user, password)

    assert answer.status == 401
    assert answer.json == {"status": 401, "message": "Usuário ou senha inválidos"}


@pytest.mark.parametrize("body", [{}, {"user": "demo"}, {"user": 1, "password": "x"}, "no json"])
def test_an_incomplete_login_names_the_field(stranger: Caller, body: object) -> None:
    answer = stranger.send("POST", "/usadosbr/login", body)

    assert answer.status == 422
    assert set(answer.json["errors"]) <= {"user", "password"}


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "Token não informado"),
        ("Basic abc", "Token não informado"),
        ("Bearer abc", "Token inválido"),
        ("Bearer a.b.c", "Token inválido"),
    ],
)
def test_without_a_good_token_nothing_opens(stranger: Caller, header: str, reason: str) -> None:
    headers = {"Authorization": header}
    answer = stranger.send("GET", "/usadosbr/carros/consultar", headers=headers)

    assert (answer.status, answer.json) == (401, {"status": 401, "message": reason})


def test_a_changed_token_is_invalid(portal: Caller) -> None:
    head, _middle, signature = portal.token.split(".")
    forged = base64.urlsafe_b64encode(b'{"sub":1,"exp":9999999999,"jti":"0-a"}').decode()
    portal.token = f"{head}.{forged.rstrip('=')}.{signature}"

    assert portal.get("consultar/planos").json["message"] == "Token inválido"


def test_a_token_expires_after_its_time(portal: Caller) -> None:
    portal.configure(token_ttl_s=-1)
    portal.login()

    answer = portal.get("consultar/planos")
    assert (answer.status, answer.json["message"]) == (401, "Token expirado")


def test_all_tokens_can_be_made_to_expire_and_a_new_login_helps(portal: Caller) -> None:
    portal.configure(expire_tokens=True)
    assert portal.get("consultar/planos").json["message"] == "Token expirado"

    portal.login()
    assert portal.get("consultar/planos").status == 200


def test_tokens_of_one_account_can_be_made_to_expire(portal: Caller) -> None:
    portal.configure(accounts=[{"user": "loja2", "password": "p2"}])
    other = Caller(portal.host)
    other.login("loja2", "p2")

    portal.configure(expire_tokens="loja2")

    assert other.get("consultar/planos").status == 401
    assert portal.get("consultar/planos").status == 200


def test_accounts_see_only_their_own_ads(portal: Caller) -> None:
    portal.configure(accounts=[{"user": "loja2", "password": "p2"}])
    other = Caller(portal.host)
    other.login("loja2", "p2")
    number = portal.car().json["id"]

    assert other.get("carros/consultar/status/7998").status == 400
    assert other.remove(Tipo_codigo="id", Codigo_consulta=number).status == 400
    assert other.get("carros/consultar").json["total"] == 0
    assert len(portal.ads()) == 1
