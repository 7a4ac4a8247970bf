"""Every page in Chromium: accessible, silent under the strict policy, and usable on a phone."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, Request

from accounts.models import Membership
from portals.models import CatalogueSnapshot, MappingBatch
from tests.factories.accounts import ChangeFactory, DealerFactory
from tests.factories.bulk import BulkItemFactory, BulkRunFactory
from tests.factories.inventory import (
    BrandFactory,
    DescriptionTemplateFactory,
    OptionalFactory,
    ReservationFactory,
    VehicleFactory,
)
from tests.factories.office import NoticeFactory
from tests.factories.portals import (
    AttemptFactory,
    CatalogueEntryFactory,
    CatalogueTouchFactory,
    DepartureFactory,
    ListingFactory,
    MappingBatchFactory,
    MappingFactory,
    MappingStepFactory,
    PlanFactory,
    PortalAccessFactory,
    PortalFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
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
    "/stock/?ads=live&price_from=abc&days_from=1",
    "/stock/new/",
    "/stock/new/?category=2",
    "/stock/new/?category=3",
    "/stock/new/?category=4",
    "/stock/bulk/",
    "/stock/bulk/new/?everything=on",
    "/stock/bulk/{done}/",
    "/stock/bulk/{planned}/",
    "/stock/bulk/{running}/",
    "/stock/bulk/{stopped}/",
    "/stock/{vehicle}/",
    "/stock/{vehicle}/edit/",
    "/stock/{vehicle}/history/",
    "/stock/{vehicle}/history/?kind=photos",
    "/stock/{vehicle}/photo-limits/",
    "/settings/descriptions/",
    "/settings/descriptions/new/",
    "/settings/descriptions/{template}/",
    "/stock/{vehicle}/ads/",
    "/stock/{vehicle}/preflight/",
    "/board/",
    "/problems/",
    "/problems/preflight/?code=plate_missing&field=plate",
    "/portals/",
    "/portals/plans/",
    "/portals/{access}/highlights/",
    "/portals/{access}/highlights/?criterion=unlit&keep_days=0",
    "/portals/radar/",
    "/portals/radar/readings/",
    "/portals/radar/{reading}/",
    "/portals/{access}/",
    "/portals/{access}/edit/",
    "/portals/{token}/",
    "/portals/{token}/edit/",
    "/portals/{browser}/",
    "/portals/{browser}/edit/",
    "/mappings/",
    "/mappings/?done={batch}",
    "/mappings/keys/",
    "/mappings/many/?least=50",
    "/mappings/name/?access={access}&type=1&kind=brand&source=brand:puma",
    "/mappings/decided/",
    "/mappings/batches/",
    "/mappings/batches/{batch}/",
    "/mappings/copy/",
    "/mappings/copy/?source={access}&environment=test&target={access}",
    "/mappings/files/",
    "/reservations/",
    "/notices/",
    "/departures/",
    "/departures/?days=7",
    "/stock/{vehicle}/ads/{access}/trail/",
    "/audit/",
    "/audit/?vehicle=nothing-like-it",
    "/design/",
    "/design/?dialog=1",
    "/account/password/",
    "/settings/public/",
    "/team/",
    "/settings/store/",
    "/stock/{vehicle}/sticker/",
    "/stock/stickers/",
    "/nowhere/",
)

EMPTY = (
    "/notices/",
    "/stock/",
    "/stock/bulk/",
    "/board/",
    "/problems/",
    "/portals/",
    "/portals/plans/",
    "/mappings/",
    "/mappings/many/",
    "/mappings/decided/",
    "/mappings/batches/",
    "/mappings/files/",
    "/audit/",
    "/departures/",
    "/portals/radar/",
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
    CatalogueEntryFactory(portal=access.portal, name="PUMA GTE")
    BrandFactory(name="Puma", folded="puma")
    batch = MappingBatchFactory(portal=access.portal, dealer=access.dealer)
    MappingStepFactory(batch=batch), MappingStepFactory(batch=batch)
    complete = VehicleFactory(dealer=access.dealer, complete=True)
    listing = ListingFactory(
        access=access, vehicle=complete, live=True, reduced=True, warnings=[PHOTOS]
    )
    AttemptFactory(listing=listing, request_excerpt="{}", answer_excerpt="{}", cause="vehicle")
    ended = {"end": "gone", "ended_at": timezone.now(), "target_minutes": 60}
    DepartureFactory(listing=listing, seconds=4000, **ended)
    DepartureFactory(listing=listing)
    ListingFactory(access=access, failure_mode="preflight", problems=[PLATE])
    ListingFactory(access=access, failure_mode="mapping", problems=[NAME])
    ListingFactory(access=access, state="pending")
    ListingFactory(access=access, wanted="paused", state="paused")
    ReservationFactory(
        vehicle=VehicleFactory(dealer=access.dealer, state="reserved"), until=timezone.now()
    )
    ChangeFactory(dealer=access.dealer, subject_id=complete.pk, before={"price": "1.00"})
    run = BulkRunFactory(dealer=access.dealer)
    BulkItemFactory(run=run, vehicle=complete)
    BulkItemFactory(run=run, outcome="refused", field="price", message="No price.")
    for state, at in (("planned", None), ("running", timezone.now())):
        run = BulkRunFactory(dealer=access.dealer, state=state, confirmed_at=at, finished_at=None)
        BulkItemFactory(run=run, vehicle=complete, outcome="pending")
    run = BulkRunFactory(dealer=access.dealer, state="stopped")
    BulkItemFactory(run=run, vehicle=complete, outcome="stopped")
    NoticeFactory(dealer=access.dealer), NoticeFactory(dealer=access.dealer, subject="2")
    NoticeFactory(dealer=access.dealer, subject="3", cleared_at=timezone.now())
    touch = CatalogueTouchFactory(listing=listing)
    snapshot = touch.change.snapshot
    MappingBatch.objects.create(
        portal=access.portal, dealer=access.dealer, kind="radar", snapshot=snapshot
    )
    snapshot.emptied = [{"entry": entry.pk, "name": "FIAT UNO", "kinds": ["version", "style"]}]
    snapshot.save()
    # One account of each kind there is: user and password, a token, the portal's own page.
    PortalAccessFactory(dealer=access.dealer, portal__slug="chavesnamao", portal__name="Chaves")
    PortalAccessFactory(
        dealer=access.dealer,
        portal__slug="olx",
        portal__name="OLX Autos",
        failure_mode="credentials",
        failure_code="reconnect",
    )
    return access


@pytest.fixture
def names(access):
    """What stands in the addresses for the rows of the fixture."""
    runs = access.dealer.bulk_runs.values_list("state", "pk")
    return {
        "access": access.pk,
        "reading": CatalogueSnapshot.objects.get().pk,
        "vehicle": access.listings.order_by("pk")[0].vehicle_id,
        "batch": access.dealer.mapping_batches.order_by("pk")[0].pk,
        "token": access.dealer.portal_accesses.get(portal__slug="chavesnamao").pk,
        "browser": access.dealer.portal_accesses.get(portal__slug="olx").pk,
        "template": DescriptionTemplateFactory(dealer=access.dealer).pk,
        **dict(runs),
    }


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with an open page, light and dark, for those who see, hear or hold it.

    The page is not loaded anew for the other colours: nothing but the style sheet knows of them.
    """
    page.wait_for_load_state("networkidle")
    # As tall as the page: what lies under a bar that sticks can be scrolled out from under it.
    size = page.viewport_size or PHONE
    tall = max(size["height"], page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": tall})
    found = []
    for scheme in SCHEMES:
        # Without motion, so that no colour is caught on its way from one scheme to the other.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        report = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        found += [
            f"{page.url}, {scheme}: {each['id']} {each['nodes'][0]['html'][:120]}"
            for each in report.response["violations"]
        ]
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    doubled = page.evaluate(
        "(all => all.filter((id, i) => all.indexOf(id) !== i))"
        "([...document.querySelectorAll('[id]')].map(each => each.id))"
    )
    found += [f"{page.url}: id {each} stands twice" for each in doubled]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{page.url}: {wide} px too wide"] if wide > 0 else [])


