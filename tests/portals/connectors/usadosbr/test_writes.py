"""Adicionar, Atualizar and Apagar over the wire, with every kind of answer."""

from __future__ import annotations

import pytest

from config.lib.remote_errors import CredentialsRefused, Throttled, UnexpectedAnswer, Unreachable
from portals.connectors.errors import ListingRefused, ListingUnknown, NotSupported
from portals.connectors.types import AdWarning, RemoteRef
from portals.connectors.usadosbr.payload import build_payload
from tests.portals.drafts import draft, motorcycle, name
from tests.portals.wire import usadosbr

CAR = build_payload(draft())
KNOWN = RemoteRef(reference="123", category=1, remote_id="7")
UNKNOWN = RemoteRef(reference="123", category=1)
TEXT_CODE = RemoteRef(reference="LOJA-7", category=1)
STATUS = "/carros/consultar/status/123"
MISSING = {"status": 400, "message": "Veículo não encontrado para remoção"}


def keys(sent):
    """Return how a write named the ad."""
    names = ("Operacao", "Tipo_codigo", "Codigo_consulta", "Codigo")
    return {key: sent[key] for key in names if key in sent}


def test_create_sends_the_payload_as_an_addition(wire):
    wire.answer("POST", "/carros", {"status": 200, "id": 7, "url": "https://x.test/7"})

    found = usadosbr().create(CAR)

    assert wire.sent() == [{"Operacao": "Adicionar", **CAR.body}]
    assert (found.state, found.remote_id, found.reference, found.category, found.url) == (
        *("pending", "7", "123", 1),
        "https://x.test/7",
    )
    assert (found.warnings, found.problems) == ((), ())


def test_motorcycle_goes_to_its_own_address(wire):
    wire.answer("POST", "/motos", {"id": 8})

    found = usadosbr().create(build_payload(motorcycle()))

    assert (found.remote_id, found.category) == ("8", 2)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (KNOWN, {"Tipo_codigo": "id", "Codigo_consulta": 7}),
        (UNKNOWN, {"Tipo_codigo": "code", "Codigo_consulta": 123}),
        (TEXT_CODE, {"Tipo_codigo": "code", "Codigo_consulta": "LOJA-7"}),
        (
            RemoteRef(reference="007", category=1),
            {"Tipo_codigo": "code", "Codigo_consulta": "007"},
        ),
    ],
)
def test_update_names_the_ad_by_id_else_by_code(wire, ref, expected):
    payload = build_payload(draft(reference=ref.reference))
    wire.answer("POST", "/carros", {"id": 7})

    usadosbr().update(payload, ref)

    assert keys(wire.sent()[0]) == {
        "Operacao": "Atualizar",
        **expected,
        "Codigo": ref.reference,
    }


def test_update_keeps_the_id_when_the_answer_names_none(wire):
    wire.answer("POST", "/carros", {"status": 200, "message": "Veículo atualizado"})

    found = usadosbr().update(CAR, KNOWN)

    assert (found.state, found.remote_id) == ("pending", "7")


@pytest.mark.parametrize(
    ("ref", "kind", "value"), [(KNOWN, "id", 7), (UNKNOWN, "code", 123), (TEXT_CODE, "code", None)]
)
def test_withdrawal_carries_the_same_value_twice(wire, ref, kind, value):
    value = value or ref.reference
    wire.answer("POST", "/carros", {"status": 200, "message": "Veículo removido"})

    found = usadosbr().withdraw(ref)

    assert wire.sent() == [
        {"Operacao": "Apagar", "Tipo_codigo": kind, "Codigo_consulta": value, "Codigo": value}
    ]
    assert (found.state, found.reference) == ("absent", ref.reference)


@pytest.mark.parametrize(
    ("body", "status"),
    [(MISSING, 400), (MISSING, 200), ({"message": "Não encontrado"}, 404), ("", 400), ({}, 400)],
)
@pytest.mark.parametrize(("category", "path"), [(1, "/carros"), (2, "/motos")])
def test_withdrawing_what_is_gone_succeeds(wire, category, path, body, status):
    wire.answer("POST", path, body, status)

    ref = RemoteRef(reference="123", category=category, remote_id="7")

    assert usadosbr().withdraw(ref).state == "absent"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"message": "Operação inválida"}, 400, ListingRefused),
        ({"errors": {"Operacao": ["inválida"]}}, 422, ListingRefused),
        ("<html>", 400, UnexpectedAnswer),
        ("<html>", 404, UnexpectedAnswer),
        ("<html>", 200, UnexpectedAnswer),
        ("x", 500, Unreachable),
    ],
)
def test_withdrawal_that_failed_is_no_success(wire, body, status, error):
    wire.answer("POST", "/carros", body, status)

    with pytest.raises(error):
        usadosbr().withdraw(KNOWN)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"message": "Veículo não encontrado"}, 400), ({"message": "Não encontrado"}, 404)],
)
def test_update_of_an_ad_that_is_gone_says_so(wire, body, status):
    wire.answer("POST", "/carros", body, status)

    with pytest.raises(ListingUnknown) as caught:
        usadosbr().update(CAR, KNOWN)

    assert caught.value.verdict is True


