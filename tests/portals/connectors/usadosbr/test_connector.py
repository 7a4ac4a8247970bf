"""Account, status, list, plans and catalogue over the wire."""

from __future__ import annotations

import pytest
import responses

from config.lib.remote_errors import (
    CredentialsRefused,
    Exchange,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.types import RemoteRef
from portals.connectors.usadosbr.connector import UsadosbrConnector
from tests.portals.wire import BASE, SECRETS, usadosbr

CAR = RemoteRef(reference="123", category=1, remote_id="7")
MOTORCYCLE = RemoteRef(reference="A/1 ç", category=2)
STATUS = "/carros/consultar/status/123"


def test_addresses_of_the_document_are_pinned():
    assert UsadosbrConnector.base_urls == {
        "sandbox": "/usadosbr",
        "test": "https://api.usadosbr.dev/api",
        "production": "https://api.usadosbr.com",
    }


def test_login_sends_user_and_password_and_no_token(wire):
    wire.answer("POST", "/login", {"status": 200, "token": "abc"})

    token = usadosbr().login()

    assert token.value == "abc"
    assert wire.sent() == [{"user": "loja-teste", "password": "s3nha-secreta"}]
    assert "Authorization" not in wire.calls[0].request.headers


@pytest.mark.parametrize("status", [400, 401, 403, 422])
@pytest.mark.parametrize("body", [{"message": "Credenciais inválidas"}, "<html>não</html>"])
def test_refused_login_is_the_dealers_business(wire, status, body):
    wire.answer("POST", "/login", body, status)

    with pytest.raises(CredentialsRefused):
        usadosbr().login()


def test_login_refused_inside_a_200_is_refused(wire):
    wire.answer("POST", "/login", {"status": 401, "message": "Não autorizado"})

    with pytest.raises(CredentialsRefused):
        usadosbr().login()


@pytest.mark.parametrize("body", [{"status": 200}, "", "<html>", [], {"token": None}])
def test_login_without_a_token_is_not_understood(wire, body):
    wire.answer("POST", "/login", body)

    with pytest.raises(UnexpectedAnswer):
        usadosbr().login()


def test_call_carries_the_token(wire):
    wire.answer("GET", STATUS, {"status": "Ativo"})

    usadosbr(token="token-1").observe(CAR)

    assert wire.calls[0].request.headers["Authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    ("body", "status"), [({"message": "Unauthenticated."}, 401), ({"status": 401}, 200)]
)
def test_refused_token_is_renewed_once(wire, body, status):
    wire.answer("GET", STATUS, body, status)
    wire.answer("POST", "/login", {"token": "token-2"})
    wire.answer("GET", STATUS, {"status": "Ativo"})

    found = usadosbr(token="token-1").observe(CAR)

    assert found.state == "live"
    assert wire.paths() == [f"GET {STATUS}", "POST /login", f"GET {STATUS}"]
    assert wire.calls[2].request.headers["Authorization"] == "Bearer token-2"


def test_fresh_token_refused_stops_at_once(wire):
    wire.answer("GET", STATUS, {}, 401)
    wire.answer("POST", "/login", {"token": "token-2"})
    wire.answer("GET", STATUS, {}, 401)

    with pytest.raises(CredentialsRefused):
        usadosbr().observe(CAR)

    assert len(wire.calls) == 3


def test_status_tells_state_id_and_address(wire):
    wire.answer(
        "GET", STATUS, {"id": 7, "codigo": "123", "status": "Ativo", "url": "https://x.test/7"}
    )

    found = usadosbr().observe(CAR)

    assert (found.state, found.remote_id, found.url, found.remote_status) == (
        *("live", "7"),
        "https://x.test/7",
        "Ativo",
    )
    assert found.warnings is None


def test_code_is_percent_encoded_and_motorcycles_have_their_own_path(wire):
    wire.answer("GET", "/motos/consultar/status/A%2F1%20%C3%A7", {"status": "Inativo"})

    assert usadosbr().find(MOTORCYCLE).state == "paused"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"status": 400, "message": "Veículo não encontrado"}, 400),
        ({"message": "Veículo não encontrado"}, 404),
        ({"status": 404, "message": "Não encontrado"}, 200),
        ({"message": "Veículo inexistente"}, 200),
        ({"data": []}, 200),
        ({"data": None}, 200),
        ([], 200),
    ],
)
def test_ad_the_portal_does_not_know_is_absent(wire, body, status):
    wire.answer("GET", STATUS, body, status)

    found = usadosbr().observe(CAR)

    assert (found.state, found.reference, found.remote_id) == ("absent", "123", "")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 200),
        ("<html>manutenção</html>", 200),
        ('{"status": "At', 200),
        ({}, 200),
        ({"message": "ok"}, 200),
        ("<html>404</html>", 404),
        ("", 404),
        ({"message": "Rota inválida"}, 404),
        ({"message": "Parâmetro inválido"}, 400),
        ({"message": "?"}, 418),
        ("", 302),
    ],
)
def test_answer_nobody_understands_is_never_taken_for_absent(wire, body, status):
    wire.answer("GET", STATUS, body, status)

    with pytest.raises(UnexpectedAnswer):
        usadosbr().observe(CAR)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_fault_of_the_portal_has_no_verdict(wire, status):
    wire.answer("GET", STATUS, "<html>erro</html>", status)

    with pytest.raises(Unreachable) as caught:
        usadosbr().observe(CAR)

    assert caught.value.verdict is False


