"""Many suggestions at once: nothing before it was seen, only what is ticked, and back in one go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.matching import Agreement
from portals.models import Mapping, MappingBatch
from portals.services.suggesting import propose
from tests.factories.portals import CatalogueEntryFactory, MappingFactory, PortalAccessFactory
from tests.pages import client_of, goes_to, said
from tests.portals.waiting import brand_waits

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    access = PortalAccessFactory()
    for name in ("Fiat", "Ford", "Honda"):
        brand_waits(access, name, theirs=name.upper())
    brand_waits(access, "Qzx")
    return access


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def tokens(client, address: str = "/mappings/many/?least=90") -> dict[str, str]:
    """Return what the tick of each row of the preview says."""
    return {row.ours: row.token for row in client.get(address).context["rows"]}


def test_the_preview_lists_what_is_sure_enough_and_changes_nothing(client):
    page = client.get("/mappings/many/?least=90")

    assert [row.ours for row in page.context["rows"]] == ["Fiat", "Ford", "Honda"]
    touched = page.context["touched"]
    assert (touched.vehicles, touched.listings, touched.live) == (3, 3, 0)
    assert not Mapping.objects.exists()
    assert not MappingBatch.objects.exists()


def test_what_stays_ticked_is_decided_as_one_batch_and_undone_as_one(client, access):
    ticks = tokens(client)

    response = client.post("/mappings/many/?least=90", {"pick": [ticks["Fiat"], ticks["Ford"]]})

    batch = MappingBatch.objects.get()
    assert goes_to(response) == f"/mappings/batches/{batch.pk}/"
    assert said(response) == ["2 names were decided. 2 ads are looked at again."]
    assert (batch.kind, batch.threshold, batch.dealer) == ("bulk", 0.9, access.dealer)
    assert {row.source_key for row in Mapping.objects.all()} == {"text:fiat", "text:ford"}
    result = client.get(goes_to(response))
    assert [(step.ours, step.after) for step in result.context["steps"]] == [
        ("FIAT", "FIAT"),
        ("FORD", "FORD"),
    ]
    assert [row.ours for row in client.get("/mappings/").context["rows"]] == ["Honda", "Qzx"]

    undone = client.post(f"/mappings/batches/{batch.pk}/undo/")

    assert goes_to(undone) == f"/mappings/batches/{batch.pk}/"
    assert not Mapping.objects.exists()
    assert "Undone by" in client.get(goes_to(undone)).text
    assert [each.pk for each in client.get("/mappings/batches/").context["page"]] == [batch.pk]


def test_what_changed_since_the_preview_is_left_and_told(client, access):
    ticks = tokens(client)
    theirs = CatalogueEntryFactory(portal=access.portal)
    MappingFactory(entry=theirs, dealer=access.dealer, source_key="text:ford")

    response = client.post("/mappings/many/?least=90", {"pick": list(ticks.values())})

    assert "1 suggestion changed meanwhile and was left." in said(response)
    assert Mapping.objects.get(source_key="text:ford").entry == theirs
    assert Mapping.objects.count() == 3


def test_what_a_fact_contradicts_is_not_ticked_beforehand(client, access, monkeypatch):
    against = Agreement("gearbox", "manual", "automatic")

    def doubted(scope, keys):
        found = propose(scope, keys)
        return {
            key: tuple(
                replace(each, contradicts=(against,)) if each.name == "FORD" else each
                for each in proposals
            )
            for key, proposals in found.items()
        }

    monkeypatch.setattr("portals.views.mapping_queue.propose", doubted)

    page = client.get("/mappings/many/?least=90").text

    ticks = [line for line in page.splitlines() if 'name="pick"' in line]
    assert [("checked" in line, "FORD" in line) for line in ticks] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert page.count("a fact contradicts") == 1


@pytest.mark.parametrize("picked", [[], ["x"], ["0123456789ab.1.none"], ["\x00" * 9]])
def test_without_a_tick_that_makes_sense_nothing_happens(client, picked):
    response = client.post("/mappings/many/?least=90", {"pick": picked})

    assert said(response) == ["Nothing was accepted: tick at least one suggestion."]
    assert not MappingBatch.objects.exists()


def test_each_portal_account_has_its_own_batch_and_no_other_dealer_is_touched(client, access):
    other = PortalAccessFactory()
    brand_waits(other, "Fiat")

    client.post("/mappings/many/", {"pick": list(tokens(client, "/mappings/many/").values())})

    assert set(Mapping.objects.values_list("dealer", flat=True)) == {access.dealer_id}
