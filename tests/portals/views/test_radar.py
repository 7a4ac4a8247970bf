"""The radar page: what waits for a person, what was led on, and never another dealer's ads."""

from __future__ import annotations

import pytest

from portals.models import CatalogueTouch, Mapping, MappingBatch, MappingStep
from portals.models.snapshots import Effect
from tests.factories.portals import (
    CatalogueChangeFactory,
    CatalogueEntryFactory,
    CatalogueSnapshotFactory,
    CatalogueTouchFactory,
    ListingFactory,
    MappingFactory,
    PortalAccessFactory,
    PortalFactory,
)
from tests.pages import client_of

pytestmark = pytest.mark.django_db
ADDRESS = "/portals/radar/"


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


@pytest.fixture
def lost(access):
    """A brand the portal dropped."""
    return CatalogueChangeFactory(
        snapshot__portal=access.portal,
        entry__name="PUMA",
        entry__folded="puma",
    )


def touch(access, change, **columns):
    """Make an ad of the access that the change touches."""
    facts = {key: columns.pop(key) for key in ("ours", "source_key", "effect") if key in columns}
    listing = ListingFactory(access=access, **columns)
    return CatalogueTouchFactory(listing=listing, change=change, **facts)


def test_ads_that_lost_a_name_are_grouped_by_cause_live_ones_first(client, access, lost):
    waiting = touch(access, lost, due_at="2026-11-03T00:00Z")
    live = touch(access, lost, live=True, due_at="2026-11-03T00:00Z")
    other = CatalogueChangeFactory(snapshot=lost.snapshot)
    touch(access, other, due_at="2026-11-03T00:00Z", ours="Fiat", source_key="brand:fiat")

    context = client.get(ADDRESS).context

    [first, second] = [cause for cause, _ in context["rows"]]
    assert (first.change, first.number, first.live) == (lost, 2, 1)
    assert [ad.pk for ad in first.ads] == [live.listing_id, waiting.listing_id]
    assert (second.change, second.number, second.live) == (other, 1, 0)
    assert context["live"] == 1


def test_a_cause_leads_to_the_name_that_is_to_be_decided(client, access, lost):
    touch(access, lost, due_at="2026-11-03T00:00Z")

    page = client.get(ADDRESS).text

    where = f"access={access.pk}&amp;type=1&amp;kind=brand&amp;source=brand%3Apuma"
    assert f'href="/mappings/name/?{where}"' in page


@pytest.mark.parametrize(
    ("columns", "waits"),
    [
        ({"due_at": "2026-11-03T00:00Z"}, True),
        ({"failure_mode": "mapping", "problems": ["brand:puma"]}, True),
        ({"failure_mode": "mapping", "problems": ["model:7"]}, False),
        ({"failure_mode": "preflight", "problems": []}, False),
        ({}, False),
    ],
)
def test_an_ad_leaves_the_radar_once_it_has_its_name(client, access, lost, columns, waits):
    keys = columns.pop("problems", []) if "problems" in columns else []
    problems = [{"code": "name_unknown", "params": {"source_key": key}} for key in keys]
    touch(access, lost, **columns, problems=problems)

    assert bool(client.get(ADDRESS).context["rows"]) is waits


def test_what_stays_or_moves_needs_nobody(client, access, lost):
    for effect in (Effect.MOVES, Effect.STAYS, Effect.GAINS):
        touch(access, lost, effect=effect, due_at="2026-11-03T00:00Z")

    page = client.get(ADDRESS)

    assert page.context["rows"] == []
    assert page.context["readings"][0].ads == 3


def test_other_dealers_ads_batches_and_portals_are_not_seen(client, access, lost):
    other = PortalAccessFactory(portal=access.portal)
    touch(other, lost, due_at="2026-11-03T00:00Z")
    MappingBatch.objects.create(
        portal=access.portal, environment="sandbox", dealer=other.dealer, kind="radar"
    )
    elsewhere = CatalogueSnapshotFactory(portal=PortalFactory(slug="elsewhere", name="Elsewhere"))
    test = CatalogueSnapshotFactory(portal=access.portal, environment="test")

    context = client.get(ADDRESS).context

    assert (context["rows"], context["led_on"]) == ([], [])
    assert [(each.snapshot, each.ads) for each in context["readings"]] == [(lost.snapshot, 0)]
    for snapshot in (elsewhere, test):
        assert client.get(f"{ADDRESS}{snapshot.pk}/").status_code == 404


