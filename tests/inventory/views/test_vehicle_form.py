"""The vehicle's form: filled in from the catalogue, a template or a similar vehicle, and kept."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models.dealer import Role
from inventory.models import ReferencePrice, Vehicle, VehicleDraft
from inventory.services.vehicle_drafts import KEEP, purge_drafts
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    DescriptionTemplateFactory,
    OptionalFactory,
    VehicleDraftFactory,
    VehicleFactory,
    VersionFactory,
)
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db
TYPED = {"plate": "abc-1d23", "price": "45990", "stock_type": "own"}


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


@pytest.fixture
def version():
    return VersionFactory(
        name="1.0 Turbo Premier",
        folded="1.0 turbo premier",
        year_first=2020,
        year_last=2024,
        fuels="Flex",
        gearbox="automatic",
        body="hatch",
        doors=4,
    )


def value_in(response, name):
    return response.context["form"][name].value()


def test_a_year_among_the_words_narrows_and_is_filled_in(client, version):
    VersionFactory(year_first=2012, year_last=2016)

    response = client.get("/stock/versions/?category=1&version_words=onix 2022", headers=HTMX)

    (found,) = response.context["versions"]
    assert found.version == version
    assert found.facts["year_model"] == 2022
    assert 'data-fill-gearbox="automatic"' in response.text
    assert 'data-fill-fuel="flex"' in response.text


@pytest.mark.parametrize("words", ["onix premier turbo 2022", "onix sedan automatico", "onix flex"])
def test_words_that_fipe_cuts_short_are_found(client, words):
    cut = VersionFactory(folded="sed. plus prem. 1.0 12v tb flex aut", year_last=2026)
    VersionFactory(folded="hatch joy 1.0 8v mec.", year_last=2016)

    response = client.get(f"/stock/versions/?category=1&version_words={words}")

    assert [each.version for each in response.context["versions"]] == [cut]


def test_a_year_that_is_a_name_still_finds_it(client):
    peugeot = VersionFactory(
        model__name="2008", model__folded="2008", model__brand__name="Peugeot", year_first=2015
    )

    response = client.get("/stock/versions/?category=1&version_words=peugeot 2008 2021")

    assert [each.version for each in response.context["versions"]] == [peugeot]
    assert response.context["versions"][0].facts["year_model"] == 2021


def test_a_version_fills_in_only_what_was_not_typed(client, version):
    typed = {**TYPED, "version": version.pk, "gearbox": "manual", "version_words": "onix 2022"}

    response = client.post("/stock/new/", {**typed, "act": "version"})

    assert response.status_code == 200
    assert (value_in(response, "fuel"), value_in(response, "doors")) == ("flex", 4)
    assert value_in(response, "gearbox") == "manual"
    assert value_in(response, "year_model") == 2022
    assert value_in(response, "plate") == "abc-1d23"
    assert not Vehicle.objects.exists()


def test_enter_in_the_search_without_script_searches(client, version):
    response = client.post("/stock/new/", {**TYPED, "enter": "1", "version_words": "onix"})

    assert [each.version for each in response.context["versions"]] == [version]
    assert not Vehicle.objects.exists()
    assert client.post("/stock/new/", {**TYPED, "enter": "1"}).status_code == 302


def test_another_kind_keeps_what_was_typed(client):
    response = client.post("/stock/new/?category=2", {**TYPED, "act": "kind"})

    assert "displacement" in response.context["form"].fields
    assert value_in(response, "plate") == "abc-1d23"


@pytest.mark.parametrize("price", ["45.990,00", "45990", "R$ 45.990,00", "45.990"])
@pytest.mark.parametrize("mileage", ["45.000", "45000", "45.000 km"])
def test_numbers_are_read_as_people_write_them(price, mileage):
    dealer = DealerFactory(language="pt-br")

    client_of(dealer).post("/stock/new/", {**TYPED, "price": price, "mileage": mileage})

    vehicle = Vehicle.objects.get()
    assert (vehicle.price, vehicle.mileage) == (Decimal(45990), 45000)


def test_errors_open_their_section_and_lead_to_the_field(client):
    response = client.post("/stock/new/", {**TYPED, "renavam": "1"})

    sections = {each.slug: each for each in response.context["sections"]}
    assert response.status_code == 422
    assert (sections["papers"].is_open, sections["place"].is_open) == (True, False)
    assert 'href="#id_renavam"' in response.text


def test_fipe_tells_its_price_beside_ours(client, version):
    ReferencePrice.objects.create(
        version=version, model_year=2022, fuel="Flex", price=Decimal(81234), month=date(2026, 6, 1)
    )

    found = client.get(f"/stock/fipe/?version={version.pk}&year_model=2022&fuel=flex")
    silent = client.get("/stock/fipe/?version=99999999&year_model=²")

    assert "81,234.00" in found.text
    assert "FIPE" not in silent.text


def test_a_template_writes_the_text_from_what_is_typed(client, dealer, version):
    template = DescriptionTemplateFactory(dealer=dealer, text="{marca} {modelo}\n{opcionais}")
    air = OptionalFactory(name="Air conditioning")
    typed = {**TYPED, "version": version.pk, "optionals": [air.pk], "template": template.pk}

    page = client.post("/stock/new/", {**typed, "act": "describe"})
    piece = client.post("/stock/new/", {**typed, "act": "describe"}, headers=HTMX)

    assert value_in(page, "description") == "Chevrolet Onix\nAir conditioning"
    assert "<html" not in piece.text
    assert "Chevrolet Onix" in piece.text
    assert not Vehicle.objects.exists()


def test_a_text_of_ones_own_is_given_back_after_a_template(client, dealer):
    template = DescriptionTemplateFactory(dealer=dealer, text="From the template")
    typed = {**TYPED, "description": "My own", "template": template.pk, "act": "describe"}
    page = client.post("/stock/new/", typed)
    assert page.context["text_before"] == "My own"

    back = client.post("/stock/new/", {**TYPED, "text_before": "My own", "act": "take_back"})

    assert value_in(back, "description") == "My own"
    assert not Vehicle.objects.exists()


def test_the_template_of_the_kind_is_offered_first(client, dealer):
    DescriptionTemplateFactory(dealer=dealer, name="A")
    DescriptionTemplateFactory(dealer=dealer, name="B", is_default=True)
    DescriptionTemplateFactory(dealer=dealer, name="C", is_default=True, category=1)
    DescriptionTemplateFactory(dealer=dealer, name="D", category=2)
    DescriptionTemplateFactory(name="Of another dealer")

    offered = client.get("/stock/new/").context["templates"]

    assert [each.name for each in offered] == ["C", "B", "A"]


def test_optionals_are_copied_from_a_similar_vehicle_before_saving(client, dealer, version):
    mine, air, roof = OptionalFactory(), OptionalFactory(name="Air"), OptionalFactory(name="Roof")
    source = VehicleFactory(dealer=dealer, version=version, description="As good as new.")
    source.optionals.add(air, roof)
    foreign = VehicleFactory(version=version)
    foreign.optionals.add(air)
    typed = {**TYPED, "version": version.pk, "optionals": [mine.pk]}

    offered = client.get(f"/stock/similar/?version={version.pk}").context["similar"]
    response = client.post(
        "/stock/new/", {**typed, "copy_from": source.pk, "copy_description": "on"}
    )

    assert [(each.pk, each.optional_count) for each in offered] == [(source.pk, 2)]
    assert set(value_in(response, "optionals")) == {mine.pk, air.pk, roof.pk}
    assert value_in(response, "description") == "As good as new."
    assert "Air, Roof" in response.text
    assert Vehicle.objects.for_dealer(dealer).count() == 1


@pytest.mark.parametrize("field", ["copy_from", "template"])
def test_what_belongs_to_another_dealer_is_no_source(client, field):
    foreign = VehicleFactory() if field == "copy_from" else DescriptionTemplateFactory()

    response = client.post("/stock/new/", {**TYPED, "act": "describe", field: str(foreign.pk)})

    assert response.status_code == 404


def test_a_draft_is_kept_continued_and_gone_after_saving(client, dealer):
    kept = client.post("/stock/new/draft/?category=1", {**TYPED, "location": "Yard 7"})
    offer = client.get("/stock/new/")
    again = client.get("/stock/new/?category=1&draft=1")

    assert kept.json()["text"].startswith("Draft saved")
    assert offer.context["draft"] is not None
    assert not value_in(offer, "location")
    assert value_in(again, "location") == "Yard 7"
    assert client.get("/stock/new/?category=2").context["draft"] is None
    client.post("/stock/new/?category=1", TYPED)
    assert not VehicleDraft.objects.exists()


def test_a_draft_belongs_to_one_person(client, dealer):
    vehicle = VehicleFactory(dealer=dealer)
    client.post(f"/stock/{vehicle.pk}/draft/", {"location": "Yard 7"})

    other = client_of(dealer).get(f"/stock/{vehicle.pk}/edit/?draft=1")
    foreign = client_of(DealerFactory()).post(f"/stock/{vehicle.pk}/draft/", {"location": "x"})

    assert value_in(other, "location") == ""
    assert foreign.status_code == 404
    assert VehicleDraft.objects.count() == 1


def test_a_discarded_draft_is_gone(client, dealer):
    client.post("/stock/new/draft/?category=2", TYPED)
    response = client.post("/stock/new/draft/?category=2", {"discard": "1"})

    assert response.url == "/stock/new/?category=2"
    assert not VehicleDraft.objects.exists()


def test_more_than_a_person_types_is_no_draft(client):
    for body in ({"x": "y" * 70_000}, {"optionals": ["1"] * 700}, {"plate": "\x00"}):
        assert client.post("/stock/new/draft/", body).status_code == 422
    assert not VehicleDraft.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_what_is_no_form_does_not_take_a_draft_away(client, kind):
    client.post("/stock/new/draft/?category=1", TYPED)

    response = client.post("/stock/new/draft/?category=1", "", content_type=kind)

    assert response.status_code == 422
    assert VehicleDraft.objects.get().fields["price"] == [TYPED["price"]]


def test_a_salesperson_registers_without_a_cost_whatever_is_sent(dealer):
    client = client_of(dealer, Role.SALESPERSON)

    refused = client.post("/stock/new/?category=1", {**TYPED, "cost": "39000", "plate": "==="})
    client.post("/stock/new/?category=1", {**TYPED, "cost": "39000"})

    assert (refused.status_code, "39000" in refused.text) == (422, False)
    assert Vehicle.objects.get().cost is None


def test_names_that_no_database_can_look_for_find_nothing_similar(client):
    names = {"brand_text": "Fi\x00at", "model_text": "\x00"}

    assert client.get("/stock/similar/", names).status_code == 200
    assert client.post("/stock/new/?category=1", names).status_code == 422


def test_a_draft_of_garbage_opens_the_form_all_the_same(client, dealer):
    user = client.get("/stock/new/").wsgi_request.user
    VehicleDraftFactory(
        dealer=dealer,
        user=user,
        fields={"version": ["x" * 300], "optionals": ["²"], "price": ["nonsense"], "base": ["{"]},
    )

    response = client.get("/stock/new/?draft=1")

    assert response.status_code == 200
    assert value_in(response, "price") == "nonsense"


def test_drafts_nobody_came_back_to_are_purged(dealer):
    old, fresh = VehicleDraftFactory(dealer=dealer), VehicleDraftFactory(dealer=dealer)
    past = timezone.now() - KEEP - timedelta(minutes=1)
    VehicleDraft.objects.filter(pk=old.pk).update(updated_at=past)

    assert purge_drafts(now=timezone.now()) == 1
    assert list(VehicleDraft.objects.all()) == [fresh]


def test_the_snapshot_of_a_salesperson_holds_no_cost(dealer):
    vehicle = VehicleFactory(dealer=dealer, cost=Decimal(12345))

    seen = client_of(dealer, Role.SALESPERSON).get(f"/stock/{vehicle.pk}/edit/")

    assert "cost" not in json.loads(seen.context["base"])
    assert "cost" in json.loads(client_of(dealer).get(f"/stock/{vehicle.pk}/edit/").context["base"])
