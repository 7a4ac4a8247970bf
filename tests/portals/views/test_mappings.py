"""De-para: a name that holds ads back is led to the portal's own, for this dealer only."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from portals.models import FanOut, Mapping
from portals.services.source_keys import wanted_optional
from tests.factories.inventory import OptionalFactory
from tests.factories.portals import (
    AT,
    CatalogueEntryFactory,
    ListingFactory,
    MappingFactory,
    PortalAccessFactory,
)
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db


def gap(kind: str, source: str, *path: str, code: str = "name_unknown") -> dict[str, object]:
    """Return a stored problem of a name without a place."""
    params = {"kind": kind, "ours": source.upper(), "source_key": source, "path": list(path)}
    return {"field": kind, "code": code, "message": "", "params": params}


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def query(access, kind: str, source: str, *path: str, **extra: str) -> str:
    """Return the query string that names a gap."""
    pairs = [("access", access.pk), ("type", 1), ("kind", kind), ("source", source)]
    return urlencode([*pairs, *(("path", part) for part in path), *extra.items()])


def test_gaps_are_listed_by_the_ads_they_hold_back(client, access):
    for _each in range(2):
        ListingFactory(access=access, failure_mode="mapping", problems=[gap("colour", "value:x")])
    ListingFactory(
        access=access,
        failure_mode="mapping",
        problems=[
            gap("brand", "brand:y"),
            gap("model", "model:1", code="name_parent"),
            gap("fuel", "", code="name_empty"),
        ],
    )
    ListingFactory(failure_mode="mapping", problems=[gap("brand", "brand:z")])

    rows = client.get("/mappings/").context["rows"]
    narrowed = client.get(f"/mappings/?access={access.pk}&kind=brand").context["rows"]

    assert [(g.ours, g.number) for g, _portal, _query in rows] == [("VALUE:X", 2), ("BRAND:Y", 1)]
    assert [g.ours for g, _portal, _query in narrowed] == ["BRAND:Y"]


def test_optionals_that_ads_went_without_are_gaps_too(client, access):
    optional = OptionalFactory(name="Teto solar", folded="teto solar")
    entry = CatalogueEntryFactory(portal=access.portal, kind="optional", name="TETO-SOLAR")
    warning = {"kind": "optional_ignored", "asked": [optional.name, "Not ours"], "granted": []}
    ListingFactory(access=access, live=True, reduced=True, warnings=[warning])

    ((found, _portal, found_query),) = client.get("/mappings/?kind=optional").context["rows"]
    client.post(f"/mappings/save/?{found_query}", {"entry": entry.pk})

    assert (found.ours, found.number) == ("Teto solar", 1)
    mapping = Mapping.objects.get()
    assert (mapping.source_key, mapping.entry) == (wanted_optional(optional).source_key, entry)


def test_only_names_of_the_right_place_are_offered(client, access):
    brand = CatalogueEntryFactory(portal=access.portal, name="FIAT")
    uno = CatalogueEntryFactory(portal=access.portal, kind="model", name="UNO", parent=brand)
    right = CatalogueEntryFactory(portal=access.portal, kind="version", name="MILLE", parent=uno)
    other = CatalogueEntryFactory(portal=access.portal, kind="model", name="UNO", parent=None)
    CatalogueEntryFactory(portal=access.portal, kind="version", name="MILLE II", parent=other)
    CatalogueEntryFactory(
        portal=access.portal, kind="version", name="MILLE OLD", parent=uno, retired_at=AT
    )
    CatalogueEntryFactory(
        portal=access.portal, kind="version", name="MILLE P", parent=uno, environment="production"
    )

    found = client.get(
        f"/mappings/choose/?{query(access, 'version', 'fipe:1', 'FIAT', 'UNO', q='mille')}",
        headers=HTMX,
    )
    nothing = client.get(
        f"/mappings/choose/?{query(access, 'version', 'fipe:1', 'FIAT', 'UNO', q='turbo')}"
    )

    assert found.context["entries"] == [right]
    assert "<html" not in found.text
    assert nothing.context["entries"] == []


def test_a_decision_counts_for_this_dealer_and_wakes_its_ads(client, access):
    entry = CatalogueEntryFactory(portal=access.portal, kind="colour", name="BRANCA")
    ListingFactory(access=access, failure_mode="mapping", problems=[gap("colour", "value:white")])
    address = f"/mappings/save/?{query(access, 'colour', 'value:white')}"

    response = client.post(address, {"entry": entry.pk})

    mapping = Mapping.objects.get()
    assert (mapping.entry, mapping.dealer, mapping.source_key) == (
        entry,
        access.dealer,
        "value:white",
    )
    assert mapping.decided_by is not None
    assert said(response) == ["Saved. 1 ad is looked at again."]
    assert FanOut.objects.filter(portal=access.portal).exists()

    client.post(address, {"none": "1"})
    mapping.refresh_from_db()
    assert mapping.entry is None


def test_what_makes_no_sense_is_told_and_saves_nothing(client, access):
    wrong_kind = CatalogueEntryFactory(portal=access.portal, kind="fuel")
    address = f"/mappings/save/?{query(access, 'colour', 'value:white')}"

    assert said(client.post(address)) == ["Choose a name of the portal."]
    assert len(said(client.post(address, {"entry": wrong_kind.pk}))) == 1
    assert client.post(address, {"entry": "999999"}).status_code == 404
    assert client.post("/mappings/save/?kind=colour").status_code == 404
    foreign = query(PortalAccessFactory(), "colour", "value:white")
    assert client.post(f"/mappings/save/?{foreign}", {"none": "1"}).status_code == 404
    assert not Mapping.objects.exists()


def test_a_decision_is_taken_back_by_its_own_dealer_only(client, access):
    entry = CatalogueEntryFactory(portal=access.portal)
    own = MappingFactory(entry=entry, dealer=access.dealer)
    everyones = MappingFactory(entry=entry)

    assert client.post(f"/mappings/{everyones.pk}/delete/").status_code == 404
    client.post(f"/mappings/{own.pk}/delete/")

    assert list(Mapping.objects.all()) == [everyones]
