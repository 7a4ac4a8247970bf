"""Refusals, states, rows of the list, plans and names, in the shapes they may come in."""

from __future__ import annotations

import pytest

from portals.connectors.usadosbr import answers


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Ativo", "live"),
        ("ATIVA", "live"),
        ("Publicado", "live"),
        ("Inativo", "paused"),
        ("Pausado", "paused"),
        ("Pendente", "pending"),
        ("Em análise", "pending"),
        ("Aguardando aprovação", "pending"),
        ("Reprovado", "refused"),
        ("Recusado", "refused"),
        ("Removido", "absent"),
        ("Novo", "unknown"),
        ("", "unknown"),
    ],
)
def test_status_word_has_a_state(word, state):
    assert answers.state_of_word(word) == state


def test_unknown_status_word_leaves_one_problem():
    found = answers.read_observed({"status": "Em órbita", "id": 7}, reference="123", category=1)

    assert found is not None
    assert (found.state, found.remote_id, found.reference) == ("unknown", "7", "123")
    assert [(p.code, p.params) for p in found.problems] == [
        ("unknown_status", {"word": "Em órbita"})
    ]


def test_refused_ad_tells_the_portals_reason():
    data = {"status": "Recusado", "motivo": "Foto de outro veículo"}

    found = answers.read_observed(data, reference="123", category=1)

    assert found is not None
    assert found.state == "refused"
    assert [(p.code, p.message) for p in found.problems] == [("refused", "Foto de outro veículo")]


def test_answer_without_a_status_is_not_understood():
    assert answers.read_observed({"id": 7}, reference="123", category=1) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"message": "Inválido", "errors": {"Placa": ["O campo é obrigatório."]}},
            [("plate", "refused_field", "O campo é obrigatório.")],
        ),
        (
            {"erros": {"Marca": "Não consta no catálogo", "AnoModelo": ["Inválido"]}},
            [
                ("brand", "refused_name", "Não consta no catálogo"),
                ("year_model", "refused_field", "Inválido"),
            ],
        ),
        (
            {"errors": ["O campo Ano Modelo é obrigatório."]},
            [("year_model", "refused_field", "O campo Ano Modelo é obrigatório.")],
        ),
        (
            {"errors": [{"campo": "Valor", "mensagem": "Muito baixo"}]},
            [("price", "refused_field", "Muito baixo")],
        ),
        (
            {"data": {"errors": {"Fotos.0": ["Link inválido"]}}},
            [("photos", "refused_field", "Link inválido")],
        ),
        ({"Cor": ["Inválida"]}, [("colour", "refused_name", "Inválida")]),
        (
            {"message": "A placa já está em uso"},
            [("plate", "refused_field", "A placa já está em uso")],
        ),
        ({"message": "Cota de anúncios esgotada"}, [("", "refused", "Cota de anúncios esgotada")]),
        ({"errors": {"Nada": ["?"]}}, [("", "refused", "?")]),
        ({}, [("", "refused", "")]),
        (None, [("", "refused", "")]),
        ("Placa inválida", [("plate", "refused_field", "Placa inválida")]),
    ],
)
def test_refusal_names_our_fields(data, expected):
    problems = answers.read_problems(data)

    assert [(p.field, p.code, p.message) for p in problems] == expected


def test_row_of_the_list_tells_what_can_be_compared():
    row = {
        "id": 7,
        "codigo": "123",
        "status": "Ativo",
        "valor": "45.990,00",
        "destaque": "2",
        "fotos": ["a", "b"],
        "kilometragem": 1000,
        "url": "https://usadosbr.test/7",
    }

    found = answers.read_row(row, category=2)

    assert found is not None
    assert (found.state, found.remote_id, found.reference, found.category, found.url) == (
        *("live", "7", "123", 2),
        "https://usadosbr.test/7",
    )
    assert found.details == {"price": "45990.00", "highlight": 2, "mileage": 1000, "photos": 2}


def test_row_without_a_status_is_still_an_ad():
    found = answers.read_row({"id": 7, "codigo": "123"}, category=1)

    assert found is not None
    assert (found.state, found.remote_id, found.reference) == ("unknown", "7", "123")


@pytest.mark.parametrize("row", [None, "x", {}, {"nome": "x"}])
def test_row_without_an_ad_is_none(row):
    assert answers.read_row(row, category=1) is None


@pytest.mark.parametrize(
    "data",
    [
        ["A", "B", "A"],
        [{"id": 1, "nome": "A"}, {"id": 2, "nome": "B"}],
        {"data": [{"Nome": "A"}, {"Nome": "B"}]},
        {"marcas": [{"marca": "A"}, {"marca": "B"}]},
        {"1": "A", "2": "B"},
        {"status": 200, "data": ["A", " B "]},
    ],
)
def test_names_are_read_in_every_shape(data):
    assert answers.read_names(data, kind="brand", last="marcas") == ["A", "B"]


def test_numbers_may_be_names():
    assert answers.read_names([2, 4], kind="doors", last="portas") == ["2", "4"]


def test_answer_without_a_list_has_no_names():
    assert answers.read_names({"message": "ok"}, kind="brand", last="marcas") is None


@pytest.mark.parametrize(
    "data",
    [
        [{"peso": 1, "total": 10, "utilizado": 4, "liberado": True}],
        {"data": [{"peso": "1", "total": "10", "usados": "4"}]},
        {"status": 200, "planos": [{"peso": 1, "quantidade": 10, "disponivel": 6}]},
        {"destaques": {"1": {"total": 10, "utilizado": 4}}},
        {"destaque_1": {"limite": 10, "saldo": 6}},
    ],
)
def test_highlight_is_read_in_every_shape(data):
    plans = answers.read_plans(data)

    assert plans is not None
    assert [(p.kind, p.remote_key, p.weight, p.total, p.published, p.released) for p in plans] == [
        ("highlight", "1", 1, 10, 4, True)
    ]


def test_unreleased_highlight_is_told():
    plans = answers.read_plans([{"peso": 2, "liberado": "não", "nome": "Ouro"}])

    assert plans is not None
    assert [(p.name, p.total, p.released) for p in plans] == [("Ouro", None, False)]


def test_plan_without_weight_is_an_ad_plan():
    plans = answers.read_plans([{"id": 5, "nome": "Anúncios", "total": 30, "publicados": 12}])

    assert plans is not None
    assert [(p.kind, p.remote_key, p.name, p.total, p.published) for p in plans] == [
        ("ad", "5", "Anúncios", 30, 12)
    ]


def test_empty_list_of_plans_is_an_answer():
    assert answers.read_plans([]) == ()


@pytest.mark.parametrize("data", [None, {}, "x", {"message": "ok"}, [{"nome": "x"}]])
def test_plans_that_cannot_be_recognised_are_none(data):
    assert answers.read_plans(data) is None
