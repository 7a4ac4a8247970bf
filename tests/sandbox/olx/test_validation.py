"""What cancels a batch at once, and what is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.olx.conftest import Olx, ad, with_params

IMAGE = "http://127.0.0.1:1/1.jpg"


def faults(olx: Olx, *ads: object) -> list[str]:
    """The categories of the faults, all told."""
    olx.configure(errors_told="all")
    answer = olx.put(*ads)
    assert answer.status == 200, answer.text
    assert answer.json["statusCode"] == -4, answer.text
    assert answer.json["token"] is None
    assert olx.state()["counters"]["imports"] == 0
    told = answer.json["errors"]
    assert all(each["status"] == "error" for each in told)
    return [message["category"] for each in told for message in each["messages"]]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (ad(id=None), "UNDEFINED_AD_ID"),
        (ad(id=""), "UNDEFINED_AD_ID"),
        ("no object", "UNDEFINED_AD_ID"),
        (ad(id="a b"), "INVALID_ID"),
        (ad(id="ç"), "INVALID_ID"),
        (ad(id="x" * 20), "INVALID_ID"),
        (ad(id=7), "INVALID_ID"),
        (ad(operation="edit"), "INVALID_OPERATION"),
        (ad(operation=None), "INVALID_OPERATION"),
        (ad(category=2021), "INVALID_CATEGORY"),
        (ad(category="2020"), "INVALID_CATEGORY"),
        (ad(category=[2020]), "INVALID_CATEGORY"),
        (ad(subject="x"), "INVALID_SUBJECT"),
        (ad(subject="x" * 91), "INVALID_SUBJECT"),
        (ad(subject=None), "INVALID_SUBJECT"),
        (ad(body="x"), "INVALID_BODY"),
        (ad(body="x" * 6001), "INVALID_BODY"),
        (ad(phone="11912345678"), "INVALID_PHONE"),
        (ad(phone=119123456), "INVALID_PHONE"),
        (ad(phone=551191234567), "INVALID_PHONE"),
        (ad(phone=-119123456), "INVALID_PHONE"),
        (ad(type="x"), "INVALID_TYPE"),
        (ad(type=["s"]), "INVALID_TYPE"),
        (ad(price=0), "INVALID_PRICE"),
        (ad(price="45990"), "INVALID_PRICE"),
        (ad(price=45990.5), "INVALID_PRICE"),
        (ad(price=True), "INVALID_PRICE"),
        (ad(price=None), "INVALID_PRICE"),
        (ad(zipcode=None), "NO_REGION"),
        (ad(zipcode="00000000"), "NO_REGION"),
        (ad(zipcode="01310-100"), "NO_REGION"),
        (ad(zipcode=13101000), "NO_REGION"),
        (ad(images=None), "NO_IMAGE"),
        (ad(images=[]), "NO_IMAGE"),
        (ad(images=[IMAGE, IMAGE]), "INVALID_IMAGES"),
        (ad(images=[f"{IMAGE}?{n}" for n in range(21)]), "INVALID_IMAGES"),
        (ad(images=IMAGE), "INVALID_IMAGES"),
        (ad(images=["ftp://a/1.jpg"]), "INVALID_IMAGES"),
        (ad(images=["http://[/1.jpg"]), "INVALID_IMAGES"),
        (ad(images=[{}]), "INVALID_IMAGES"),
        (ad(videos="https://video.example/1"), "INVALID_VIDEOS"),
        (ad(videos=""), "INVALID_VIDEOS"),
        (ad(videos=["https://youtu.be/1", "https://youtu.be/2"]), "INVALID_VIDEOS"),
        (ad(params={}), "INVALID_PARAMS"),
        (ad(params=None), "INVALID_PARAMS"),
        (ad(params=[1]), "INVALID_PARAMS"),
        (ad(surprise=1), "INVALID_SURPRISE"),
    ],
)
def test_a_bad_field_cancels_the_batch(olx: Olx, line: object, fault: str) -> None:
    assert faults(olx, line) == [fault]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("regdate", 2021),
        ("regdate", "1979"),
        ("regdate", "1953"),
        ("regdate", "2999"),
        ("regdate", ""),
        ("regdate", None),
        ("mileage", "41000"),
        ("mileage", -1),
        ("mileage", 10_000_000),
        ("mileage", None),
        ("vehicle_brand", 0),
        ("vehicle_brand", ""),
        ("vehicle_brand", "FIAT"),
        ("gearbox", 5),
        ("gearbox", 0),
        ("gearbox", True),
        ("fuel", 8),
        ("doors", 4),
        ("end_tag", 11),
        ("car_steering", 5),
        ("motorpower", 13),
        ("cartype", 10),
        ("carcolor", 11),
        ("exchange", 3),
        ("owner", "x"),
        ("financial", [5]),
        ("car_features", []),
        ("car_features", [1, 1]),
        ("car_features", [21]),
        ("car_features", [0]),
        ("car_features", ""),
        ("vehicle_tag", " "),
        ("vehicle_tag", 7),
        ("mototype", 1),
        ("cubiccms", 1),
        ("nonsense", 1),
    ],
)
def test_a_bad_parameter_cancels_the_batch(olx: Olx, name: str, value: object) -> None:
    assert faults(olx, with_params(**{name: value})) == [f"INVALID_{name.upper()}"]


def test_every_fault_of_a_line_can_be_told(olx: Olx) -> None:
    assert faults(olx, ad(subject="", price=0), ad(id="B", phone=None)) == [
        "INVALID_SUBJECT",
        "INVALID_PRICE",
        "INVALID_PHONE",
    ]


def test_an_id_comes_once(olx: Olx) -> None:
    assert faults(olx, ad(), ad(subject="Outro")) == ["DUPLICATED_ID"]
    assert faults(olx, ad(), {"id": "A1", "operation": "delete"}) == ["DUPLICATED_ID"]


GOOD: list[dict[str, Any]] = [
    ad(id="{A-Z_9}-1234567890x"),
    ad(subject="xx", body="xx", phone=1133334444, type="u", price=1),
    ad(subject="é" * 90, body="é" * 6000),
    ad(images=[f"{IMAGE}?{n}" for n in range(20)]),
    ad(videos="https://www.youtube.com/watch?v=1"),
    ad(videos=["https://youtu.be/1"]),
    with_params(regdate="1950", mileage=0),
    with_params(vehicle_brand="1", vehicle_model="1", vehicle_version="1"),
    with_params(
        gearbox=4,
        fuel=7,
        doors="2",
        end_tag=4,
        vehicle_tag="ABC1D23",
        car_steering=4,
        motorpower=12,
        cartype=9,
        carcolor=10,
        exchange=1,
        owner=2,
        financial=[1, 2],
        car_features=["1", 20],
    ),
    {**with_params(cubiccms=1, mototype=14, moto_features=[1, 10]), "category": 2060},
    {
        **with_params(trucktype=12, truck_features=5, vehicle_brand=None, vehicle_model=None),
        "category": 2040,
    },
    ad(category=2080, params=None),
    ad(category=2050, params={"regdate": "2001"}),
]


@pytest.mark.parametrize("line", GOOD)
def test_what_the_document_allows_is_taken(olx: Olx, line: dict[str, Any]) -> None:
    own_id = line["id"]

    assert olx.accept(line)[own_id]["status"] == "accepted", olx.held(own_id)
    assert olx.held(own_id)["facts"]["subject"] == line["subject"]


def test_numbers_are_held_as_numbers_however_they_come(olx: Olx) -> None:
    olx.accept(with_params(gearbox="2", car_features="3"))
    params = olx.held()["facts"]["params"]

    assert (params["gearbox"], params["car_features"]) == (2, [3])


def test_price_and_images_were_optional_in_2020(olx: Olx) -> None:
    olx.configure(rules_of_2020=True)

    assert olx.accept(ad(price=None, images=None))["A1"]["status"] == "accepted"


def test_an_empty_price_was_not_even_then(olx: Olx) -> None:
    olx.configure(rules_of_2020=True)

    assert faults(olx, ad(price=0)) == ["INVALID_PRICE"]
    assert faults(olx, ad(images=[])) == ["INVALID_IMAGES"]


def test_foreign_keys_can_be_let_through(olx: Olx) -> None:
    olx.configure(refuse_foreign_keys=False)
    line = {**with_params(nonsense=1), "surprise": 1}

    assert olx.accept(line)["A1"]["status"] == "accepted"


def test_a_delete_needs_an_id_and_no_more(olx: Olx) -> None:
    assert faults(olx, {"operation": "delete"}) == ["UNDEFINED_AD_ID"]
    olx.accept(ad())
    assert olx.delete()["status"] == "accepted"
