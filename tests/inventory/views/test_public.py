"""The public pages: what strangers see of a stock, and everything they must not see."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Dealer
from inventory.models import Reservation, VehicleHold
from inventory.showroom.addresses import stock_path, vehicle_path
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    OptionalFactory,
    StockSourceFactory,
    VehicleFactory,
    VehiclePhotoFactory,
)
from tests.pages import client_of
from tests.shop import HOSTILE, car, data_of, new_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A store that is open to all."""
    return new_shop()


@pytest.fixture
def client():
    """A browser of a stranger."""
    return Client()


def everything_public(client, shop, *vehicles) -> str:
    """Return the text of every public page of a dealer, one after the other."""
    paths = [stock_path(shop), f"{stock_path(shop)}sitemap.xml", "/sitemap.xml", "/robots.txt"]
    paths += [vehicle_path(shop, each) for each in vehicles]
    return "".join(client.get(path).text for path in paths)


def test_the_stock_shows_what_is_for_sale_and_nothing_else(client, shop):
    shown = {state: car(shop, state=state) for state in ("available", "reserved")}
    hidden = [car(shop, state=state) for state in ("in_preparation", "sold", "archived")]
    foreign = car(DealerFactory())

    text = client.get("/loja/loja-a/").text

    assert all(vehicle_path(shop, each) in text for each in shown.values())
    assert text.count(">Reserved<") == 1
    assert not any(each.public_id in text for each in [*hidden, foreign])


def test_a_vehicle_is_shown_with_its_photos_price_facts_and_contact(client, shop):
    vehicle = car(shop, single_owner=True, promotional_price=Decimal("43990.00"))
    vehicle.optionals.add(OptionalFactory(name="Teto solar"))
    for position in range(3):
        VehiclePhotoFactory(vehicle=vehicle, position=position)

    text = client.get(vehicle_path(shop, vehicle)).text

    assert re.search(r"<s .*45,990\.00</s>.*<strong>.*43,990\.00", text, re.S)
    for piece in ("2020/2021", "45,000\N{NO-BREAK SPACE}km", "Flex", "White", "Single owner"):
        assert piece in text
    assert "Teto solar" in text
    assert "Revisado, pronto para rodar." in text
    assert 'href="tel:+5511987654321"' in text
    assert "https://wa.me/5511987654321?text=" in text
    assert "Rua Um, 10 · Santos/SP" in text
    pictures = re.findall(r"<img [^>]+>", text)
    assert len(pictures) == 3
    assert all(re.search(r'srcset="[^"]+ 480w, [^"]+ 1920w"', each) for each in pictures)
    assert all('width="1920" height="1080"' in each for each in pictures)
    assert ['loading="lazy"' in each for each in pictures] == [False, True, True]
    assert 'fetchpriority="high"' in pictures[0]


def test_a_landline_has_no_whatsapp_and_no_phone_no_empty_link(client):
    landline = DealerFactory(language="en", phone="+551133334444")
    silent = DealerFactory(language="en")

    with_phone = client.get(vehicle_path(landline, car(landline))).text
    without = client.get(vehicle_path(silent, car(silent))).text

    assert "tel:+551133334444" in with_phone
    assert "wa.me" not in with_phone + without
    assert "tel:" not in without


def test_nothing_internal_is_ever_shown(client, shop):
    canaries = {
        "cost": Decimal("12321.77"),
        "chassis": "9BGCANARY00000001",
        "renavam": "98765432101",
        "plate": "CNR1A23",
        "location": "canary-yard",
        "stock_type": "consigned",
        "source_reference": "canary-reference",
        "source_facts": {"canary": "canary-fact"},
        "code": "CANARYCODE",
    }
    shop.tax_id, shop.legal_name = "11222333000181", "Canary Legal Ltda"
    shop.save()
    source = StockSourceFactory(dealer=shop, name="canary-source")
    vehicle = car(shop, source=source, **canaries)
    nameless = VehicleFactory(dealer=shop, code="CANARY-2", plate="CNR1A24", state="reserved")
    reservation = Reservation.objects.create(
        dealer=shop, vehicle=nameless, customer_name="Canary Silva", state_before="available"
    )
    VehicleHold.objects.create(dealer=shop, vehicle=nameless, reservation=reservation)

    text = everything_public(client, shop, vehicle, nameless).casefold()

    words = ["canary", "cnr1a2", "9876543210", "consigned", "12,321", "12321", "11222333"]
    assert [word for word in words if word in text] == []
    assert f"/{vehicle.pk}/" not in text


