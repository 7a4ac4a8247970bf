"""Chromium for the tests of pages, and a listener that no complaint of the browser escapes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from accounts.models import Dealer
from tests.factories.accounts import MembershipFactory

# Playwright's loop runs in the thread of the test, where Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
PASSWORD = "sunny-yard-42"
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the machine; its absence fails the test, it is never passed over."""
    with sync_playwright() as playwright:
        # As root, as in most pipelines, Chromium runs without its own sandbox only.
        yield playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[OpenPage]:
    """Open a page of a logged-in member; the test fails on any error of the console.

    `expects` is an answer ("404") or an error of the network that the test asks for, and that the
    browser complains of.
    """
    complaints: list[str] = []
    contexts = []

    def heard(message: ConsoleMessage, expects: str) -> None:
        words = f"status of {expects} " if expects.isdigit() else expects
        expected = expects and words in message.text
        if message.type in ("error", "warning") and not expected:
            complaints.append(message.text)

    def open_one(dealer: Dealer | None = None, *, expects: str = "", **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: heard(message, expects))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if dealer is not None:
            member = MembershipFactory(dealer=dealer)
            page.goto(settings.LOGIN_REDIRECT_URL)
            page.get_by_label("Username").fill(member.user.username)
            page.get_by_label("Password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.get_by_role("heading", name=dealer.name).wait_for()
        return page

    yield open_one
    found = list(complaints)  # what closing itself cuts off is no fault of a page
    for context in contexts:
        context.close()
    assert found == []
