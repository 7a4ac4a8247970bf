"""The stock list by hand: filtered while typing, kept, gone back from; and without any script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from office.models import SavedFilter
from tests.browser.phones import PHONE
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def access():
    """A dealer's access with three vehicles, one of them live with less than was asked."""
    access = PortalAccessFactory()
    at = timezone.now() - timedelta(days=70)
    for name in ("Onix", "Onix Plus", "Strada"):
        car = VehicleFactory(dealer=access.dealer, brand_text=name, available_at=at)
    ListingFactory(access=access, vehicle=car, live=True, reduced=True)
    return access


def test_the_list_follows_the_typing_and_the_way_back(open_page, access):
    page = open_page(access.dealer)
    page.goto("/stock/")
    search = page.get_by_label("Search", exact=True)
    rows = page.locator("tr.stock-row")
    expect(rows).to_have_count(3)

    search.press_sequentially("onix", delay=20)

    expect(rows).to_have_count(2)
    expect(search).to_be_focused()
    expect(search).to_have_value("onix")
    expect(page).to_have_url(re.compile(r"/stock/\?q=onix$"))
    page.get_by_label("Order").select_option("dear")
    expect(page).to_have_url(re.compile(r"/stock/\?q=onix&sort=dear$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/stock/\?q=onix$"))
    expect(page.get_by_label("Order")).to_have_value("recent")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name=re.compile("Remove the filter Search")).click()
    expect(rows).to_have_count(3)


def test_a_mistake_is_said_and_forgiven(open_page, access):
    page = open_page(access.dealer)
    page.goto("/stock/?price_from=abc")
    expect(page.get_by_role("alert").get_by_role("link", name="Price from")).to_be_visible()

    page.get_by_label("Price from").fill("10")
    page.get_by_label("Price from").press("Tab")

    expect(page.locator(".field.wrong")).to_have_count(0)
    expect(page.get_by_role("alert").get_by_text("Not understood")).to_have_count(0)
    expect(page.get_by_label("Price up to")).to_be_focused()


def test_the_three_facts_of_an_ad_open_by_keyboard(open_page, access):
    page = open_page(access.dealer)
    page.goto("/stock/")
    chip = page.locator("details.ad-chip summary")

    chip.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Live, with less than was asked")).to_be_visible()
    expect(page.get_by_text("Up to date")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Up to date")).to_be_hidden()
    expect(chip).to_be_focused()


def test_all_of_a_page_are_selected_at_once(open_page, access):
    page = open_page(access.dealer)
    page.goto("/stock/")
    every = page.get_by_label("Select this page")

    every.check()
    expect(page.locator("input[name=vehicle]:checked")).to_have_count(3)
    page.locator("input[name=vehicle]").first.uncheck()

    assert every.evaluate("box => box.indeterminate")


def test_everything_is_there_without_script(open_page, access):
    page = open_page(access.dealer, java_script_enabled=False)
    page.goto("/stock/")

    expect(page.get_by_label("Select this page")).to_be_hidden()
    page.get_by_text("More filters").click()
    page.get_by_label("Days in stock from").fill("60")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("Save filter").click()
    page.get_by_label("Name of the filter").fill("Old")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Old", exact=True)).to_be_visible()
    page.get_by_text("Columns").first.click()
    page.get_by_label("Mileage").uncheck()
    page.get_by_role("button", name="Show these columns").click()

    expect(page.get_by_role("columnheader", name="Mileage")).to_have_count(0)
    assert SavedFilter.objects.get().query == "days_from=60"


def test_what_a_menu_of_the_list_opens_lies_within_a_phone(open_page, access):
    page = open_page(access.dealer, **PHONE)
    page.goto("/stock/?q=onix")

    for summary, inside in (("Save filter", "Name of the filter"), ("Columns", "Mileage")):
        page.locator(".stock-menu summary", has_text=summary).click()
        box = page.get_by_label(inside).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
