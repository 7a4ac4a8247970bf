"""The list of vehicles by pages, and the catalogue by ids."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.chavesnamao.catalogue import Catalogue
from sandbox.names import SourceName
from tests.sandbox.chavesnamao.conftest import NAMES, Client


def listed(client: Client, query: str = "") -> list[str]:
    """References of a page of the list."""
    return [row["reference"] for row in client.get(f"vehicles?{query}").json["data"]]


def test_a_page_has_the_envelope_of_the_document(client: Client) -> None:
    client.add(*(str(number) for number in range(5)))
    page = client.get("vehicles?limit=2&page=2&sortBy=reference:ASC").json

    assert set(page) == {"data", "meta", "links"}
    assert [row["reference"] for row in page["data"]] == ["2", "3"]
    assert page["data"][0] == client.shown("2")
    assert page["meta"] == {
        "itemsPerPage": 2,
        "totalItems": 5,
        "currentPage": 2,
        "totalPages": 3,
        "sortBy": [["reference", "ASC"]],
    }
    assert list(page["links"]) == ["first", "previous", "current", "next", "last"]
    pages = [parse_qs(urlsplit(url).query)["page"] for url in page["links"].values()]
    assert pages == [["1"], ["1"], ["2"], ["3"], ["3"]]
    assert listed(client, urlsplit(page["links"]["next"]).query) == ["4"]


def test_a_page_has_ten_rows_and_never_more_than_fifty(client: Client) -> None:
    client.add(*(str(number) for number in range(52)))

    assert len(listed(client)) == 10
    assert len(listed(client, "limit=100")) == 50
    assert client.get("vehicles?limit=100").json["meta"]["itemsPerPage"] == 50
    assert len(listed(client, "limit=x&page=-1")) == 10
    assert listed(client, "page=99") == []


def test_the_list_is_filtered_and_searched(client: Client) -> None:
    client.add("1", "12")
    client.add("M-1", type="M", trimId=client.motorcycle_trim, doors=None)

    assert listed(client, "filter.reference=$eq:1") == ["1"]
    assert listed(client, "filter.reference=12") == ["12"]
    assert listed(client, "reference=12") == ["12"]
    assert listed(client, "filter.type=$eq:M") == ["M-1"]
    assert listed(client, "filter.type=C&filter.reference=M-1") == []
    assert listed(client, "search=honda") == ["M-1"]
    assert listed(client, "search=onix") == ["1", "12"]
    assert listed(client, "search=2") == ["12"]


def test_the_list_is_sorted(client: Client) -> None:
    client.add("b", value=3)
    client.add("a", value="10.5")
    client.add("c", value=2)

    assert listed(client) == ["b", "a", "c"]
    assert listed(client, "sortBy=reference:DESC") == ["c", "b", "a"]
    assert listed(client, "sortBy=value:ASC") == ["c", "b", "a"]
    assert listed(client, "sortBy=updatedAt:DESC") == ["c", "a", "b"]
    assert listed(client, "sortBy=color:DESC") == ["b", "a", "c"]
    client.put("b")
    client.run()
    assert listed(client, "sortBy=updatedAt:ASC") == ["a", "c", "b"]


def test_clients_do_not_see_each_other(client: Client) -> None:
    client.configure(accounts=[{"token": "t2", "plan": {"adsQuantity": 0}}])
    other = Client(client.host, trim=client.trim)
    other.enter("t2")
    client.add("V-1")

    assert other.get("vehicles/V-1").status == 404
    assert other.put().status == 404
    assert other.post().status == 202
    client.run()
    assert other.shown()["publication"] is None
    assert client.shown()["publication"] is not None
    assert list(client.get("_state?user=t2&brief=1").json["accounts"]) == ["t2"]


def test_the_catalogue_is_read_by_ids(client: Client) -> None:
    brands = client.get("vehicles/brands?vehicleType=C").json
    assert brands == [
        {"id": 1, "name": "CHEVROLET", "vehicleType": "C"},
        {"id": 5, "name": "FIAT", "vehicleType": "C"},
    ]
    models = client.get("vehicles/brands/1/models").json
    assert models == [{"id": 2, "name": "ONIX", "brandId": 1}]
    trims = client.get("vehicles/models/2/trims").json
    assert [trim["name"] for trim in trims] == ["LT 1.0 MEC.", "PREMIER 1.0 TURBO"]
    assert {trim["modelId"] for trim in trims} == {2}
    assert len(client.get("vehicles/brands").json) == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("brands/99/models", 404),
        ("brands/x/models", 404),
        ("models/1/trims", 404),
        ("brands?type=T", 400),
        ("accessories?type=X", 400),
    ],
)
def test_what_the_catalogue_does_not_have_is_told(client: Client, path: str, status: int) -> None:
    assert client.get(f"vehicles/{path}").status == status


def test_accessories_are_of_a_type_and_other_infos_of_both(client: Client) -> None:
    cars = client.get("vehicles/accessories?type=C").json
    motorcycles = client.get("vehicles/accessories?type=M").json
    infos = client.get("vehicles/otherinfo").json

    assert cars[0] == {"id": 1, "name": "Airbag"}
    assert not {row["id"] for row in cars} & {row["id"] for row in motorcycles}
    assert len(client.get("vehicles/accessories").json) == len(cars) + len(motorcycles)
    assert len({row["name"] for row in infos}) == len(infos)


def test_ids_are_the_same_in_every_run() -> None:
    first, second = Catalogue(NAMES), Catalogue(NAMES)

    assert first.listed_brands("") == second.listed_brands("")
    own = Catalogue(NAMES, own_cars=[SourceName("car", "Vw", "Gol", "1.0 Flex")])
    assert [brand["name"] for brand in own.listed_brands("C")] == ["Vw"]
    assert [brand["name"] for brand in own.listed_brands("M")] == ["HONDA"]


def test_names_change_over_night_and_what_is_held_stays(client: Client) -> None:
    client.add("V-1", accessories=[1])
    answer = client.ask(
        "POST",
        "_catalogue",
        {
            "rename": [
                {"type": "C", "path": ["FIAT"], "to": "FIAT AUTOMÓVEIS"},
                {"type": "C", "path": ["Airbag"], "list": "accessories", "to": "Airbags"},
            ],
            "retire": [{"type": "C", "path": ["CHEVROLET", "ONIX", "LT 1.0 MEC."]}],
        },
    )

    assert (answer.status, answer.json["changed"]) == (200, 3)
    names = [row["name"] for row in client.get("vehicles/brands?type=C").json]
    assert names == ["CHEVROLET", "FIAT AUTOMÓVEIS"]
    assert client.get("vehicles/accessories?type=C").json[0] == {"id": 1, "name": "Airbags"}
    assert client.put().status == 422
    assert client.shown()["trim"]["name"] == "LT 1.0 MEC."
    assert client.shown()["accessories"] == [{"id": 1, "name": "Airbag"}]


def test_renumbering_gives_every_id_anew_and_a_reset_the_old_ones_back(client: Client) -> None:
    def ids(path: str) -> set[int]:
        return {row["id"] for row in client.get(f"vehicles/{path}").json}

    paths = ("brands?type=C", "accessories?type=C")
    before = [ids(path) for path in paths]
    assert client.ask("POST", "_catalogue", {"renumber": ["C"]}).status == 200
    assert not any(ids(path) & old for path, old in zip(paths, before, strict=True))
    assert client.post().status == 422

    client.ask("POST", "_reset", {})
    assert [ids(path) for path in paths] == before