def test_refusal_names_our_fields_with_the_portals_words(wire):
    errors = {"Placa": ["O campo Placa é obrigatório."], "Cor": ["Não consta no catálogo."]}
    wire.answer("POST", "/carros", {"message": "Inválido", "errors": errors}, 422)

    with pytest.raises(ListingRefused) as caught:
        usadosbr().create(CAR)

    assert [(p.field, p.code, p.message) for p in caught.value.problems] == [
        ("plate", "refused_field", "O campo Placa é obrigatório."),
        ("colour", "refused_name", "Não consta no catálogo."),
    ]
    assert caught.value.verdict is True


@pytest.mark.parametrize(
    ("body", "status", "error", "verdict"),
    [
        ({"message": "?"}, 400, ListingRefused, True),
        ({"message": "Código já cadastrado"}, 409, ListingRefused, True),
        ({"status": 422, "errors": {"Placa": ["?"]}}, 200, ListingRefused, True),
        ({"message": "Sem permissão"}, 403, CredentialsRefused, True),
        ("<html>bloqueado</html>", 403, UnexpectedAnswer, False),
        ("<html>", 422, UnexpectedAnswer, False),
        ({"message": "Not Found"}, 404, UnexpectedAnswer, False),
        ({}, 405, UnexpectedAnswer, False),
        ("<html>ok</html>", 200, UnexpectedAnswer, False),
        ('{"id": ', 200, UnexpectedAnswer, False),
        ("", 301, UnexpectedAnswer, False),
        ({"status": 500, "message": "Erro não esperado"}, 500, Unreachable, False),
        ({"status": 500}, 200, Unreachable, False),
        ("", 502, Unreachable, False),
        ({}, 429, Throttled, True),
        (Unreachable("TimeoutError"), 0, Unreachable, False),
        (Unreachable("refused", sent=False), 0, Unreachable, True),
    ],
)
def test_every_answer_to_a_create_becomes_the_right_error(wire, body, status, error, verdict):
    wire.answer("POST", "/carros", body, status)

    with pytest.raises(error) as caught:
        usadosbr().create(CAR)

    assert caught.value.verdict is verdict
    assert len(wire.calls) == 1


def test_reductions_of_the_answer_are_results(wire):
    payload = build_payload(draft(highlight=2))
    wire.answer(
        "POST",
        "/carros",
        {
            "id": 7,
            "avisos": ["Destaque não liberado", f"Link quebrado: {payload.body['Fotos'][1]}"],
        },
    )

    found = usadosbr().create(payload)

    assert found.warnings == (
        AdWarning(kind="highlight_denied", asked=2, granted=0, message="Destaque não liberado"),
        AdWarning(
            kind="photo_rejected",
            asked=["https://photos.example/2.jpg"],
            granted=[],
            message="Link quebrado: https://photos.example/2.jpg",
        ),
    )


def test_what_we_left_out_ourselves_is_told_by_the_payload_only(wire):
    payload = build_payload(draft(description="a" * 2100))
    wire.answer("POST", "/carros", {"id": 7})

    assert usadosbr().create(payload).warnings == ()


def test_notice_nobody_can_classify_is_shown(wire):
    wire.answer("POST", "/carros", {"id": 7, "avisos": ["Anúncio em quarentena"]})

    assert [p.message for p in usadosbr().create(CAR).problems] == ["Anúncio em quarentena"]


# -- optionals ------------------------------------------------------------------------------------
THREE = build_payload(draft(optionals=tuple(name("optional", key) for key in ("GPS", "SOM", "AR"))))


@pytest.mark.parametrize(
    ("errors", "left", "dropped"),
    [
        ({"Opcionais": ["Opcional inexistente: SOM"]}, ["GPS", "AR"], ["SOM"]),
        ({"Opcionais.1": ["Inválido"]}, ["GPS", "AR"], ["SOM"]),
        ({"Opcionais": {"2": ["Inválido"]}}, ["GPS", "SOM"], ["AR"]),
        ({"Opcionais": ["Há opcionais inválidos"]}, [], ["GPS", "SOM", "AR"]),
        (["Opcionais: gps e ar não existem"], ["SOM"], ["GPS", "AR"]),
    ],
)
def test_optionals_refused_alone_are_dropped_and_the_ad_sent_once_more(wire, errors, left, dropped):
    wire.answer("POST", "/carros", {"message": "Inválido", "errors": errors}, 422)
    wire.answer("POST", "/carros", {"id": 7})

    found = usadosbr().create(THREE)

    assert [sent["Opcionais"] for sent in wire.sent()] == [["GPS", "SOM", "AR"], left]
    assert found.warnings == (AdWarning(kind="optional_ignored", asked=dropped, granted=[]),)


