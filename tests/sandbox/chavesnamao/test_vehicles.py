"""What a vehicle looks like when it is read, and what becomes of its pictures."""

from __future__ import annotations

from tests.sandbox.chavesnamao.conftest import PICTURE, Client
from tests.sandbox.conftest import PhotoServer


def test_a_vehicle_is_read_as_the_document_shows_it(client: Client) -> None:
    client.add("V-1", fuel="ETHANOL", accessories=[1, 2], otherInfos=[3], title="Onix", value="5.5")
    shown = client.shown()

    picture = shown["pictures"][0]
    assert {key: shown[key] for key in sorted(set(shown) - {"pictures", "updatedAt"})} == {
        "accessories": [{"id": 1, "name": "Airbag"}, {"id": 2, "name": "Airbag duplo"}],
        "active": True,
        "amountOfInstallments": 0,
        "amountPerInstallment": 0,
        "brand": {"id": 1, "name": "CHEVROLET", "vehicleType": "C"},
        "brandNew": False,
        "color": "BLACK",
        "deposit": 0,
        "description": None,
        "document": None,
        "doors": 4,
        "fuel": "ALCOHOL",
        "gearbox": "MANUAL",
        "licensePlate": "ABC1D23",
        "manufacturedYear": 2020,
        "mileage": 41000,
        "modelYear": 2021,
        "otherInfos": [{"id": 3, "name": "Garantia de fábrica"}],
        "publication": {"highlighted": False},
        "reference": "V-1",
        "title": "Onix",
        "trim": {"id": client.trim, "name": "LT 1.0 MEC.", "modelId": 2},
        "type": "C",
        "url": shown["url"],
        "value": 5.5,
        "videoUrl": None,
    }
    assert (picture["originalUrl"], picture["order"]) == (PICTURE, 1)
    assert picture["source"] != PICTURE
    assert shown["updatedAt"].endswith("Z")


def test_a_car_that_has_not_run_is_brand_new_and_its_model_year_that_of_manufacture(
    client: Client,
) -> None:
    client.add("V-1", mileage=0, licensePlate=None, modelYear=None)
    shown = client.shown()

    assert (shown["brandNew"], shown["licensePlate"], shown["modelYear"]) == (True, None, 2020)


def test_prices_may_be_shown_as_text(client: Client) -> None:
    client.add("V-1")
    client.configure(value_words=True)

    assert client.shown()["value"] == "45990.00"


def test_a_put_replaces_everything(client: Client) -> None:
    client.add("V-1", title="Old", otherInfos=[1], description="Old")
    client.put(color="RED")
    client.run()
    shown = client.shown()

    assert (shown["color"], shown["title"], shown["description"]) == ("RED", None, None)
    assert shown["otherInfos"] == []
    assert client.account()["ads"][0]["updates"] == 1


def test_a_deleted_vehicle_is_gone_with_its_ad(client: Client) -> None:
    client.add("V-1")
    number = client.account()["ads"][0]["id"]
    client.ask("DELETE", "vehicles/V-1")
    client.run()

    assert client.get("vehicles/V-1").status == 404
    assert client.get(f"anuncio/{number}").status == 404
    assert client.get("vehicles").json["meta"]["totalItems"] == 0


def test_pictures_that_cannot_be_fetched_are_missing(client: Client, photos: PhotoServer) -> None:
    client.configure(check_photos=True)
    good = photos.picture("good.png", 800, 600)
    text = photos.add("text.jpg", b"not a picture at all, but long enough to be looked at by it")
    sources = [f"{photos.origin}/nothing.jpg", good, text]
    client.add("V-1", pictures=[{"source": source} for source in sources])

    shown = client.shown()["pictures"]
    assert [(each["originalUrl"], each["order"]) for each in shown] == [(good, 1)]


def test_pictures_are_fetched_when_the_job_is_done(client: Client, photos: PhotoServer) -> None:
    client.configure(check_photos=True)
    client.post(pictures=[{"source": photos.picture("a.png", 800, 600)}])
    assert photos.asked == []

    client.run()
    assert photos.asked == ["/a.png"]


def test_pictures_beyond_the_plan_are_missing(client: Client) -> None:
    client.configure(
        accounts=[{"token": "sandbox-token", "user": "demo", "plan": {"pictureQuantity": 2}}]
    )
    client.add("V-1", pictures=[{"source": f"{PICTURE}?{number}"} for number in range(4)])

    assert len(client.shown()["pictures"]) == 2


def test_the_portals_own_address_of_a_picture_leads_to_it(client: Client) -> None:
    client.add("V-1")
    source = client.shown()["pictures"][0]["source"]
    answer = client.send("GET", source.partition(client.host)[2])

    assert (answer.status, answer.headers["Location"]) == (302, PICTURE)
    for order in ("0", "2", "x", "-1"):
        path = source.partition(client.host)[2].removesuffix("/1")
        assert client.send("GET", f"{path}/{order}").status == 404


def test_the_public_sees_an_ad_and_the_list_of_ads(client: Client) -> None:
    client.add("V-1", title="<b>Onix</b>", description="Único dono")
    url = client.shown()["url"]
    page = client.send("GET", url.partition(client.host)[2])

    assert page.status == 200
    assert "&lt;b&gt;Onix" in page.text
    assert "R$ 45.990,00" in page.text
    assert "Único dono" in page.text
    assert "1 anúncios no ar" in client.get("anuncio").text
    assert client.get("anuncio/1").status == 404
    assert client.get("anuncio/x/y/z").status == 404
