"""A draft becomes the body the document describes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portals.connectors.chavesnamao.payload import build_payload, is_video, vehicle_body
from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.types import AdWarning
from tests.portals.connectors.chavesnamao.drafts import car, motorcycle, named
from tests.portals.drafts import name, photo


def test_car_is_sent_as_documented():
    payload = build_payload(car(highlight=1))

    assert vehicle_body(payload) == {
        "reference": "123",
        "type": "C",
        "trimId": 301,
        "manufacturedYear": 2018,
        "modelYear": 2019,
        "mileage": 45000,
        "licensePlate": "ABC1D23",
        "doors": 4,
        "color": "SILVER",
        "gearbox": "MANUAL",
        "fuel": "FLEX",
        "value": 45990,
        "deposit": 0,
        "amountPerInstallment": 0,
        "amountOfInstallments": 0,
        "accessories": [7],
        "otherInfos": [],
        "pictures": [
            {"source": "https://photos.example/1.jpg"},
            {"source": "https://photos.example/2.jpg"},
        ],
        "description": "Revisado.",
        "title": "1 20 301 2019",
    }
    assert payload.foreseen == ()


def test_shown_and_highlighted_are_ours_and_part_of_the_fingerprint():
    plain, lit, paused = (
        build_payload(car(**changes)) for changes in ({}, {"highlight": 1}, {"active": False})
    )

    assert len({plain.fingerprint(), lit.fingerprint(), paused.fingerprint()}) == 3
    assert vehicle_body(plain) == vehicle_body(lit) == vehicle_body(paused)


def test_motorcycle_has_no_doors():
    body = build_payload(motorcycle()).body

    assert body["type"] == "M"
    assert body["trimId"] == 501
    assert "doors" not in body


@pytest.mark.parametrize("plate", ["abc1d23", "ABC-1D23", " abc 1d23 "])
def test_plate_is_written_the_portals_way(plate):
    assert build_payload(car(plate=plate)).body["licensePlate"] == "ABC1D23"


def test_plate_of_a_used_vehicle_is_never_hidden():
    assert build_payload(car(plate="XX-1")).body["licensePlate"] == "XX1"


@pytest.mark.parametrize(("plate", "sent"), [("", None), ("XX", None), ("ABC1234", "ABC1234")])
def test_new_vehicle_has_no_mileage_and_needs_no_plate(plate, sent):
    body = build_payload(car(is_new=True, mileage=30, plate=plate)).body

    assert body["mileage"] == 0
    assert body.get("licensePlate") == sent


@pytest.mark.parametrize(
    ("price", "value"),
    [(Decimal("45990.00"), 45990), (Decimal("45990.50"), 45990.5), (Decimal(0), 0), (None, 0)],
)
def test_price_is_a_number(price, value):
    sent = build_payload(car(price=price)).body["value"]

    assert sent == value
    assert type(sent) is type(value)


def test_model_year_is_left_out_if_it_is_not_said():
    body = build_payload(car(year_model=None)).body

    assert body["manufacturedYear"] == 2018
    assert "modelYear" not in body


def test_year_made_is_the_model_year_if_only_that_is_said():
    body = build_payload(car(year_manufacture=None)).body

    assert (body["manufacturedYear"], body["modelYear"]) == (2019, 2019)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=abc",
        "https://youtu.be/abc",
        "http://m.youtube.com/watch?v=abc",
        "https://vimeo.com/123",
        "https://player.vimeo.com/video/123",
    ],
)
def test_videos_of_youtube_and_vimeo_are_sent(url):
    assert is_video(url)
    assert build_payload(car(video_url=f" {url} ")).body["videoUrl"] == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://www.youtube.com/shorts/abc",
        "https://youtube.com/Shorts/abc?x=1",
        "https://www.youtube.com",
        "https://youtube.com.evil.example/watch",
        "https://notyoutube.com/watch?v=1",
        "https://tiktok.com/@x/video/1",
        "javascript:alert(1)//youtube.com/",
        "http://[broken",
    ],
)
def test_other_videos_are_left_out_and_never_null(url):
    assert not is_video(url)
    assert "videoUrl" not in build_payload(car(video_url=url)).body


def test_sixteen_photos_are_sent_each_once_and_the_cut_is_told():
    photos = tuple(photo(number) for number in range(18))

    payload = build_payload(car(photos=(*photos, photo(0))))

    assert [row["source"] for row in payload.body["pictures"]] == [each.url for each in photos[:16]]
    assert payload.foreseen == (AdWarning(kind="photo_limit", asked=18, granted=16),)


def test_long_text_is_cut_and_told():
    payload = build_payload(car(description=f"<b>{'x' * 4001}</b>"))

    assert payload.body["description"] == "x" * 4000
    assert payload.foreseen == (AdWarning(kind="text_truncated", asked=4001, granted=4000),)


def test_optionals_are_ids_of_accessories_or_of_other_infos():
    optionals = (
        name("optional", "9"),
        name("optional", "info:4"),
        name("optional", "9"),
        name("optional", None, ours="Rádio", missing="unknown"),
        name("optional", None, ours="Frete", missing="none"),
        name("optional", "info:x", ours="Troca"),
    )

    payload = build_payload(car(optionals=optionals))

    assert payload.body["accessories"] == [9]
    assert payload.body["otherInfos"] == [4]
    assert payload.foreseen == (
        AdWarning(kind="optional_ignored", asked=["Rádio", "Troca"], granted=[]),
    )


def test_title_is_cut_at_a_hundred():
    names = {**car().names, "version": name("version", "301", ours="x" * 200)}

    assert len(build_payload(car(names=names)).body["title"]) == 100


@pytest.mark.parametrize("changes", [{"category": 3}, {"category": 4}, {"highlight": 2}])
def test_what_the_portal_has_not_is_refused(changes):
    with pytest.raises(NotSupported):
        build_payload(car(**changes))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("version", "1.0 LT"),
        ("version", "²"),
        ("version", "9" * 19),
        ("colour", "PRATA"),
        ("fuel", "ALCOHOL"),
        ("gearbox", "CVT"),
        ("doors", "6"),
        ("doors", None),
    ],
)
def test_name_that_cannot_be_sent_is_a_missing_mapping(kind, key):
    with pytest.raises(MappingMissing) as caught:
        build_payload(named(**{kind: key}))

    assert [(each.field, each.code) for each in caught.value.problems] == [(kind, "name_unknown")]
