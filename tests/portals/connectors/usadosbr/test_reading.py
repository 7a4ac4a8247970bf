"""Small tools for undocumented shapes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portals.connectors.usadosbr import reading


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"id": 7}, "7"),
        ({"ID": "7"}, "7"),
        ({"data": {"id": 7}}, "7"),
        ({"status": 200, "veiculo": {"id_veiculo": 7, "codigo": "A"}}, "7"),
        ({"data": [{"id": 7}]}, "7"),
        ({"anuncio": {"id_usadosbr": "7"}}, "7"),
        ({"codigo": "123"}, ""),
        ({"id": None}, ""),
        ({"id": True}, ""),
        (None, ""),
        ("7", ""),
    ],
)
def test_id_is_found_under_its_usual_names(data, expected):
    assert reading.remote_id_of(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"status": "Ativo"}, "Ativo"),
        ({"status": 200, "data": {"Status": "Inativo"}}, "Inativo"),
        ({"status": 200, "situacao": "Pendente"}, "Pendente"),
        ({"status": True}, "Ativo"),
        ({"status": 0}, "Inativo"),
        ({"status": "1"}, "Ativo"),
        ({"data": {"status": {"id": 3, "nome": "Ativo"}}}, "Ativo"),
        ({"data": [{"status": "Ativo", "id": 1}]}, "Ativo"),
        ({"status": 200}, None),
        ({"status": "200"}, None),
        ({"status": None}, None),
        ({"message": "ok"}, None),
        ({}, None),
        ([], None),
        ("Ativo", None),
    ],
)
def test_status_word_is_told_from_the_http_status(data, expected):
    assert reading.status_of(data) == expected


@pytest.mark.parametrize(
    ("status", "data", "expected"),
    [
        (200, {"status": 200}, 200),
        (200, {"status": 422, "errors": {}}, 422),
        (200, {"code": "404"}, 404),
        (200, {"status": "Ativo"}, 200),
        (422, {"status": 200}, 422),
        (200, [1], 200),
    ],
)
def test_error_told_inside_a_200_counts(status, data, expected):
    assert reading.http_status_of(status, data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([1, 2], [1, 2]),
        ({"data": [1]}, [1]),
        ({"data": {"data": [1], "last_page": 1}}, [1]),
        ({"marcas": ["A"]}, ["A"]),
        ({"1": "A", "2": "B"}, ["A", "B"]),
        ({"data": []}, []),
        ({"data": None}, None),
        ({}, None),
        (None, None),
        ("A", None),
    ],
)
def test_list_is_found_or_said_to_be_missing(data, expected):
    assert reading.rows_of(data, ("marcas",)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (45990, Decimal("45990.00")),
        (45990.5, Decimal("45990.50")),
        ("45990.00", Decimal("45990.00")),
        ("45.990,00", Decimal("45990.00")),
        ("45.990", Decimal("45990.00")),
        ("1.045.990", Decimal("1045990.00")),
        ("R$ 45.990,5", Decimal("45990.50")),
        ("45,99", Decimal("45.99")),
        ("a combinar", None),
        ("1.2.3", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_money_is_read_in_brazilian_and_numeric_form(value, expected):
    assert reading.money_of(value) == expected


def test_deep_answer_does_not_end_in_a_loop():
    data: dict[str, object] = {}
    data["data"] = data

    assert reading.remote_id_of(data) == ""
    assert reading.status_of(data) is None
