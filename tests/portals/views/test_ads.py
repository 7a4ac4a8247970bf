"""The ads of one vehicle: wish with plan and highlight, what was granted, what will be said."""

from __future__ import annotations

import pytest

from portals.models import Listing
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import (
    AttemptFactory,
    CatalogueEntryFactory,
    ListingFactory,
    PlanFactory,
    PortalAccessFactory,
)
from tests.pages import HTMX, client_of, goes_to, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def vehicle(access):
    return VehicleFactory(dealer=access.dealer, complete=True)


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def test_plan_and_highlight_are_wished(client, access, vehicle):
    plan = PlanFactory(access=access, kind="ad", name="Plano 50", weight=0)

    response = client.post(
        f"/stock/{vehicle.pk}/ads/{access.pk}/",
        {"wanted": "live", "plan": plan.pk, "highlight": "2"},
    )

    listing = Listing.objects.get()
    assert response.url == f"/stock/{vehicle.pk}/ads/"
    assert (listing.wanted, listing.plan, listing.highlight) == ("live", plan, 2)
    assert listing.due_at is not None


@pytest.mark.parametrize(
    "changes", [{"highlight": "9"}, {"wanted": "sometimes"}, {"plan": "foreign"}, {"wanted": ""}]
)
def test_a_choice_that_is_not_possible_is_told_and_changes_nothing(
    client, access, vehicle, changes
):
    PlanFactory(access=access, kind="ad", weight=0)
    foreign = PlanFactory(kind="ad", weight=0)
    data = {"wanted": "live", "highlight": "0", **changes}
    if data.get("plan"):
        data["plan"] = foreign.pk

    response = client.post(f"/stock/{vehicle.pk}/ads/{access.pk}/", data, headers=HTMX)

    assert response.status_code == 422
    assert 'class="errors"' in response.text
    assert not Listing.objects.exists()


def test_asked_and_granted_stand_beside_each_other(client, access, vehicle):
    warning = {"kind": "highlight_denied", "asked": 2, "granted": 0, "message": "quota_used_up"}
    listing = ListingFactory(
        access=access,
        vehicle=vehicle,
        live=True,
        reduced=True,
        warnings=[warning],
        asked={"photos": 25, "highlight": 2},
        url="https://portal.example/1",
    )
    AttemptFactory(listing=listing)

    text = client.get(f"/stock/{vehicle.pk}/ads/", headers=HTMX).text

    for part in (
        "Live, reduced",
        "Highlight 2 asked, none granted.",
        "The quota of this highlight is used up.",
        "25 photos",
        "https://portal.example/1",
        "POST /carros",
    ):
        assert part in text
    assert "<html" not in text


def test_a_problem_leads_to_its_fix(client, access, vehicle):
    problem = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
    ListingFactory(access=access, vehicle=vehicle, failure_mode="preflight", problems=[problem])

    page = client.get(f"/stock/{vehicle.pk}/ads/")

    assert f'href="/stock/{vehicle.pk}/edit/#field-plate"' in page.text


def test_trying_again_makes_the_ad_due(client, access, vehicle):
    listing = ListingFactory(
        access=access, vehicle=vehicle, failure_mode="unexpected", refused_fingerprint="x"
    )

    response = client.post(f"/stock/{vehicle.pk}/ads/{access.pk}/retry/")

    listing.refresh_from_db()
    assert response.status_code == 302
    assert (listing.refused_fingerprint, listing.due_at is not None) == ("", True)


def test_the_preflight_names_field_and_fix_in_both_severities(client, access):
    vehicle = VehicleFactory(dealer=access.dealer, complete=True, plate="", description="x" * 2300)

    response = client.get(f"/stock/{vehicle.pk}/preflight/", headers=HTMX)

    (check,) = response.context["checks"]
    assert ("The portal demands the plate, of new vehicles too. Enter the plate.") in [
        text for text, _fix in check["refused"]
    ]
    assert any("2300 characters" in text for text, _fix in check["reduced"])
    assert f"/stock/{vehicle.pk}/edit/#field-plate" in response.text
    assert "Would be refused" in response.text
    assert not Listing.objects.exists()


def test_a_vehicle_the_portal_will_take_is_ready(client, access):
    vehicle = VehicleFactory(dealer=access.dealer, complete=True)
    version = vehicle.version
    brand = CatalogueEntryFactory(portal=access.portal, name="CHEVROLET")
    model = CatalogueEntryFactory(portal=access.portal, kind="model", name="ONIX", parent=brand)
    CatalogueEntryFactory(portal=access.portal, kind="version", name=version.name, parent=model)
    CatalogueEntryFactory(portal=access.portal, kind="style", name="HATCH", parent=model)
    for kind, name in (
        ("colour", "BRANCO"),
        ("fuel", "FLEX"),
        ("gearbox", "MANUAL"),
        ("doors", "4"),
    ):
        CatalogueEntryFactory(portal=access.portal, kind=kind, name=name)

    (check,) = client.get(f"/stock/{vehicle.pk}/preflight/").context["checks"]

    assert check["refused"] == []
    assert [text for text, _fix in check["reduced"]] == [
        "The vehicle has no photo that is ready. Add photos: the ad goes out without any."
    ]


def test_the_pages_ask_few_questions(client, access, vehicle, django_assert_max_num_queries):
    listing = ListingFactory(access=access, vehicle=vehicle)
    for _each in range(8):
        AttemptFactory(listing=listing)

    with django_assert_max_num_queries(12):
        client.get(f"/stock/{vehicle.pk}/ads/")
    with django_assert_max_num_queries(16):
        client.get(f"/stock/{vehicle.pk}/preflight/")


def test_a_vehicle_is_published_everywhere_with_one_button(client, access, vehicle):
    page = client.get(f"/stock/{vehicle.pk}/ads/")
    assert f'action="/stock/{vehicle.pk}/ads/publish/"' in page.text

    response = client.post(f"/stock/{vehicle.pk}/ads/publish/")

    assert goes_to(response) == f"/stock/{vehicle.pk}/#ads"
    assert said(response) == ["1 ad will be published."]
    assert Listing.objects.get().wanted == "live"
    assert "/ads/publish/" not in client.get(f"/stock/{vehicle.pk}/ads/").text


def test_what_is_sold_is_not_published_and_that_is_said(client, access):
    sold = VehicleFactory(dealer=access.dealer, state="sold")

    response = client.post(f"/stock/{sold.pk}/ads/publish/")

    assert said(response) == ["A vehicle that is sold or archived is not published."]
    assert not Listing.objects.exists()


def test_a_sold_vehicle_is_told_to_leave_the_portals_by_itself(client, access, vehicle):
    sold = VehicleFactory(dealer=access.dealer, state="sold")

    assert "taken down by themselves" in client.get(f"/stock/{sold.pk}/ads/").text
    assert "taken down by themselves" not in client.get(f"/stock/{vehicle.pk}/ads/").text