def test_fault_told_inside_a_200_has_no_verdict(wire):
    wire.answer("GET", STATUS, {"status": 500, "message": "Erro não esperado"})

    with pytest.raises(Unreachable) as caught:
        usadosbr().observe(CAR)

    assert caught.value.verdict is False


def test_throttling_tells_how_long(wire):
    wire.add("GET", f"{BASE}{STATUS}", json={}, status=429, headers={"Retry-After": "7"})

    with pytest.raises(Throttled) as caught:
        usadosbr().observe(CAR)

    assert caught.value.retry_after == 7.0


def test_account_check_tells_each_step_and_the_plans(wire):
    wire.answer("POST", "/login", {"token": "abc"})
    wire.answer("GET", "/consultar/planos", [{"peso": 1, "total": 10, "utilizado": 2}])

    report = usadosbr().check_account()

    assert report.steps == (("reached", True), ("login", True), ("plans", True))
    assert [(p.weight, p.total, p.published) for p in report.plans] == [(1, 10, 2)]


def test_account_check_uses_no_stored_token(wire):
    wire.answer("POST", "/login", {"message": "não"}, 401)

    report = usadosbr(token="still-good").check_account()

    assert report.steps == (("reached", True), ("login", False))


@pytest.mark.parametrize("failure", [Unreachable("TimeoutError"), "<html>"])
def test_account_check_tells_a_portal_that_is_not_there(wire, failure):
    wire.answer("POST", "/login", failure)

    assert usadosbr().check_account().steps == (("reached", False),)


def test_account_check_tells_plans_that_cannot_be_read(wire):
    wire.answer("POST", "/login", {"token": "abc"})
    wire.answer("GET", "/consultar/planos", "<html>", 500)

    assert usadosbr().check_account().steps[-1] == ("plans", False)


def test_plans_have_no_type_in_their_path(wire):
    wire.answer("GET", "/consultar/planos", {"data": [{"peso": 2, "total": 3}]})

    assert [(p.weight, p.total) for p in usadosbr().plans()] == [(2, 3)]


@pytest.mark.parametrize(("body", "status"), [({}, 200), ("<html>", 404), ("", 200)])
def test_plans_nobody_understands_are_not_made_up(wire, body, status):
    wire.answer("GET", "/consultar/planos", body, status)

    with pytest.raises(UnexpectedAnswer):
        usadosbr().plans()


def page(rows, number, last):
    """Return a page in the usual envelope."""
    return {"current_page": number, "data": rows, "last_page": last, "per_page": 100}


def ad(number):
    """Return a row of the list."""
    return {"id": number, "codigo": f"C{number}", "status": "Ativo"}


def answer_page(wire, kind, number, body, status=200):
    """Register a page of the list."""
    query = {"page": str(number), "per_page": "100"}
    wire.add(
        "GET",
        f"{BASE}/{kind}/consultar",
        json=body,
        status=status,
        match=[responses.matchers.query_param_matcher(query)],
    )


def test_list_is_read_page_by_page_for_both_types(wire):
    answer_page(wire, "carros", 1, page([ad(1), ad(2)], 1, 2))
    answer_page(wire, "carros", 2, page([ad(3)], 2, 2))
    answer_page(wire, "motos", 1, page([ad(4)], 1, 1))

    found = list(usadosbr().listings())

    assert [(each.reference, each.category) for each in found] == [
        ("C1", 1),
        ("C2", 1),
        ("C3", 1),
        ("C4", 2),
    ]


def test_list_without_page_numbers_ends_at_an_empty_page(wire):
    answer_page(wire, "carros", 1, [ad(1)])
    answer_page(wire, "carros", 2, [])
    answer_page(wire, "motos", 1, [])

    assert [each.reference for each in usadosbr().listings()] == ["C1"]


