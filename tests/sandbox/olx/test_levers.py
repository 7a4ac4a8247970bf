"""Configuration, counters, faults and the state page."""

from __future__ import annotations

import pytest

from tests.sandbox.olx.conftest import Clock, Olx, ad


def test_the_state_tells_all_of_an_id(olx: Olx) -> None:
    told = olx.accept(ad())["A1"]
    olx.accept(ad(price=1))
    held = olx.held()

    assert {key: held[key] for key in held if key not in {"history", "facts", "vehicle"}} == {
        "id": "A1",
        "list_id": told["list_id"],
        "status": "published",
        "creations": 1,
        "edits": 1,
        "deletions": 0,
        "list_ids": [told["list_id"]],
        "published_twice": False,
        "url": told["url"],
    }
    assert held["facts"] == {**{key: value for key, value in ad(price=1).items()
                               if key not in {"id", "operation"}}}  # fmt: skip
    assert [line["operation"] for line in held["history"]] == ["insert", "edit"]
    assert all(line["token"] and line["at"] for line in held["history"])


def test_the_state_can_be_brief_and_of_one_account(olx: Olx) -> None:
    olx.accept(ad())
    brief = olx.send("GET", "/olx/_state?brief=1&user=demo").json

    assert list(brief["accounts"]) == ["demo"]
    assert "facts" not in brief["accounts"]["demo"]["ads"][0]


def test_requests_are_counted_by_path_and_what_they_did(olx: Olx) -> None:
    token = olx.put(ad()).json["token"]
    olx.settle()
    olx.status(token)
    olx.ask("POST", "autoupload/car_info/1")
    olx.ask("POST", "autoupload/nothing")
    counters = olx.state()["counters"]

    assert counters["by_path"] == {
        "PUT /apps/autoupload/import": 1,
        "POST /apps/autoupload/import/{token}": 1,
        "POST /apps/autoupload/car_info/{brand}": 1,
        "other": 1,
    }
    assert (counters["imports"], counters["creates"], counters["accepted"]) == (1, 1, 1)
    assert counters["by_status"] == {"200": 3, "404": 1}


def test_the_answer_to_an_import_is_lost_and_the_import_done(olx: Olx) -> None:
    olx.configure(lose_answers_next=1)
    assert olx.put(ad(price=0)).json["statusCode"] == -4
    assert olx.ask("GET", "autoupload/balance").status == 200
    with pytest.raises(OSError, match=r".*"):
        olx.put(ad())
    olx.settle()

    assert olx.held()["creations"] == 1
    assert olx.put(ad()).json["statusCode"] == 0


@pytest.mark.parametrize(("after", "imports"), [(False, 0), (True, 1)])
def test_a_500_comes_before_or_after_the_import(olx: Olx, after: bool, imports: int) -> None:
    olx.configure(fail_rate=1, fail_after_write=after)
    answer = olx.put(ad())

    assert (answer.status, answer.json) == (500, {"error": "server_error"})
    assert olx.state()["counters"]["imports"] == imports


def test_outage_and_too_many_requests(olx: Olx) -> None:
    olx.configure(outage="503")
    assert olx.put(ad()).status == 503
    olx.configure(outage=None, rate_429=1, retry_after=7)
    answer = olx.put(ad())

    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"hold": "maybe"}, "hold"),
        ({"import_code": -3}, "import_code"),
        ({"errors_told": "some"}, "errors_told"),
        ({"refuse_ids": "A1"}, "refuse_ids"),
        ({"refuse_code": ""}, "refuse_code"),
        ({"nonsense": 1}, "nonsense"),
        ({"accounts": [{"name": "x"}]}, "accounts.user"),
        ({"accounts": [{"user": "x", "ads_total": -1}]}, "accounts.ads_total"),
        ({"accounts": [{"user": "x", "bumps_plan": None}]}, "accounts.bumps_plan"),
        ({"accounts": [{"user": "x", "api_access": 1}]}, "accounts.api_access"),
        ({"accounts": [{"user": "x", "email": 1}]}, "accounts.email"),
        ({"accounts": [{"user": "x", "password": "y"}]}, "accounts.password"),
        ({"clients": {}}, "clients"),
        ({"clients": [{"client_id": "x"}]}, "clients.client_secret"),
        ({"clients": [{"client_id": "x", "client_secret": "y"}]}, "clients.redirect_uris"),
        (
            {"clients": [{"client_id": "x", "client_secret": "y", "redirect_uris": ["a"] * 4}]},
            "clients.redirect_uris",
        ),
        (
            {
                "clients": [{"client_id": "x", "client_secret": "y", "redirect_uris": ["a"]}],
                "nonsense": 1,
            },
            "nonsense",
        ),
    ],
)
def test_a_configuration_that_is_not_understood_changes_nothing(
    olx: Olx, body: object, field: str
) -> None:
    before = olx.lever("config", method="GET").json
    answer = olx.send("POST", "/olx/_config", body)

    assert (answer.status, list(answer.json["errors"])) == (422, [field])
    assert olx.lever("config", method="GET").json == before