def test_optionals_refused_with_other_fields_are_a_refusal(wire):
    errors = {"Opcionais": ["SOM não existe"], "Placa": ["inválida"]}
    wire.answer("POST", "/carros", {"errors": errors}, 422)

    with pytest.raises(ListingRefused):
        usadosbr().create(THREE)

    assert len(wire.calls) == 1


def test_optionals_are_dropped_only_once(wire):
    wire.answer("POST", "/carros", {"errors": {"Opcionais": ["SOM não existe"]}}, 422)
    wire.answer("POST", "/carros", {"errors": {"Opcionais": ["AR não existe"]}}, 422)

    with pytest.raises(ListingRefused):
        usadosbr().create(THREE)

    assert len(wire.calls) == 2


# -- answers without an id ------------------------------------------------------------------------
def test_saved_without_an_id_reads_the_status(wire):
    wire.answer(
        "POST", "/carros", {"status": 200, "message": "Sucesso", "avisos": ["Sem destaque"]}
    )
    wire.answer("GET", STATUS, {"id": 7, "status": "Ativo", "url": "https://x.test/7"})

    found = usadosbr().create(CAR)

    assert (found.state, found.remote_id, found.url) == ("live", "7", "https://x.test/7")
    assert [w.kind for w in found.warnings or ()] == ["highlight_denied"]


@pytest.mark.parametrize(("body", "status"), [(MISSING, 400), ("<html>", 200), ("x", 500)])
def test_saved_without_an_id_is_pending_when_the_status_does_not_help(wire, body, status):
    wire.answer("POST", "/carros", {"status": 200, "message": "Sucesso"})
    wire.answer("GET", STATUS, body, status)

    found = usadosbr().create(CAR)

    assert (found.state, found.remote_id) == ("pending", "")


@pytest.mark.parametrize("body", ["", "[]", '"ok"', "null"])
def test_saved_without_a_word_is_believed_only_if_the_ad_is_there(wire, body):
    wire.answer("POST", "/carros", body)
    wire.answer("GET", STATUS, {"id": 7, "status": "Ativo"})

    assert usadosbr().create(CAR).remote_id == "7"


@pytest.mark.parametrize(("body", "status"), [(MISSING, 400), ("x", 500)])
def test_saved_without_a_word_and_not_found_has_no_verdict(wire, body, status):
    wire.answer("POST", "/carros", "")
    wire.answer("GET", STATUS, body, status)

    with pytest.raises(UnexpectedAnswer) as caught:
        usadosbr().create(CAR)

    assert caught.value.verdict is False


# -- a portal that wants integers -----------------------------------------------------------------
STRICT = {"errors": {"Codigo_consulta": ["Deve ser um número inteiro"]}}


def test_code_the_portal_does_not_take_is_replaced_by_the_id(wire):
    status = "/carros/consultar/status/LOJA-7"
    payload = build_payload(draft(reference="LOJA-7"))
    wire.answer("POST", "/carros", STRICT, 422)
    wire.answer("GET", status, {"id": 9, "status": "Ativo"})
    wire.answer("POST", "/carros", {"id": 9})

    found = usadosbr().update(payload, TEXT_CODE)

    assert [keys(sent)["Codigo_consulta"] for sent in wire.sent()] == ["LOJA-7", 9]
    assert found.remote_id == "9"


def test_withdrawal_by_a_code_the_portal_does_not_take_uses_the_id(wire):
    wire.answer("POST", "/carros", STRICT, 422)
    wire.answer("GET", "/carros/consultar/status/LOJA-7", {"id": 9, "status": "Ativo"})
    wire.answer("POST", "/carros", {"status": 200})

    assert usadosbr().withdraw(TEXT_CODE).state == "absent"

    assert wire.sent()[1] == {
        "Operacao": "Apagar",
        "Tipo_codigo": "id",
        "Codigo_consulta": 9,
        "Codigo": 9,
    }


def test_withdrawal_by_such_a_code_of_an_ad_that_is_not_there_succeeds(wire):
    wire.answer("POST", "/carros", STRICT, 422)
    wire.answer("GET", "/carros/consultar/status/LOJA-7", MISSING, 400)

    assert usadosbr().withdraw(TEXT_CODE).state == "absent"


def test_update_by_such_a_code_of_an_ad_that_is_not_there_says_so(wire):
    wire.answer("POST", "/carros", STRICT, 422)
    wire.answer("GET", "/carros/consultar/status/LOJA-7", MISSING, 400)

    with pytest.raises(ListingUnknown):
        usadosbr().update(build_payload(draft(reference="LOJA-7")), TEXT_CODE)


@pytest.mark.parametrize("verb", ["find", "observe", "withdraw"])
def test_truck_is_not_supported(verb):
    with pytest.raises(NotSupported):
        getattr(usadosbr(), verb)(RemoteRef(reference="1", category=3))
