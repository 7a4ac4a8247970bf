"""The stock pages by keyboard alone: everything is reached, the focus is seen and never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from inventory.models import VehiclePhoto
from tests.browser.waiting import wait_until
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory, VersionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KNOWN_TO_SCRIPT = "!!document.activeElement.form?.['htmx-internal-data']"
MANY = 80  # more stops than this are no way to the content
LOOKS = (
    "style => [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor].join()"
)
PLACE = """() => {
  const at = document.activeElement;
  const label = at.closest("label");
  return [at, label, at.nextElementSibling].filter(Boolean).map(each => getComputedStyle(each))
    .map(%s).join(" ");
}"""


@pytest.fixture
def dealer():
    return DealerFactory()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MANY):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {target}")


def test_the_first_stop_leads_past_the_header(open_page, dealer):
    page = open_page(dealer)
    page.goto("/stock/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".title").get_by_role("link")).to_be_focused()


@pytest.mark.parametrize("words", ["Your account", "More", "Columns"])
def test_a_menu_opens_and_closes_and_gives_the_focus_back(open_page, dealer, words):
    VehicleFactory(dealer=dealer)
    page = open_page(dealer)
    page.goto("/stock/")
    summary = page.locator("details.menu > summary", has_text=words)
    body = page.locator("details.menu[open] > .menu-body")

    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(body).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('details.menu[open] > .menu-body')")
    page.keyboard.press("Escape")

    expect(body).to_have_count(0)
    expect(summary).to_be_focused()


def test_a_menu_closes_when_the_focus_goes_on(open_page, dealer):
    page = open_page(dealer)
    page.goto("/stock/")
    page.locator("#_more > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#_more")).to_have_attribute("open", "")

    tab_to(page, page.locator("#find"))

    expect(page.locator("#_more")).not_to_have_attribute("open", "")


def test_vehicles_are_filtered_chosen_and_changed(open_page, dealer):
    for name in ("Onix", "Strada"):
        VehicleFactory(dealer=dealer, brand_text=name, model_text="X")
    page = open_page(dealer)
    page.goto("/stock/")
    rows = page.locator("tr.stock-row")

    tab_to(page, page.get_by_label("Search", exact=True))
    page.keyboard.type("onix")
    expect(rows).to_have_count(1)
    tab_to(page, page.locator(".stock-more > summary"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#filter_category")).to_be_focused()
    tab_to(page, page.locator("input[name=vehicle]"))
    page.keyboard.press("Space")
    expect(page.locator("[data-bulk-count]")).to_have_text(re.compile("1 selected"))
    go_on = page.get_by_role("button", name="Go on")
    go_on.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text(re.compile("1 vehicle"))).to_be_visible()
    tab_to(page, page.get_by_label("How much"))
    page.keyboard.type("-5")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^Preview"))).to_be_visible()


def test_a_version_is_picked_by_the_arrows(open_page, dealer):
    version = VersionFactory(name="1.0 Turbo Premier", folded="1.0 turbo premier", doors=4)
    VersionFactory(name="1.0 Turbo LT", folded="1.0 turbo lt")
    page = open_page(dealer)
    page.goto("/stock/new/")

    tab_to(page, page.locator("#id_plate"))
    page.keyboard.type("ABC1D23")
    page.keyboard.press("Tab")
    expect(page.locator("#version-words")).to_be_focused()
    page.keyboard.type("turbo")
    radios = page.locator("#_versions input[type=radio]")
    expect(radios).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(radios.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(radios.first).to_be_checked()
    tab_to(page, page.locator("#id_price"))
    page.keyboard.type("45990")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The vehicle was registered.")).to_be_visible()
    assert dealer.vehicles.get().version is not None
    assert dealer.vehicles.get().version.pk >= version.pk


def test_photos_are_put_in_order_by_their_buttons(open_page, dealer):
    vehicle = VehicleFactory(dealer=dealer)
    first, second, third = (VehiclePhotoFactory(vehicle=vehicle, position=n) for n in range(3))
    page = open_page(dealer, expects="404")  # the photos have no files
    page.goto(f"/stock/{vehicle.pk}/")
    earlier = page.locator(f"#photo-{third.pk}-up")

    tab_to(page, earlier)
    for place in (2, 1):
        # Before the script knows a button, it works as well, but by a new page.
        wait_until(page, lambda: page.evaluate(KNOWN_TO_SCRIPT))
        page.keyboard.press("Enter")
        expect(earlier).to_have_attribute("aria-label", f"Move photo {place} earlier")
        expect(earlier).to_be_focused()

    expect(page.locator(".photo").first).to_have_attribute("data-photo", str(third.pk))
    order = list(VehiclePhoto.objects.order_by("position").values_list("pk", flat=True))
    assert order == [third.pk, first.pk, second.pk]


def test_a_dialog_keeps_the_focus_and_gives_it_back(open_page, dealer):
    page = open_page(dealer)
    page.goto("/design/")
    opener = page.get_by_role("link", name="On this page")
    opener.focus()
    page.keyboard.press("Enter")

    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")

    expect(opener).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", "/stock/", "/stock/new/", "/stock/{vehicle}/"])
def test_every_stop_shows_the_focus(open_page, dealer, scheme, address):
    vehicle = VehicleFactory(dealer=dealer)
    VehiclePhotoFactory(vehicle=vehicle)
    page = open_page(dealer, expects="404", color_scheme=scheme)
    page.goto(address.format(vehicle=vehicle.pk))
    page.wait_for_load_state("networkidle")
    unseen, seen = [], 0

    for _ in range(MANY):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        if stop.startswith("<body"):
            break
        with_focus = page.evaluate(PLACE % LOOKS)
        page.evaluate("document.activeElement.dataset.wasHere = '1'")
        page.evaluate("window.stop = document.activeElement; window.stop.blur()")
        without = page.evaluate((PLACE % LOOKS).replace("document.activeElement", "window.stop"))
        page.evaluate("window.stop.focus()")
        seen += 1
        unseen += [stop] if with_focus == without else []

    assert seen > 5
    assert unseen == []
