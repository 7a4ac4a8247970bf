"""Proposals: inside the place, with reasons, learned from people, never what was refused."""

from __future__ import annotations

import pytest

from portals.models import MappingRefusal
from portals.selectors.mappings import GapKey
from portals.services import catalogue_index
from portals.services.catalogue_index import catalogue_names, forget_catalogues
from portals.services.mapping_undo import undo
from portals.services.places import Scope
from portals.services.refusing import refuse
from portals.services.suggesting import propose, propose_all
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    BrandFactory,
    OptionalFactory,
    VehicleFactory,
    VehicleModelFactory,
    VersionFactory,
)
from tests.factories.portals import PortalFactory
from tests.portals.catalogues import entry
from tests.portals.naming import BY, decide, made, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    """Keep no catalogue from one test to the next."""
    forget_catalogues()


@pytest.fixture
def portal():
    """The portal."""
    return PortalFactory.create()


@pytest.fixture
def scope(portal):
    """Decisions for everyone."""
    return Scope(portal=portal, environment="sandbox")


@pytest.fixture
def tree(portal):
    """A brand with two models and their versions."""
    brand = entry(portal, "brand", "CHEVROLET")
    onix = entry(portal, "model", "ONIX", parent=brand)
    prisma = entry(portal, "model", "PRISMA", parent=brand)
    return {
        "brand": brand,
        "onix": onix,
        "prisma": prisma,
        "lt": entry(portal, "version", "1.0 MPFI LT 8V FLEX 4P MANUAL", parent=onix),
        "ltz": entry(portal, "version", "1.4 MPFI LTZ 8V FLEX 4P AUTOMÁTICO", parent=onix),
        "far": entry(portal, "version", "1.0 MPFI LT 8V FLEX 4P MANUAL", parent=prisma),
    }


@pytest.fixture
def version():
    """An Onix 1.0 LT of the reference catalogue."""
    return VersionFactory.create(
        name="1.0 LT Flex 5p Mec.", source_text="ONIX LT 1.0 8V FlexPower 5p Mec.", fuels="Flex"
    )


def key(kind, source_key, *path):
    """Return the key of a waiting name."""
    return GapKey(access_id=0, vehicle_type=1, kind=kind, source_key=source_key, path=path)


def names(scope, one):
    """Return the names proposed for a key."""
    return [proposal.name for proposal in propose(scope, [one])[one]]


def test_a_version_is_proposed_inside_its_model_with_reasons(scope, tree, version):
    one = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")

    proposals = propose(scope, [one])[one]

    assert proposals[0].entry_id == tree["lt"].pk
    assert proposals[0].path == ("CHEVROLET", "ONIX")
    assert {each.fact for each in proposals[0].agrees} >= {"displacement", "gearbox"}
    assert tree["far"].pk not in {each.entry_id for each in proposals}
    other = next((each for each in proposals if each.entry_id == tree["ltz"].pk), None)
    assert other is None or other.contradicts


def test_a_model_that_was_decided_otherwise_is_asked_in_its_own_words(scope, tree, version):
    one = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "PRISMA")

    assert propose(scope, [one])[one][0].entry_id == tree["far"].pk


@pytest.fixture
def gearboxes(version):
    """The same Onix with an automatic gearbox: one more version of the reference."""
    return VersionFactory.create(
        name="1.0 LT Flex 5p Aut.", source_text="ONIX LT 1.0 8V FlexPower 5p Aut.", fuels="Flex"
    )


def test_any_of_several_entries_that_mean_the_version_is_safe(
    portal, scope, tree, version, gearboxes
):
    twin = entry(portal, "version", "1.0 MPFI LT FLEX 4P MANUAL", parent=tree["onix"])
    one = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")

    found = propose_all(scope, [one])[one]

    assert {each.entry_id for each in found.proposals[:2]} == {tree["lt"].pk, twin.pk}
    assert all(each.probability > 0.9 for each in found.proposals[:2])
    assert found.safe


def test_an_entry_that_means_another_version_is_improbable_and_not_safe(
    scope, tree, version, gearboxes
):
    tree["lt"].delete()
    one = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")

    found = propose_all(scope, [one])[one]

    assert all(each.probability < 0.5 for each in found.proposals)
    assert not found.safe


