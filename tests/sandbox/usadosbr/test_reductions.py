"""The five ways in which the stand-in portal saves less than was asked, and how it says so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Caller, PhotoServer


def notices(portal: Caller) -> list[tuple[str, str]]:
    """Kind and value of every warning of the only ad."""
    [ad] = portal.ads()
    return [(notice["kind"], notice["valor"]) for notice in ad["avisos"]]


def test_photos_too_small_or_broken_are_left_out_and_named(
    portal: Caller, photos: PhotoServer
) -> None:
    good = photos.picture("good.png", 760, 570)
    narrow = photos.picture("narrow.png", 759, 570)
    low = photos.picture("low.jpg", 760, 569, kind="JPEG")
    page = photos.add("page.jpg", b"<html>" + b"x" * 100)
    gone = f"{photos.origin}/gone.jpg"

    answer = portal.car(Fotos=[good, narrow, low, page, gone, "not an address"])

    assert answer.status == 200
    assert answer.json["avisos"] == [
        f"Imagem não vinculada (resolução 759x570 menor que a permitida, 760x570): {narrow}",
        f"Imagem não vinculada (resolução 760x569 menor que a permitida, 760x570): {low}",
        f"Imagem não vinculada (link quebrado): {page}",
        f"Imagem não vinculada (link quebrado): {gone}",
        "Imagem não vinculada (link quebrado): not an address",
    ]
    assert portal.ads()[0]["payload"]["Fotos"] == [good]


def test_an_ad_without_a_good_photo_is_saved_all_the_same(
    portal: Caller, photos: PhotoServer
) -> None:
    assert portal.car(Fotos=[photos.picture("s.png", 10, 10)]).status == 200
    assert portal.ads()[0]["fotos"] == 0


def test_each_address_is_fetched_once(portal: Caller, photos: PhotoServer) -> None:
    urls = [photos.picture(f"{index}.png", 800, 600) for index in range(12)]
    portal.car(Fotos=[*urls, urls[0]])
    portal.car(Codigo="2", Fotos=urls)

    assert sorted(photos.asked) == sorted(f"/{index}.png" for index in range(12))


def test_only_the_first_twenty_photos_are_used(portal: Caller, photos: PhotoServer) -> None:
    url = photos.picture("good.png", 800, 600)
    portal.car(Fotos=[f"{url}"] * 21)

    assert notices(portal) == [("photo_limit", "21")]
    assert portal.ads()[0]["fotos"] == 20


def test_twenty_photos_are_no_reason_for_a_warning(portal: Caller, photos: PhotoServer) -> None:
    answer = portal.car(Fotos=[photos.picture("good.png", 800, 600)] * 20)

    assert "avisos" not in answer.json


def test_looking_at_photos_can_be_switched_off(portal: Caller, photos: PhotoServer) -> None:
    portal.configure(check_photos=False)
    portal.car(Fotos=[f"{photos.origin}/gone.jpg"])

    assert (notices(portal), photos.asked) == ([], [])


def test_the_portal_says_whether_quota_or_release_was_missing(portal: Caller) -> None:
    plans = [{"peso": 1, "total": 5, "liberado": False}, {"peso": 2, "total": 1}]
    portal.configure(accounts=[{"user": "demo", "password": "demo-sandbox", "plans": plans}])
    portal.car(Codigo="1", Destaque=2)

    used_up = portal.car(Codigo="2", Destaque=2).json["avisos"]
    not_released = portal.car(Codigo="3", Destaque=1).json["avisos"]

    assert used_up == [
        "Cota do destaque de peso 2 excedida (1 de 1). O veículo foi salvo sem destaque."
    ]
    assert not_released == [
        "Destaque de peso 1 não liberado para o anunciante. O veículo foi salvo sem destaque."
    ]
    assert [ad["destaque"] for ad in portal.ads()] == [2, 0, 0]


def test_an_update_keeps_the_highlight_that_the_ad_holds(portal: Caller) -> None:
    for code in ("1", "2", "3"):
        portal.car(Codigo=code, Destaque=2)

    answer = portal.car(Operacao="Atualizar", Codigo="3", Destaque=2)

    assert "avisos" not in answer.json
    assert [ad["destaque"] for ad in portal.ads()] == [2, 2, 2]


def test_a_removed_or_plain_ad_frees_its_highlight(portal: Caller) -> None:
    for code in ("1", "2", "3"):
        portal.car(Codigo=code, Destaque=2)
    portal.remove(Tipo_codigo="code", Codigo_consulta="1")
    portal.car(Operacao="Atualizar", Codigo="2", Destaque=0)

    assert portal.state()["accounts"]["demo"]["plans"][1]["utilizado"] == 1


def test_a_long_text_is_cut_at_2000_characters(portal: Caller) -> None:
    portal.car(Observacoes="ç" * 2001)

    assert notices(portal) == [("text_truncated", "2001")]
    assert portal.ads()[0]["payload"]["Observacoes"] == "ç" * 2000


def test_2000_characters_are_kept(portal: Caller) -> None:
    assert "avisos" not in portal.car(Observacoes="ç" * 2000).json


def test_unknown_optionals_are_left_out(portal: Caller) -> None:
    portal.car(Opcionais=["ALARME", "Teletransporte", "ALARME", "FREIOS ABS"])

    assert notices(portal) == [("optional_ignored", "Teletransporte")]
    assert portal.ads()[0]["payload"]["Opcionais"] == ["ALARME", "FREIOS ABS"]


def test_unknown_optionals_can_be_refused(portal: Caller) -> None:
    portal.configure(opcionais_422=True)
    answer = portal.car(Opcionais=["ALARME", "Teletransporte"])

    assert (answer.status, list(answer.json["errors"])) == (422, ["Opcionais"])
    assert portal.ads() == []


TOLD = "Opcional inexistente ignorado: X"
DONE = "Veículo cadastrado com sucesso"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("list", {"avisos": [TOLD]}),
        ("text", {"avisos": TOLD}),
        ("objects", {"avisos": [{"campo": "Opcionais", "mensagem": TOLD, "valor": "X"}]}),
        ("warnings", {"warnings": {"Opcionais": [TOLD]}}),
        ("message", {"message": f"{DONE} {TOLD}"}),
    ],
)
def test_warnings_come_in_the_shape_that_is_switched_on(
    portal: Caller, shape: str, expected: dict[str, Any]
) -> None:
    portal.configure(avisos_shape=shape)
    answer = portal.car(Opcionais=["X"]).json

    usual = {"status", "id", "codigo", "url"} | (set() if "message" in expected else {"message"})
    assert {key: value for key, value in answer.items() if key not in usual} == expected
