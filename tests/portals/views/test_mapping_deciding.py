"""Deciding one name: every act with and without htmx, two people, strangers' ids, hostile input."""

from __future__ import annotations

import json

import pytest

from portals.models import FanOut, Listing, Mapping, MappingBatch, MappingRefusal
from portals.services.places import seen_token
from tests.factories.accounts import MembershipFactory
from tests.factories.portals import CatalogueEntryFactory, MappingFactory, PortalAccessFactory
from tests.pages import HTMX, client_of, goes_to, said
from tests.portals.waiting import brand_waits, query, slug

pytestmark = pytest.mark.django_db
FIAT = ("brand", "text:fiat")


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


@pytest.fixture
def entry(access):
    """The portal's name of a brand of ours that waits."""
    return brand_waits(access, "Fiat", theirs="FIAT")


def decide(client, access, *, htmx: bool = False, name=FIAT, **body):
    """Press a button of a name."""
    headers = HTMX if htmx else {}
    data = {"seen": "none", **body}
    return client.post(f"/mappings/decide/?{query(access, *name)}", data, headers=headers)


def events(response) -> dict[str, dict[str, object]]:
    """Return what an answer tells the rest of the page."""
    told: dict[str, dict[str, object]] = json.loads(response["HX-Trigger"])
    return told


def test_accepting_keeps_the_suggestion_and_its_reasons(client, access, entry):
    response = decide(client, access, act="accept", entry=entry.pk, back="kind=brand", next="")

    mapping = Mapping.objects.get()
    assert (mapping.entry, mapping.dealer, mapping.origin) == (entry, access.dealer, "confirmed")
    assert mapping.probability is not None
    assert mapping.reasons
    batch = MappingBatch.objects.get()
    here = slug(access, *FIAT)
    assert goes_to(response) == f"/mappings/?kind=brand&done={batch.pk}&was={here}"
    page = client.get(goes_to(response))
    assert page.context["last"].text == "FIAT is called FIAT."
    assert f"/mappings/batches/{batch.pk}/undo/?at={here}" in page.text


def test_accepting_wakes_exactly_the_ads_it_touches(client, access, entry):
    brand_waits(access, "Ford")
    Listing.objects.update(due_at=None)

    decide(client, access, act="accept", entry=entry.pk)

    due = Listing.objects.filter(due_at__isnull=False)
    assert [row.vehicle.brand_text for row in due] == ["Fiat"]
    assert not FanOut.objects.exists()


def test_without_script_one_comes_back_to_the_next_row(client, access, entry):
    brand_waits(access, "Ford")
    row = client.get("/mappings/").context["rows"][0]

    response = decide(
        client, access, act="none", next=row.next, seen=row.seen, back="access=nonsense&page=1"
    )

    below = slug(access, "brand", "text:ford")
    assert row.next == below
    assert f"?at={below}&" in goes_to(response)
    assert goes_to(response).endswith(f"#name-{below}")
    assert client.get(goes_to(response)).status_code == 200


def test_htmx_takes_the_row_away_and_offers_the_undo(client, access, entry):
    response = decide(client, access, htmx=True, act="accept", entry=entry.pk)

    assert "<article" not in response.text
    assert 'hx-swap-oob="true"' in response.text
    toast = events(response)["toast"]
    batch = MappingBatch.objects.get()
    assert toast["act"] == {
        "text": "Undo",
        "url": f"/mappings/batches/{batch.pk}/undo/?at={slug(access, *FIAT)}",
    }
    assert toast["text"] == "FIAT is called FIAT. 1 ad is looked at again."


@pytest.mark.parametrize("htmx", [True, False])
def test_another_name_is_a_decision_by_hand(client, access, entry, htmx):
    other = CatalogueEntryFactory(portal=access.portal, name="ZZZ QQQ")

    response = decide(client, access, htmx=htmx, act="choose", entry=other.pk)

    assert response.status_code == (200 if htmx else 302)
    mapping = Mapping.objects.get()
    assert (mapping.entry, mapping.origin) == (other, "person")


@pytest.mark.parametrize("htmx", [True, False])
def test_none_on_purpose(client, access, entry, htmx):
    decide(client, access, htmx=htmx, act="none", entry=entry.pk)

    mapping = Mapping.objects.get()
    assert (mapping.entry, mapping.dealer) == (None, access.dealer)
    assert not client.get("/mappings/").context["rows"]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refused_suggestion_gives_way_to_the_next(client, access, entry, htmx):
    second = CatalogueEntryFactory(portal=access.portal, name="FIATT")

    response = decide(client, access, htmx=htmx, act="refuse", entry=entry.pk, back="")

    refusal = MappingRefusal.objects.get()
    assert (refusal.entry, refusal.dealer) == (entry, access.dealer)
    assert not Mapping.objects.exists()
    context = response.context if htmx else client.get(goes_to(response)).context
    row = context["row"] if htmx else context["rows"][0]
    assert row.best.entry_id == second.pk
    if htmx:
        page = response.text
        assert f'id="name-{slug(access, *FIAT)}"' in page


