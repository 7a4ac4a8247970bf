"""The stand-in portal's own check of every field of an ad."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Caller


def errors_of(portal: Caller, *, motorcycle: bool = False, **changes: Any) -> dict[str, list[str]]:
    """The reasons by field of a 422, with proof that nothing was saved."""
    answer = (portal.motorcycle if motorcycle else portal.car)(**changes)
    assert answer.status == 422, answer.text
    assert portal.ads() == []
    errors: dict[str, list[str]] = answer.json["errors"]
    return errors


@pytest.mark.parametrize(
    "field",
    [
        "Operacao", "Codigo", "Placa", "Valor", "Marca", "Modelo", "Versao", "Estilo", "Cor",
        "Combustivel", "Cambio", "Porta", "AnoFabricacao", "AnoModelo", "VeiculoTipo",
        "Kilometragem",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_missing_field_of_a_car_is_named(portal: Caller, field: str, value: Any) -> None:
    assert f"O campo {field} é obrigatório." in errors_of(portal, **{field: value})[field]


def test_a_motorcycle_needs_its_displacement(portal: Caller) -> None:
    errors = errors_of(portal, motorcycle=True, Cilindrada=None)

    assert errors == {"Cilindrada": ["O campo Cilindrada é obrigatório."]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Operacao", "Publicar"), ("Operacao", 1),
        ("Codigo", 7998), ("Placa", "ABCD123"), ("Placa", 1),
        ("Valor", 45990), ("Valor", "0"), ("Valor", "R$ 10"), ("Valor", "-1"), ("Valor", "1.00,0"),
        ("Marca", "Chevrolet"), ("Modelo", "MOBI"), ("Versao", "LTZ 1.4 4P"), ("Estilo", "SEDÃ"),
        ("Cor", "Preto"), ("Combustivel", "QUEROSENE"), ("Cambio", "X"), ("Porta", "6"),
        ("Porta", 5),
        ("AnoFabricacao", 2020), ("AnoFabricacao", "20"), ("AnoModelo", "2022"),
        ("AnoModelo", "2019"), ("AnoModelo", "9999"),
        ("VeiculoTipo", "2"), ("VeiculoTipo", 0),
        ("Kilometragem", "41000"), ("Kilometragem", -1), ("Kilometragem", 1.5),
        ("Kilometragem", True),
        ("UnicoDono", "2"), ("UnicoDono", 1), ("Blindagem", 1),
        ("Destaque", "1"), ("Destaque", 3), ("Destaque", -1),
        ("Video", "https://example.org/v"), ("Video", "http://[x"), ("Video", 5),
        ("Opcionais", "ALARME"), ("Fotos", "http://127.0.0.1/a.jpg"),
        ("Observacoes", 5), ("Cilindrada", "160"), ("Chassi", "9BW"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_field(
    portal: Caller, field: str, value: Any
) -> None:
    assert list(errors_of(portal, **{field: value})) == [field]


@pytest.mark.parametrize("field", ["Porta", "Blindagem"])
def test_a_motorcycle_has_no_doors_and_no_armour(portal: Caller, field: str) -> None:
    assert list(errors_of(portal, motorcycle=True, **{field: "1"})) == [field]


def test_keys_of_the_other_type_can_be_let_pass(portal: Caller) -> None:
    portal.configure(refuse_foreign_keys=False)

    assert portal.motorcycle(Porta="5").status == 200


def test_entries_of_an_array_are_named_by_their_place(portal: Caller) -> None:
    errors = errors_of(portal, Fotos=["http://127.0.0.1/a.jpg", 5], Opcionais=[None])

    assert list(errors) == ["Opcionais.0", "Fotos.1"]


def test_every_reason_comes_at_once(portal: Caller) -> None:
    assert set(errors_of(portal, Placa="?", Cor="?", Porta=None)) == {"Placa", "Cor", "Porta"}


@pytest.mark.parametrize("year", ["1949", "1900"])
def test_a_car_older_than_1950_is_refused(portal: Caller, year: str) -> None:
    assert "AnoFabricacao" in errors_of(portal, AnoFabricacao=year, AnoModelo="1950")


@pytest.mark.parametrize(("made", "model"), [("1950", "1950"), ("1950", "1951")])
def test_a_car_of_1950_passes(portal: Caller, made: str, model: str) -> None:
    assert portal.car(AnoFabricacao=made, AnoModelo=model).status == 200


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("45990.00", "45990.00"),
        ("45990", "45990.00"),
        ("45.990,50", "45990.50"),
        ("45990,5", "45990.50"),
    ],
)
def test_prices_are_read_in_both_notations(portal: Caller, sent: str, held: str) -> None:
    assert portal.car(Valor=sent).status == 200
    assert portal.ads()[0]["payload"]["Valor"] == held


@pytest.mark.parametrize("plate", ["ABC1D23", "ABC1234", "abc-1234"])
def test_both_forms_of_plates_pass(portal: Caller, plate: str) -> None:
    assert portal.car(Placa=plate).status == 200


def test_a_new_car_needs_no_mileage_and_a_used_one_may_have_run_nothing(portal: Caller) -> None:
    assert portal.car(VeiculoTipo="1", Kilometragem=None).status == 200
    assert portal.car(Kilometragem=0).status == 200


@pytest.mark.parametrize(("armour", "held"), [("1", "1"), ("0", "0"), ("sim", "0"), (None, "0")])
def test_only_a_one_means_armoured(portal: Caller, armour: str | None, held: str) -> None:
    portal.car(Blindagem=armour)

    assert portal.ads()[0]["payload"]["Blindagem"] == held


@pytest.mark.parametrize("text", ["<b>Lindo</b>", "a<br/>b", "</p>", "<!-- x -->", "<a href=x>"])
def test_html_in_the_text_is_refused(portal: Caller, text: str) -> None:
    assert list(errors_of(portal, Observacoes=text)) == ["Observacoes"]


def test_signs_that_are_no_html_pass(portal: Caller) -> None:
    assert portal.car(Observacoes="preço < tabela & km > 10 <3").status == 200


def test_a_brand_of_another_type_is_unknown(portal: Caller) -> None:
    assert "Marca" in errors_of(portal, Marca="HONDA")


def test_a_motorcycle_passes(portal: Caller) -> None:
    assert portal.motorcycle().status == 200
    assert portal.ads()[0]["tipo"] == "motos"


def test_a_body_that_is_no_object_is_refused(portal: Caller) -> None:
    assert portal.send("POST", "/usadosbr/carros", "{").status == 400
    assert portal.send("POST", "/usadosbr/carros", [1]).status == 400


def test_video_at_youtube_passes(portal: Caller) -> None:
    assert portal.car(Video="https://www.youtube.com/watch?v=abc").status == 200
