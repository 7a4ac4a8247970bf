"""Misbehaviour on request: what the caller sees, and what the portal holds afterwards."""

from __future__ import annotations

import http.client
import json
import time

import pytest

from tests.sandbox.conftest import CAR, Caller


def test_latency_is_waited_for(portal: Caller) -> None:
    portal.configure(latency_ms=60)
    begin = time.monotonic()
    portal.get("consultar/planos")

    assert 0.06 <= time.monotonic() - begin < 1


def test_random_500s_come_at_their_rate_and_the_same_for_the_same_seed(portal: Caller) -> None:
    def fates() -> list[int]:
        portal.configure(fail_rate=0.3, seed=7)
        return [portal.get("consultar/planos").status for _ in range(60)]

    first = fates()

    assert first == fates()
    assert 8 <= first.count(500) <= 30
    assert set(first) == {200, 500}


def test_a_500_before_the_write_changes_nothing(portal: Caller) -> None:
    portal.configure(fail_rate=1)
    answer = portal.car()

    assert (answer.status, answer.json["message"]) == (500, "Erro não esperado")
    assert portal.ads() == []


def test_a_500_may_come_after_the_write(portal: Caller) -> None:
    portal.configure(fail_rate=1, fail_after_write=True)

    assert portal.car().status == 500
    assert len(portal.ads()) == 1


@pytest.mark.parametrize(("wait", "header"), [(7, "7"), (None, None)])
def test_429_tells_how_long_to_wait_if_asked_to(
    portal: Caller, wait: int | None, header: str | None
) -> None:
    portal.configure(rate_429=1, retry_after=wait)
    answer = portal.car()

    assert (answer.status, answer.headers.get("Retry-After")) == (429, header)
    assert portal.ads() == []


def test_an_outage_refuses_everything_but_the_levers(portal: Caller) -> None:
    portal.configure(outage="503")

    assert portal.car().status == 503
    assert portal.login().status == 503
    assert portal.state()["accounts"]["demo"]["ads"] == []


def test_an_outage_may_close_the_connection(portal: Caller) -> None:
    portal.configure(outage="close")

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        portal.car()
    assert portal.state()["counters"]["by_status"]["lost"] == 1


def test_the_next_answers_to_writes_are_lost_and_the_writes_done(portal: Caller) -> None:
    portal.configure(lose_answers_next=2)
    assert portal.get("consultar/planos").status == 200

    for code in ("1", "2"):
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            portal.car(Codigo=code)

    assert portal.car(Codigo="3").status == 200
    assert [ad["codigo"] for ad in portal.ads()] == ["1", "2", "3"]


def test_a_refused_write_is_never_lost(portal: Caller) -> None:
    portal.configure(lose_answers_rate=1)

    assert portal.car(Placa="?").status == 422


def test_answers_are_lost_at_a_rate(portal: Caller) -> None:
    portal.configure(lose_answers_rate=1)

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        portal.car()
    assert len(portal.ads()) == 1


@pytest.mark.parametrize(
    ("kind", "begins"), [("html", "<html>"), ("broken", '{"status":200,"id":12'), ("empty", "")]
)
def test_garbage_comes_in_place_of_the_answer(portal: Caller, kind: str, begins: str) -> None:
    portal.configure(garbage=kind)
    answer = portal.car()

    assert (answer.status, answer.json) == (200, None)
    assert answer.text.startswith(begins)
    assert len(portal.ads()) == 1


def test_garbage_may_come_before_the_write(portal: Caller) -> None:
    portal.configure(garbage="html", garbage_before_write=True)

    assert portal.car().json is None
    assert portal.ads() == []


def test_an_answer_may_drip(portal: Caller) -> None:
    portal.configure(drip_s=0.1)
    begin = time.monotonic()

    assert portal.get("carros/consultar/cores").json[0]["nome"] == "AMARELO"
    assert time.monotonic() - begin >= 0.1


def test_a_caller_that_gave_up_has_its_write_done_all_the_same(portal: Caller) -> None:
    portal.configure(latency_ms=80)
    connection = http.client.HTTPConnection(portal.host, timeout=0.02)
    headers = {"Authorization": f"Bearer {portal.token}"}
    connection.request("POST", "/usadosbr/carros", json.dumps(CAR), headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()

    until = time.monotonic() + 5
    while not portal.ads() and time.monotonic() < until:
        time.sleep(0.02)
    assert len(portal.ads()) == 1


def test_one_account_may_suffer_alone(portal: Caller) -> None:
    portal.configure(
        accounts=[{"user": "loja2", "password": "p2"}], per_account={"loja2": {"outage": "503"}}
    )
    other = Caller(portal.host)

    assert other.login("loja2", "p2").status == 503
    assert portal.car().status == 200


def test_answers_of_one_account_are_lost_alone(portal: Caller) -> None:
    portal.configure(per_account={"demo": {"lose_answers_next": 1}})

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        portal.car()
    assert portal.car(Codigo="2").status == 200
