"""The vehicle's form in Chromium: two minutes on a phone, two editors, a draft, no script."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Vehicle, VehicleDraft
from tests.browser.phones import PHONE, field, premier, slow
from tests.factories.inventory import (
    DescriptionTemplateFactory,
    OptionalFactory,
    VehicleFactory,
)
from tests.factories.portals import PortalAccessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def version():
    return premier()


def rest(page: Page) -> None:
    """Wait until nothing is on its way any more, so that the test may end."""
    expect(page.locator("#draft-state[data-kept=yes]")).to_be_attached()
    page.wait_for_load_state("networkidle")


def test_a_vehicle_is_registered_on_a_phone_with_a_slow_network(open_page, access, version):
    DescriptionTemplateFactory(dealer=access.dealer, text="{marca} {modelo} {ano}\n{opcionais}")
    twin = VehicleFactory(dealer=access.dealer, version=version, year_model=2021)
    twin.optionals.add(OptionalFactory(name="Air bag"), OptionalFactory(name="Sunroof"))
    page = open_page(access.dealer, **PHONE)
    slow(page)
    began = time.monotonic()

    page.goto("/stock/new/")
    field(page, "Plate").press_sequentially("abc-1d23")
    page.get_by_label("Brand, model, version and year").press_sequentially("onix turbo 2022")
    page.get_by_label(re.compile("1.0 Turbo Premier")).check()
    expect(field(page, "Model year")).to_have_value("2022")
    expect(field(page, "Fuel")).to_have_value("flex")
    expect(field(page, "Gearbox")).to_have_value("automatic")
    expect(page.locator("#_fipe")).to_contain_text("81,234.00")
    field(page, "Mileage (km)").press_sequentially("38.000")
    field(page, "Price").press_sequentially("79900")
    field(page, "Colour").select_option("white")
    page.locator("#section-optionals > summary").click()
    page.get_by_role("button", name=re.compile("Premier.*2 optionals")).click()
    expect(page.locator("#_optionals .notice")).to_contain_text("Air bag, Sunroof")
    page.locator("#section-text > summary").click()
    page.get_by_role("button", name="Write the text from the template").click()
    expect(field(page, "Description")).to_have_value("Chevrolet Onix 2022/2022\nAir bag, Sunroof")
    expect(page.locator("#_preflight_summary")).not_to_contain_text("What the portals will say")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The vehicle was registered.")).to_be_visible()

    took = time.monotonic() - began
    print(f"\nregistered on a phone over slow 4G in {took:.1f} s")  # noqa: T201 - a measure
    expect(page).to_have_url(re.compile("#photos$"))
    vehicle = Vehicle.objects.exclude(pk=twin.pk).get()
    assert (vehicle.plate, vehicle.version, vehicle.doors) == ("ABC1D23", version, 4)
    assert (vehicle.price, vehicle.mileage) == (Decimal(79900), 38_000)
    assert vehicle.optionals.count() == 2
    assert not VehicleDraft.objects.exists()


def test_what_was_typed_is_not_filled_over(open_page, access, version):
    page = open_page(access.dealer)
    page.goto("/stock/new/")
    field(page, "Gearbox").select_option("manual")

    page.get_by_label("Brand, model, version and year").press_sequentially("onix 2022")
    page.get_by_label(re.compile("1.0 Turbo Premier")).check()

    expect(field(page, "Fuel")).to_have_value("flex")
    expect(field(page, "Gearbox")).to_have_value("manual")
    expect(page.locator("#_filled")).to_contain_text("Fuel")
    rest(page)


def test_the_portals_answer_while_typing_and_lead_to_the_field(open_page, access):
    page = open_page(access.dealer)
    page.goto("/stock/new/")
    field(page, "Price").press_sequentially("45990")
    side = page.locator("#_draft_preflight")
    expect(side.get_by_text("Would be refused")).to_be_visible()

    side.get_by_role("link", name=re.compile("ileage")).first.click()

    expect(field(page, "Mileage (km)")).to_be_focused()
    page.keyboard.type("45000")
    expect(side.get_by_role("link", name=re.compile("ileage"))).to_have_count(0)
    rest(page)


def test_a_draft_is_continued_after_coming_back(open_page, access):
    page = open_page(access.dealer)
    page.goto("/stock/new/")
    field(page, "Plate").press_sequentially("abc1d23")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")

    page.reload()
    expect(field(page, "Plate")).to_have_value("")
    page.get_by_role("link", name="Continue the draft").click()
    expect(field(page, "Plate")).to_have_value("abc1d23")
    field(page, "Price").press_sequentially("45990")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The vehicle was registered.")).to_be_visible()
    assert not VehicleDraft.objects.exists()


def test_a_dead_spot_is_told_and_the_draft_follows(open_page, access):
    page = open_page(access.dealer, expects="503")
    page.goto("/stock/new/")
    page.route("**/stock/new/draft/**", lambda route: route.fulfill(status=503))
    field(page, "Plate").press_sequentially("abc1d23")
    expect(page.locator("#draft-state")).to_contain_text("no connection")

    page.unroute("**/stock/new/draft/**")

    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    assert VehicleDraft.objects.get().fields["plate"] == ["abc1d23"]
    rest(page)


def test_two_editors_decide_field_by_field(open_page, access):
    vehicle = VehicleFactory(dealer=access.dealer, complete=True)
    first = open_page(access.dealer)
    second = open_page(access.dealer, expects="409")
    for page in (first, second):
        page.goto(f"/stock/{vehicle.pk}/edit/")
    field(first, "Price").fill("50000")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("The vehicle was saved.")).to_be_visible()
    field(second, "Price").fill("51000")
    field(second, "Colour").select_option("black")

    second.get_by_role("button", name="Save").click()
    second.get_by_label(re.compile("Theirs:")).check()
    second.get_by_role("button", name="Save this choice").click()

    expect(second.get_by_text("The vehicle was saved.")).to_be_visible()
    vehicle.refresh_from_db()
    assert (vehicle.price, vehicle.colour) == (Decimal(50000), "black")


def test_optionals_are_found_by_typing(open_page, access):
    OptionalFactory(name="Câmera de ré", variants="sensor traseiro"), OptionalFactory(name="Teto")
    page = open_page(access.dealer)
    page.goto("/stock/new/")
    page.locator("#section-optionals > summary").click()

    expect(page.get_by_label("Find an optional")).to_be_visible()  # the script shows it
    page.get_by_label("Find an optional").press_sequentially("camera")

    expect(page.locator(".optional-grid .check:visible")).to_have_count(1)
    page.get_by_label("Câmera de ré").check()
    expect(page.locator("#optional-count")).to_have_text("1 ticked")
    rest(page)


def test_everything_essential_works_without_script(open_page, access, version):
    template = DescriptionTemplateFactory(dealer=access.dealer, text="{marca} {ano}")
    twin = VehicleFactory(dealer=access.dealer, version=version, year_model=2021)
    twin.optionals.add(OptionalFactory(name="Sunroof"))
    page = open_page(access.dealer, java_script_enabled=False, **PHONE)
    page.goto("/stock/new/")
    field(page, "Plate").fill("ABC1D23")
    page.get_by_label("Brand, model, version and year").fill("onix premier 2022")
    page.get_by_role("button", name="Search").click()
    page.get_by_label(re.compile("1.0 Turbo Premier")).check()
    page.get_by_role("button", name="Fill in what the table knows").click()
    expect(field(page, "Model year")).to_have_value("2022")
    page.locator("#section-optionals > summary").click()
    page.get_by_role("button", name=re.compile("1 optional")).click()
    expect(page.get_by_label("Sunroof")).to_be_checked()
    page.locator("#section-text > summary").click()
    page.get_by_label("Template", exact=True).select_option(str(template.pk))
    page.get_by_role("button", name="Write the text from the template").click()
    expect(field(page, "Description")).to_have_value("Chevrolet 2022/2022")
    page.get_by_role("button", name="Check with the portals").click()
    expect(page.get_by_text("1 portal would refuse")).to_be_visible()
    page.get_by_role("button", name="Back to the form").click()
    expect(field(page, "Plate")).to_have_value("ABC1D23")
    field(page, "Price").fill("79900")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The vehicle was registered.")).to_be_visible()
    vehicle = Vehicle.objects.exclude(pk=twin.pk).get()
    assert (vehicle.gearbox, vehicle.description) == ("automatic", "Chevrolet 2022/2022")
    assert vehicle.optionals.count() == 1
