"""Lists of ads, balance, renewals, bumps, and the catalogue by ids."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.names import read_names
from sandbox.olx.catalogue import Catalogue
from tests.sandbox.conftest import NAMES
from tests.sandbox.olx.conftest import Clock, Olx, ad, with_params


def pages(olx: Olx, query: str) -> list[list[str]]:
    """Our ids on each page."""
    found: list[list[str]] = []
    after = ""
    while True:
        answer = olx.ask("GET", f"autoupload/v1/published?{query}{after}")
        assert answer.status == 200, answer.text
        found.append([row["id"] for row in answer.json["data"]])
        if answer.json["next_token"] is None:
            return found
        after = f"&page_token={answer.json['next_token']}"


def test_the_old_list_has_active_ads_only(olx: Olx) -> None:
    olx.configure(refuse_ids=["C"])
    told = olx.accept(ad(), ad(id="B"), ad(id="C"))
    olx.delete("B")

    assert olx.ask("POST", "autoupload/published").json == [
        {"id": "A1", "list_id": told["A1"]["list_id"]}
    ]
    assert olx.enter("demo2").ask("POST", "autoupload/published").json == []


def test_the_new_list_goes_by_pages(olx: Olx) -> None:
    ids = [f"N{number}" for number in range(5)]
    olx.accept(*(ad(id=own_id) for own_id in ids))

    assert pages(olx, "fetch_size=2") == [ids[:2], ids[2:4], ids[4:]]
    assert pages(olx, "ads_status=published") == [ids]
    row = olx.ask("GET", "autoupload/v1/published").json["data"][0]
    assert row == {
        "id": "N0",
        "list_id": olx.held("N0")["list_id"],
        "status": "published",
        "url": olx.held("N0")["url"],
    }


def test_pages_neither_skip_nor_repeat_when_ads_go(olx: Olx) -> None:
    olx.accept(*(ad(id=f"N{number}") for number in range(4)))
    first = olx.ask("GET", "autoupload/v1/published?fetch_size=2").json
    olx.delete("N0")
    token = first["next_token"]
    second = olx.ask("GET", f"autoupload/v1/published?fetch_size=2&page_token={token}").json

    assert [row["id"] for row in second["data"]] == ["N2", "N3"]


def test_the_new_list_goes_by_status(olx: Olx, clock: Clock) -> None:
    olx.configure(ad_life_s=100)
    olx.accept(ad(id="OLD"))
    olx.configure(ad_life_s=None, refuse_ids=["BAD"], error_ids=["ERR"])
    clock.skip(101)
    olx.accept(ad(id="GONE"), ad(id="BAD"), ad(id="ERR"), ad(id="ON"))
    olx.delete("GONE")
    olx.configure(review_s=100)
    olx.accept(ad(id="NEW"))

    found = {
        status: pages(olx, f"ads_status={status}")[0]
        for status in ("published", "pending_review", "refused", "deleted", "expired")
    }
    assert found == {
        "published": ["ON"],
        "pending_review": ["NEW"],
        "refused": ["BAD"],
        "deleted": ["GONE"],
        "expired": ["OLD"],
    }
    assert pages(olx, "ads_status=published,expired") == [["OLD", "ON"]]


@pytest.mark.parametrize(
    "query",
    [
        "ads_status=nonsense",
        "ads_status=",
        "fetch_size=0",
        "fetch_size=101",
        "fetch_size=x",
        "page_token=%C3%A7",
        "page_token=bm9uZQ",
        "page_token=YWZ0ZXI6eA",
    ],
)
def test_a_list_that_makes_no_sense_is_400(olx: Olx, query: str) -> None:
    assert olx.ask("GET", f"autoupload/v1/published?{query}").status == 400


def test_the_balance_counts_what_the_plan_has(olx: Olx) -> None:
    olx.configure(accounts=[{"user": "demo3", "bumps_plan": 4, "bumps_additional": 2}])
    small = olx.enter("demo3")
    small.accept(ad(), ad(id="B"))
    balance = small.ask("GET", "autoupload/balance").json

    assert (balance["id"], balance["name"]) == ("demo3", "Essencial")
    assert balance["ads"] == {"performed": 2, "available": 1, "total": 3}
    assert balance["bumps"]["plan"] == {"performed": 0, "available": 4, "total": 4}
    assert balance["bumps"]["additional"]["total"] == 2
    assert balance["last_renew_date"] < balance["next_renew_date"]
    assert balance["next_renew_date"].endswith("Z")
    olx.configure(bumps_shape="numbers")
    assert small.ask("GET", "autoupload/balance").json["bumps"] == {"plan": 4, "additional": 2}


def renew(olx: Olx, ids: object) -> Any:
    """PATCH ads/renewals."""
    return olx.ask("PATCH", "autoupload/ads/renewals", {"ids": ids})


def test_a_renewal_gives_an_ad_another_life(olx: Olx, clock: Clock) -> None:
    olx.configure(ad_life_s=100)
    list_id = olx.accept(ad())["A1"]["list_id"]
    clock.skip(101)
    assert olx.held()["status"] == "expired"
    answer = renew(olx, [list_id, "Z9"])

    assert answer.json["results"][str(list_id)] == {"renewed": True}
    assert answer.json["results"]["Z9"]["reason"] == "NOT_FOUND"
    assert answer.json["meta"] == {"success": 1, "failed": 1}
    assert olx.held()["status"] == "published"
    assert olx.held()["list_id"] == list_id


def test_only_what_is_or_was_on_air_is_renewed(olx: Olx) -> None:
    olx.configure(refuse_ids=["B"])
    told = olx.accept(ad(), ad(id="B"), ad(id="C"))
    olx.delete("C")
    results = renew(olx, ["A1", "B", "C"]).json["results"]

    assert [results[own_id].get("reason") for own_id in "BC"] == ["NOT_ACTIVE", "NOT_FOUND"]
    assert results["A1"] == {"renewed": True}
    other = olx.enter("demo2")
    assert renew(other, [told["A1"]["list_id"]]).json["meta"] == {"success": 0, "failed": 1}


@pytest.mark.parametrize("ids", [[], list(range(101)), "A1", None, [True], [{}]])
def test_a_renewal_takes_one_to_a_hundred_ids(olx: Olx, ids: object) -> None:
    assert renew(olx, ids).status == 400


def test_bumps_are_told_by_ad(olx: Olx) -> None:
    list_id = olx.accept(ad())["A1"]["list_id"]
    answer = olx.ask("GET", f"autoupload/bump/ads?ad_ids={list_id},77")

    assert answer.json == {
        "data": [{"id": "A1", "list_id": list_id, "bumped": False, "last_bump_date": None}]
    }
    many = ",".join(str(number) for number in range(11))
    assert olx.ask("GET", f"autoupload/bump/ads?ad_ids={many}").status == 400
    assert olx.ask("GET", "autoupload/bump/ads").status == 400


def names(olx: Olx, path: str) -> Any:
    """Data of a list of the catalogue."""
    answer = olx.ask("POST", f"autoupload/{path}")
    assert (answer.status, answer.json["status"]) == (200, "ok"), answer.text
    return answer.json["data"]


def test_ids_restart_below_each_name(olx: Olx) -> None:
    assert names(olx, "car_info") == {"FIAT": 1, "CITROËN": 2, "FORD": 3}
    assert names(olx, "car_info/1") == {"MOBI": 1, "TORO": 2, "UNO": 3}
    assert names(olx, "car_info/2") == {"C4 PALLAS": 1}
    assert names(olx, "car_info/1/1") == {"EASY/LIKE 1.0": 1}
    assert names(olx, "moto_info") == {"HONDA": 1}
    assert names(olx, "moto_info/1") == {"CG 160": 1, "BIZ 125": 2}
    assert names(olx, "moto_cubiccms_info")["50"] == 1


@pytest.mark.parametrize("path", ["car_info/99", "car_info/x", "car_info/1/99", "moto_info/0"])
def test_an_unknown_id_is_an_error(olx: Olx, path: str) -> None:
    answer = olx.ask("POST", f"autoupload/{path}")

    assert (answer.status, answer.json["status"]) == (404, "error")


def test_ids_are_the_same_in_every_run() -> None:
    first, second = (Catalogue(read_names()) for _ in range(2))

    assert first.brands == second.brands
    brand, model = first.below("car", [7]), first.below("car", [7, 1])
    assert brand is not None
    assert model is not None
    assert sorted(brand.values()) == list(range(1, len(brand) + 1))
    assert sorted(model.values()) == list(range(1, len(model) + 1))
    assert first.below("car", [1, 1, 1]) is None


def test_own_names_of_cars_are_taken_as_they_are() -> None:
    catalogue = Catalogue(NAMES, own_cars=[NAMES[0]])

    assert catalogue.below("car", []) == {"Chevrolet": 1}
    assert catalogue.below("car", [1, 1]) == {"LT 1.0 5p Mec.": 1}
    assert catalogue.below("motorcycle", []) == {"HONDA": 1}


def test_names_are_renamed_and_retired(olx: Olx) -> None:
    olx.lever(
        "catalogue",
        {
            "rename": [{"type": "car", "path": ["FIAT", "MOBI"], "to": "NOVO MOBI"}],
            "retire": [
                {"type": "car", "path": ["FORD"]},
                {"type": "motorcycle", "list": "cubiccms", "path": ["50"]},
            ],
        },
    )

    assert names(olx, "car_info") == {"FIAT": 1, "CITROËN": 2}
    assert names(olx, "car_info/1")["NOVO MOBI"] == 1
    assert "50" not in names(olx, "moto_cubiccms_info")
    told = olx.accept(with_params(vehicle_brand=3, vehicle_model=None))["A1"]
    assert told["message"] == ["ERROR_VEHICLE_BRAND_INVALID"]


def test_everything_can_be_numbered_anew(olx: Olx) -> None:
    olx.accept(ad())
    changed = olx.lever("catalogue", {"renumber": ["car", "motorcycle"]}).json["changed"]
    brands = names(olx, "car_info")

    assert changed >= 12
    assert min(brands.values()) > 1000
    assert names(olx, "moto_cubiccms_info")["50"] > 1000
    assert olx.accept(ad(id="B"))["B"]["message"] == ["ERROR_VEHICLE_BRAND_INVALID"]
    own = with_params(
        vehicle_brand=brands["FIAT"],
        vehicle_model=names(olx, f"car_info/{brands['FIAT']}")["MOBI"],
    )
    assert olx.accept({**own, "id": "C"})["C"]["status"] == "accepted"
    assert olx.held()["vehicle"] == ["FIAT", "MOBI"]
    olx.lever("reset")
    assert names(olx.enter(), "car_info")["FIAT"] == 1


def test_ids_can_come_to_mean_something_else(olx: Olx) -> None:
    assert olx.lever("catalogue", {"shuffle": ["car"]}).json["changed"] >= 10

    assert names(olx, "car_info") == {"FIAT": 2, "CITROËN": 3, "FORD": 1}
    assert olx.accept(with_params(vehicle_model=None))["A1"]["status"] == "accepted"
    assert olx.held()["vehicle"] == ["FORD"]