@pytest.mark.parametrize("words", ["CNR1A23", "CNR", "9BGCANARY00000001", "CANARYCODE"])
def test_the_search_does_not_tell_that_a_plate_chassis_or_code_is_here(client, shop, words):
    vehicle = car(shop, plate="CNR1A23", chassis="9BGCANARY00000001", code="CANARYCODE")

    text = client.get("/loja/loja-a/", {"q": words}).text

    assert vehicle.public_id not in text
    assert "Nothing matches this search." in text


def test_a_stranger_narrows_and_orders_the_stock(client, shop):
    cheap = car(shop, price=Decimal("20000"), mileage=90_000)
    dear = car(shop, price=Decimal("90000"), promotional_price=Decimal("80000"), mileage=5_000)
    bike = VehicleFactory(dealer=shop, category=2, brand_text="Honda", model_text="CG 160")

    def ids(**query: object) -> list[str]:
        text = client.get("/loja/loja-a/", query).text
        return re.findall(r'<h2><a href="[^"]*-([0-9a-f]{16})/"', text)

    assert ids(q="onix 2021", sort="cheap") == [cheap.public_id, dear.public_id]
    assert ids(category=2) == ids(brand="Honda") == ids(q="honda cg") == [bike.public_id]
    assert ids(sort="dear")[0] == dear.public_id
    assert ids(sort="km")[0] == dear.public_id
    assert dear.public_id in ids(most="80.000")
    assert dear.public_id not in ids(most="79999")


def test_pages_of_a_long_stock_lead_to_each_other(client, shop):
    VehicleFactory.create_batch(30, dealer=shop, brand_text="Fiat", model_text="Uno")

    first = client.get("/loja/loja-a/", {"q": "uno"}).text
    second = client.get("/loja/loja-a/?page=2").text

    assert '<link rel="next" href="?q=uno&amp;page=2">' in first
    assert '<meta name="robots" content="noindex, follow">' in first
    assert '<link rel="prev" href="?page=1">' in second
    assert '<link rel="canonical" href="http://127.0.0.1:8000/loja/loja-a/?page=2">' in second
    assert "noindex" not in second
    assert (
        data_of(client.get("/loja/loja-a/?page=2"))["ItemList"]["itemListElement"][0]["position"]
        == 25
    )


@pytest.mark.parametrize(
    "value", ["", "-1", "9" * 5000, "1e400", "NaN", "²", "\x00", "a\x00b", "%", "'; --", HOSTILE]
)
def test_whatever_is_asked_the_stock_answers(client, shop, value):
    vehicle = car(shop)

    for field in ("q", "category", "brand", "most", "sort", "page"):
        response = client.get(f"/loja/loja-a/?{urlencode({field: value})}")
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        if field in ("brand", "sort", "page"):
            assert vehicle.public_id in response.text


def test_an_address_with_other_words_leads_to_the_right_one(client, shop):
    vehicle = car(shop)
    right = vehicle_path(shop, vehicle)

    for words in ("old-name-", "", "x-y-z-"):
        response = client.get(f"/loja/loja-a/{words}{vehicle.public_id}/")
        assert (response.status_code, response["Location"]) == (301, right)
    assert client.get(right).status_code == 200


@pytest.mark.parametrize(
    ("state", "status"), [("sold", 410), ("archived", 410), ("in_preparation", 404)]
)
def test_a_vehicle_that_is_not_on_show_says_so_and_leads_to_the_others(client, shop, state, status):
    vehicle = car(shop, state=state, model_text="Canary")

    response = client.get(vehicle_path(shop, vehicle))

    assert response.status_code == status
    assert '<meta name="robots" content="noindex">' in response.text
    assert 'href="/loja/loja-a/"' in response.text
    assert "45,990" not in response.text
    assert vehicle.public_id not in everything_public(client, shop)


