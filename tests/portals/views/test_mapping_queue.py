"""The queue: what waits, in which order, with what is suggested; never another dealer's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portals.models import Mapping
from tests.factories.inventory import OptionalFactory, VehicleFactory, VersionFactory
from tests.factories.portals import (
    CatalogueEntryFactory,
    ListingFactory,
    MappingFactory,
    PortalAccessFactory,
)
from tests.pages import HTMX, client_of
from tests.portals.waiting import brand_waits, gap, query, slug

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def names_in(response) -> list[str]:
    """Return our names in the order of the queue."""
    return [row.ours for row in response.context["rows"]]


def test_names_that_hold_live_ads_come_first_then_those_that_hold_most(client, access):
    brand_waits(access, "Um")
    brand_waits(access, "Dois", ads=2)
    brand_waits(access, "Vivo", live=True)
    brand_waits(PortalAccessFactory(), "Alheio")

    rows = client.get("/mappings/").context["rows"]

    assert [(row.ours, row.waiting, row.reach.live) for row in rows] == [
        ("Vivo", 1, 1),
        ("Dois", 2, 0),
        ("Um", 1, 0),
    ]


def test_a_row_tells_both_sides_and_why(client, access):
    brand_waits(access, "Chevrolet", theirs="CHEVROLET GM", ads=2)

    page = client.get("/mappings/").text

    assert "Chevrolet" in page
    assert "CHEVROLET GM" in page
    assert "2 vehicles" in page
    assert "0 live ads" in page
    assert "2 ads are blocked" in page


def test_filters_narrow_the_queue_by_portal_kind_type_and_probability(client, access):
    brand_waits(access, "Fiat", theirs="FIAT")
    brand_waits(access, "Qzx")
    ListingFactory(access=access, failure_mode="mapping", problems=[gap("colour", "value:white")])

    assert names_in(client.get(f"/mappings/?access={access.pk}&kind=brand")) == ["Fiat", "Qzx"]
    assert names_in(client.get("/mappings/?type=2")) == []
    assert names_in(client.get("/mappings/?least=90")) == ["Fiat"]
    assert len(names_in(client.get("/mappings/?kind=nothing&least=abc&access=x"))) == 3


def test_what_follows_from_another_name_or_is_empty_is_not_asked(client, access):
    problems = [
        gap("brand", "brand:y", ours="Y"),
        gap("model", "model:1", code="name_parent"),
        gap("fuel", "", code="name_empty"),
    ]
    ListingFactory(access=access, failure_mode="mapping", problems=problems)

    assert names_in(client.get("/mappings/")) == ["Y"]


def test_optionals_that_ads_went_without_wait_too(client, access):
    optional = OptionalFactory(name="Teto solar", folded="teto solar")
    warning = {"kind": "optional_ignored", "asked": [optional.name, "Not ours"], "granted": []}
    ListingFactory(access=access, live=True, reduced=True, warnings=[warning])

    (row,) = client.get("/mappings/?kind=optional").context["rows"]

    assert (row.ours, row.waiting) == ("Teto solar", 1)
    assert "goes out without it" in row.why


def test_what_is_decided_waits_no_more_even_before_the_ads_were_looked_at(client, access):
    entry = brand_waits(access, "Fiat", theirs="FIAT")
    brand_waits(access, "Ford")
    MappingFactory(entry=entry, dealer=access.dealer, source_key="text:fiat")

    assert names_in(client.get("/mappings/")) == ["Ford"]


def test_a_decision_that_leads_elsewhere_leaves_the_name_waiting(client, access):
    fiat = CatalogueEntryFactory(portal=access.portal, name="FIAT")
    ford = CatalogueEntryFactory(portal=access.portal, name="FORD")
    ka = CatalogueEntryFactory(portal=access.portal, kind="model", name="KA", parent=ford)
    ListingFactory(
        access=access, failure_mode="mapping", problems=[gap("model", "model:1", fiat.remote_key)]
    )
    MappingFactory(entry=ka, dealer=access.dealer, source_key="model:1")

    assert len(names_in(client.get("/mappings/"))) == 1
    assert Mapping.objects.count() == 1


def test_at_leads_to_the_page_of_a_row_and_says_when_it_is_gone(client, access):
    for number in range(25):
        brand_waits(access, f"Marca {number:02}")

    there = client.get(f"/mappings/?at={slug(access, 'brand', 'text:marca 24')}")
    gone = client.get("/mappings/?at=0123456789ab")

    assert there.context["page"].number == 2
    assert "Marca 24" in names_in(there)
    assert not there.context["at_gone"]
    assert "waits no more" in gone.text


def test_htmx_gets_the_list_alone(client, access):
    brand_waits(access, "Fiat")

    response = client.get("/mappings/", headers=HTMX)

    assert "<html" not in response.text
    assert 'id="_mapping_queue"' in response.text
    assert response["Vary"].count("HX-Request") == 1


def test_an_empty_queue_and_the_keys_explain_themselves(client):
    assert "No ad waits for a name." in client.get("/mappings/").text
    assert "never suggest this one again" in client.get("/mappings/keys/").text


def test_the_queue_asks_few_questions(client, access, django_assert_max_num_queries):
    for number in range(20):
        brand_waits(access, f"Marca {number:02}", theirs=f"MARCA {number:02}")

    with django_assert_max_num_queries(24):
        client.get("/mappings/")


def test_the_queue_asks_no_more_for_more_names(client, access, django_assert_max_num_queries):
    def wait(numbers: range) -> None:
        for number in numbers:
            brand_waits(access, f"Marca {number:02}", theirs=f"MARCA {number:02}")
            version = VersionFactory()
            problem = gap("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")
            ListingFactory(
                access=access,
                vehicle=VehicleFactory(dealer=access.dealer, version=version),
                failure_mode="mapping",
                problems=[problem],
            )

    wait(range(2))
    with CaptureQueriesContext(connection) as few:
        assert len(client.get("/mappings/").context["rows"]) == 4

    wait(range(2, 10))
    with django_assert_max_num_queries(len(few)):
        assert len(client.get("/mappings/").context["rows"]) == 20


@pytest.mark.parametrize("where", ["/mappings/", "/mappings/many/", "/mappings/decided/"])
def test_salespeople_do_not_decide(access, where):
    assert client_of(access.dealer, "salesperson").get(where).status_code == 403


def test_a_name_tells_its_suggestions_its_decisions_and_what_it_lies_in(client, access):
    brand = CatalogueEntryFactory(portal=access.portal, name="FIAT")
    uno = CatalogueEntryFactory(portal=access.portal, kind="model", name="UNO", parent=brand)
    CatalogueEntryFactory(portal=access.portal, kind="version", name="MILLE", parent=uno)
    key = ("version", "text:fiat|uno|mille fire", "FIAT", "UNO")
    texts = {"brand_text": "Fiat", "model_text": "Uno", "version_text": "Mille Fire"}
    VehicleFactory(dealer=access.dealer, version=None, **texts)
    MappingFactory(
        entry=uno,
        kind="version",
        source_key=key[1],
        dealer=access.dealer,
        probability=0.93,
        reasons=[{"fact": "trim", "ours": "Mille", "theirs": "MILLE", "agrees": True}],
    )

    response = client.get(f"/mappings/name/?{query(access, *key)}")

    assert [each.name for each in response.context["proposals"]] == ["MILLE"]
    assert "93 %" in response.text
    assert [text for text, _url in response.context["parent_links"]] == ["the brand", "the model"]
    for _text, url in response.context["parent_links"]:
        assert client.get(f"/mappings/name/{url}").status_code == 200


def test_the_search_stays_inside_brand_and_model(client, access):
    brand = CatalogueEntryFactory(portal=access.portal, name="FIAT")
    uno = CatalogueEntryFactory(portal=access.portal, kind="model", name="UNO", parent=brand)
    right = CatalogueEntryFactory(portal=access.portal, kind="version", name="MILLE", parent=uno)
    other = CatalogueEntryFactory(portal=access.portal, kind="model", name="PALIO", parent=brand)
    CatalogueEntryFactory(portal=access.portal, kind="version", name="MILLE II", parent=other)
    address = f"/mappings/name/?{query(access, 'version', 'fipe:1', 'FIAT', 'UNO')}"

    found = client.get(f"{address}&q=mille", headers=HTMX)
    dialog = client.get(address, headers=HTMX)

    assert found.context["entries"] == [right]
    assert 'id="_mapping_entries"' in found.text
    assert "dialog-head" not in found.text
    assert "dialog-head" in dialog.text
    assert client.get(f"{address}&q=turbo", headers=HTMX).context["entries"] == []
