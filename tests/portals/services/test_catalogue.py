"""Reading a portal's catalogue piece by piece."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.lib.remote_errors import UnexpectedAnswer, Unreachable
from portals.connectors.registry import CONNECTORS
from portals.models import CatalogueEntry, CatalogueSnapshot, FanOut, Portal, PortalAccess
from portals.services import catalogue
from portals.services.catalogue import sync_catalogue, upsert_portals
from portals.services.sessions import open_connector
from tests.factories.inventory import VehicleFactory, VersionFactory
from tests.portals.fake_portal import server_error, slow

pytestmark = pytest.mark.django_db

TREE = {
    (1, ()): [("brand", "FIAT"), ("brand", "CHEVROLET"), ("colour", "BRANCA")],
    (1, ("FIAT",)): [("model", "ARGO")],
    (1, ("CHEVROLET",)): [("model", "ONIX"), ("model", "PRISMA")],
    (1, ("FIAT", "ARGO")): [("version", "1.3"), ("style", "HATCH")],
    (1, ("CHEVROLET", "ONIX")): [("version", "1.0 LT"), ("style", "HATCH")],
    (1, ("CHEVROLET", "PRISMA")): [("version", "1.4 LTZ"), ("style", "SEDAN")],
    (2, ()): [("brand", "HONDA")],
    (2, ("HONDA",)): [],
}


@pytest.fixture
def fake_with_names(fake):
    """The portal in memory with a small catalogue."""
    fake.catalogue = {key: list(rows) for key, rows in TREE.items()}
    return fake


def sync(access, *, seconds=60.0):
    """Read the catalogue as a task does, the moment of a complete reading included."""
    access.refresh_from_db()
    with open_connector(access) as connector:
        report = sync_catalogue(access, connector=connector, deadline=time.monotonic() + seconds)
    if report.done:
        PortalAccess.objects.filter(pk=access.pk).update(catalogue_fetched_at=timezone.now())
    return report


def alive(kind):
    """Return the names of a kind that are not retired."""
    rows = CatalogueEntry.objects.filter(kind=kind, retired_at__isnull=True)
    return sorted(rows.values_list("name", flat=True))


def test_whole_tree_is_read(access, fake_with_names):
    report = sync(access)

    assert report.done
    assert (report.added, report.renamed, report.retired) == (13, 0, 0)
    assert report.counts == {"brand": 3, "colour": 1, "model": 3, "style": 3, "version": 3}
    version = CatalogueEntry.objects.select_related("parent__parent").get(name="1.0 LT")
    assert version.parent is not None
    assert version.parent.parent is not None
    assert (version.parent.name, version.parent.parent.name) == ("ONIX", "CHEVROLET")
    assert (version.folded, version.remote_key, version.environment) == (
        "1.0 lt",
        "1.0 LT",
        "sandbox",
    )


def test_second_reading_reads_all_again_and_changes_nothing(access, fake_with_names):
    sync(access)
    stamp = Portal.objects.get().names_stamp
    FanOut.objects.all().delete()
    asked = fake_with_names.counters["catalogue"]

    report = sync(access)

    assert (report.added, report.renamed, report.retired, report.done) == (0, 0, 0, True)
    assert fake_with_names.counters["catalogue"] == asked * 2
    assert Portal.objects.get().names_stamp == stamp
    assert not FanOut.objects.exists()


def test_changes_reopen_what_waits_for_a_name(access, fake_with_names):
    before = access.portal.names_stamp

    sync(access)

    fan_out = FanOut.objects.get()
    assert (fan_out.portal_id, fan_out.failure_mode) == (access.portal_id, "mapping")
    assert Portal.objects.get().names_stamp > before


def test_vanished_names_are_retired_and_come_back_as_the_same(access, fake_with_names):
    sync(access)
    pk = CatalogueEntry.objects.get(name="PRISMA").pk
    fake_with_names.catalogue[(1, ("CHEVROLET",))].pop()

    assert sync(access).retired == 3  # with its version and its style
    assert alive("model") == ["ARGO", "ONIX"]
    assert CatalogueEntry.objects.get(pk=pk).retired_at is not None

    fake_with_names.catalogue[(1, ("CHEVROLET",))].append(("model", "PRISMA"))
    assert sync(access).added == 3
    assert CatalogueEntry.objects.get(pk=pk).retired_at is None


def test_suddenly_empty_list_is_not_believed(access, fake_with_names):
    sync(access)
    fake_with_names.catalogue[(2, ())] = []

    with pytest.raises(UnexpectedAnswer):
        sync(access)

    assert alive("brand") == ["CHEVROLET", "FIAT", "HONDA"]


@pytest.mark.parametrize("gone", [("CHEVROLET",), ("CHEVROLET", "ONIX")])
def test_a_list_that_is_suddenly_empty_below_a_name_is_not_believed_but_told(
    access, fake_with_names, gone
):
    tree = fake_with_names.catalogue
    tree[1, ("CHEVROLET",)] += [("model", "CRUZE"), ("model", "SPIN")]
    tree[1, ("CHEVROLET", "CRUZE")] = tree[1, ("CHEVROLET", "SPIN")] = []
    tree[1, ("CHEVROLET", "ONIX")] += [("version", "1.4 LTZ"), ("version", "1.0 TURBO")]
    sync(access)
    before = (alive("model"), alive("version"), alive("style"))
    kept = tree[1, gone]
    tree[1, gone] = [row for row in kept if row[0] == "style"]

    report = sync(access)

    assert (report.done, report.retired, report.emptied) == (True, 0, [" ".join(gone)])
    assert (alive("model"), alive("version"), alive("style")) == before
    told = CatalogueSnapshot.objects.filter(vehicle_type=1).latest("number")
    missing = "model" if len(gone) == 1 else "version"
    assert [(each["name"], each["kinds"]) for each in told.emptied] == [(" ".join(gone), [missing])]

    tree[1, gone] = kept[:1]  # a shorter list is believed
    assert sync(access).emptied == []
    assert CatalogueSnapshot.objects.filter(vehicle_type=1).latest("number").emptied == []
    assert (alive("model"), alive("version")) != before[:2]


def test_a_list_that_is_told_after_all_in_the_same_reading_is_no_longer_doubted(
    access, fake_with_names
):
    tree = fake_with_names.catalogue
    tree[1, ("CHEVROLET",)] += [("model", "CRUZE"), ("model", "SPIN")]
    tree[1, ("CHEVROLET", "CRUZE")] = tree[1, ("CHEVROLET", "SPIN")] = []
    sync(access)
    kept = tree[1, ("CHEVROLET",)]
    tree[1, ("CHEVROLET",)] = []
    fake_with_names.script("catalogue", *[slow(0.0)] * 3, server_error())
    with pytest.raises(Unreachable):
        sync(access)
    cut_short = CatalogueSnapshot.objects.get(vehicle_type=1, finished_at=None)
    assert [each["name"] for each in cut_short.emptied] == ["CHEVROLET"]

    tree[1, ("CHEVROLET",)] = kept
    assert sync(access).done

    cut_short.refresh_from_db()
    assert (cut_short.finished_at is None, cut_short.emptied) == (False, [])


def test_a_short_list_may_become_empty(access, fake_with_names):
    sync(access)
    fake_with_names.catalogue[1, ("FIAT",)] = []

    report = sync(access)

    assert (report.retired, report.emptied) == (3, [])
    assert alive("model") == ["ONIX", "PRISMA"]


def test_deadline_ends_the_reading_and_says_that_more_is_left(access, fake_with_names):
    report = sync(access, seconds=0.0)

    assert not report.done
    assert (alive("brand"), alive("model")) == (["CHEVROLET", "FIAT", "HONDA"], [])
    access.refresh_from_db()
    assert access.catalogue_fetched_at is None


@pytest.mark.parametrize("pieces", [1, 40])
def test_reading_cut_short_goes_on_where_it_stopped(access, fake_with_names, monkeypatch, pieces):
    monkeypatch.setattr(catalogue, "PIECES_PER_WRITE", pieces)
    fake_with_names.script("catalogue", *[slow(0)] * 5, server_error())
    with pytest.raises(Unreachable):
        sync(access)

    assert sync(access).done

    assert alive("version") == ["1.0 LT", "1.3", "1.4 LTZ"]
    # Twice the roots, each of the six pieces below them once, and the call that failed.
    assert fake_with_names.counters["catalogue"] == 2 + 6 + 1


def test_failure_in_the_middle_keeps_what_was_read(access, fake_with_names):
    fake_with_names.script("catalogue", *[slow(0)] * 4, server_error())

    with pytest.raises(Unreachable):
        sync(access)

    assert alive("brand") == ["CHEVROLET", "FIAT", "HONDA"]
    assert alive("model") == ["ARGO", "ONIX", "PRISMA"]
    assert alive("version") == []
    assert FanOut.objects.count() == 1


def test_what_the_stock_needs_is_read_first(access, fake_with_names):
    VehicleFactory.create(dealer=access.dealer, version=VersionFactory.create(name="1.0 LT"))
    fake_with_names.script("catalogue", *[slow(0)] * 3, server_error())

    with pytest.raises(Unreachable):
        sync(access)

    assert alive("version") == ["1.0 LT"]


def test_another_access_relies_on_what_was_just_read(access, connected, fake_with_names):
    sync(access)
    asked = fake_with_names.counters["catalogue"]

    report = sync(connected())

    assert report.done
    assert fake_with_names.counters["catalogue"] == asked + 1


def test_environments_have_catalogues_of_their_own(access, connected, fake_with_names):
    sync(access)

    report = sync(connected(environment="test"))

    assert report.added == 13
    assert CatalogueEntry.objects.filter(environment="test").count() == 13


def test_same_name_under_two_parents_is_two_entries(access, fake_with_names):
    sync(access)

    assert CatalogueEntry.objects.filter(kind="style", name="HATCH").count() == 2


def test_name_too_long_to_be_sent_is_left_out(access, fake_with_names):
    fake_with_names.catalogue[(1, ())].append(("colour", "x" * 201))

    sync(access)

    assert alive("colour") == ["BRANCA"]


def test_batch_costs_the_same_queries_whatever_it_holds(access, fake_with_names):
    costs = []
    for models in (5, 30):
        rows = [("model", f"M{number}") for number in range(models)]
        fake_with_names.catalogue[(1, ("FIAT",))] = rows
        sync(access)
        with CaptureQueriesContext(connection) as queries:
            sync(access)
        # The token is looked up for every call; that is the session's business.
        costs.append(sum("portaltoken" not in query["sql"] for query in queries))

    assert costs[0] == costs[1]


def test_portals_follow_the_registry_and_keep_what_people_decided():
    assert upsert_portals() == len(CONNECTORS)
    Portal.objects.update(is_active=False, name="Old name", requests_per_second=3)

    upsert_portals()

    portal = Portal.objects.get(slug="usadosbr")
    assert (portal.name, portal.categories, portal.is_active, portal.requests_per_second) == (
        *("Usadosbr / Moto.com.br", [1, 2]),
        *(False, 3),
    )