def test_a_brand_and_model_with_names_of_the_portals_own_are_asked_as_decided(
    portal, scope, version, gearboxes
):
    brand = entry(portal, "brand", "MONTADORA G")
    model = entry(portal, "model", "COMPACTO", parent=brand)
    right = entry(portal, "version", "1.0 MPFI LT 8V FLEX 4P MANUAL", parent=model)
    entry(portal, "version", "1.0 MPFI LT 8V FLEX 4P AUTOMÁTICO", parent=model)
    one = key("version", f"fipe:{version.fipe_code}", "MONTADORA G", "COMPACTO")

    found = propose_all(scope, [one])[one]

    assert (found.proposals[0].entry_id, found.safe) == (right.pk, True)


def test_brand_model_and_value_are_proposed_by_what_they_mean(scope, portal, tree):
    brand = BrandFactory(name="GM - Chevrolet", source_name="GM - Chevrolet")
    model = VehicleModelFactory(brand=brand, name="Onix")
    entry(portal, "fuel", "GASOLINA E ÁLCOOL")
    entry(portal, "fuel", "DIESEL")
    optional = OptionalFactory(name="Ar-condicionado", variants="AR COND.|AR CONDICIONADO")
    entry(portal, "optional", "AR COND")

    assert names(scope, key("brand", f"brand:{brand.folded}")) == ["CHEVROLET"]
    assert names(scope, key("model", f"model:{model.pk}", "CHEVROLET"))[0] == "ONIX"
    assert names(scope, key("fuel", "value:flex"))[0] == "GASOLINA E ÁLCOOL"
    assert names(scope, key("optional", f"optional:{optional.folded}")) == ["AR COND"]


def test_free_text_is_read_off_the_vehicles_that_carry_it(scope, tree):
    VehicleFactory(
        brand_text="Chevrolet", model_text="Onix", version_text="1.0 LT", gearbox="manual"
    )
    one = key("version", "text:chevrolet|onix|1.0 lt", "CHEVROLET", "ONIX")

    [best, *_] = propose(scope, [one])[one]

    assert best.entry_id == tree["lt"].pk
    assert "gearbox" in {each.fact for each in best.agrees}


def test_a_dealer_is_not_told_of_another_dealers_text(portal, tree):
    VehicleFactory(brand_text="Chevrolet", model_text="Onix", version_text="1.0 LT")
    one = key("version", "text:chevrolet|onix|1.0 lt", "CHEVROLET", "ONIX")
    stranger = Scope(portal=portal, environment="sandbox", dealer=DealerFactory())

    assert propose(stranger, [one])[one] == ()


@pytest.mark.parametrize("for_all", [True, False])
def test_what_was_refused_is_not_proposed_again(portal, tree, version, for_all):
    dealer = DealerFactory()
    one = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")
    mine = Scope(portal=portal, environment="sandbox", dealer=dealer)
    theirs = Scope(portal=portal, environment="sandbox", dealer=DealerFactory())
    spot = place(portal, kind="version", source_key=one.source_key)

    refused = refuse(spot, [tree["lt"]], by=BY, dealer=None if for_all else dealer)

    seen = [{p.entry_id for p in propose(each, [one])[one]} for each in (mine, theirs)]
    assert tree["lt"].pk not in seen[0]
    assert (tree["lt"].pk in seen[1]) is not for_all
    assert refuse(spot, [tree["lt"]], by=BY, dealer=None if for_all else dealer).same == 1

    undo(made(refused), by=BY)

    assert not MappingRefusal.objects.exists()
    assert propose(mine, [one])[one][0].entry_id == tree["lt"].pk


def test_a_refusal_of_any_dealer_counts_where_all_are_concerned(scope, portal, tree, version):
    one = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")
    spot = place(portal, kind="version", source_key=one.source_key)
    refuse(spot, [tree["lt"]], by=BY, dealer=DealerFactory())

    usual = propose_all(scope, [one])[one]
    strict = propose_all(scope, [one], anybodys_refusals=True)[one]

    assert usual.proposals[0].entry_id == tree["lt"].pk
    assert tree["lt"].pk not in {each.entry_id for each in strict.proposals}


