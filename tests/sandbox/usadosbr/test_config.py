"""The levers: configuration, state, reset."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Caller


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"latency": 5}, "latency"),
        ({"latency_ms": -1}, "latency_ms"),
        ({"fail_rate": 1.5}, "fail_rate"),
        ({"fail_rate": True}, "fail_rate"),
        ({"outage": "yes"}, "outage"),
        ({"avisos_shape": "xml"}, "avisos_shape"),
        ({"moderation": {"reads": "2"}}, "moderation"),
        ({"status_words": {"Vendido": "x"}}, "status_words"),
        ({"check_photos": 0}, "check_photos"),
        ({"accounts": {}}, "accounts"),
        ({"accounts": [{"user": "x"}]}, "accounts.password"),
        ({"accounts": [{"user": "x", "password": "y", "plan": []}]}, "accounts.plan"),
        ({"accounts": [{"user": "x", "password": "y", "plans": [{"peso": 3}]}]}, "accounts.plans"),
        ({"per_account": {"demo": {"x": 1}}}, "x"),
        ({"per_account": {"demo": 1}}, "per_account.demo"),
        ({"expire_tokens": "nobody"}, "expire_tokens"),
        ([], "body"),
        ("{", "body"),
    ],
)
def test_what_is_not_understood_is_named_and_changes_nothing(
    stranger: Caller, body: object, field: str
) -> None:
    before = stranger.get("_config").json
    asked = {**body, "drip_s": 5} if isinstance(body, dict) else body
    answer = stranger.send("POST", "/usadosbr/_config", asked)

    assert (answer.status, list(answer.json["errors"])) == (422, [field])
    assert stranger.get("_config").json == before


def test_a_change_is_shown_and_null_takes_it_back(stranger: Caller) -> None:
    assert stranger.configure(latency_ms=5, retry_after=3).json["latency_ms"] == 5
    shown = stranger.configure(latency_ms=None).json

    assert (shown["latency_ms"], shown["retry_after"]) == (0, 3)


def test_an_account_is_made_with_its_highlights(stranger: Caller) -> None:
    plans = [{"peso": 1, "total": 4, "liberado": False}]
    shown = stranger.configure(accounts=[{"user": "loja2", "password": "p2", "plans": plans}]).json

    assert shown["accounts"][1] == {"user": "loja2", "plans": plans}
    assert stranger.login("loja2", "p2").status == 200


def test_a_changed_account_keeps_its_ads_and_its_plans(portal: Caller) -> None:
    portal.car()
    portal.configure(accounts=[{"user": "demo", "password": "new"}])

    assert len(portal.ads()) == 1
    assert len(portal.get("consultar/planos").json["data"]) == 2
    assert portal.login("demo", "demo-sandbox").status == 401
    assert portal.login("demo", "new").status == 200


def test_no_password_is_shown(stranger: Caller) -> None:
    assert "demo-sandbox" not in stranger.get("_config").text
    assert "demo-sandbox" not in stranger.get("_state").text


def test_the_state_lists_ads_plans_and_counters(portal: Caller) -> None:
    number = portal.car(Destaque=1).json["id"]
    portal.car(Placa="?")
    state = portal.state()

    [ad] = state["accounts"]["demo"]["ads"]
    assert ad["payload"]["Marca"] == "CHEVROLET"
    assert {key: value for key, value in ad.items() if key != "payload"} == {
        "id": number,
        "codigo": "7998",
        "tipo": "carros",
        "status": "Ativo",
        "destaque": 1,
        "fotos": 0,
        "avisos": [],
        "updates": 0,
        "url": f"http://{portal.host}/usadosbr/anuncio/{number}",
    }
    assert state["counters"] == {
        "requests": 3,
        "by_path": {"POST /login": 1, "POST /carros": 2},
        "by_status": {"200": 2, "422": 1},
        "creates": 1,
        "updates": 0,
        "deletes": 0,
        "logins": 1,
        "peak_in_flight": 1,
    }


def test_the_state_can_be_brief_and_of_one_account(portal: Caller) -> None:
    portal.configure(accounts=[{"user": "loja2", "password": "p2"}])
    portal.car()
    accounts = portal.get("_state?brief=1&user=demo").json["accounts"]

    assert list(accounts) == ["demo"]
    assert "payload" not in accounts["demo"]["ads"][0]


def test_a_reset_leaves_the_demo_account_alone_and_well_behaved(portal: Caller) -> None:
    portal.configure(accounts=[{"user": "loja2", "password": "p2"}], outage="503")
    portal.send("POST", "/usadosbr/_reset")

    assert list(portal.state()["accounts"]) == ["demo"]
    assert portal.state()["counters"]["requests"] == 0
    assert portal.get("_config").json["outage"] is None


def test_a_reset_may_keep_accounts_and_behaviour(portal: Caller) -> None:
    portal.configure(accounts=[{"user": "loja2", "password": "p2"}], drip_s=0.01)
    portal.car()
    portal.send("POST", "/usadosbr/_reset", {"keep_config": True})

    assert list(portal.state()["accounts"]) == ["demo", "loja2"]
    assert portal.ads() == []
    assert portal.get("_config").json["drip_s"] == 0.01


def test_an_unknown_lever_is_not_found(stranger: Caller) -> None:
    assert stranger.get("_levers").status == 404
    assert stranger.send("POST", "/usadosbr/_reset", "{").status == 422