def failure_of(sent: Request) -> list[str]:
    """Return a line for a request that was not answered well, but for the page that is not."""
    answer = sent.response()
    if answer is None:
        return [f"failed: {sent.url}"]
    unchanged = answer.status == 304  # a style sheet edited minutes ago is asked for again
    well = answer.ok or unchanged or answer.url.endswith("/nowhere/")
    return [] if well else [f"failed: {sent.url}"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_accessible_and_fit(open_page, access, names, size):
    page = open_page(access.dealer, expects="404", viewport=size)
    found: list[str] = []
    page.on("requestfinished", lambda sent: found.extend(failure_of(sent)))

    for template in ADDRESSES:
        address = template.format(**names)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == (404 if address == "/nowhere/" else 200), address
        found += faults_of(page)

    assert found == []


def test_a_new_store_finds_pages_that_lead_on(open_page):
    dealer = DealerFactory()
    slugs = [PortalFactory(slug=slug).slug for slug in ("usadosbr", "chavesnamao", "olx")]
    page = open_page(dealer, viewport=PHONE)
    found: list[str] = []

    for address in ("/", *EMPTY, *(f"/portals/connect/{slug}/" for slug in slugs)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        found += faults_of(page)

    assert found == []


def test_refusals_are_pages_like_any_other(open_page, access):
    vehicle = VehicleFactory(dealer=access.dealer)
    page = open_page(access.dealer, expects="409", viewport=PHONE)
    page.goto(f"/stock/{vehicle.pk}/edit/")
    vehicle.price, vehicle.revision = Decimal(50_000), vehicle.revision + 1
    vehicle.save()
    page.get_by_label("Price", exact=True).fill("51000")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Theirs:").first.wait_for()
    found = faults_of(page)

    Membership.objects.filter(dealer=access.dealer).update(role="salesperson")
    forbidden = open_page(expects="403", viewport=PHONE)
    forbidden.context.add_cookies(page.context.cookies())
    forbidden.goto("/audit/")
    forbidden.get_by_role("heading", name="You may not do this").wait_for()
    found += faults_of(forbidden)

    stranger = open_page(expects="429", viewport=PHONE)
    stranger.goto("/login/")
    found += faults_of(stranger)
    while not stranger.get_by_role("heading", name="Too many attempts").count():
        stranger.get_by_label("Username").fill("somebody")
        stranger.get_by_label("Password").fill("wrong")
        stranger.keyboard.press("Enter")
        stranger.wait_for_load_state("networkidle")
    found += faults_of(stranger)

    assert found == []


def test_the_policy_allows_only_what_is_ours(open_page):
    policy = open_page().request.get("/login/").headers["content-security-policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
