"""The window sticker: what a passer-by reads, and where the code leads."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import segno

from accounts.models.dealer import Role
from inventory.showroom.addresses import vehicle_path
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.pages import client_of
from tests.shop import HOST, car, new_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A store that is open to all."""
    return new_shop()


@pytest.fixture
def client(shop):
    """A salesperson's browser."""
    return client_of(shop, Role.SALESPERSON)


def codes(text: str) -> list[str]:
    """Return the dots of every QR code on a page, as the path draws them."""
    return re.findall(r'<path stroke="#000" d="([^"]+)"', text)


def dots_of(address: str) -> str:
    """Return the dots of the QR code that leads to an address."""
    drawn = segno.make(address, error="q", micro=False, boost_error=False)
    return codes(drawn.svg_inline(border=2, dark="#000", light="#fff", lineclass=None))[0]


def test_a_sticker_says_what_a_passer_by_asks(client, shop):
    vehicle = car(shop, promotional_price=Decimal("43990.00"), single_owner=True)
    vehicle.optionals.add(OptionalFactory(name="Teto solar"))

    text = client.get(f"/stock/{vehicle.pk}/sticker/").text

    for piece in ("Loja A", vehicle.title, "2020/2021", "45,000\N{NO-BREAK SPACE}km", "Flex"):
        assert piece in text
    assert "Teto solar" in text
    assert "Single owner" in text
    assert re.search(r"<s>.*45,990\.00</s>.*43,990\.00", text)
    assert not any(each in text for each in (vehicle.plate, vehicle.chassis))


def test_the_code_leads_to_the_public_page(client, shop):
    vehicle = car(shop)

    text = client.get(f"/stock/{vehicle.pk}/sticker/").text

    assert codes(text) == [dots_of(f"{HOST}{vehicle_path(shop, vehicle)}")]
    assert codes(text) != [dots_of(f"{HOST}{vehicle_path(shop, car(shop))}")]


def test_the_price_can_be_left_out(client, shop):
    vehicle = car(shop, promotional_price=Decimal("43990.00"))

    text = client.get(f"/stock/{vehicle.pk}/sticker/?price=0").text

    assert "43,990" not in text
    assert "45,990" not in text
    assert 'href="?price=1"' in text


def test_without_public_pages_there_is_no_code_and_the_page_says_why(shop):
    shop.public_pages = False
    shop.save()
    path = f"/stock/{car(shop).pk}/sticker/"

    of_owner, of_seller = (
        client_of(shop).get(path).text,
        client_of(shop, "salesperson").get(path).text,
    )

    assert codes(of_owner) == codes(of_seller) == []
    assert "have no QR code" in of_owner
    assert "have no QR code" in of_seller
    assert "/settings/public/" in of_owner
    assert "/settings/public/" not in of_seller


@pytest.mark.parametrize("state", ["in_preparation", "sold"])
def test_a_code_that_opens_nothing_yet_is_told(client, shop, state):
    hidden = car(shop, state=state)

    assert "opens nothing" in client.get(f"/stock/{hidden.pk}/sticker/").text
    assert "opens nothing" not in client.get(f"/stock/{car(shop).pk}/sticker/").text


def test_several_stickers_come_in_the_order_asked(client, shop):
    first, second = car(shop), car(shop)

    text = client.get(f"/stock/stickers/?vehicle={second.pk}&vehicle={first.pk}&price=0").text

    assert codes(text) == [dots_of(f"{HOST}{vehicle_path(shop, each)}") for each in (second, first)]
    assert f'href="?vehicle={second.pk}&amp;vehicle={first.pk}&amp;price=1"' in text


def test_more_than_a_pile_is_told(client, shop):
    cars = VehicleFactory.create_batch(62, dealer=shop)
    query = "&".join(f"vehicle={each.pk}" for each in cars)

    text = client.get(f"/stock/stickers/?{query}").text

    assert text.count('class="sticker"') == 60
    assert "2 stickers were left out" in text


def test_nothing_chosen_is_told(client):
    response = client.get("/stock/stickers/")

    assert response.status_code == 200
    assert "No vehicle was chosen." in response.text


def test_a_vehicle_of_another_dealer_has_no_sticker_here(client, shop):
    foreign = car(DealerFactory())

    for path in (
        f"/stock/{foreign.pk}/sticker/",
        f"/stock/stickers/?vehicle={foreign.pk}",
        f"/stock/stickers/?vehicle={car(shop).pk}&vehicle={foreign.pk}",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 5000, "%00", "²", str(2**63)])
def test_ids_that_are_none_are_not_found(client, value):
    assert client.get(f"/stock/stickers/?vehicle={value}").status_code == 404
