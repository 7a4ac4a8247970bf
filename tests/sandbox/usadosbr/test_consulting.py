"""The reads of the stand-in portal: catalogue, plans, status, the advertiser's list."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.sandbox.conftest import Caller


def names(portal: Caller, path: str) -> list[str]:
    """The names that a catalogue read gives."""
    return [row["nome"] for row in portal.get(path).json]


def test_brands_models_versions_and_styles_are_nested(portal: Caller) -> None:
    assert names(portal, "carros/consultar/marcas") == ["CHEVROLET", "CITROËN", "FIAT", "FORD"]
    assert names(portal, "motos/consultar/marcas") == ["HONDA"]
    assert names(portal, "carros/consultar/modelos/CHEVROLET") == ["ONIX", "PRISMA"]
    assert names(portal, "carros/consultar/versoes/CHEVROLET/ONIX") == ["LT 1.0 5P MEC."]
    assert names(portal, "carros/consultar/estilos/CHEVROLET/PRISMA/") == ["SEDÃ"]


def test_names_in_paths_are_percent_encoded(portal: Caller) -> None:
    model = quote("F-1000/F-4000", safe="")

    assert names(portal, f"carros/consultar/versoes/FORD/{model}") == ["XL"]
    assert names(portal, f"carros/consultar/modelos/{quote('CITROËN')}") == ["PALLAS C4"]


@pytest.mark.parametrize(
    "path",
    [
        "carros/consultar/modelos/HONDA",
        "carros/consultar/versoes/CHEVROLET/CG%20160",
        "carros/consultar/estilos/X/Y",
    ],
)
def test_lists_below_an_unknown_name_are_not_found(portal: Caller, path: str) -> None:
    assert portal.get(path).status == 404


def test_a_model_whose_names_tell_no_style_takes_all_of_its_type(portal: Caller) -> None:
    assert len(names(portal, "motos/consultar/estilos/HONDA/BIZ%20125")) == 9


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("carros/consultar/cores", "PRETO"),
        ("carros/consultar/combustiveis", "FLEX"),
        ("carros/consultar/cambios", "CVT"),
        ("carros/consultar/portas", "5"),
        ("carros/consultar/opcionais/", "TRAÇÃO 4X4"),
        ("motos/consultar/cilindradas", "160"),
        ("motos/consultar/opcionais", "BAULETO"),
    ],
)
def test_short_lists_are_read(portal: Caller, path: str, name: str) -> None:
    assert name in names(portal, path)


def test_ids_of_catalogue_names_are_numbers(portal: Caller) -> None:
    assert all(isinstance(row["id"], int) for row in portal.get("carros/consultar/marcas").json)


def test_catalogue_lists_come_in_other_shapes(portal: Caller) -> None:
    rows = portal.get("motos/consultar/marcas").json

    portal.configure(catalogue_shape="data")
    assert portal.get("motos/consultar/marcas").json == {"data": rows}
    portal.configure(catalogue_shape="strings")
    assert portal.get("motos/consultar/marcas").json == ["HONDA"]


def test_plans_tell_total_used_and_released(portal: Caller) -> None:
    portal.car(Destaque=2)

    assert portal.get("consultar/planos").json["data"][1] == {
        "peso": 2,
        "descricao": "Destaque de peso 2",
        "liberado": True,
        "total": 3,
        "utilizado": 1,
        "disponivel": 2,
    }


@pytest.mark.parametrize("shape", ["list", "planos"])
def test_plans_come_in_other_shapes(portal: Caller, shape: str) -> None:
    portal.configure(plans_shape=shape)
    answer = portal.get("consultar/planos").json
    plans = answer if shape == "list" else answer["planos"]

    assert [(plan["peso"], plan["total"]) for plan in plans] == [(1, 10), (2, 3)]


def test_the_status_is_read_by_our_code(portal: Caller) -> None:
    number = portal.car(Destaque=1).json["id"]

    assert portal.get("carros/consultar/status/7998").json == {
        "id": number,
        "codigo": "7998",
        "status": "Ativo",
        "destaque": 1,
        "url": f"http://{portal.host}/usadosbr/anuncio/{number}",
    }


@pytest.mark.parametrize(
    ("switch", "status", "body"),
    [
        ("400", 400, {"status": 400, "message": "Veículo não encontrado"}),
        ("404", 404, {"status": 404, "message": "Veículo não encontrado"}),
        ("empty", 200, {"data": []}),
    ],
)
def test_the_status_of_an_unknown_code(
    portal: Caller, switch: str, status: int, body: object
) -> None:
    portal.configure(status_not_found=switch)
    answer = portal.get("carros/consultar/status/unknown")

    assert (answer.status, answer.json) == (status, body)


def test_the_list_comes_by_fifteen(portal: Caller) -> None:
    portal.configure(check_photos=False)
    for code in range(17):
        portal.car(Codigo=str(code))
    portal.motorcycle(Codigo="m")

    first = portal.get("carros/consultar").json
    last = portal.get("carros/consultar?page=2").json

    assert [row["codigo"] for row in first["data"]] == [str(code) for code in range(15)]
    assert [row["codigo"] for row in last["data"]] == ["15", "16"]
    envelope = {key: value for key, value in last.items() if key != "data"}
    address = f"http://{portal.host}/usadosbr/carros/consultar"
    assert envelope == {
        "current_page": 2,
        "first_page_url": f"{address}?page=1&per_page=15",
        "from": 16,
        "last_page": 2,
        "last_page_url": f"{address}?page=2&per_page=15",
        "next_page_url": None,
        "path": address,
        "per_page": 15,
        "prev_page_url": f"{address}?page=1&per_page=15",
        "to": 17,
        "total": 17,
    }


@pytest.mark.parametrize(
    ("query", "per_page", "rows"),
    [
        ("per_page=2", 2, 2),
        ("per_page=1000", 100, 3),
        ("per_page=x&page=-1", 15, 3),
        ("page=9", 15, 0),
    ],
)
def test_page_sizes_are_as_asked_within_reason(
    portal: Caller, query: str, per_page: int, rows: int
) -> None:
    for code in ("1", "2", "3"):
        portal.car(Codigo=code)
    answer = portal.get(f"carros/consultar?{query}").json

    assert (answer["per_page"], len(answer["data"]), answer["total"]) == (per_page, rows, 3)


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("lower", {"codigo", "status", "ano_modelo"}),
        ("document", {"Codigo", "Status", "AnoModelo"}),
    ],
)
def test_rows_of_the_list_have_keys_of_either_spelling(
    portal: Caller, keys: str, wanted: set[str]
) -> None:
    portal.configure(list_keys=keys)
    portal.car()
    [row] = portal.get("carros/consultar").json["data"]

    assert wanted | {"id", "url"} <= set(row)


def test_an_ad_under_review_is_pending_for_some_reads(portal: Caller) -> None:
    portal.configure(moderation={"reads": 2})
    portal.car()

    words = [portal.get("carros/consultar/status/7998").json["status"] for _ in range(4)]
    assert words == ["Em análise", "Em análise", "Ativo", "Ativo"]


def test_a_review_may_end_with_a_refusal(portal: Caller) -> None:
    portal.configure(moderation={"reads": 0, "verdict": "Recusado", "reason": "Preço irreal"})
    portal.car()

    answer = portal.get("carros/consultar/status/7998").json
    assert (answer["status"], answer["motivo"]) == ("Recusado", "Preço irreal")


def test_an_inactive_ad_is_not_reviewed(portal: Caller) -> None:
    portal.configure(moderation={"reads": 2})
    portal.car(Status="Inativo")

    assert portal.get("carros/consultar/status/7998").json["status"] == "Inativo"


def test_the_words_of_the_status_can_be_others(portal: Caller) -> None:
    portal.configure(status_words={"Ativo": "PUBLICADO"})
    portal.car()

    assert portal.get("carros/consultar/status/7998").json["status"] == "PUBLICADO"
    assert portal.get("carros/consultar").json["data"][0]["status"] == "PUBLICADO"


def test_a_person_can_look_at_an_active_ad(portal: Caller) -> None:
    answer = portal.car(Observacoes="preço < tabela", Destaque=2).json
    page = portal.send("GET", answer["url"].removeprefix(f"http://{portal.host}"))

    assert page.status == 200
    assert "<h1>CHEVROLET ONIX LT 1.0 5P MEC." in page.text
    assert "R$ 45.990,00" in page.text
    assert "2020/2021 · 41.000 km · PRETO · FLEX · MANUAL" in page.text
    assert "Destaque 2" in page.text
    assert "preço &lt; tabela" in page.text
    assert answer["url"].removeprefix(f"http://{portal.host}") in portal.get("anuncio").text


def test_an_inactive_or_unknown_ad_is_not_shown(portal: Caller) -> None:
    number = portal.car(Status="Inativo").json["id"]

    assert portal.get(f"anuncio/{number}").status == 404
    assert portal.get("anuncio/5").status == 404
    assert portal.get("anuncio/x").status == 404
    assert "0 anúncios no ar" in portal.get("anuncio").text