@pytest.mark.parametrize("act", ["accept", "none", "refuse"])
def test_undo_brings_back_what_was_and_the_row(client, access, entry, act):
    decide(client, access, htmx=True, act=act, entry=entry.pk)
    batch, here = MappingBatch.objects.get(), slug(access, *FIAT)

    response = client.post(f"/mappings/batches/{batch.pk}/undo/?at={here}", headers=HTMX)

    assert not Mapping.objects.exists()
    assert not MappingRefusal.objects.exists()
    assert events(response)["names-changed"] == {"at": here}
    assert [row.slug for row in client.get("/mappings/").context["rows"]] == [here]
    again = client.post(f"/mappings/batches/{batch.pk}/undo/?at={here}", {"back": ""})
    assert said(again) == ["It had been undone before."]
    assert goes_to(again) == f"/mappings/?at={here}#name-{here}"


def test_an_undo_keeps_what_was_decided_since_and_says_so(client, access, entry):
    decide(client, access, act="accept", entry=entry.pk)
    batch = MappingBatch.objects.get()
    other = CatalogueEntryFactory(portal=access.portal)
    decide(client, access, act="choose", entry=other.pk, seen=seen_token(Mapping.objects.get()))

    response = client.post(f"/mappings/batches/{batch.pk}/undo/")

    assert said(response) == ["Undone, but for 1 name that somebody decided again since."]
    assert Mapping.objects.get().entry == other


@pytest.mark.parametrize("htmx", [True, False])
def test_the_second_of_two_people_is_told_by_whom_and_overwrites_nothing(
    client, access, entry, htmx
):
    theirs = CatalogueEntryFactory(portal=access.portal, name="THEIRS")
    maria = MembershipFactory(dealer=access.dealer, user__first_name="Maria").user
    MappingFactory(entry=theirs, dealer=access.dealer, source_key="text:fiat", decided_by=maria)

    response = decide(client, access, htmx=htmx, act="accept", entry=entry.pk)

    assert response.status_code == 409
    assert "Maria" in response.text
    assert "THEIRS" in response.text
    mapping = Mapping.objects.get()
    assert (mapping.entry, mapping.decided_by) == (theirs, maria)
    # What was shown counts as seen: pressing again replaces it knowingly.
    assert f'value="{seen_token(mapping)}"' in response.text
    decide(client, access, htmx=htmx, act="accept", entry=entry.pk, seen=seen_token(mapping))
    assert Mapping.objects.get().entry == entry


def test_a_decision_that_was_taken_back_meanwhile_is_a_conflict_too(client, access, entry):
    response = decide(client, access, htmx=True, act="none", seen="5.1700000000.000000")

    assert response.status_code == 409
    assert "took the decision back" in response.text
    assert not Mapping.objects.exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_what_makes_no_sense_is_told_and_saves_nothing(client, access, entry, htmx):
    fuel = CatalogueEntryFactory(portal=access.portal, kind="fuel")

    for body in ({"act": "choose"}, {"act": "choose", "entry": fuel.pk}):
        response = decide(client, access, htmx=htmx, **body)
        text = events(response)["toast"]["text"] if htmx else said(response)[0]
        assert text
    for body in (
        {"act": "choose", "entry": "999999"},
        {"act": "accept", "entry": "9" * 30},
        {"act": "burn", "entry": entry.pk},
        {},
    ):
        assert decide(client, access, htmx=htmx, **body).status_code == 404
    assert not Mapping.objects.exists()
    assert not MappingBatch.objects.exists()


def test_ids_of_another_dealer_do_not_exist(client, access, entry):
    foreign = PortalAccessFactory()
    theirs = client_of(foreign.dealer)
    decide(theirs, foreign, act="accept", entry=entry.pk)
    mapping, batch = Mapping.objects.get(), MappingBatch.objects.get()

    answers = [
        decide(client, foreign, act="accept", entry=entry.pk),
        client.get(f"/mappings/name/?{query(foreign, *FIAT)}"),
        client.post(f"/mappings/batches/{batch.pk}/undo/"),
        client.get(f"/mappings/batches/{batch.pk}/"),
        client.post(f"/mappings/{mapping.pk}/delete/"),
        client.get(f"/mappings/files/{foreign.pk}/"),
    ]

    assert {each.status_code for each in answers} == {404}
    assert list(Mapping.objects.all()) == [mapping]
    page = client.get(f"/mappings/?done={batch.pk}")
    assert page.context["last"] is None


def test_salespeople_change_nothing(access, entry):
    seller = client_of(access.dealer, "salesperson")

    assert decide(seller, access, act="accept", entry=entry.pk).status_code == 403
    assert not Mapping.objects.exists()


def test_a_decision_is_taken_back_by_its_own_dealer_only(client, access, entry):
    own = MappingFactory(entry=entry, dealer=access.dealer)
    everyones = MappingFactory(entry=entry)

    assert client.post(f"/mappings/{everyones.pk}/delete/").status_code == 404
    response = client.post(f"/mappings/{own.pk}/delete/")

    assert list(Mapping.objects.all()) == [everyones]
    batch = MappingBatch.objects.get()
    assert goes_to(response) == f"/mappings/decided/?done={batch.pk}"
    client.post(f"/mappings/batches/{batch.pk}/undo/")
    assert Mapping.objects.filter(dealer=access.dealer).get().source_key == own.source_key
