"""Dialogs, toasts and menus in Chromium: by keyboard, and back where one was."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import DealerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("name", ["On this page", "From the server"])
def test_a_dialog_closes_by_escape_and_beside_it_and_gives_the_focus_back(open_page, name):
    page = open_page(DealerFactory())
    page.goto("/design/")
    opener, dialog = page.get_by_role("link", name=name), page.get_by_role("dialog")

    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.mouse.click(5, 5),
        dialog.get_by_text("Close").first.click,
    ):
        opener.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        close()
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
    assert page.url.endswith("/design/")


def test_a_toast_is_told_and_can_be_closed(open_page):
    page = open_page(DealerFactory())
    page.goto("/design/")

    page.get_by_role("link", name="An error").click()

    toast = page.locator("#toasts").get_by_role("alert")
    expect(toast).to_contain_text("A toast")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_the_pages_beyond_the_tabs_are_under_more(open_page):
    page = open_page(DealerFactory(), viewport=PHONE)

    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Audit").click()

    expect(page.get_by_role("heading", name="Audit")).to_be_visible()
