"""Every page in Chromium: accessible, silent under the strict policy, and usable on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Request

from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.factories.portals import (
    AttemptFactory,
    CatalogueEntryFactory,
    ListingFactory,
    MappingFactory,
    PlanFactory,
    PortalAccessFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PLATE = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
NAME = {
    "field": "brand",
    "code": "name_unknown",
    "message": "",
    "params": {"kind": "brand", "ours": "Puma", "source_key": "brand:puma", "path": []},
}
PHOTOS = {"kind": "photo_limit", "asked": 25, "granted": 20, "message": ""}
ADDRESSES = (
    "/",
    "/stock/",
    "/stock/?q=nothing-like-it",
    "/stock/new/?category=2",
    "/stock/{vehicle}/",
    "/stock/{vehicle}/edit/",
    "/stock/{vehicle}/ads/",
    "/stock/{vehicle}/preflight/",
    "/board/",
    "/problems/",
    "/problems/preflight/?code=plate_missing&field=plate",
    "/portals/",
    "/portals/{access}/",
    "/portals/{access}/edit/",
    "/mappings/",
    "/mappings/choose/?access={access}&type=1&kind=brand&source=brand:puma",
    "/account/password/",
    "/nowhere/",
)


@pytest.fixture
def access():
    """A dealer's access with an ad in every condition, and everything the pages may show."""
    access = PortalAccessFactory(plans_fetched_at=timezone.now())
    PlanFactory(access=access, total=10, published=10)
    PlanFactory(access=access, kind="ad", weight=0, total=None)
    OptionalFactory(), OptionalFactory(group="Safety")
    entry = CatalogueEntryFactory(portal=access.portal)
    MappingFactory(entry=entry, dealer=access.dealer)
    complete = VehicleFactory(dealer=access.dealer, complete=True)
    listing = ListingFactory(
        access=access, vehicle=complete, live=True, reduced=True, warnings=[PHOTOS]
    )
    AttemptFactory(listing=listing, request_excerpt="{}", answer_excerpt="{}")
    ListingFactory(access=access, failure_mode="preflight", problems=[PLATE])
    ListingFactory(access=access, failure_mode="mapping", problems=[NAME])
    ListingFactory(access=access, state="pending")
    ListingFactory(access=access, wanted="paused", state="paused")
    VehicleFactory(dealer=access.dealer, state="reserved")
    return access


def failure_of(sent: Request) -> list[str]:
    """Return a line for a request that was not answered well, but for the page that is not."""
    answer = sent.response()
    well = answer is not None and (answer.ok or answer.url.endswith("/nowhere/"))
    return [] if well else [f"failed: {sent.url}"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_accessible_and_fit(open_page, access, scheme, size):
    vehicle = access.listings.order_by("pk")[0].vehicle
    page = open_page(access.dealer, expects="404", viewport=size, color_scheme=scheme)
    found: list[str] = []
    page.on("requestfinished", lambda sent: found.extend(failure_of(sent)))

    for template in ADDRESSES:
        address = template.format(vehicle=vehicle.pk, access=access.pk)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == (404 if address == "/nowhere/" else 200), address
        page.wait_for_load_state("networkidle")
        report = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        found += [
            f"{address}: {each['id']} {each['nodes'][0]['html'][:120]}"
            for each in report.response["violations"]
        ]
        doubled = page.evaluate(
            "(all => all.filter((id, i) => all.indexOf(id) !== i))"
            "([...document.querySelectorAll('[id]')].map(each => each.id))"
        )
        found += [f"{address}: id {each} stands twice" for each in doubled]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{address}: {wide} px too wide"] if wide > 0 else []

    assert found == []


def test_the_policy_allows_only_what_is_ours(open_page):
    policy = open_page().request.get("/login/").headers["content-security-policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