def test_portal_that_ignores_the_page_does_not_loop(wire):
    answer_page(wire, "carros", 1, [ad(1)])
    answer_page(wire, "carros", 2, [ad(1)])
    answer_page(wire, "motos", 1, [])

    assert [each.reference for each in usadosbr().listings()] == ["C1"]


def test_doubled_ads_are_both_in_the_list(wire):
    answer_page(wire, "carros", 1, page([ad(1), {**ad(2), "codigo": "C1"}], 1, 1))
    answer_page(wire, "motos", 1, page([], 1, 1))

    assert [(each.remote_id, each.reference) for each in usadosbr().listings()] == [
        ("1", "C1"),
        ("2", "C1"),
    ]


@pytest.mark.parametrize(("body", "status"), [({}, 200), ({"message": "?"}, 404)])
def test_list_nobody_understands_is_never_an_empty_one(wire, body, status):
    answer_page(wire, "carros", 1, body, status)

    with pytest.raises(UnexpectedAnswer):
        list(usadosbr().listings())


def test_roots_are_read_for_both_types(wire):
    lists = {
        "carros": ["marcas", "cores", "combustiveis", "cambios", "opcionais", "portas"],
        "motos": ["marcas", "cores", "combustiveis", "cambios", "opcionais", "cilindradas"],
    }
    for kind, names in lists.items():
        for each in names:
            wire.answer("GET", f"/{kind}/consultar/{each}", [{"id": 1, "nome": f"{kind} {each}"}])

    nodes = list(usadosbr().catalogue_roots())

    assert [(n.vehicle_type, n.kind, n.key, n.has_children) for n in nodes] == [
        (1, "brand", "carros marcas", True),
        (1, "colour", "carros cores", False),
        (1, "fuel", "carros combustiveis", False),
        (1, "gearbox", "carros cambios", False),
        (1, "optional", "carros opcionais", False),
        (1, "doors", "carros portas", False),
        (2, "brand", "motos marcas", True),
        (2, "colour", "motos cores", False),
        (2, "fuel", "motos combustiveis", False),
        (2, "gearbox", "motos cambios", False),
        (2, "optional", "motos opcionais", False),
        (2, "displacement", "motos cilindradas", False),
    ]


def test_models_are_read_below_a_brand_whatever_its_name(wire):
    wire.answer("GET", "/carros/consultar/modelos/MERCEDES%2FBENZ%20%26%20CIA", ["A 160"])

    nodes = list(usadosbr().catalogue_children(1, ("MERCEDES/BENZ & CIA",)))

    assert [(n.kind, n.key, n.has_children) for n in nodes] == [("model", "A 160", True)]


def test_versions_and_styles_are_read_below_a_model(wire):
    wire.answer("GET", "/motos/consultar/versoes/HONDA/CG%20160", ["FAN", "START"])
    wire.answer("GET", "/motos/consultar/estilos/HONDA/CG%20160", {"data": ["STREET"]})

    nodes = list(usadosbr().catalogue_children(2, ("HONDA", "CG 160")))

    assert [(n.kind, n.key) for n in nodes] == [
        ("version", "FAN"),
        ("version", "START"),
        ("style", "STREET"),
    ]


def test_brand_that_left_the_catalogue_has_no_models(wire):
    wire.answer("GET", "/carros/consultar/modelos/GONE", {"message": "Marca não encontrada"}, 404)

    assert list(usadosbr().catalogue_children(1, ("GONE",))) == []


@pytest.mark.parametrize(("body", "status"), [("<html>", 404), ({}, 200), ({"x": "y"}, 400)])
def test_names_nobody_understands_are_not_an_empty_list(wire, body, status):
    wire.answer("GET", "/carros/consultar/modelos/FIAT", body, status)

    with pytest.raises(UnexpectedAnswer):
        list(usadosbr().catalogue_children(1, ("FIAT",)))


def test_secrets_are_in_no_repr_and_no_report(wire):
    exchanges: list[Exchange] = []
    connector = usadosbr(token="", exchanges=exchanges)
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2lnbmF0dXJl"
    wire.answer("POST", "/login", {"token": token})
    wire.answer("GET", STATUS, {"status": "Ativo", "token": token})

    connector.observe(CAR)

    told = repr(exchanges) + repr(connector.account) + repr(connector.login_name({**SECRETS}))
    assert len(exchanges) == 2
    assert SECRETS["password"] not in told
    assert token not in told
