"""The check of a vehicle: 400 for the shape, 422 for what does not agree."""

from __future__ import annotations

import pytest

from tests.sandbox.chavesnamao.conftest import PICTURE, Client

LONG_LINK = f"http://127.0.0.1/{'x' * 2000}"
BAD_SHAPES: list[tuple[str, object]] = [
    ("reference", None),
    ("reference", ""),
    ("reference", 5),
    ("reference", "x" * 91),
    ("type", None),
    ("type", "c"),
    ("type", "T"),
    ("trimId", None),
    ("trimId", "3"),
    ("trimId", True),
    ("trimId", 3.5),
    ("manufacturedYear", None),
    ("manufacturedYear", 1885),
    ("manufacturedYear", "2020"),
    ("modelYear", 1885),
    ("mileage", None),
    ("mileage", -1),
    ("mileage", "41000"),
    ("licensePlate", None),
    ("licensePlate", "ABC-1D23"),
    ("licensePlate", "abc1d23"),
    ("licensePlate", "ABC1D2"),
    ("doors", None),
    ("doors", 1),
    ("doors", 6),
    ("color", None),
    ("color", "WHITE"),
    ("color", "black"),
    ("color", ["BLACK"]),
    ("gearbox", "CVT"),
    ("fuel", "ALCOHOL"),
    ("fuel", "ELECTRIC"),
    ("value", None),
    ("value", -1),
    ("value", "45.990,00"),
    ("value", "R$ 1"),
    ("value", ""),
    ("value", float("nan")),
    ("mileage", float("inf")),
    ("trimId", 10**400),
    ("deposit", None),
    ("deposit", "0"),
    ("amountPerInstallment", None),
    ("amountOfInstallments", -1),
    ("accessories", None),
    ("accessories", "1"),
    ("accessories", ["1"]),
    ("accessories", [True]),
    ("otherInfos", [{}]),
    ("pictures", None),
    ("pictures", []),
    ("pictures", [{"source": PICTURE}] * 17),
    ("pictures", [PICTURE]),
    ("pictures", [{"source": "a.jpg"}]),
    ("pictures", [{"source": "ftp://127.0.0.1/a.jpg"}]),
    ("pictures", [{"source": "http://[bad"}]),
    ("pictures", [{"source": LONG_LINK}]),
    ("pictures", [{"source": PICTURE, "order": 1}]),
    ("description", "x" * 4001),
    ("title", "x" * 101),
    ("title", 5),
    ("document", "x" * 21),
    ("videoUrl", ""),
    ("videoUrl", "https://www.youtube.com/shorts/abc"),
    ("videoUrl", "https://www.youtube.com/embed/abc"),
    ("videoUrl", "https://player.vimeo.com/video/1"),
    ("videoUrl", "https://youtube.com.example.org/watch?v=abc"),
    ("videoUrl", "javascript:alert(1)"),
    ("colour", "BLACK"),
]


@pytest.mark.parametrize(("field", "value"), BAD_SHAPES)
def test_a_field_that_does_not_fit_is_named(client: Client, field: str, value: object) -> None:
    answer = client.post(**{field: value})

    assert (answer.status, answer.json["statusCode"]) == (400, 400)
    assert answer.json["error"] == "Bad Request"
    assert all(field in reason for reason in answer.json["message"]), answer.json
    assert client.run() == 0


def test_every_reason_is_told_at_once(client: Client) -> None:
    answer = client.post(color="WHITE", doors=None, value=None)

    assert len(answer.json["message"]) == 3


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "", '{"title": "\\ud800"}'])
def test_a_body_that_is_no_object_is_refused(client: Client, body: str) -> None:
    assert client.ask("POST", "vehicles", body).status == 400


def test_a_video_is_left_out_and_never_null(client: Client) -> None:
    assert client.ask("POST", "vehicles", {**client.body(), "videoUrl": None}).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"mileage": 0, "licensePlate": None},
        {"licensePlate": "ABC1234"},
        {"value": "45990.50"},
        {"value": 0},
        {"modelYear": None},
        {"pictures": [{"source": PICTURE}] * 16},
        {"reference": "x" * 90},
        {"videoUrl": "https://www.youtube.com/watch?v=abc"},
        {"videoUrl": "https://youtu.be/abc"},
        {"videoUrl": "https://vimeo.com/12345"},
        {"accessories": [1, 2, 2], "otherInfos": [1]},
    ],
)
def test_what_the_document_allows_passes(client: Client, changes: dict[str, object]) -> None:
    answer = client.post(**changes)

    assert answer.status == 202, answer.text


def test_unlisted_keys_pass_when_that_is_switched_on(client: Client) -> None:
    client.configure(refuse_foreign_keys=False)

    assert client.post(colour="x").status == 202


@pytest.mark.parametrize(("doors", "status"), [(None, 202), (0, 202), (2, 400)])
def test_a_motorcycle_has_no_doors(client: Client, doors: object, status: int) -> None:
    answer = client.post(type="M", trimId=client.motorcycle_trim, doors=doors)

    assert answer.status == status, answer.text


@pytest.mark.parametrize(
    "changes", [{"trimId": 99_999}, {"accessories": [99_999]}, {"otherInfos": [99_999]}]
)
def test_an_id_that_is_not_in_the_catalogue_does_not_agree(
    client: Client, changes: dict[str, object]
) -> None:
    answer = client.post(**changes)

    assert (answer.status, answer.json["statusCode"]) == (422, 422)
    assert next(iter(changes)) in answer.json["message"][0]


def test_a_trim_and_accessories_of_another_type_do_not_agree(client: Client) -> None:
    assert client.post(trimId=client.motorcycle_trim).status == 422
    assert client.post(accessories=[101]).status == 422


def test_the_same_reference_cannot_be_there_twice(client: Client) -> None:
    assert client.post().status == 202
    queued = client.post()
    client.run()
    there = client.post()

    assert (queued.status, there.status) == (422, 422)
    assert there.json["message"] == ["reference already exists"]
    assert client.account()["history"]["doubles"] == {"V-1": 2}
    assert len(client.account()["ads"]) == 1


def test_a_put_cannot_change_the_reference(client: Client) -> None:
    client.add("V-1")

    assert client.ask("PUT", "vehicles/V-1", client.body(reference="V-2")).status == 422


@pytest.mark.parametrize("body", [{}, {"highlighted": "true"}, {"highlighted": None}, {"x": True}])
def test_a_highlight_is_true_or_false(client: Client, body: object) -> None:
    client.add("V-1")

    assert client.ask("PUT", "publications/V-1", body).status == 400
