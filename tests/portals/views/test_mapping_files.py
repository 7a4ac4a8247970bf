"""Decisions as files, from another environment, and all that was decided: seen first, scoped."""

from __future__ import annotations

import csv
import io

import pytest

from portals.models import Mapping, MappingBatch
from portals.models.decisions import BatchKind
from tests.factories.portals import (
    CatalogueEntryFactory,
    MappingBatchFactory,
    MappingFactory,
    MappingStepFactory,
    PortalAccessFactory,
)
from tests.isolation.recipes import upload
from tests.pages import client_of, goes_to, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


@pytest.fixture
def decided(access):
    """Two decisions of the store, for brands in free text."""
    return [
        MappingFactory(
            entry__name=name,
            entry__portal=access.portal,
            dealer=access.dealer,
            source_key=f"text:{name.casefold()}",
        )
        for name in ("FIAT", "FORD")
    ]


def send(client, access, data: bytes):
    """Bring a file in."""
    body = {"access": access.pk, "file": upload(data, "nomes.csv", "text/csv")}
    return client.post("/mappings/files/", body)


def apply(client, response, **more):
    """Press the button of a preview."""
    context = response.context
    ticks = [line.pick for line in context["preview"].lines if line.pick]
    body = {"access": context["chosen_access"].pk, "data": context["data"], "pick": ticks}
    return client.post("/mappings/files/", {**body, **more})


def test_a_file_that_went_out_comes_back_without_a_change(client, access, decided):
    MappingFactory(entry=decided[0].entry, source_key="text:everyones")

    file = client.get(f"/mappings/files/{access.pk}/")
    back = send(client, access, file.content)

    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert file["Content-Disposition"] == 'attachment; filename="de-para-usadosbr-sandbox.csv"'
    assert back.context["preview"].counts == {"same": 2}
    assert back.context["preview"].changes == 0


def test_a_changed_file_is_seen_then_applied_and_can_be_undone(client, access, decided):
    other = CatalogueEntryFactory(portal=access.portal, name="FIAT BR")
    text = client.get(f"/mappings/files/{access.pk}/").content.decode("utf-8-sig")
    changed = text.replace(";FIAT;FIAT", ";FIAT BR;FIAT BR").encode()

    preview = send(client, access, changed)

    assert preview.context["preview"].counts == {"changed": 1, "same": 1}
    assert str(Mapping.objects.get(source_key="text:fiat").entry) == "brand FIAT"
    response = apply(client, preview)
    batch = MappingBatch.objects.get()
    assert (goes_to(response), batch.kind) == (f"/mappings/batches/{batch.pk}/", BatchKind.IMPORT)
    assert Mapping.objects.get(source_key="text:fiat").entry == other
    client.post(f"/mappings/batches/{batch.pk}/undo/")
    assert str(Mapping.objects.get(source_key="text:fiat").entry) == "brand FIAT"


def test_what_is_not_ticked_or_changed_meanwhile_is_left(client, access, decided):
    other = CatalogueEntryFactory(portal=access.portal, name="FIAT BR")
    text = client.get(f"/mappings/files/{access.pk}/").content.decode("utf-8-sig")
    preview = send(client, access, text.replace(";FIAT;FIAT", ";FIAT BR;FIAT BR").encode())

    nothing = apply(client, preview, pick=[])
    third = CatalogueEntryFactory(portal=access.portal, name="FIAT 3")
    Mapping.objects.filter(source_key="text:fiat").update(entry=third)
    stale = apply(client, preview)

    assert said(nothing) == said(stale) == ["There was nothing to do."]
    assert Mapping.objects.get(source_key="text:fiat").entry == third
    assert not Mapping.objects.filter(entry=other).exists()


@pytest.mark.parametrize("data", [b"\x00\x01", b"", b"nothing;of;it\n1;2;3\n", b"x" * 1_000_001])
def test_a_file_that_is_none_is_refused_with_a_reason(client, access, data):
    response = send(client, access, data)

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not MappingBatch.objects.exists()


