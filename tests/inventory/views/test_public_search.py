"""What search engines and messengers are told about the public pages, and where they find them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from unittest import mock

import pytest
from django import urls
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.showroom import addresses
from inventory.showroom.addresses import stock_path, vehicle_path
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory, VersionFactory
from tests.shop import HOST, HOSTILE, car, data_of, new_shop, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A store that is open to all."""
    return new_shop()


@pytest.fixture
def client():
    """A browser of a stranger."""
    return Client()


def test_search_engines_are_told_the_vehicle_its_offer_and_the_store(client, shop):
    vehicle = car(shop, displacement=999, promotional_price=Decimal("43990.00"))
    photo = VehiclePhotoFactory(vehicle=vehicle)
    large = photo.blob.renditions.get(size=1920)
    address = f"{HOST}{vehicle_path(shop, vehicle)}"

    response = client.get(vehicle_path(shop, vehicle))
    data = data_of(response)

    told = data["Car"]
    assert told["url"] == address
    assert told["image"] == [f"{HOST}/media/{large.file.name}"]
    assert told["brand"] == {"@type": "Brand", "name": "Chevrolet"}
    assert (told["model"], told["vehicleModelDate"]) == ("Onix", "2021")
    assert told["mileageFromOdometer"] == {
        "@type": "QuantitativeValue",
        "value": 45_000,
        "unitCode": "KMT",
    }
    assert (told["fuelType"], told["vehicleTransmission"], told["color"]) == (
        "Flex",
        "Manual",
        "White",
    )
    offer = told["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("43990.00", "BRL")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["seller"]["@id"] == data["AutoDealer"]["@id"]
    assert data["AutoDealer"]["telephone"] == "+5511987654321"
    assert data["AutoDealer"]["address"]["addressLocality"] == "Santos"
    assert data["BreadcrumbList"]["itemListElement"][1]["item"] == address
    for name, content in (("og:url", address), ("og:image", told["image"][0])):
        assert f'<meta property="{name}" content="{content}">' in response.text
    assert '<meta name="twitter:card" content="summary_large_image">' in response.text
    assert f'<link rel="canonical" href="{address}">' in response.text
    assert '<meta name="description" content="Revisado, pronto para rodar.">' in response.text


def test_search_engines_are_told_the_list_of_a_stock(client, shop):
    reserved = car(shop, state="reserved")
    bike = VehicleFactory(dealer=shop, category=2, brand_text="Honda", price=None)
    truck = VehicleFactory(dealer=shop, category=3, brand_text="Volvo", is_new=True)

    listed = data_of(client.get(stock_path(shop)))["ItemList"]

    items = {
        each["item"]["url"].rsplit("-", 1)[1]: each["item"] for each in listed["itemListElement"]
    }
    assert listed["numberOfItems"] == len(items) == 3
    of_reserved = items[f"{reserved.public_id}/"]
    assert of_reserved["offers"]["availability"] == "https://schema.org/Reserved"
    assert items[f"{bike.public_id}/"]["@type"] == "Motorcycle"
    assert "offers" not in items[f"{bike.public_id}/"]
    of_truck = items[f"{truck.public_id}/"]
    assert (of_truck["@type"], of_truck["mileageFromOdometer"]["value"]) == ("Vehicle", 0)


def test_nothing_typed_ends_a_script_or_stands_unescaped(client, shop):
    shop.name = 'Loja "A" <b>'
    shop.save()
    vehicle = car(shop, version=None, brand_text='Bra"nd <i>', description=HOSTILE)

    response = client.get(vehicle_path(shop, vehicle))
    data = data_of(response)

    assert data["Car"]["description"] == HOSTILE
    assert data["AutoDealer"]["name"] == 'Loja "A" <b>'
    block = response.text.split("ld+json")[1].split("</script>")[0]
    assert not set("<&\u2028") & set(block)
    assert "<script>alert" not in response.text
    assert "<b>" not in response.text
    assert "<i>" not in response.text
    assert "<script>alert" not in client.get(stock_path(shop)).text


def test_sitemaps_list_every_public_page_with_its_last_change(client, shop):
    shown = [
        car(shop),
        car(shop, state="reserved"),
        car(
            shop, version=None, brand_text="Citroën", model_text="C3 & <Aircross>", year_model=None
        ),
        car(shop, version=None, brand_text="", model_text="", version_text=""),
        car(shop, version=VersionFactory(name="x" * 90)),
    ]
    car(shop, state="sold")
    off = DealerFactory(public_pages=False)
    car(off)

    index = client.get("/sitemap.xml")
    of_shop = client.get("/loja/loja-a/sitemap.xml")

    assert index["Content-Type"].startswith("application/xml")
    assert texts(index) == [f"{HOST}/loja/loja-a/sitemap.xml"]
    pages = [stock_path(shop), *(vehicle_path(shop, each) for each in shown)]
    assert sorted(texts(of_shop)) == sorted(f"{HOST}{path}" for path in pages)
    changed = texts(of_shop, "lastmod")
    assert len(changed) == 1 + len(shown)
    assert all(datetime.fromisoformat(each).tzinfo for each in changed)


def test_a_sitemap_costs_as_much_for_many_as_for_few(client, shop, django_assert_num_queries):
    for _ in range(3):
        car(shop)
    with CaptureQueriesContext(connection) as few:
        client.get("/loja/loja-a/sitemap.xml")
    for _ in range(30):
        car(shop)

    with django_assert_num_queries(len(few)), mock.patch.object(addresses, "reverse") as reverse:
        reverse.side_effect = urls.reverse
        page = client.get("/loja/loja-a/sitemap.xml")

    assert len(texts(page)) == 34
    assert reverse.call_count == 2  # the stock's and the pattern of a vehicle's


def test_robots_may_read_the_public_pages_and_what_they_are_made_of_only(client):
    text = client.get("/robots.txt").text

    rules = text.splitlines()
    assert [rule for rule in rules if rule.startswith("Allow")] == [
        "Allow: /loja/",
        "Allow: /media/",
        "Allow: /static/",
    ]
    assert "Disallow: /" in rules
    assert f"Sitemap: {HOST}/sitemap.xml" in rules