def test_what_was_confirmed_in_another_environment_is_proposed_here(portal, scope):
    here = entry(portal, "colour", "GELO")
    entry(portal, "colour", "BRANCA")
    decide(
        portal,
        entry(portal, "colour", "Gelo", environment="production"),
        environment="production",
    )
    one = key("colour", "value:white")

    found = propose_all(scope, [one])[one]

    assert (found.proposals[0].entry_id, found.proposals[0].learned) == (here.pk, True)
    assert found.safe


def test_a_version_is_learned_only_under_the_same_model(portal, scope, tree, version):
    far_brand = entry(portal, "brand", "CHEVROLET", environment="production")
    far_model = entry(portal, "model", "ONIX", parent=far_brand, environment="production")
    far = entry(portal, "version", tree["ltz"].name, parent=far_model, environment="production")
    decide(
        portal,
        far,
        kind="version",
        source_key=f"fipe:{version.fipe_code}",
        environment="production",
    )

    same = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "ONIX")
    other = key("version", f"fipe:{version.fipe_code}", "CHEVROLET", "PRISMA")
    found = propose(scope, [same, other])

    assert (found[same][0].entry_id, found[same][0].learned) == (tree["ltz"].pk, True)
    assert not any(each.learned for each in found[other])


def test_another_spelling_of_the_same_words_is_learned(portal, scope, tree):
    for brand in ("Chevrolet", "Chevy"):
        VehicleFactory(brand_text=brand, model_text="Ônix Novo", version_text="x")
    decide(portal, tree["onix"], kind="model", source_key="text:chevrolet|onix novo")

    one = key("model", "text:chevy|onix novo", "CHEVROLET")
    [best, *_] = propose(scope, [one])[one]

    assert (best.entry_id, best.learned) == (tree["onix"].pk, True)


def test_a_dealers_own_decision_teaches_only_that_dealer(portal, scope):
    dealer = DealerFactory()
    entry(portal, "colour", "GELO")
    far = entry(portal, "colour", "GELO", environment="production")
    decide(portal, far, environment="production", dealer=dealer)
    one = key("colour", "value:white")

    mine = propose(Scope(portal=portal, environment="sandbox", dealer=dealer), [one])[one]

    assert [each.learned for each in mine] == [True]
    assert not any(each.learned for each in propose(scope, [one])[one])


def test_teachers_who_differ_are_shown_and_not_safe(portal, scope):
    for number, name in enumerate(("GELO", "NEVE")):
        entry(portal, "colour", name)
        other = PortalFactory.create(slug=f"other{number}")
        decide(other, entry(other, "colour", name))
    one = key("colour", "value:white")

    found = propose_all(scope, [one])[one]

    assert ({each.name for each in found.proposals if each.learned}, found.safe) == (
        {"GELO", "NEVE"},
        False,
    )


def test_an_unknown_source_key_gets_no_proposal(scope, tree):
    strange = [key("version", "fipe:000", "CHEVROLET", "ONIX"), key("colour", "what")]

    assert propose(scope, strange) == dict.fromkeys(strange, ())


def test_fifty_names_cost_a_handful_of_queries(scope, tree, django_assert_max_num_queries):
    versions = VersionFactory.create_batch(50)
    keys = [key("version", f"fipe:{row.fipe_code}", "CHEVROLET", "ONIX") for row in versions]

    with django_assert_max_num_queries(10):
        found = propose(scope, keys)

    assert len(found) == 50


def test_the_catalogue_is_read_once_until_it_changes(
    portal, tree, django_assert_num_queries, monkeypatch
):
    names = catalogue_names(portal, "sandbox", 1)

    with django_assert_num_queries(0):
        assert catalogue_names(portal, "sandbox", 1) is names
    portal.names_stamp += 1  # a decision
    assert catalogue_names(portal, "sandbox", 1) is names
    portal.names_stamp += 1
    entry(portal, "brand", "FIAT")
    assert catalogue_names(portal, "sandbox", 1) is not names

    monkeypatch.setattr(catalogue_index, "KEPT", 2)
    for category in (2, 3, 4):
        catalogue_names(portal, "sandbox", category)
    assert len(catalogue_index._KEPT) == 2
