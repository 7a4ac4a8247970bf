"""Bulk changes in Chromium: five hundred vehicles there and back, and all of it unscripted."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from inventory.models import Vehicle
from office.models import BulkRun
from office.services.bulk_run import confirm_run, execute_run
from office.tasks import run_bulk
from tests.browser.phones import PHONE
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.office.bulk import BY, FIVE_LESS, dump, planned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY, BAD = 500, 35


@pytest.fixture
def dealer():
    return DealerFactory()


def fill_stock(dealer, *, many: int, bad: int) -> None:
    """Create so many vehicles, of which some have no price to start from."""
    for number in range(many):
        VehicleFactory(dealer=dealer, price=None if number < bad else Decimal(50_000 + number))


def test_five_hundred_vehicles_go_there_and_back(open_page, dealer):
    fill_stock(dealer, many=MANY, bad=BAD)
    before = dump(dealer)
    page = open_page(dealer)
    page.goto("/stock/")
    page.get_by_label(re.compile("Select \\d")).first.check()
    expect(page.locator("[data-bulk-count]")).to_have_text(re.compile("1 selected"))
    page.get_by_label(f"All {MANY} vehicles found").check()
    expect(page.locator("[data-bulk-count]")).to_have_text(re.compile(f"{MANY} selected"))
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text(f"{MANY} vehicles chosen")).to_be_visible()
    page.get_by_label("By how much").fill("-5")
    page.get_by_label("Round the new price").select_option("ends_90")
    page.get_by_label("Reason").fill("November")
    page.get_by_role("button", name="Show the preview").click()
    expect(page.get_by_text(f"{MANY - BAD} vehicles will be changed.")).to_be_visible()
    expect(page.get_by_text(f"{BAD} vehicles will be left as they are")).to_be_visible()
    assert dump(dealer) == before
    page.get_by_role("button", name=f"Change {MANY - BAD} vehicles").click()
    expect(page.get_by_role("progressbar")).to_be_visible()

    # The page is left while the work goes on, and found again; an open page hears of the end.
    page.goto("about:blank")
    run = BulkRun.objects.get()
    run_bulk(run.pk)
    BulkRun.objects.update(state="running", finished_at=None)
    page.goto("/stock/")
    page.get_by_role("link", name="Bulk changes").click()
    page.get_by_role("link", name=re.compile("^Price")).click()
    expect(page.get_by_text(f"{MANY} of {MANY} vehicles")).to_be_visible()
    run_bulk(run.pk)
    expect(page.get_by_text(f"{MANY - BAD} vehicles were changed.")).to_be_visible()
    page.get_by_role("link", name=f"Refused {BAD}").click()
    expect(page.get_by_text("The vehicle has no price to start from.")).to_have_count(BAD)
    page.get_by_role("link", name="Open the field").first.click()
    expect(page.get_by_label("Price", exact=True)).to_be_focused()

    page.goto(f"/stock/bulk/{run.pk}/")
    page.get_by_role("button", name="Undo…").click()
    page.get_by_role("button", name=f"Change {MANY - BAD} vehicles").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.goto("about:blank")
    undo = BulkRun.objects.get(kind="undo")
    run_bulk(undo.pk)
    page.goto(f"/stock/bulk/{undo.pk}/")
    expect(page.get_by_text(f"{MANY - BAD} vehicles were changed.")).to_be_visible()
    assert dump(dealer) == before


def test_optionals_of_a_bulk_change_are_found_by_typing(open_page, dealer):
    vehicle = VehicleFactory(dealer=dealer)
    camera = OptionalFactory(name="Câmera de ré", variants="sensor traseiro")
    OptionalFactory(name="Teto")
    page = open_page(dealer, **PHONE)
    page.goto(f"/stock/bulk/new/?vehicle={vehicle.pk}")
    page.get_by_role("button", name="Add or remove optionals").click()
    expect(page.locator(".bulk-optional:visible")).to_have_count(2)

    expect(page.get_by_label("Find an optional")).to_be_visible()  # the script shows it
    page.get_by_label("Find an optional").press_sequentially("camera")
    expect(page.locator(".bulk-optional:visible")).to_have_count(1)
    page.get_by_label("Find an optional").press("Enter")
    page.locator(".bulk-optional:visible").get_by_label("Add", exact=True).check()
    page.get_by_role("button", name="Show the preview").last.click()

    expect(page.get_by_text("1 vehicle will be changed.")).to_be_visible()
    assert BulkRun.objects.get().parameters == {"add": [camera.pk], "remove": []}


def test_a_running_change_is_stopped_from_its_page(open_page, dealer):
    fill_stock(dealer, many=30, bad=0)
    run = planned(dealer, "price", FIVE_LESS, *Vehicle.objects.all())
    confirm_run(run.pk, dealer=dealer, by=BY)
    execute_run(run.pk, seconds=0)
    page = open_page(dealer)
    page.goto(f"/stock/bulk/{run.pk}/")

    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_text("25 vehicles were changed.")).to_be_visible()
    expect(page.get_by_text("5 vehicles were not reached any more")).to_be_visible()
    expect(page.get_by_role("button", name="Undo…")).to_be_visible()


def test_the_whole_way_without_script(open_page, dealer):
    fill_stock(dealer, many=3, bad=1)
    before = dump(dealer)
    page = open_page(dealer, java_script_enabled=False)
    page.goto("/stock/")
    for box in page.get_by_label(re.compile("Select \\d")).all():
        box.check()
    page.get_by_label("Bulk change", exact=True).select_option("state")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("New state")).to_be_visible()
    page.get_by_role("button", name="Change the price").click()
    page.get_by_label("By how much").fill("-1000")
    page.get_by_label("Kind of change").select_option("amount")
    page.get_by_role("button", name="Show the preview").click()
    page.get_by_role("button", name="Change 2 vehicles").click()
    expect(page.get_by_role("progressbar")).to_be_visible()

    run = BulkRun.objects.get()
    run_bulk(run.pk)
    page.get_by_role("link", name="Refresh").click()

    expect(page.get_by_text("2 vehicles were changed.")).to_be_visible()
    assert set(Vehicle.objects.values_list("price", flat=True)) == {
        None,
        Decimal(49_001),
        Decimal(49_002),
    }
    page.get_by_role("button", name="Undo…").click()
    page.get_by_role("button", name="Change 2 vehicles").click()
    run_bulk(BulkRun.objects.get(kind="undo").pk)
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("2 vehicles were changed.")).to_be_visible()
    assert dump(dealer) == before
