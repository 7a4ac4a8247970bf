"""The public pages in Chromium, as a stranger without any script meets them; stickers on paper."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from inventory.showroom.addresses import vehicle_path
from tests.browser.test_pages import DESK, PHONE, RULES
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.shop import car, new_shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop():
    """A store that is open to all, with a stock of two pages."""
    shop = new_shop()
    VehicleFactory.create_batch(25, dealer=shop, brand_text="Fiat", model_text="Uno")
    car(shop, state="reserved")
    return shop


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_public_pages_are_accessible_and_fit(open_page, shop, scheme, size):
    vehicle, sold = car(shop, promotional_price=44_000), car(shop, state="sold")
    vehicle.optionals.add(OptionalFactory())
    page = open_page(expects="410", viewport=size, color_scheme=scheme)
    found: list[str] = []

    for address in (
        "/loja/loja-a/?page=2",
        "/loja/loja-a/?q=nothing-like-it",
        vehicle_path(shop, vehicle),
        vehicle_path(shop, sold),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        tags = {"runOnly": {"type": "tag", "values": [*RULES, "best-practice"]}}
        report = Axe().run(page, options=tags)
        found += [f"{address}: {each['id']}" for each in report.response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{address}: {wide} px too wide"] if wide > 0 else []
        assert page.context.cookies() == []

    assert found == []


def test_a_stranger_finds_a_vehicle_without_any_script(open_page, shop):
    page = open_page(java_script_enabled=False)
    page.goto("/loja/loja-a/")

    page.get_by_role("searchbox", name="Search").fill("onix")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("Onix")).click()

    assert page.get_by_role("heading", level=1).text_content().startswith("Chevrolet Onix")
    page.get_by_role("link", name="All vehicles").click()
    assert page.get_by_role("listitem").count() == 24


def test_stickers_fill_one_sheet_each_and_keep_their_code(open_page, shop):
    full = car(shop, single_owner=True, licensed=True, accepts_trade=True, displacement=1598)
    full.optionals.add(*OptionalFactory.create_batch(30))
    page = open_page(shop)
    page.goto(f"/stock/stickers/?vehicle={full.pk}&vehicle={car(shop).pk}")
    page.emulate_media(media="print")

    boxes = [each.bounding_box() for each in page.locator(".sticker").all()]
    bottoms = "each => each.getBoundingClientRect().bottom"
    inside = [
        sheet.evaluate(bottoms) - sheet.locator(".qr").evaluate(bottoms)
        for sheet in page.locator(".sticker").all()
    ]

    a4 = pytest.approx(296 / 25.4 * 96, abs=1)  # mm in CSS pixels, a hair less than the sheet
    assert [box["height"] for box in boxes] == [a4, a4]
    assert all(room > 0 for room in inside)
    assert not page.get_by_role("navigation").is_visible()
    assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) == 2