@pytest.mark.parametrize("name", ["nothing", "onix-0123456789abcdef", "-", "A" * 200, "x-ABCDEF"])
def test_a_vehicle_that_never_was_is_not_found(client, shop, name):
    response = client.get(f"/loja/loja-a/{name}/")

    assert response.status_code == 404
    assert 'href="/loja/loja-a/"' in response.text


def test_a_vehicle_is_not_found_under_another_dealers_code(client, shop):
    foreign = car(DealerFactory(code="loja-b"))

    response = client.get(vehicle_path(foreign.dealer, foreign).replace("loja-b", "loja-a"))

    assert response.status_code == 404
    assert foreign.title not in response.text


@pytest.mark.parametrize("fact", [{"public_pages": False}, {"is_active": False}, {"code": "new"}])
def test_a_dealer_without_public_pages_has_none_at_all(client, shop, fact):
    vehicle = car(shop)
    paths = (stock_path(shop), f"{stock_path(shop)}sitemap.xml", vehicle_path(shop, vehicle))
    assert {client.get(path).status_code for path in paths} == {200}

    Dealer.objects.filter(pk=shop.pk).update(**fact)

    answers = [client.get(path) for path in paths]
    assert {each.status_code for each in answers} == {404}
    assert not any("Loja A" in each.text or vehicle.title in each.text for each in answers)
    assert "loja-a" not in client.get("/sitemap.xml").text


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_pages_are_the_same_for_everybody_and_may_be_kept(shop, who):
    browser = Client() if who == "stranger" else client_of(shop)
    vehicle = car(shop)
    paths = (
        stock_path(shop),
        vehicle_path(shop, vehicle),
        "/sitemap.xml",
        "/robots.txt",
        "/loja/x/",
    )

    for path in paths:
        response = browser.get(path)
        assert response["Cache-Control"] == "public, max-age=60"
        assert "Vary" not in response
        assert not response.cookies
        if who == "member":
            assert response.content == Client().get(path).content


def test_who_has_a_page_still_is_told_so_until_something_changes(client, shop):
    vehicle = car(shop)
    for path in (stock_path(shop), vehicle_path(shop, vehicle), f"{stock_path(shop)}sitemap.xml"):
        tag = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")

    tag = client.get(vehicle_path(shop, vehicle))["ETag"]
    VehiclePhotoFactory(vehicle=vehicle)

    changed = client.get(vehicle_path(shop, vehicle), headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_pages_take_few_queries_whatever_the_stock(
    client, shop, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for _ in range(12):
        vehicle = car(shop)
        vehicle.optionals.add(OptionalFactory())
        VehiclePhotoFactory(vehicle=vehicle), VehiclePhotoFactory(vehicle=vehicle)

    path = vehicle_path(shop, vehicle)
    with django_assert_max_num_queries(5):
        client.get("/loja/loja-a/?q=onix&sort=cheap")
    with django_assert_max_num_queries(4):
        client.get(path)
    with django_assert_max_num_queries(2):
        client.get("/loja/loja-a/sitemap.xml")


def test_only_reading_is_possible(client, shop):
    assert client.post("/loja/loja-a/").status_code == 405
    assert client.head("/loja/loja-a/").status_code == 200


def test_a_page_speaks_its_dealers_language_not_the_visitors(client):
    dealer = DealerFactory(language="pt-br")
    vehicle = car(dealer)

    response = client.get(vehicle_path(dealer, vehicle), headers={"Accept-Language": "en"})

    assert '<html lang="pt-br">' in response.text
    assert response["Content-Language"] == "pt-br"
    assert "45.990,00" in response.text
    assert "Combustível" in response.text
    italian = DealerFactory(italian=True)
    assert '<html lang="en">' in client.get(stock_path(italian)).text  # the house's


def test_a_stock_with_nothing_on_show_says_so(client, shop):
    text = client.get(stock_path(shop)).text

    assert "No vehicle is on show at the moment." in text
