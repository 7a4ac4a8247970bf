"""What is decided without asking: safe names only, level by level, and never against a person."""

from __future__ import annotations

import pytest

from accounts.models import Change
from accounts.services.changes import By
from inventory.matching import APPLY_AT
from portals.models import Listing, Mapping, MappingBatch
from portals.services import turns
from portals.services.applying import apply_safe_names
from portals.services.catalogue_index import forget_catalogues
from portals.services.deciding import take_back
from portals.services.mapping_undo import undo
from portals.services.refusing import refuse
from tests.factories.accounts import DealerFactory, UserFactory
from tests.factories.inventory import VersionFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory, PortalFactory
from tests.portals.catalogues import entry
from tests.portals.naming import BY, decide, place, set_flags

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    """Keep no catalogue from one test to the next."""
    forget_catalogues()


@pytest.fixture
def portal():
    """The portal, with one Onix in its catalogue under other words than ours."""
    portal = PortalFactory.create()
    brand = entry(portal, "brand", "GM - CHEVROLET")
    model = entry(portal, "model", "ÔNIX", parent=brand)
    entry(portal, "version", "1.0 MPFI LT 8V FLEX 4P MANUAL", parent=model)
    entry(portal, "version", "1.4 MPFI LTZ 8V FLEX 4P AUTOMÁTICO", parent=model)
    entry(portal, "style", "HATCH", parent=model)
    entry(portal, "colour", "BRANCA")
    return portal


@pytest.fixture
def version():
    """An Onix 1.0 LT of the reference catalogue."""
    return VersionFactory.create(
        name="LT 1.0 8V FlexPower 5p Mec.",
        source_text="ONIX LT 1.0 8V FlexPower 5p Mec.",
        fuels="Flex",
        gearbox="manual",
        year_first=2013,
        year_last=2016,
    )


def waiting(portal, version=None, **vehicle):
    """Create a listing that waits for a name."""
    access = vehicle.pop("access", None) or PortalAccessFactory(portal=portal)
    columns = {f"vehicle__{name}": value for name, value in vehicle.items()}
    return ListingFactory(
        access=access, failure_mode="mapping", vehicle__version=version, **columns
    )


def decided(portal):
    """Return kind -> name of what is decided for everyone."""
    rows = Mapping.objects.filter(portal=portal, dealer=None)
    return dict(rows.values_list("kind", "entry__name"))


def test_one_run_walks_brand_model_and_version(portal, version):
    listing = waiting(portal, version)
    idle = ListingFactory(vehicle__version=version, access=PortalAccessFactory(portal=portal))
    Listing.objects.filter(pk=idle.pk).update(wanted="absent")

    applied = apply_safe_names(portal, "sandbox")

    assert decided(portal) == {
        "brand": "GM - CHEVROLET",
        "version": "1.0 MPFI LT 8V FLEX 4P MANUAL",
    }
    batch = MappingBatch.objects.get()
    assert (batch.kind, batch.made_by, batch.threshold, batch.steps.count()) == (
        *("automatic", None),
        *(APPLY_AT, 2),
    )
    assert set(Mapping.objects.values_list("origin", flat=True)) == {"suggested"}
    assert Mapping.objects.filter(probability__gte=APPLY_AT).exclude(reasons=[]).count() == 2
    assert (applied.decided, applied.done) == (2, True)
    assert applied.marked.access_ids == {listing.access_id}
    listing.refresh_from_db()
    idle.refresh_from_db()
    assert (listing.due_at is not None, idle.due_at) == (True, None)


def test_distinct_names_are_asked_once_however_many_wait(
    portal, version, django_assert_max_num_queries
):
    access = PortalAccessFactory(portal=portal)
    for _ in range(20):
        waiting(portal, version, access=access)

    with django_assert_max_num_queries(90):
        applied = apply_safe_names(portal, "sandbox")

    assert applied.waiting == 4  # fuel and gearbox too, for which the portal has no list


def test_nothing_is_decided_below_the_threshold(portal):
    waiting(portal, brand_text="Chev", model_text="On", version_text="qualquer")

    applied = apply_safe_names(portal, "sandbox")

    assert (applied.decided, MappingBatch.objects.count()) == (0, 0)


