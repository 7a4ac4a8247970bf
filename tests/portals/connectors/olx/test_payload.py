"""A draft becomes one ad of an import, and nothing in it is empty or zero."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.olx.payload import build_payload
from tests.portals.drafts import draft, motorcycle, name, names, photo

IDS = {
    "brand": "12",
    "model": "3",
    "version": "44",
    "style": "9",
    "colour": "3",
    "fuel": "3",
    "gearbox": "1",
    "doors": "2",
}


def car(**changes: Any) -> Any:
    """A car whose names are ids."""
    return draft(**{"names": names(IDS), "optionals": (name("optional", "1"),), **changes})


def params(**changes: Any) -> dict[str, Any]:
    """The parameters of a car."""
    found: dict[str, Any] = build_payload(car(**changes)).body["params"]
    return found


def test_a_car_is_sent_as_the_document_says() -> None:
    named = {
        **names(IDS),
        "brand": name("brand", "12", ours="Chevrolet"),
        "model": name("model", "3", ours="Onix"),
        "version": name("version", "44", ours="1.0 LT"),
    }

    payload = build_payload(
        car(names=named, video_url="https://youtu.be/abc", price=Decimal("9.99"))
    )

    assert payload.foreseen == ()
    assert payload.body == {
        "id": "123",
        "category": 2020,
        "subject": "Chevrolet Onix 1.0 LT 2019",
        "body": "Revisado.",
        "phone": 11912345678,
        "type": "s",
        "price": 9,
        "zipcode": "01310100",
        "params": {
            "regdate": "2019",
            "mileage": 45000,
            "vehicle_brand": 12,
            "vehicle_model": 3,
            "vehicle_version": 44,
            "cartype": 9,
            "carcolor": 3,
            "fuel": 3,
            "gearbox": 1,
            "doors": 2,
            "end_tag": 4,
            "vehicle_tag": "ABC1D23",
            "exchange": 2,
            "owner": 1,
            "car_features": [1],
        },
        "images": ["https://photos.example/1.jpg", "https://photos.example/2.jpg"],
        "videos": ["https://youtu.be/abc"],
    }


def test_a_motorcycle_has_its_names_and_displacement_and_no_parameters_of_cars() -> None:
    keys = {"brand": "1", "model": "2", "version": "3", "displacement": "8", "colour": "3"}

    body = build_payload(motorcycle(names=names({**keys, "fuel": "3", "gearbox": "1"}))).body

    assert body["category"] == 2060
    assert body["params"] == {
        "regdate": "2019",
        "mileage": 45000,
        "vehicle_brand": 1,
        "vehicle_model": 2,
        "vehicle_version": 3,
        "cubiccms": 8,
    }


def test_a_truck_needs_no_names_but_says_them() -> None:
    ours = {
        kind: name(kind, None, ours=word, missing="unknown")
        for kind, word in (("brand", "Volvo"), ("model", "FH"), ("version", "540"))
    }

    body = build_payload(draft(category=3, names=ours)).body

    assert (body["category"], body["subject"]) == (2040, "Volvo FH 540 2019")
    assert body["params"] == {"regdate": "2019", "mileage": 45000}


@pytest.mark.parametrize("each", [{"category": 4}, {"highlight": 1}])
def test_what_the_portal_has_not_is_not_supported(each: dict[str, Any]) -> None:
    with pytest.raises(NotSupported):
        build_payload(car(**each))


@pytest.mark.parametrize("kind", ["brand", "model", "version"])
def test_a_car_without_these_names_waits_for_a_mapping(kind: str) -> None:
    gap = {**names(IDS), kind: name(kind, None, ours="X", missing="unknown")}

    with pytest.raises(MappingMissing) as caught:
        build_payload(car(names=gap))

    assert [problem.field for problem in caught.value.problems] == [kind]


@pytest.mark.parametrize("kind", ["style", "colour", "fuel", "gearbox", "doors"])
@pytest.mark.parametrize("key", [None, "", "0"])
def test_other_names_are_left_out_and_never_sent_empty(kind: str, key: str | None) -> None:
    found = params(names={**names(IDS), kind: name(kind, key, missing="unknown")})

    assert len(found) == len(params()) - 1


def test_nothing_is_empty_or_zero_but_the_mileage_of_a_new_car() -> None:
    bare = car(
        photos=(),
        optionals=(),
        plate="",
        description="",
        phone="",
        postal_code="",
        price=None,
        mileage=None,
        is_new=True,
        names=names({kind: IDS[kind] for kind in ("brand", "model", "version")}),
    )

    body = build_payload(bare).body

    assert body["params"].pop("mileage") == 0
    assert not {"images", "videos", "phone", "zipcode", "price"} & body.keys()
    assert all(value not in (None, "", 0, [], {}) for value in body.values())
    assert all(value not in (None, "", 0, [], {}) for value in body["params"].values())
    assert "mileage" not in params(mileage=None)


@pytest.mark.parametrize(
    ("model", "made", "told"),
    [
        (2027, 2026, "2027"),
        (None, 2018, "2018"),
        (1980, 1980, "1980"),
        (1979, 1979, "1975"),
        (1975, 1975, "1975"),
        (1974, 1974, "1970"),
        (1951, 1951, "1950"),
        (1938, 1938, "1950"),
    ],
)
def test_years_before_1980_are_told_in_steps(model: int | None, made: int, told: str) -> None:
    assert params(year_model=model, year_manufacture=made)["regdate"] == told


@pytest.mark.parametrize(
    ("plate", "end", "tag"),
    [
        ("abc-1d20", 1, "ABC1D20"),
        ("ABC1239", 10, "ABC1239"),
        ("ABC12", None, None),
        ("AB123CD", None, None),
        ("", None, None),
        ("AÇC1239", None, None),
    ],
)
def test_the_plate_is_told_whole_and_by_its_last_digit(
    plate: str, end: int | None, tag: str | None
) -> None:
    found = params(plate=plate)

    assert (found.get("end_tag"), found.get("vehicle_tag")) == (end, tag)


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("(11) 91234-5678", 11912345678),
        ("+55 11 1234-5678", 1112345678),
        ("+55 (0xx11) 91234-5678", 11912345678),
        ("011 91234-5678", 11912345678),
        ("55 91234-5678", 55912345678),
        ("91234-5678", None),
        ("11 91234-5678 / 11 91234-5679", None),
        ("", None),
        ("١١٩١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_phone_is_area_code_and_number(typed: str, phone: int | None) -> None:
    assert build_payload(car(phone=typed)).body.get("phone") == phone


@pytest.mark.parametrize(
    ("typed", "zipcode"),
    [("01310-100", "01310100"), ("1310-100", None), ("00000-000", None), ("", None)],
)
def test_a_postal_code_has_eight_digits(typed: str, zipcode: str | None) -> None:
    assert build_payload(car(postal_code=typed)).body.get("zipcode") == zipcode


def test_a_subject_is_cut_at_a_word_and_keeps_the_year() -> None:
    long = {**names(IDS), "version": name("version", "44", ours="palavra " * 20)}

    subject = build_payload(car(names=long)).body["subject"]

    assert len(subject) <= 90
    assert subject.endswith("palavra 2019")


def test_a_long_text_is_cut_and_said_so() -> None:
    payload = build_payload(car(description="x" * 6001))

    assert len(payload.body["body"]) == 6000
    [warning] = payload.foreseen
    assert (warning.kind, warning.asked, warning.granted) == ("text_truncated", 6001, 6000)


@pytest.mark.parametrize("text", ["", " ", "<b></b>", "x"])
def test_a_text_that_says_nothing_is_the_subject(text: str) -> None:
    body = build_payload(car(description=text)).body

    assert body["body"] == body["subject"]


def test_html_is_not_sent() -> None:
    assert build_payload(car(description="<b>Ótimo</b><br>estado")).body["body"] == "Ótimo\nestado"


def test_photos_are_distinct_large_and_no_more_than_twenty() -> None:
    many = (photo(1), photo(1), photo(99, width=200), *(photo(number) for number in range(2, 25)))

    payload = build_payload(car(photos=many))

    assert payload.body["images"] == [photo(number).url for number in range(1, 21)]
    assert [(each.kind, each.asked, each.granted) for each in payload.foreseen] == [
        ("photo_rejected", [photo(99).url], []),
        ("photo_limit", 24, 20),
    ]


@pytest.mark.parametrize(
    ("width", "height", "sent"),
    [
        (260, 350, True),
        (350, 260, True),
        (0, 0, True),
        (259, 2000, False),
        (340, 340, False),
        (300, 0, False),
    ],
)
def test_a_photo_is_large_enough_either_way(width: int, height: int, sent: bool) -> None:
    body = build_payload(car(photos=(photo(1, width=width, height=height),))).body

    assert ("images" in body) is sent


def test_features_are_numbers_once_each_with_the_armour() -> None:
    several = (
        name("optional", "15"),
        name("optional", "15"),
        name("optional", None, ours="Rádio", missing="unknown"),
        name("optional", None, ours="Lona", missing="none"),
    )

    payload = build_payload(car(optionals=several, armoured=True))

    assert payload.body["params"]["car_features"] == [15, 10]
    assert [(each.kind, each.asked) for each in payload.foreseen] == [
        ("optional_ignored", ["Rádio"])
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://vimeo.com/1",
        "https://youtube.com.evil.example/x",
        "javascript:alert(1)//youtube.com/x",
        "https://youtu.be/",
    ],
)
def test_only_videos_of_youtube_are_sent(url: str) -> None:
    assert "videos" not in build_payload(car(video_url=url)).body


def test_a_payload_is_json_whatever_is_typed() -> None:
    body = build_payload(car(description='"\\\u2028</script>', price=Decimal("1e9"))).body

    assert json.loads(json.dumps(body)) == body
