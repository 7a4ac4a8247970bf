"""The daily work in Chromium: publish and watch, register, photograph, and all of it unscripted."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from inventory.models import Vehicle
from portals.models import Listing
from tests.factories.inventory import VehicleFactory, VersionFactory
from tests.factories.portals import PortalAccessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def access():
    return PortalAccessFactory()


def picture(colour: str) -> dict[str, Any]:
    """Return a file for an upload field."""
    file = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_an_ad_is_published_and_its_progress_arrives_by_itself(open_page, access):
    VehicleFactory(dealer=access.dealer)
    page = open_page(access.dealer)
    page.goto("/board/")
    page.evaluate("window.sameDocument = true")
    page.get_by_label(re.compile("^Select  ?\\(")).check()

    page.locator(".cell").get_by_role("button", name="Publish").click()
    expect(page.locator(".cell .badge")).to_have_text("In the queue")
    Listing.objects.update(due_at=None, state="live", url="https://portal.example/1")

    expect(page.locator(".cell .badge")).to_have_text("Live")
    expect(page.get_by_role("link", name="see ad")).to_be_visible()
    # What was ticked outlives the refreshes, and nothing was loaded anew.
    expect(page.get_by_label(re.compile("^Select  ?\\("))).to_be_checked()
    assert page.evaluate("window.sameDocument") is True


def test_a_version_is_found_while_typing(open_page, access):
    version = VersionFactory(name="1.0 Turbo Premier", folded="1.0 turbo premier")
    page = open_page(access.dealer)
    page.goto("/stock/new/")

    page.get_by_label("Brand, model, version and year").press_sequentially("onix premier")
    page.get_by_label(re.compile("1.0 Turbo Premier")).check()
    page.get_by_label("Price", exact=True).fill("45990")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The vehicle was registered.")).to_be_visible()
    assert Vehicle.objects.get().version == version


def test_the_stock_is_found_while_typing(open_page, access):
    VehicleFactory(dealer=access.dealer, brand_text="Puma")
    VehicleFactory(dealer=access.dealer, brand_text="Gurgel")
    page = open_page(access.dealer)
    page.goto("/stock/")
    expect(page.locator(".stock-row")).to_have_count(2)

    page.get_by_role("searchbox", name="Search", exact=True).press_sequentially("gurg")

    expect(page.locator(".stock-row")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=gurg"))
    page.locator("#stock-filters").get_by_label("State").select_option("sold")
    expect(page.get_by_text("No vehicle found")).to_be_visible()


def test_the_link_of_a_problem_leads_into_its_field(open_page, access):
    vehicle = VehicleFactory(dealer=access.dealer)
    page = open_page(access.dealer)

    page.goto(f"/stock/{vehicle.pk}/edit/#field-plate")

    expect(page.get_by_label("Plate", exact=True)).to_be_focused()


def test_everything_works_without_script(open_page, access):
    version = VersionFactory(name="1.0 LT", folded="1.0 lt")
    page = open_page(access.dealer, java_script_enabled=False)
    page.goto("/stock/new/")
    page.get_by_label("Brand, model, version and year").fill("onix lt")
    page.get_by_role("button", name="Search").click()
    page.get_by_label(re.compile("1.0 LT")).check()
    page.get_by_role("button", name="Save").click()
    vehicle = Vehicle.objects.get()
    assert vehicle.version == version

    page.get_by_label("Add photos").set_input_files([picture("green")])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("1 photo was added.")).to_be_visible()
    page.get_by_role("button", name="Make available").click()
    page.get_by_role("link", name="See and change the ads").click()
    page.get_by_label("I want this ad").select_option("live")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Noted. The portal is being told.")).to_be_visible()
    page.get_by_role("link", name="Ads", exact=True).click()
    page.locator(".cell").get_by_role("button", name="Pause").click()

    assert Listing.objects.get().wanted == "paused"


def test_a_session_that_ended_leads_to_the_login(open_page, access):
    VehicleFactory(dealer=access.dealer)
    page = open_page(access.dealer, expects="401")
    page.goto("/stock/")
    page.context.clear_cookies()

    page.locator("#stock-filters").get_by_label("State").select_option("sold")

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.wait_for_url("**/login/?next=%2Fstock%2F")


def test_the_menu_is_reached_and_left_by_keyboard(open_page, access):
    page = open_page(access.dealer)
    menu = page.get_by_text("Your account")

    menu.locator("..").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    page.keyboard.press("Control+Home")
    page.goto("/stock/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
