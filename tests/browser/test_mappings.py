"""The queue of names in Chromium: fifty decisions without the mouse, many at once, unscripted."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portals.models import Mapping, MappingBatch, MappingRefusal
from tests.browser.waiting import wait_until
from tests.factories.portals import CatalogueEntryFactory, MappingFactory, PortalAccessFactory
from tests.portals.waiting import brand_waits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY = 50
# Whoever decides waits for the answer: a key pressed while one is on its way does nothing.
FOCUSED = """document.querySelector(
  '#_mapping_queue .htmx-request, #_mapping_last .htmx-request, #_mapping_queue[inert]'
) ? '' : document.querySelector('article[data-name]:focus .name-word')?.innerText ?? ''"""


@pytest.fixture
def access():
    return PortalAccessFactory()


def fill_queue(access: Any, many: int) -> None:
    """Have so many brands wait, the first with most ads, each with a name of the portal."""
    for number in range(many):
        ads = 2 if number == 0 else 1
        brand_waits(access, f"Marca {number:02}", theirs=f"MARCA {number:02} SA", ads=ads)


def stand_on_first(page: Page) -> None:
    """Tab into the list, as somebody without a mouse does."""
    page.goto("/mappings/")
    page.get_by_role("link", name="Start by keyboard").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#_mapping_queue article").first).to_be_focused()


def focused_name(page: Page) -> str:
    """Return our name in the row that has the focus; '' if none has, or an answer is awaited."""
    found: str = page.evaluate(FOCUSED)
    return found


def is_focused(page: Page, name: str) -> bool:
    """Whether the row of this name of ours has the focus."""
    return focused_name(page) == name


def press_and_wait(page: Page, key: str, gone: str) -> None:
    """Press a key on a row and wait until another row has the focus."""
    page.keyboard.press(key)
    wait_until(
        page,
        lambda: (
            focused_name(page) not in ("", gone) or not page.locator("article[data-name]").count()
        ),
    )


def test_fifty_names_are_decided_without_the_mouse(open_page, access):
    fill_queue(access, MANY)
    page = open_page(access.dealer)
    stand_on_first(page)

    for number in range(MANY):
        name = f"Marca {number:02}"
        wait_until(page, partial(is_focused, page, name))
        if number % 10 == 3:
            press_and_wait(page, "n", name)
        elif number % 10 == 7:
            page.keyboard.press("o")
            search = page.get_by_placeholder("Type a part of the name")
            expect(search).to_be_focused()
            page.keyboard.type(f"marca {number:02}")
            choice = page.locator("dialog").get_by_role("radio")
            expect(choice).to_have_count(1)
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            press_and_wait(page, "Enter", name)
        else:
            press_and_wait(page, "Enter", name)

    expect(page.get_by_text("No ad waits for a name.")).to_be_visible()
    assert Mapping.objects.filter(entry__isnull=True).count() == MANY // 10
    assert Mapping.objects.filter(origin="person", entry__isnull=False).count() == MANY // 10
    right = list(Mapping.objects.filter(entry__isnull=False).select_related("entry"))
    assert len(right) == MANY - MANY // 10
    assert all(str(row.entry).casefold() == f"brand {row.source_key[5:]} sa" for row in right)


def test_moving_refusing_and_undoing_keep_the_focus(open_page, access):
    fill_queue(access, 3)
    page = open_page(access.dealer)
    stand_on_first(page)

    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert focused_name(page) == "Marca 02"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    assert focused_name(page) == "Marca 01"

    page.keyboard.press("r")
    expect(page.locator("#_mapping_last p")).to_contain_text("is not suggested again")
    assert MappingRefusal.objects.count() == 1
    wait_until(page, lambda: focused_name(page) == "Marca 01")
    page.keyboard.press("u")
    wait_until(page, lambda: not MappingRefusal.objects.count())
    wait_until(page, lambda: focused_name(page) == "Marca 01")

    press_and_wait(page, "Enter", "Marca 01")
    assert focused_name(page) == "Marca 02"
    expect(page.get_by_role("status").get_by_text("is called MARCA 01 SA")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").press("Enter")
    wait_until(page, lambda: focused_name(page) == "Marca 01")
    assert not Mapping.objects.exists()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the list")).to_be_visible()
    page.keyboard.press("Escape")
    assert focused_name(page) == "Marca 01"


def test_keys_count_only_inside_the_list_and_never_while_typing(open_page, access):
    fill_queue(access, 2)
    page = open_page(access.dealer)
    page.goto("/mappings/")

    page.locator("body").press("n")
    page.get_by_label("Search the stock").press("n")
    page.get_by_role("link", name="Waiting").press("r")
    page.locator("article[data-name]").first.press("Control+r")
    page.goto("/mappings/")
    page.get_by_role("button", name="Not in the portal").first.press("Enter")

    expect(page.locator("article[data-name]")).to_have_count(1)
    assert Mapping.objects.get().entry is None
    assert not MappingRefusal.objects.exists()


def test_every_button_is_reached_by_tab(open_page, access):
    fill_queue(access, 1)
    page = open_page(access.dealer)
    stand_on_first(page)
    reached = []

    for _stop in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.act || 'link'"))

    assert reached == ["link", "accept", "other", "none", "refuse"]


def test_what_somebody_else_decided_meanwhile_is_shown_in_place(open_page, access):
    fill_queue(access, 2)
    page = open_page(access.dealer, expects="409")
    stand_on_first(page)
    theirs = CatalogueEntryFactory(portal=access.portal, name="DE OUTRA PESSOA")
    MappingFactory(entry=theirs, dealer=access.dealer, source_key="text:marca 00")

    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").get_by_text("DE OUTRA PESSOA").first).to_be_visible()
    wait_until(page, lambda: focused_name(page) == "Marca 00")
    assert Mapping.objects.get().entry == theirs
    press_and_wait(page, "Enter", "Marca 00")
    assert str(Mapping.objects.get().entry) == "brand MARCA 00 SA"


def bulk_there_and_back(page: Page) -> None:
    """Accept two of three suggestions together, and take them back."""
    page.goto("/mappings/")
    page.get_by_role("link", name="Accept many").click()
    page.get_by_label("At least").select_option("50")
    show = page.get_by_role("button", name="Show")
    if page.get_by_role("checkbox").count() != 3:
        show.click()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    expect(page.get_by_text("4 ads would be looked at again, 0 of them live.")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("Marca 01")).uncheck()
    page.get_by_role("button", name="Accept what is ticked").click()
    expect(page.get_by_text("2 names were decided. 3 ads are looked at again.")).to_be_visible()
    assert MappingBatch.objects.get().kind == "bulk"
    assert set(Mapping.objects.values_list("source_key", flat=True)) == {
        "text:marca 00",
        "text:marca 02",
    }
    page.get_by_role("button", name="Undo all").click()
    expect(page.get_by_text(re.compile("Undone by"))).to_be_visible()
    assert not Mapping.objects.exists()


@pytest.mark.parametrize("script", [True, False])
def test_many_are_accepted_after_a_look_and_undone(open_page, access, script):
    fill_queue(access, 3)
    bulk_there_and_back(open_page(access.dealer, java_script_enabled=script))


def test_the_whole_way_without_script(open_page, access):
    fill_queue(access, 4)
    page = open_page(access.dealer, java_script_enabled=False)
    page.goto("/mappings/")

    page.get_by_role("button", name=re.compile("^Accept.*Marca 00")).click()
    expect(page.locator("#_mapping_last p")).to_have_text("MARCA 00 is called MARCA 00 SA.")
    assert page.url.split("#")[1].startswith("name-")
    page.get_by_role("button", name=re.compile("Not in the portal.*Marca 01")).click()
    page.get_by_role("button", name=re.compile("Not this one")).first.click()
    assert MappingRefusal.objects.count() == 1
    page.get_by_role("button", name=re.compile("^Undo")).click()
    assert MappingRefusal.objects.count() == 0
    page.get_by_role("link", name=re.compile("Other.*Marca 02")).click()
    page.get_by_placeholder("Type a part of the name").fill("marca 03")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Save").click()

    expect(page.locator("article[data-name]")).to_have_count(1)
    found = dict(Mapping.objects.values_list("source_key", "entry__name"))
    assert found == {
        "text:marca 00": "MARCA 00 SA",
        "text:marca 01": None,
        "text:marca 02": "MARCA 03 SA",
    }