def test_a_preview_that_was_tampered_with_asks_for_the_file_again(client, access):
    response = client.post("/mappings/files/", {"access": access.pk, "data": "not base64!"})

    assert response.status_code == 422
    assert response.context["form"].errors["file"]


def test_a_file_for_another_dealers_access_is_refused(client, decided, access):
    foreign = PortalAccessFactory()

    response = send(client, foreign, b"kind\n")

    assert response.status_code == 422
    assert "access" in response.context["form"].errors


def test_decisions_are_copied_from_another_environment_after_a_look(client, access, decided):
    target = CatalogueEntryFactory(portal=access.portal, name="FIAT", environment="production")
    production = PortalAccessFactory(portal__slug="usadosbr", environment="production")
    staff = client_of(production.dealer)
    MappingFactory(entry=decided[0].entry, dealer=production.dealer, source_key="text:fiat")
    MappingFactory(entry=decided[1].entry, dealer=production.dealer, source_key="text:ford")
    address = f"/mappings/copy/?source={production.pk}&environment=sandbox&target={production.pk}"

    preview = staff.get(address).context["preview"]
    ticks = [line.pick for line in preview.lines if line.pick]
    response = staff.post(address, {"pick": ticks})

    assert preview.counts == {"new": 1, "missing": 1}
    batch = MappingBatch.objects.get()
    assert (batch.kind, goes_to(response)) == (BatchKind.COPY, f"/mappings/batches/{batch.pk}/")
    made = Mapping.objects.get(environment="production")
    assert (made.entry, made.dealer) == (target, production.dealer)


def test_a_place_is_not_copied_onto_itself(client, access):
    page = client.get(f"/mappings/copy/?source={access.pk}&target={access.pk}")

    assert "Choose another portal or environment" in page.text


def test_decided_names_are_found_by_word_kind_origin_and_owner(client, access, decided):
    everyones = MappingFactory(entry=decided[0].entry, source_key="text:todos", origin="suggested")
    MappingFactory(entry=decided[0].entry, dealer=PortalAccessFactory().dealer)

    def found(query: str) -> set[int]:
        page = client.get(f"/mappings/decided/?{query}")
        return {row.mapping.pk for row in page.context["rows"]}

    own = {each.pk for each in decided}
    assert found("") == own | {everyones.pk}
    assert found("whose=own") == own
    assert found("whose=all") == found("origin=suggested") == {everyones.pk}
    assert found("q=ford") == {decided[1].pk}
    assert found(f"access={access.pk}&kind=colour") == set()
    assert found("origin=nonsense&kind=x&access=9") == own | {everyones.pk}


def test_batches_tell_what_was_before_and_after_and_single_decisions_stay_out(client, access):
    entry = CatalogueEntryFactory(portal=access.portal, name="FIAT")
    batch = MappingBatchFactory(portal=access.portal, dealer=access.dealer)
    after = {"entry": entry.pk, "origin": "confirmed", "probability": 0.93}
    MappingStepFactory(batch=batch, source_key="text:fiat", after=after, before={"entry": None})
    MappingStepFactory(batch=batch, source_key="text:x", after={"refused": entry.pk})
    single = MappingBatchFactory(portal=access.portal, dealer=access.dealer, kind="decision")
    MappingBatchFactory()

    steps = client.get(f"/mappings/batches/{batch.pk}/").context["steps"]

    assert [(s.ours, s.before, s.after, s.probability) for s in steps] == [
        ("FIAT", "nothing, on purpose", "FIAT", 0.93),
        ("X", "", "not suggested again: FIAT", None),
    ]
    assert [each.pk for each in client.get("/mappings/batches/").context["page"]] == [batch.pk]
    assert client.get(f"/mappings/batches/{single.pk}/").status_code == 200
