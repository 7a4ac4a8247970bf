"""A dealer's day with JavaScript off: one vehicle from registering to the sale, by plain forms."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from inventory.models import PhotoBlob, Vehicle
from inventory.services.rendering import render_blob
from office.models import BulkRun, SavedFilter
from office.tasks import run_bulk
from portals.models import Listing
from tests.factories.inventory import VehicleFactory, VersionFactory
from tests.factories.portals import PortalAccessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def access():
    """A dealer's access, with another vehicle in the stock."""
    access = PortalAccessFactory()
    VehicleFactory(dealer=access.dealer, brand_text="Puma", price=Decimal(20_000))
    VersionFactory(name="1.0 LT", folded="1.0 lt")
    return access


def picture(colour: str) -> FilePayload:
    """Return a file for an upload field."""
    file = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def register(page: Page) -> Vehicle:
    """Register a vehicle of the FIPE table."""
    page.goto("/")
    page.get_by_role("link", name="New vehicle").click()
    page.get_by_label("Plate", exact=True).fill("ABC1D23")
    page.get_by_label("Brand, model, version and year").fill("onix lt")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_label(re.compile("1.0 LT")).check()
    page.get_by_label("Price", exact=True).fill("45990")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The vehicle was registered.")).to_be_visible()
    return Vehicle.objects.get(plate="ABC1D23")


def photograph(page: Page, vehicle: Vehicle) -> None:
    """Add photos and put the second first."""
    page.get_by_label("Add photos").set_input_files([picture("red"), picture("green")])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("2 photos were added.")).to_be_visible()
    for pk in PhotoBlob.objects.values_list("pk", flat=True):
        render_blob(pk)
    first, second = vehicle.photos.values_list("pk", flat=True)
    page.get_by_role("button", name="Move photo 2 earlier").click()
    expect(page.get_by_text("The photo is number 1 of 2 now.")).to_be_visible()
    assert list(vehicle.photos.values_list("pk", flat=True)) == [second, first]


def change_the_price(page: Page) -> None:
    """Change the price in the vehicle's form."""
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Price", exact=True).fill("44990")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The vehicle was saved.")).to_be_visible()


def publish(page: Page) -> None:
    """Publish on every portal from the vehicle's page."""
    page.get_by_role("button", name="Publish on all portals").click()
    expect(page.get_by_text("1 ad will be published.")).to_be_visible()


def filter_and_keep(page: Page) -> None:
    """Find the vehicle in the stock, and keep the filter under a name."""
    page.get_by_role("link", name="Stock", exact=True).click()
    page.get_by_text("More filters").click()
    page.get_by_label("Price from").fill("40000")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tr.stock-row")).to_have_count(1)
    page.get_by_text("Save filter").click()
    page.get_by_label("Name of the filter").fill("Dear")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Whole stock").click()
    expect(page.locator("tr.stock-row")).to_have_count(2)
    page.get_by_role("link", name="Dear", exact=True).click()
    expect(page.locator("tr.stock-row")).to_have_count(1)


def discount_all(page: Page) -> None:
    """Take a thousand off everything the filter finds, by a previewed bulk change."""
    page.get_by_label("All 1 vehicle found").check()
    page.get_by_label("Bulk change", exact=True).select_option("price")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Kind of change").select_option("amount")
    page.get_by_label("By how much").fill("-1000")
    page.get_by_role("button", name="Show the preview").click()
    page.get_by_role("button", name="Change 1 vehicle").click()
    run_bulk(BulkRun.objects.get().pk)
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("1 vehicle was changed.")).to_be_visible()


def take_it_back(page: Page) -> None:
    """Undo the bulk change, found again in the list."""
    page.goto("/stock/bulk/")
    page.get_by_role("link", name=re.compile("^Price")).click()
    page.get_by_role("button", name="Undo…").click()
    page.get_by_role("button", name="Change 1 vehicle").click()
    run_bulk(BulkRun.objects.get(kind="undo").pk)
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("1 vehicle was changed.")).to_be_visible()


def sell(page: Page) -> None:
    """Record the sale on the vehicle's page."""
    page.locator("summary", has_text="Sell").click()
    form = page.locator("#_life form", has=page.get_by_role("button", name="Record the sale"))
    form.get_by_label("Customer").fill("Ana Souza")
    form.get_by_role("button", name="Record the sale").click()
    expect(page.locator("#_life .badge")).to_have_text("Sold")


def test_from_registering_to_the_sale(open_page, access):
    page = open_page(access.dealer, java_script_enabled=False, **PHONE)

    vehicle = register(page)
    photograph(page, vehicle)
    change_the_price(page)
    publish(page)
    assert Listing.objects.get().wanted == "live"
    filter_and_keep(page)
    assert SavedFilter.objects.get().query == "price_from=40000"
    discount_all(page)
    vehicle.refresh_from_db()
    assert vehicle.price == Decimal(43_990)
    take_it_back(page)
    vehicle.refresh_from_db()
    assert (vehicle.price, vehicle.state) == (Decimal(44_990), "available")
    page.goto(f"/stock/{vehicle.pk}/")
    sell(page)

    vehicle.refresh_from_db()
    assert vehicle.state == "sold"
    page.get_by_role("link", name="Full history").first.click()
    for act in ("Registered", "Photo added", "Sold"):
        expect(page.locator("#main").get_by_text(act).first).to_be_visible()