def test_own_batches_can_be_undone_and_everyones_not(client, access, lost):
    own, everyones = (
        MappingBatch.objects.create(
            portal=access.portal, environment="sandbox", dealer=dealer, kind="radar"
        )
        for dealer in (access.dealer, None)
    )

    page = client.get(ADDRESS).text

    assert f'action="/mappings/batches/{own.pk}/undo/"' in page
    assert f"/mappings/batches/{everyones.pk}/" not in page
    assert "for everyone; support can undo it" in page


def test_undo_from_the_radar_restores_the_mapping(client, access, lost):
    successor = CatalogueEntryFactory(portal=access.portal)
    mapping = MappingFactory(entry=lost.entry, dealer=access.dealer)
    batch = MappingBatch.objects.create(
        portal=access.portal, environment="sandbox", dealer=access.dealer, kind="radar"
    )
    about = {
        "origin": "person",
        "probability": None,
        "reasons": [],
        "decided_by": None,
        "decided_at": mapping.decided_at.isoformat(),
    }
    MappingStep.objects.create(
        batch=batch,
        vehicle_type=1,
        kind="brand",
        source_key=mapping.source_key,
        before={**about, "entry": lost.entry_id},
        after={**about, "entry": successor.pk},
    )
    Mapping.objects.filter(pk=mapping.pk).update(entry=successor)

    client.post(f"/mappings/batches/{batch.pk}/undo/")

    mapping.refresh_from_db()
    assert mapping.entry == lost.entry


def test_a_reading_shows_each_change_with_ads_and_the_mappings(client, access, lost):
    touch(access, lost, due_at="2026-11-03T00:00Z")
    own = MappingFactory(entry=lost.entry, dealer=access.dealer, source_key="brand:minha")
    MappingFactory(entry=lost.entry, dealer=PortalAccessFactory().dealer, source_key="brand:alheia")
    # Decided before the reading; what is decided after it is no longer touched.
    Mapping.objects.update(decided_at=lost.snapshot.finished_at)

    page = client.get(f"{ADDRESS}{lost.snapshot.pk}/")

    assert [(change, change.ads) for change in page.context["page"]] == [(lost, 1)]
    assert [mapping for mapping, _ in page.context["mappings"]] == [own]
    assert "leads nowhere now" in page.text


def test_without_readings_the_page_says_how_they_come(client):
    page = client.get(ADDRESS).text

    assert "No catalogue was read to its end yet" in page
    assert "No ad lost a name" in page


def test_salespeople_stay_outside(access, lost):
    client = client_of(access.dealer, role="salesperson")

    for where in ("", "readings/", f"{lost.snapshot.pk}/"):
        assert client.get(f"{ADDRESS}{where}").status_code == 403


def test_more_causes_cost_no_more_queries(
    client, access, lost, django_assert_num_queries, django_assert_max_num_queries
):
    touch(access, lost, due_at="2026-11-03T00:00Z")
    client.get(ADDRESS)
    with django_assert_max_num_queries(20) as few:
        client.get(ADDRESS)
    for _ in range(8):
        change = CatalogueChangeFactory(snapshot=lost.snapshot)
        touch(access, change, due_at="2026-11-03T00:00Z")
        CatalogueSnapshotFactory(portal=access.portal)

    with django_assert_num_queries(len(few)):
        client.get(ADDRESS)
    assert CatalogueTouch.objects.count() == 9


EMPTIED = [{"entry": 1, "name": "FIAT", "kinds": ["model"]}]


def test_lists_that_came_back_empty_are_told_wherever_the_reading_is_shown(client, access):
    reading = CatalogueSnapshotFactory(portal=access.portal, emptied=EMPTIED)

    for address in (ADDRESS, f"{ADDRESS}{reading.pk}/"):
        text = client.get(address).text
        assert "<strong>FIAT</strong>" in text
        assert "the names known so far stay" in text
    for address in (ADDRESS, f"{ADDRESS}readings/"):
        assert '<span class="badge warn">1 list came back empty</span>' in client.get(address).text


def test_only_the_last_reading_of_each_catalogue_is_a_doubt_and_only_of_ones_own_portals(
    client, access
):
    CatalogueSnapshotFactory(portal=access.portal, emptied=EMPTIED, started_at="2026-11-01T00:00Z")
    CatalogueSnapshotFactory(portal=access.portal, started_at="2026-11-02T00:00Z")
    now = CatalogueSnapshotFactory(
        portal=access.portal, vehicle_type=2, emptied=EMPTIED * 25, started_at="2026-11-03T00:00Z"
    )
    CatalogueSnapshotFactory(portal=PortalFactory(slug="olx"), emptied=EMPTIED)

    response = client.get(ADDRESS)

    assert [each.snapshot for each in response.context["doubted"]] == [now]
    assert "25 lists came back empty" in response.text
    assert "and 5 more lists" in response.text