@pytest.mark.parametrize(
    ("lever", "body", "field"),
    [
        ("token", {}, "account"),
        ("token", {"account": "nobody"}, "account"),
        ("token", {"account": "demo", "client_id": "x"}, "client_id"),
        ("token", {"account": "demo", "client_id": []}, "client_id"),
        ("token", {"account": "demo", "scope": "all"}, "scope"),
        ("release", {"account": "nobody"}, "account"),
        ("release", {"account": []}, "account"),
        ("release", {"ids": "A1"}, "ids"),
        ("catalogue", {"shuffle": ["boat"]}, "shuffle"),
        ("catalogue", {"shuffle": "car"}, "shuffle"),
        ("catalogue", {"shuffle": [[]]}, "shuffle"),
        ("catalogue", {"renumber": ["boat"]}, "renumber"),
    ],
)
def test_a_lever_names_the_key_at_fault(olx: Olx, lever: str, body: object, field: str) -> None:
    answer = olx.send("POST", f"/olx/_{lever}", body)

    assert (answer.status, list(answer.json["errors"])) == (422, [field])


def test_the_configuration_shows_accounts_and_programs_without_secrets(olx: Olx) -> None:
    shown = olx.lever("config", method="GET")

    assert [account["user"] for account in shown.json["accounts"]] == ["demo", "demo2", "demo3"]
    assert [client["client_id"] for client in shown.json["clients"]] == ["demo-office"]
    assert "secret" not in shown.text


def test_a_new_account_is_an_advertiser_of_its_own(olx: Olx) -> None:
    olx.configure(accounts=[{"user": "loja", "name": "Loja", "ads_total": 1}])
    shop = olx.enter("loja")
    shop.accept(ad())

    assert shop.put(ad(id="B")).json["statusCode"] == -7
    assert olx.ask("POST", "autoupload/published").json == []
    olx.configure(accounts=[{"user": "loja", "ads_total": 2}])
    assert shop.put(ad(id="B")).json["statusCode"] == 0
    assert shop.ask("POST", "oauth_api/basic_user_info").json["user_name"] == "Loja"


def test_a_reset_makes_everything_new(olx: Olx) -> None:
    olx.accept(ad())
    olx.configure(accounts=[{"user": "loja"}], outage="503")
    olx.lever("reset")

    assert list(olx.state()["accounts"]) == ["demo", "demo2", "demo3"]
    assert olx.ask("GET", "autoupload/balance").status == 401
    assert olx.enter().ask("POST", "autoupload/published").json == []


def test_a_reset_may_keep_accounts_and_tokens(olx: Olx, clock: Clock) -> None:
    first = olx.accept(ad())["A1"]["list_id"]
    olx.configure(accounts=[{"user": "loja"}])
    olx.lever("reset", {"keep_config": True})

    assert "loja" in olx.state()["accounts"]
    assert olx.accept(ad())["A1"]["list_id"] > first


def test_the_dice_of_the_queue_can_be_thrown_again(olx: Olx) -> None:
    def fates(prefix: str) -> list[str]:
        olx.configure(refuse_rate=0.5, seed=7)
        told = olx.accept(*(ad(id=f"{prefix}{number}") for number in range(30)))
        return [entry["status"] for entry in told.values()]

    first = fates("A")

    assert first == fates("B")
    assert set(first) == {"accepted", "refused"}


def test_the_demo_account_has_consented_already(olx: Olx) -> None:
    known = Olx(olx.host, token="sandbox-token")

    assert known.send("GET", "/olx/apps/autoupload/balance").status == 200
    known.send("POST", "/olx/_config", {"expire_tokens": "demo"})
    assert known.send("GET", "/olx/apps/autoupload/balance").status == 401
    known.send("POST", "/olx/_reset", {})
    assert known.send("GET", "/olx/apps/autoupload/balance").status == 200
