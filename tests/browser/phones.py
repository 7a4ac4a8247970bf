"""What browser tests share that walk through the vehicle's form on a phone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from playwright.sync_api import Locator, Page

from inventory.models import ReferencePrice, Version
from tests.factories.inventory import VersionFactory

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# What the developers' tools call slow 4G: bytes a second, milliseconds.
SLOW_4G = {
    "offline": False,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
    "latency": 150,
}


def slow(page: Page) -> None:
    """Give a page the network of a yard outside of town."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)


def field(page: Page, label: str) -> Locator:
    """Return the field of that exact label."""
    return page.get_by_label(label, exact=True)


def premier() -> Version:
    """Return a version of the FIPE table with its price."""
    facts = {"fuels": "Flex", "gearbox": "automatic", "body": "hatch", "doors": 4}
    names = {"name": "1.0 Turbo Premier", "folded": "1.0 turbo premier"}
    version: Version = VersionFactory.create(year_first=2020, year_last=2024, **names, **facts)
    ReferencePrice.objects.create(
        version=version, model_year=2022, fuel="Flex", price=Decimal(81234), month=date(2026, 6, 1)
    )
    return version