def test_a_second_run_finds_nothing_to_do(portal, version):
    waiting(portal, version)
    apply_safe_names(portal, "sandbox")
    changes = Change.objects.count()

    again = apply_safe_names(portal, "sandbox")

    assert (again.decided, again.waiting, Change.objects.count()) == (0, 2, changes)


def test_what_was_undone_is_not_decided_again(portal, version):
    waiting(portal, version)
    apply_safe_names(portal, "sandbox")
    undo(MappingBatch.objects.get(), by=By(user_id=UserFactory().pk, source="admin"))
    assert decided(portal) == {}

    again = apply_safe_names(portal, "sandbox")

    assert (again.decided, decided(portal)) == (0, {})


def test_what_a_person_took_back_is_not_decided_again(portal, version):
    waiting(portal, version)
    apply_safe_names(portal, "sandbox")
    key = f"fipe:{version.fipe_code}"
    person = By(user_id=UserFactory().pk, source="admin")
    take_back([place(portal, kind="version", source_key=key)], by=person)

    apply_safe_names(portal, "sandbox")

    assert decided(portal) == {"brand": "GM - CHEVROLET"}


def test_what_any_dealer_refused_is_not_decided_for_all(portal, version):
    waiting(portal, version)
    lt = portal.catalogue.get(name__contains="LT 8V FLEX 4P MANUAL")
    target = place(portal, kind="version", source_key=f"fipe:{version.fipe_code}")
    refuse(target, [lt], by=BY, dealer=DealerFactory())

    apply_safe_names(portal, "sandbox")

    assert decided(portal) == {"brand": "GM - CHEVROLET"}


def test_what_a_person_decided_stays_even_where_it_leads_nowhere(portal, version):
    waiting(portal, version)
    other = entry(portal, "model", "PRISMA", parent=portal.catalogue.get(kind="brand"))
    mine = entry(portal, "version", "1.0", parent=other)
    decide(portal, mine, kind="version", source_key=f"fipe:{version.fipe_code}")

    apply_safe_names(portal, "sandbox")

    assert decided(portal)["version"] == "1.0"


def test_what_a_machine_decided_moves_with_its_model(portal, version):
    waiting(portal, version)
    apply_safe_names(portal, "sandbox")
    new = entry(portal, "model", "ONIX NOVO", parent=portal.catalogue.get(kind="brand"))
    moved = entry(portal, "version", "1.0 MPFI LT 8V FLEX 4P MANUAL", parent=new)
    decide(portal, new, kind="model", source_key=f"model:{version.model_id}")

    apply_safe_names(portal, "sandbox")

    row = Mapping.objects.get(kind="version")
    assert (row.entry, row.origin) == (moved, "suggested")


def test_one_run_at_a_time(portal, version):
    waiting(portal, version)

    with turns.turn(f"names:{portal.pk}:sandbox", seconds=60):
        applied = apply_safe_names(portal, "sandbox")

    assert (applied.done, applied.decided) == (False, 0)


def test_a_run_out_of_time_stops_and_the_next_goes_on(portal, version):
    waiting(portal, version)

    stopped = apply_safe_names(portal, "sandbox", budget=-1.0)
    rest = apply_safe_names(portal, "sandbox")

    assert (stopped.done, stopped.decided, rest.decided) == (False, 0, 2)


def test_a_vehicle_that_does_not_say_its_body_is_left_to_a_person(portal, version, monkeypatch):
    set_flags(monkeypatch, model_by_body_car=True)
    brand = portal.catalogue.get(kind="brand")
    portal.catalogue.filter(kind="model").update(folded="onix hatch", name="ÔNIX HATCH")
    entry(portal, "model", "ÔNIX SEDAN", parent=brand)
    waiting(portal, version)

    apply_safe_names(portal, "sandbox")

    assert "model" not in decided(portal)


def test_another_environment_is_left_alone(portal, version):
    waiting(portal, version, access=PortalAccessFactory(portal=portal, environment="production"))

    assert apply_safe_names(portal, "sandbox").waiting == 0
