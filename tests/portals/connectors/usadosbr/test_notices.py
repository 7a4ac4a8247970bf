"""What a 200 takes away, whatever shape it is told in."""

from __future__ import annotations

import pytest

from portals.connectors.types import AdWarning
from portals.connectors.usadosbr.notices import merge_warnings, read_notices

ONE, TWO = "https://photos.example/1.jpg", "https://photos.example/2.jpg"
BODY = {
    "Destaque": 2,
    "Opcionais": ["AR CONDICIONADO", "TETO SOLAR"],
    "Observacoes": "a" * 2300,
    "Fotos": [ONE, TWO, *(f"https://photos.example/x{n}.jpg" for n in range(23))],
}
SMALL = f"Imagem com resolução menor que 760x570: {TWO}"
MANY = "Foram enviadas 25 imagens; o limite é 20, apenas as 20 primeiras foram vinculadas."
DENIED = "Destaque de peso 2 não liberado: veículo cadastrado sem destaque."
CUT = "O texto enviado em Observacoes ultrapassa 2000 caracteres e foi cortado."
IGNORED = "Opcional inexistente ignorado: Teto solar"


def kinds(data):
    """Return (kind, asked, granted) of every warning of an answer."""
    warnings, _ = read_notices(data, body=BODY)
    return [(w.kind, w.asked, w.granted) for w in warnings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SMALL, ("photo_rejected", [TWO], [])),
        (f"Link quebrado: {ONE}", ("photo_rejected", [ONE], [])),
        ("Algumas fotos têm resolução baixa", ("photo_rejected", 25, None)),
        (MANY, ("photo_limit", 25, 20)),
        ("O número de fotos excede o máximo permitido", ("photo_limit", 25, 20)),
        (DENIED, ("highlight_denied", 2, 0)),
        ("A cota do destaque foi excedida", ("highlight_denied", 2, 0)),
        (CUT, ("text_truncated", 2300, 2000)),
        (IGNORED, ("optional_ignored", ["TETO SOLAR"], [])),
        ("Opcionais inválidos", ("optional_ignored", ["AR CONDICIONADO", "TETO SOLAR"], [])),
    ],
)
@pytest.mark.parametrize(
    "shape",
    [
        lambda text: {"avisos": text},
        lambda text: {"avisos": [text]},
        lambda text: {"Avisos": {"0": text}},
        lambda text: {"warnings": [{"mensagem": text}]},
        lambda text: {"data": {"id": 7, "avisos": [text]}},
        lambda text: {"status": 200, "message": text},
        lambda text: {"message": f"Veículo cadastrado com sucesso. {text}"},
    ],
)
def test_each_reduction_is_known_in_every_shape(shape, text, expected):
    assert kinds(shape(text)) == [expected]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"avisos": {"Fotos": [ONE, TWO]}}, ("photo_rejected", [ONE, TWO], [])),
        (
            {"avisos": {"Fotos": [{"url": ONE, "motivo": "pequena"}]}},
            ("photo_rejected", [ONE], []),
        ),
        ({"avisos": [{"campo": "Destaque", "mensagem": "negado"}]}, ("highlight_denied", 2, 0)),
        ({"avisos": {"Opcionais": ["TETO SOLAR"]}}, ("optional_ignored", ["TETO SOLAR"], [])),
        ({"avisos": {"Observacoes": "cortado"}}, ("text_truncated", 2300, 2000)),
    ],
)
def test_field_of_a_notice_tells_its_kind(data, expected):
    assert kinds(data) == [expected]


def test_all_five_in_one_text_become_five_warnings():
    text = " ".join([f"{SMALL}.", MANY, DENIED, CUT, IGNORED])

    assert sorted(kind for kind, _, _ in kinds({"message": text})) == [
        "highlight_denied",
        "optional_ignored",
        "photo_limit",
        "photo_rejected",
        "text_truncated",
    ]


def test_texts_strung_together_without_a_stop_are_told_apart():
    text = f"{IGNORED} {SMALL} Destaque sem cota Observacoes cortado em 2000 caracteres"

    assert kinds({"avisos": text}) == [
        ("optional_ignored", ["TETO SOLAR"], []),
        ("highlight_denied", 2, 0),
        ("photo_rejected", [TWO], []),
        ("text_truncated", 2300, 2000),
    ]


def test_object_of_one_notice_is_not_judged_by_the_names_of_its_keys():
    data = {"avisos": [{"texto": "Anúncio em quarentena", "valor": ""}]}

    assert [p.code for p in read_notices(data, body=BODY)[1]] == ["portal_notice"]


def test_several_notices_of_a_kind_are_one_warning():
    data = {"avisos": [f"Foto com baixa resolução: {url}" for url in (TWO, ONE)]}

    assert kinds(data) == [("photo_rejected", [ONE, TWO], [])]


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        "Veículo cadastrado com sucesso",
        {"id": 1, "message": "Veículo cadastrado com sucesso"},
        {"message": "Veículo atualizado, imagens em processamento"},
        {"avisos": []},
        {"avisos": None, "warnings": {}},
        {"data": {"Fotos": [ONE], "Destaque": 2, "Observacoes": "sem limite de km"}},
    ],
)
def test_praise_and_echoes_are_no_notices(data):
    assert read_notices(data, body=BODY) == ((), ())


def test_notice_nobody_can_classify_is_kept_with_its_words():
    warnings, problems = read_notices({"avisos": ["Anúncio em quarentena"]}, body=BODY)

    assert warnings == ()
    assert [(p.code, p.message) for p in problems] == [("portal_notice", "Anúncio em quarentena")]


def test_same_kind_from_both_sides_is_joined():
    ours = (
        AdWarning(kind="optional_ignored", asked=["Rádio"], granted=[]),
        AdWarning(kind="photo_limit", asked=25, granted=20),
    )
    told = (
        AdWarning(kind="optional_ignored", asked=["GPS"], granted=[], message="GPS não existe"),
        AdWarning(kind="photo_limit", asked=20, granted=20),
    )

    assert merge_warnings(ours, told) == (
        AdWarning(
            kind="optional_ignored", asked=["Rádio", "GPS"], granted=[], message="GPS não existe"
        ),
        AdWarning(kind="photo_limit", asked=25, granted=20),
    )
