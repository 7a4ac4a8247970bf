"""Access tokens of the stand-in for Chaves na Mão, and the limit of requests."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.chavesnamao.conftest import Client


def test_the_demo_token_buys_an_access_token_that_opens_the_portal(outsider: Client) -> None:
    answer = outsider.enter()

    assert (answer.status, answer.json["expiration"]) == (200, "1d")
    assert answer.json["token"].count(".") == 2
    assert outsider.get("clients/plan").status == 200
    assert outsider.get("_state").json["counters"]["logins"] == 1


@pytest.mark.parametrize("token", ["", "nobody", "sandbox-token "[:-2]])
def test_an_unknown_token_is_refused(outsider: Client, token: str) -> None:
    answer = outsider.send("GET", "/chavesnamao/clients/jwt", headers={"token": token})

    assert answer.status == 401
    assert answer.json == {
        "message": ["Invalid token"],
        "error": "Unauthorized",
        "statusCode": 401,
    }


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer ", "Bearer abc", "Bearer a.b.c"])
def test_everything_else_asks_for_an_access_token(outsider: Client, header: str) -> None:
    for method, path in [
        ("GET", "clients/plan"),
        ("GET", "vehicles"),
        ("POST", "vehicles"),
        ("DELETE", "vehicles/x"),
        ("PUT", "publications/x"),
        ("GET", "vehicles/brands"),
    ]:
        answer = outsider.send(method, f"/chavesnamao/{path}", headers={"Authorization": header})
        assert answer.status == 401, (method, path)


def test_an_access_token_of_another_portal_is_none_of_ours(client: Client) -> None:
    head, claims, signature = client.token.split(".")
    client.token = f"{head}.{claims}.{signature[::-1]}"

    assert client.get("clients/plan").status == 401


def test_an_access_token_expires_after_its_life(outsider: Client) -> None:
    outsider.configure(token_ttl_s=1)

    assert outsider.enter().json["expiration"] == "1s"
    assert outsider.get("clients/plan").status == 200
    time.sleep(1.05)
    assert outsider.get("clients/plan").status == 401


def test_access_tokens_of_one_client_can_be_made_to_expire(client: Client) -> None:
    client.configure(accounts=[{"token": "t2"}])
    other = Client(client.host)
    other.enter("t2")
    client.configure(expire_tokens="t2")

    assert other.get("clients/plan").status == 401
    assert client.get("clients/plan").status == 200
    other.enter("t2")
    assert other.get("clients/plan").status == 200


def test_an_access_token_of_a_client_that_is_gone_opens_nothing(client: Client) -> None:
    client.configure(accounts=[{"token": "t2", "user": "loja2"}])
    other = Client(client.host)
    other.enter("t2")
    client.ask("POST", "_reset")
    client.configure(accounts=[{"token": "t3", "user": "loja3"}])

    assert other.get("clients/plan").status == 401


def test_every_answer_tells_what_is_left_of_the_limit(client: Client) -> None:
    client.ask("POST", "_reset", {"keep_config": True})
    client.configure(rate_limit=3, rate_limit_window_seconds=10)
    answers = [client.get("clients/plan") for _ in range(5)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == list("21000")
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"3"}
    assert all(1 <= int(answer.headers["x-ratelimit-reset"]) <= 10 for answer in answers)
    assert 1 <= int(answers[4].headers["retry-after"]) <= 10
    assert "retry-after" not in answers[0].headers


def test_the_limit_is_over_with_its_window_and_is_of_one_client(client: Client) -> None:
    client.configure(accounts=[{"token": "t2"}], rate_limit=1, rate_limit_window_seconds=1)
    other = Client(client.host)
    time.sleep(1.05)

    assert [client.get("clients/plan").status for _ in range(2)] == [200, 429]
    assert other.enter("t2").status == 200
    time.sleep(1.05)
    assert client.get("clients/plan").status == 200


def test_a_refused_request_does_nothing(client: Client) -> None:
    client.ask("POST", "_reset", {"keep_config": True})
    client.configure(rate_limit=1)

    assert client.post(reference="1").status == 202
    assert client.post(reference="2").status == 429
    assert client.run() == 1
