"""Decisions about names: what is written, what is left alone, and what they wake."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By
from config.lib import request_id
from inventory.matching import Agreement
from portals.connectors.types import PortalTraits
from portals.models import FanOut, Mapping, MappingBatch, MappingStep
from portals.services.deciding import Decision, accept, accept_many, take_back
from portals.services.places import seen_token, state_of
from portals.services.proposals import Proposal
from tests.factories.accounts import DealerFactory, UserFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory, PortalFactory
from tests.portals.catalogues import entry
from tests.portals.naming import BY, decide, made, place, set_flags

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal():
    """The portal."""
    return PortalFactory.create()


def stamp(portal):
    """Return the portal's stamp as stored."""
    portal.refresh_from_db()
    return portal.names_stamp


def test_a_decision_is_a_batch_with_history_and_stamp(portal):
    dealer, person = DealerFactory.create(), UserFactory()
    before, target = stamp(portal), entry(portal, "colour", "BRANCA")

    decided = decide(portal, target, dealer=dealer, by=By(user_id=person.pk, source="web"))

    mapping = Mapping.objects.get()
    assert (mapping.entry, mapping.dealer, mapping.origin) == (target, dealer, "person")
    assert (mapping.decided_by, mapping.probability, mapping.reasons) == (person, None, [])
    batch = MappingBatch.objects.get()
    assert (batch, batch.kind, batch.dealer, batch.made_by) == (
        *(decided.batch, "decision"),
        *(dealer, person),
    )
    step = batch.steps.get()
    assert (step.source_key, step.before) == ("value:white", None)
    assert step.after == state_of(mapping)
    assert stamp(portal) == before + 1
    change = Change.objects.get()
    assert (change.action, change.dealer, change.after["entry"]) == (
        *("mapping.saved", dealer),
        "BRANCA",
    )


def test_deciding_the_same_again_changes_nothing(portal):
    target = entry(portal, "colour", "BRANCA")
    decide(portal, target)
    before = stamp(portal)

    again = decide(portal, target)

    assert (again.changed, again.same, again.batch) == (0, 1, None)
    counts = (Mapping.objects.count(), MappingBatch.objects.count(), Change.objects.count())
    assert (counts, stamp(portal)) == ((1, 1, 1), before)


def test_another_decision_replaces_the_first_and_remembers_it(portal):
    target = entry(portal, "colour", "BRANCA")
    decide(portal, target)

    decide(portal, None)

    assert Mapping.objects.get().entry is None
    step = MappingStep.objects.values("before__entry", "after__entry").latest("pk")
    assert step == {"before__entry": target.pk, "after__entry": None}
    assert Change.objects.latest("id").before == {"entry": "BRANCA"}


def test_an_accepted_proposal_is_kept_with_probability_and_reasons(portal):
    target = entry(portal, "colour", "BRANCA")
    proposal = Proposal(
        entry_id=target.pk,
        name="BRANCA",
        probability=0.97,
        agrees=(Agreement("text", "Branco", "BRANCA"),),
    )

    accept(Decision(place=place(portal), entry=target, proposal=proposal), by=BY)

    mapping = Mapping.objects.get()
    assert (mapping.origin, mapping.probability) == ("confirmed", 0.97)
    assert mapping.reasons == [
        {"fact": "text", "ours": "Branco", "theirs": "BRANCA", "agrees": True}
    ]


def test_many_decisions_are_one_batch_under_one_request(portal):
    request_id.begin("a-request-of-many")
    white, grey = (entry(portal, "colour", text) for text in ("BRANCA", "CINZA"))
    decisions = [
        Decision(place=place(portal), entry=white),
        Decision(place=place(portal, source_key="value:grey"), entry=grey),
    ]

    decided = accept_many(decisions, by=BY, threshold=0.9)

    assert (decided.changed, made(decided).kind, made(decided).threshold) == (2, "bulk", 0.9)
    assert made(decided).steps.count() == 2
    assert set(Change.objects.values_list("request_id", flat=True)) == {"a-request-of-many"}


def test_one_bad_decision_of_many_decides_nothing(portal):
    white, other = entry(portal, "colour", "BRANCA"), entry(portal, "fuel", "FLEX")

    with pytest.raises(ValidationError):
        accept_many(
            [
                Decision(place=place(portal), entry=white),
                Decision(place=place(portal, source_key="value:grey"), entry=other),
            ],
            by=BY,
        )

    assert not Mapping.objects.exists()
    assert not MappingBatch.objects.exists()


def test_decisions_of_two_environments_are_no_batch(portal):
    places = (place(portal), place(portal, environment="production"))

    with pytest.raises(ValueError, match="one portal"):
        accept_many([Decision(place=each, entry=None) for each in places], by=BY)


def test_what_somebody_changed_since_is_left_alone_and_told(portal):
    white, snow = entry(portal, "colour", "BRANCA"), entry(portal, "colour", "NEVE")
    person = UserFactory()
    decide(portal, white, by=By(user_id=person.pk, source="web"))

    late = decide(portal, snow, seen="none")

    assert Mapping.objects.get().entry == white
    assert (late.changed, late.batch) == (0, None)
    [conflict] = late.conflicts
    assert conflict.mapping == Mapping.objects.get(entry=white, decided_by=person)


def test_what_is_still_as_it_was_seen_is_changed(portal):
    white, snow = entry(portal, "colour", "BRANCA"), entry(portal, "colour", "NEVE")
    decide(portal, white)

    decided = decide(portal, snow, seen=seen_token(Mapping.objects.get()))

    assert (decided.changed, decided.conflicts) == (1, ())
    assert Mapping.objects.get().entry == snow


