"""The status token: shapes, whose it is, how long it is good; and the public page."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Caller
from tests.sandbox.olx.conftest import Clock, Olx, ad


def test_the_status_is_an_object_by_our_id(olx: Olx) -> None:
    olx.configure(hold="queued")
    token = olx.put(ad(), ad(id="B")).json["token"]
    answer = olx.status(token)

    assert answer.json["autoupload_status"] == "pending"
    assert set(answer.json["ads"]) == {"A1", "B"}
    assert set(answer.json["ads"]["A1"]) == {"status", "operation", "message"}


def test_an_accepted_ad_has_an_id_and_a_page(olx: Olx) -> None:
    told = olx.accept(ad(subject="Onix & <cia>"))["A1"]
    page = Caller(olx.host).send("GET", told["url"].removeprefix(f"http://{olx.host}"))

    assert told["url"] == f"http://{olx.host}/olx/anuncio/{told['list_id']}"
    assert page.status == 200
    for shown in ("Onix &amp; &lt;cia&gt;", "R$ 45.990,00", "41.000 km", "FIAT MOBI"):
        assert shown in page.text
    assert f"/olx/anuncio/{told['list_id']}" in Caller(olx.host).send("GET", "/olx/anuncio").text


def test_a_deleted_ad_has_no_page(olx: Olx) -> None:
    path = f"/olx/anuncio/{olx.accept(ad())['A1']['list_id']}"
    olx.delete()
    page = Caller(olx.host).send("GET", path)

    assert (page.status, "Apagado" in page.text) == (404, True)


@pytest.mark.parametrize("path", ["9", "x", "1/2", "9" * 30])
def test_an_unknown_page_is_404(olx: Olx, path: str) -> None:
    assert Caller(olx.host).send("GET", f"/olx/anuncio/{path}").status == 404


def test_the_status_may_be_an_array(olx: Olx) -> None:
    olx.configure(ads_shape="array", accepted_word="accept", message_shape="objects")
    olx.configure(error_ids=["B"])
    answer = olx.put(ad(), ad(id="B"))
    olx.settle()
    first, second = olx.status(answer.json["token"]).json["ads"]

    assert (first["id"], first["status"]) == ("A1", "accept")
    assert second == {
        "id": "B",
        "status": "error",
        "operation": "insert",
        "message": [{"category": "ERROR_UPLOADING_IMAGE"}],
    }


def test_a_token_is_forgotten_after_seven_days(olx: Olx, clock: Clock) -> None:
    token = olx.put(ad()).json["token"]
    olx.settle()
    clock.skip(604_000)
    assert olx.status(token).status == 200
    clock.skip(1_000)

    assert (olx.status(token).status, olx.status(token).json) == (404, {"error": "not_found"})
    olx.lever("config", {})
    olx.wait_for(lambda: olx.state()["accounts"]["demo"]["imports"] == [])
    assert olx.held()["status"] == "published"


def test_a_forgotten_token_may_be_empty_and_the_time_be_set(olx: Olx, clock: Clock) -> None:
    olx.configure(forgotten_shape="empty", status_kept_s=10, hold="pending")
    token = olx.put(ad()).json["token"]
    clock.skip(11)

    assert olx.status(token).json == {"autoupload_status": "done", "ads": {}}
    olx.configure(hold=None)
    olx.settle()
    assert olx.held()["status"] == "published"


def test_the_token_of_another_advertiser_is_unknown(olx: Olx) -> None:
    token = olx.put(ad()).json["token"]

    assert olx.enter("demo2").status(token).status == 404
    assert olx.status("nonsense").status == 404
