"""Copying decisions to another environment or portal: by words, with a preview and an undo."""

from __future__ import annotations

import pytest

from portals.models import Mapping
from portals.services.catalogue_index import forget_catalogues
from portals.services.mapping_copy import copy, preview_copy
from portals.services.mapping_undo import undo
from portals.services.places import Scope
from tests.factories.accounts import DealerFactory
from tests.factories.portals import MappingFactory, PortalFactory
from tests.portals.catalogues import entry, onix
from tests.portals.naming import BY, decide, made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    """Keep no catalogue from one test to the next."""
    forget_catalogues()


@pytest.fixture
def portal():
    """The portal, with an Onix in its sandbox and, renumbered, in production."""
    portal = PortalFactory.create()
    onix(portal)
    brand = entry(portal, "brand", "Chevrolet", environment="production", key="1")
    model = entry(portal, "model", "Onix", parent=brand, environment="production", key="2")
    entry(portal, "version", "1.0 Lt", parent=model, environment="production", key="3")
    entry(portal, "colour", "Branca", environment="production", key="4")
    return portal


@pytest.fixture
def scopes(portal):
    """A dealer's decisions in the sandbox and in production."""
    dealer = DealerFactory()
    return (
        Scope(portal=portal, environment="sandbox", dealer=dealer),
        Scope(portal=portal, environment="production", dealer=dealer),
    )


def choose(scope, kind, source_key, name):
    """Decide a name in a scope."""
    target = scope.portal.catalogue.get(kind=kind, name=name, environment="sandbox")
    decide(scope.portal, target, kind=kind, source_key=source_key, dealer=scope.dealer)


def test_decisions_are_found_again_by_their_words_and_undone(scopes, portal):
    source, target = scopes
    choose(source, "version", "fipe:1", "1.0 LT")
    choose(source, "colour", "value:white", "BRANCA")
    choose(source, "fuel", "value:flex", "ÁLCOOL/GASOLINA")
    decide(portal, None, kind="optional", source_key="optional:x", dealer=source.dealer)

    rows = preview_copy(source, target)

    told = {row.place.kind: (row.status, row.entry and row.entry.remote_key) for row in rows}
    assert told == {
        "version": ("new", "3"),
        "colour": ("new", "4"),
        "fuel": ("missing", None),
        "optional": ("new", None),
    }
    assert Mapping.objects.filter(environment="production").count() == 0
    decided = copy(source, target, rows, by=BY)
    assert (decided.changed, made(decided).kind, made(decided).environment) == (
        *(3, "copy"),
        "production",
    )
    assert [row.status for row in preview_copy(source, target)].count("same") == 3
    undo(made(decided), by=BY)
    assert Mapping.objects.filter(environment="production").count() == 0


def test_what_was_decided_otherwise_is_shown_and_a_change_since_is_kept(scopes, portal):
    source, target = scopes
    choose(source, "colour", "value:white", "BRANCA")
    grey = entry(portal, "colour", "Cinza", environment="production")
    decide(portal, grey, environment="production", dealer=target.dealer)
    [row] = preview_copy(source, target)
    assert (row.status, row.now) == ("changed", "Cinza")
    decide(portal, None, environment="production", dealer=target.dealer)

    decided = copy(source, target, [row], by=BY)

    assert (decided.changed, len(decided.conflicts)) == (0, 1)


def test_a_dealer_copies_only_what_is_the_dealers(scopes, portal):
    source, target = scopes
    choose(Scope(portal=portal, environment="sandbox"), "colour", "value:white", "BRANCA")
    other = Scope(portal=portal, environment="sandbox", dealer=DealerFactory())
    choose(other, "colour", "value:white", "BRANCA")

    assert preview_copy(source, target) == []


def test_a_narrowing_that_the_target_does_not_know_is_left_out(scopes, portal):
    source, target = scopes
    model = portal.catalogue.get(kind="model", environment="sandbox")
    MappingFactory(entry=model, source_key="model:1", body="hatch", dealer=source.dealer)

    assert preview_copy(source, target) == []


def test_the_same_words_twice_are_left_to_a_person(scopes, portal):
    source, target = scopes
    choose(source, "colour", "value:white", "BRANCA")
    entry(portal, "colour", "BRANCA", environment="production", key="5")

    assert [row.status for row in preview_copy(source, target)] == ["missing"]


def test_previewing_costs_the_same_however_many(scopes, portal, django_assert_max_num_queries):
    source, target = scopes
    for number in range(30):
        choose(source, "colour", f"value:{number}", "BRANCA")

    with django_assert_max_num_queries(8):
        rows = preview_copy(source, target)

    assert len(rows) == 30