def test_two_who_decide_alike_are_no_conflict(portal):
    white = entry(portal, "colour", "BRANCA")
    decide(portal, white)

    second = decide(portal, white, seen="none")

    assert (second.same, second.conflicts) == (1, ())


def test_a_decision_taken_back_is_gone_and_remembered(portal):
    decide(portal, entry(portal, "colour", "BRANCA"))
    before = stamp(portal)

    decided = take_back([place(portal)], by=BY)

    assert not Mapping.objects.exists()
    assert (decided.changed, stamp(portal)) == (1, before + 1)
    assert made(decided).steps.get().after is None
    change = Change.objects.latest("id")
    assert (change.action, change.before["entry"]) == ("mapping.deleted", "BRANCA")
    assert take_back([place(portal)], by=BY).changed == 0


def test_a_decision_changed_since_is_not_taken_back(portal):
    decide(portal, entry(portal, "colour", "BRANCA"))
    seen = seen_token(Mapping.objects.get())
    decide(portal, None)

    late = take_back([place(portal)], by=BY, seen=[seen])

    assert (late.changed, len(late.conflicts)) == (0, 1)
    assert Mapping.objects.exists()


def test_exactly_the_listings_it_touches_are_due(portal):
    access = PortalAccessFactory(portal=portal)
    white = ListingFactory(access=access, vehicle__colour="white", vehicle__dealer=access.dealer)
    grey = ListingFactory(access=access, vehicle__colour="grey", vehicle__dealer=access.dealer)

    decided = decide(portal, entry(portal, "colour", "BRANCA"))

    white.refresh_from_db()
    grey.refresh_from_db()
    assert (white.due_at is not None, grey.due_at) == (True, None)
    assert (decided.listings, decided.marked.access_ids) == (1, frozenset([access.pk]))
    assert not FanOut.objects.exists()


def test_more_than_can_be_marked_at_once_leaves_a_fan_out(portal, monkeypatch):
    monkeypatch.setattr("portals.services.marking.DIRECT", 1)
    access = PortalAccessFactory(portal=portal)
    cars = VehicleFactory.create_batch(3, dealer=access.dealer, colour="white")
    ListingFactory(access=access, vehicle=cars[0])
    ListingFactory(access=access, vehicle=cars[1])

    decided = decide(portal, entry(portal, "colour", "BRANCA"))

    fan_out = FanOut.objects.get()
    assert (fan_out.portal, fan_out.vehicle_ids) == (portal, [cars[0].pk, cars[1].pk])
    assert (decided.listings, decided.marked.fan_out) == (2, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "smell"}, "kind"),
        ({"source_key": ""}, "source_key"),
        ({"source_key": "x" * 201}, "source_key"),
        ({"source_key": "a\x00b"}, "source_key"),
        ({"vehicle_type": 10**30}, "vehicle_type"),
        ({"vehicle_type": 2}, "entry"),
        ({"environment": "production"}, "entry"),
        ({"kind": "fuel"}, "entry"),
        ({"body": "hatch"}, "body"),
        ({"year": 2020}, "year"),
    ],
)
def test_a_bad_decision_is_refused_by_name_and_changes_nothing(portal, changes, field):
    target = entry(portal, "colour", "BRANCA")
    before = stamp(portal)

    with pytest.raises(ValidationError) as caught:
        decide(portal, target, **changes)

    assert list(caught.value.message_dict) == [field]
    assert (Mapping.objects.count(), MappingBatch.objects.count()) == (0, 0)
    assert stamp(portal) == before


def test_narrowing_is_taken_where_the_flag_says_so(portal, monkeypatch):
    set_flags(monkeypatch, model_by_body_car=True, version_car_by_year=True)

    decide(portal, None, kind="model", source_key="model:1", body="hatch")
    decide(portal, None, kind="version", source_key="fipe:1", year=2020)

    assert Mapping.objects.count() == 2
    for wrong in ({"body": "boat"}, {"year": 2020}):
        with pytest.raises(ValidationError):
            decide(portal, None, kind="model", source_key="model:1", **wrong)


def test_a_level_without_mapping_is_not_decided(portal, monkeypatch):
    set_flags(monkeypatch, version_car=False)

    with pytest.raises(ValidationError) as caught:
        decide(portal, None, kind="version", source_key="fipe:1")

    assert list(caught.value.message_dict) == ["kind"]


def test_an_entry_of_another_portal_or_retired_is_refused(portal):
    other = entry(PortalFactory.create(slug="other"), "colour", "BRANCA")
    gone = entry(portal, "colour", "NEVE")
    gone.retired_at = timezone.now()

    for target in (other, gone):
        with pytest.raises(ValidationError) as caught:
            decide(portal, target)
        assert list(caught.value.message_dict) == ["entry"]


def test_dealers_decision_and_everyones_live_side_by_side(portal):
    target = entry(portal, "colour", "BRANCA")

    decide(portal, target)
    decide(portal, target, dealer=DealerFactory.create())

    assert Mapping.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "category", "flags", "expected"),
    [
        ("brand", 1, {}, True),
        ("brand", 1, {"brand_car": False}, False),
        ("version", 3, {"version_truck": False}, False),
        ("colour", 1, {"brand_car": False}, True),
    ],
)
def test_flags_say_which_levels_are_mapped(kind, category, flags, expected):
    traits = PortalTraits(categories=(1,), max_photos=1, max_text=1, has_from_to=flags)

    assert traits.decides(kind, category) is expected
