"""Wait for what no locator can expect."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

TRIES, PAUSE = 200, 50  # ten seconds, in steps of milliseconds


def wait_until(page: Page, is_so: Callable[[], object]) -> None:
    """Ask until it is so: our policy forbids the page the eval that `wait_for_function` needs."""
    for _ in range(TRIES):
        if is_so():
            return
        page.wait_for_timeout(PAUSE)
    raise AssertionError("It never came.")
