"""Problems are grouped by cause, counted once per ad, and lead to the ads and their fixes."""

from __future__ import annotations

import pytest

from portals.models import Listing
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import client_of

pytestmark = pytest.mark.django_db
PLATE = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
COLOUR = {"field": "colour", "code": "name_empty", "message": "", "params": {"kind": "colour"}}
PHOTOS = {"kind": "photo_limit", "asked": 25, "granted": 20, "message": ""}


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def groups(response, name: str) -> list[tuple[str, str, str, int]]:
    """Return mode, code, field and number of the groups on the page."""
    return [(g.cause.mode, g.cause.code, g.cause.field, g.number) for g in response.context[name]]


def test_ads_are_grouped_by_cause(client, access):
    ListingFactory(access=access, failure_mode="preflight", problems=[PLATE, PLATE, COLOUR])
    ListingFactory(access=access, failure_mode="preflight", problems=[PLATE])
    ListingFactory(access=access, failure_mode="transient")
    ListingFactory(access=access, wanted="absent", failure_mode="preflight", problems=[PLATE])
    ListingFactory(failure_mode="preflight", problems=[PLATE])  # another dealer's
    ListingFactory(access=access, live=True, reduced=True, warnings=[PHOTOS])

    response = client.get("/problems/")

    assert groups(response, "failed") == [
        ("preflight", "plate_missing", "plate", 2),
        ("preflight", "name_empty", "colour", 1),
        ("transient", "", "", 1),
    ]
    assert groups(response, "reduced") == [("reduced", "photo_limit", "", 1)]
    assert "The portal demands the plate" in response.text
    assert "25 photos sent, the portal shows 20." in response.text


def test_what_is_solved_with_another_problem_is_no_cause_of_its_own(client, access):
    brand = {**PLATE, "field": "brand", "code": "name_unknown"}
    version = {**PLATE, "field": "version", "code": "name_parent"}
    ListingFactory(access=access, failure_mode="mapping", problems=[version, brand])
    ListingFactory(access=access, failure_mode="mapping", problems=[version])

    assert groups(client.get("/problems/"), "failed") == [
        ("mapping", "name_parent", "version", 1),
        ("mapping", "name_unknown", "brand", 1),
    ]


def test_a_cause_leads_to_its_ads_and_their_fix(client, access):
    listing = ListingFactory(access=access, failure_mode="preflight", problems=[PLATE])
    ListingFactory(access=access, failure_mode="preflight", problems=[COLOUR])

    response = client.get("/problems/preflight/?code=plate_missing&field=plate")

    assert [ad.listing for ad in response.context["page"]] == [listing]
    assert f'href="/stock/{listing.vehicle_id}/edit/#field-plate"' in response.text


def test_a_reduction_leads_to_its_ads(client, access):
    listing = ListingFactory(access=access, live=True, reduced=True, warnings=[PHOTOS])

    response = client.get("/problems/reduced/?code=photo_limit&field=")

    assert [ad.listing for ad in response.context["page"]] == [listing]
    assert f"/stock/{listing.vehicle_id}/#_photos" in response.text


def test_a_cause_that_is_gone_and_one_that_never_was(client):
    assert "No ad has this problem any more" in client.get("/problems/preflight/").text
    assert client.get("/problems/nonsense/").status_code == 404
    assert client.post("/problems/retry/", {"mode": "nonsense"}).status_code == 404


def test_all_ads_of_one_cause_are_tried_again(client, access):
    chosen = ListingFactory(access=access, failure_mode="preflight", problems=[PLATE])
    other = ListingFactory(access=access, failure_mode="preflight", problems=[COLOUR])
    foreign = ListingFactory(failure_mode="preflight", problems=[PLATE])

    client.post(
        "/problems/retry/", {"mode": "preflight", "code": "plate_missing", "field": "plate"}
    )

    due = set(Listing.objects.filter(due_at__isnull=False).values_list("pk", flat=True))
    assert due == {chosen.pk}
    assert {other.pk, foreign.pk}.isdisjoint(due)


def test_a_stopped_access_is_on_top(client, access):
    access.failure_mode = "credentials"
    access.save()

    assert f"/portals/{access.pk}/" in client.get("/problems/").text


def test_many_problems_ask_few_questions(client, access, django_assert_max_num_queries):
    for _each in range(60):
        ListingFactory(access=access, failure_mode="preflight", problems=[PLATE, COLOUR])

    with django_assert_max_num_queries(12):
        client.get("/problems/")
    with django_assert_max_num_queries(12):
        page = client.get("/problems/preflight/?code=plate_missing&field=plate").context["page"]

    assert (len(page), page.paginator.count) == (50, 60)


def test_a_name_in_no_catalogue_is_called_otherwise_than_one_the_portal_lacks(client, access):
    for code in ("name_unplaced", "name_unknown"):
        problem = {"field": "model", "code": code, "message": "", "params": {"ours": "X"}}
        ListingFactory(access=access, failure_mode="mapping", problems=[problem])

    page = client.get("/problems/").text

    assert "Not in the FIPE catalogue: Model" in page
    assert "Name unknown to the portal: Model" in page
