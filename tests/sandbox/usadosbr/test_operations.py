"""Adicionar, Atualizar and Apagar at the stand-in portal."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.sandbox.conftest import Caller


def test_a_created_ad_comes_with_id_and_address(portal: Caller) -> None:
    answer = portal.car()
    number = answer.json["id"]

    assert answer.status == 200
    assert answer.json == {
        "status": 200,
        "message": "Veículo cadastrado com sucesso",
        "id": number,
        "codigo": "7998",
        "url": f"http://{portal.host}/usadosbr/anuncio/{number}",
    }
    assert portal.ads()[0]["status"] == "Ativo"


@pytest.mark.parametrize("status", ["Inativo", "ativo", None, 1])
def test_any_status_but_ativo_is_inactive(portal: Caller, status: object) -> None:
    portal.car(Status=status)

    assert portal.ads()[0]["status"] == "Inativo"


def test_a_second_create_of_the_same_code_makes_a_second_ad(portal: Caller) -> None:
    first, second = portal.car().json["id"], portal.car().json["id"]

    assert first != second
    assert [ad["codigo"] for ad in portal.ads()] == ["7998", "7998"]
    assert portal.state()["counters"]["creates"] == 2


@pytest.mark.parametrize(
    "lookup",
    [
        {"Tipo_codigo": "code", "Codigo_consulta": 7998},
        {"Tipo_codigo": "code", "Codigo_consulta": "7998"},
        {},
    ],
)
def test_an_update_by_code_replaces_the_ad(portal: Caller, lookup: dict[str, Any]) -> None:
    number = portal.car().json["id"]

    answer = portal.car(Operacao="Atualizar", Valor="44000.00", Status="Inativo", **lookup)

    assert (answer.status, answer.json["id"]) == (200, number)
    [ad] = portal.ads()
    assert (ad["updates"], ad["status"], ad["payload"]["Valor"]) == (1, "Inativo", "44000.00")


def test_an_update_by_id_may_change_the_code(portal: Caller) -> None:
    number = portal.car().json["id"]

    portal.car(Operacao="Atualizar", Tipo_codigo="id", Codigo_consulta=number, Codigo="B-2")

    assert portal.get("carros/consultar/status/B-2").json["id"] == number
    assert portal.get("carros/consultar/status/7998").status == 400


def test_an_update_of_an_unknown_ad_creates_nothing(portal: Caller) -> None:
    answer = portal.car(Operacao="Atualizar", Tipo_codigo="id", Codigo_consulta=5)

    assert answer.status == 400
    assert answer.json == {"status": 400, "message": "Veículo não encontrado para atualização"}
    assert portal.ads() == []


@pytest.mark.parametrize("missing", ["Tipo_codigo", "Codigo_consulta"])
def test_half_a_lookup_is_refused(portal: Caller, missing: str) -> None:
    keys: dict[str, Any] = {"Tipo_codigo": "code", "Codigo_consulta": 7998}
    del keys[missing]

    assert list(portal.remove(**keys).json["errors"]) == [missing]
    assert list(portal.car(Operacao="Atualizar", **keys).json["errors"]) == [missing]


@pytest.mark.parametrize("by", ["id", "code"])
def test_a_removed_ad_is_gone(portal: Caller, by: str) -> None:
    number = portal.car().json["id"]

    answer = portal.remove(Tipo_codigo=by, Codigo_consulta=number if by == "id" else 7998)

    assert answer.status == 200
    assert portal.ads() == []
    assert portal.state()["counters"]["deletes"] == 1


@pytest.mark.parametrize("path", ["carros", "motos"])
def test_removing_an_unknown_ad_answers_as_the_document_prints(portal: Caller, path: str) -> None:
    answer = portal.remove(path, Tipo_codigo="code", Codigo_consulta="x", Codigo="x")

    assert answer.status == 400
    assert answer.json == {"status": 400, "message": "Veículo não encontrado para remoção"}


def test_a_motorcycle_is_removed_by_the_key_of_its_own_table(portal: Caller) -> None:
    portal.motorcycle()

    assert portal.remove("motos", Codigo="7998").status == 200
    assert portal.ads() == []


def test_a_car_is_not_found_among_the_motorcycles(portal: Caller) -> None:
    number = portal.car().json["id"]

    assert portal.remove("motos", Tipo_codigo="id", Codigo_consulta=number).status == 400
    assert len(portal.ads()) == 1


def test_strict_integers_refuse_a_text_in_codigo_consulta(portal: Caller) -> None:
    portal.configure(strict_integer_codigo_consulta=True)
    portal.car()

    answer = portal.remove(Tipo_codigo="code", Codigo_consulta="7998")
    assert list(answer.json["errors"]) == ["Codigo_consulta"]
    assert portal.remove(Tipo_codigo="code", Codigo_consulta=7998).status == 200


def test_an_answer_without_an_id_can_be_switched_on(portal: Caller) -> None:
    portal.configure(no_id_in_answer=True)

    assert set(portal.car().json) == {"status", "message", "codigo"}


def test_wrong_paths_and_methods_are_told_apart(portal: Caller) -> None:
    assert portal.get("barcos/consultar").status == 404
    assert portal.get("carros").status == 405
    assert portal.get("carros/consultar/cilindradas").status == 404
    assert portal.get("motos/consultar/portas").status == 404


def test_many_callers_at_once_leave_one_ad_each(portal: Caller) -> None:
    portal.configure(latency_ms=20)

    def create(code: int) -> None:
        portal.car(Codigo=str(code))

    threads = [threading.Thread(target=create, args=(code,)) for code in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ads = portal.ads()
    assert sorted(int(ad["codigo"]) for ad in ads) == list(range(40))
    assert len({ad["id"] for ad in ads}) == 40
    assert portal.state()["counters"]["peak_in_flight"] > 1


def test_a_full_quota_holds_against_callers_at_once(portal: Caller) -> None:
    portal.configure(latency_ms=10)
    threads = [
        threading.Thread(target=portal.car, kwargs={"Codigo": str(code), "Destaque": 2})
        for code in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ad["destaque"] for ad in portal.ads()) == [0] * 9 + [2] * 3
