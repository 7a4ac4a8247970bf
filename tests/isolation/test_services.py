"""Services given another dealer's ids refuse or ignore them, and what is shared stays apart."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from accounts.services.changes import By
from accounts.services.team import deactivate_membership, update_membership
from inventory.services import photos, sales, vehicles
from portals.connectors import registry
from portals.connectors.types import Token
from portals.models import FanOut, Listing, Mapping, Plan, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.services import marking, plan_slots, tokens
from portals.services.access import save_access
from portals.services.deciding import Decision, accept
from portals.services.drain import drain_access
from portals.services.names import NameResolver
from portals.services.places import Place
from portals.services.publish import retry_listings, set_wish
from portals.services.reconcile import reconcile_access
from portals.services.refusing import refuse
from tests.isolation import ledger
from tests.isolation.world import World
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal

pytestmark = pytest.mark.django_db
BY = By(source="test")
CENTS = Decimal("100.00")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakePortal:
    """A portal in memory in the place of the one both dealers are connected to."""
    settings.LANDING_SLACK = settings.FIRST_RETRY = settings.PORTAL_PROBE_DELAY = 0.0
    portal = FakePortal()
    portal.password = "pw-nosso-canary"
    monkeypatch.setitem(registry.CONNECTORS, "usadosbr", connect(portal))
    return portal


def _decide(values: dict[str, Any], entry: Any, dealer: Any, **changes: Any) -> None:
    """Decide a name for a dealer."""
    decision = Decision(place=Place(**{**values, **changes}), entry=entry)
    accept(decision, by=BY, dealer=dealer)


def calls(world: World) -> dict[str, Callable[[], object]]:
    """Return acts of our dealer upon rows of the other, by what they try."""
    ours, theirs = world.ours, world.theirs
    mine: dict[str, Any] = {"dealer": ours.dealer, "by": BY}
    car, sold = theirs.vehicle.pk, theirs.vehicles["sold"].pk
    paper = {name: made.pk for name, made in theirs.papers.items()}
    photo = theirs.photos[0]
    foreign = Membership.objects.filter(dealer=theirs.dealer)[0].pk
    place: dict[str, Any] = {
        "portal": ours.access.portal,
        "environment": "sandbox",
        "vehicle_type": 1,
        "kind": "brand",
        "source_key": "text:x",
    }
    return {
        "change a vehicle": lambda: vehicles.update_vehicle(car, **mine, location="x"),
        "its optionals": lambda: vehicles.set_optionals(car, **mine, optionals=()),
        "its state": lambda: vehicles.set_state(car, **mine, state="archived"),
        "take its source": lambda: vehicles.update_vehicle(
            ours.vehicle.pk, **mine, source=theirs.source
        ),
        "take its source by id": lambda: vehicles.create_vehicle(
            ours.dealer, by=BY, source=theirs.source.pk
        ),
        "reserve": lambda: sales.reserve_vehicle(car, **mine),
        "quote": lambda: sales.create_quote(car, **mine, price=CENTS),
        "sell": lambda: sales.create_contract(car, **mine),
        "sell ours by their quote": lambda: sales.create_contract(
            ours.vehicle.pk, **mine, quote=theirs.papers["quote"]
        ),
        "extend": lambda: sales.extend_reservation(paper["reservation"], **mine, until=None),
        "cancel a reservation": lambda: sales.cancel_reservation(paper["reservation"], **mine),
        "cancel a quote": lambda: sales.cancel_quote(paper["quote"], **mine),
        "convert a quote": lambda: sales.convert_quote(paper["quote"], **mine),
        "cancel a contract": lambda: sales.cancel_contract(paper["contract"], **mine),
        "unsell": lambda: vehicles.set_state(sold, **mine, state="available"),
        "remove a photo": lambda: photos.remove_photo(ours.vehicle, photo.pk, by=BY),
        "take a cover": lambda: photos.set_cover(ours.vehicle, photo.pk, by=BY),
        "order": lambda: photos.reorder_photos(ours.vehicle, [photo.pk], by=BY),
        "place on theirs": lambda: photos.place_blobs({car: [ours.photos[0].blob_id]}, **mine),
        "place theirs": lambda: photos.place_blobs({ours.vehicle.pk: [photo.blob_id]}, **mine),
        "change a role": lambda: update_membership(foreign, **mine, role="salesperson"),
        "end a membership": lambda: deactivate_membership(foreign, **mine),
        "use their plan": lambda: set_wish(
            access=ours.access,
            vehicle_ids=[ours.vehicle.pk],
            wanted="live",
            plan=theirs.plans["ad"],
            by=BY,
        ),
        "use their highlight": lambda: set_wish(
            access=ours.access,
            vehicle_ids=[ours.vehicle.pk],
            wanted="live",
            plan=theirs.plans["highlight"],
            by=BY,
        ),
        "an entry of elsewhere": lambda: _decide(
            place, world.entry, ours.dealer, environment="production"
        ),
        "a kind that is none": lambda: _decide(place, None, ours.dealer, vehicle_type=10**30),
        "a name with a NUL": lambda: _decide(place, None, ours.dealer, source_key="a\x00b"),
        "refuse an entry of elsewhere": lambda: refuse(
            Place(**{**place, "environment": "production"}),
            [world.entry],
            by=BY,
            dealer=ours.dealer,
        ),
    }


def test_no_service_acts_upon_another_dealers_rows(world):
    before, wrong = ledger.content(), []

    for what, act in calls(world).items():
        with ledger.undone():
            try:
                act()
            except (ObjectDoesNotExist, ValidationError):
                continue
        wrong.append(what)

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []


def test_a_wish_and_a_retry_ignore_foreign_vehicles_and_ads(world):
    ours, theirs = world.ours, world.theirs
    before = ledger.content()
    ids = [theirs.vehicle.pk, theirs.vehicles["unplaced"].pk]
    ads = list(Listing.objects.filter(access=theirs.access).values_list("pk", flat=True))

    wished = set_wish(access=ours.access, vehicle_ids=ids, wanted="paused", by=BY)
    marked = retry_listings(access=ours.access, listing_ids=ads, by=BY)

    assert (wished.wanted, wished.changed, marked.access_ids) == (0, 0, frozenset())
    assert ledger.changed(before, ledger.content()) == []


def test_a_decision_of_one_dealer_never_names_anothers_vehicle(world):
    ours, theirs, portal = world.ours, world.theirs, world.ours.access.portal
    for store in (ours, theirs):
        store.vehicles["unplaced"].brand_text = "Marca Propria"
        store.vehicles["unplaced"].save()

    def brand_of(store) -> str | None:
        car = store.vehicles["unplaced"]
        resolver = NameResolver(portal, "sandbox", store.dealer.pk)
        found = resolver.resolve([car], kinds={1: (CatalogueKind.BRAND,)}, optionals={})
        return found[car.pk].names["brand"].key

    assert (brand_of(ours), brand_of(theirs)) == (None, None)
    place = {"portal": portal, "environment": "sandbox", "vehicle_type": 1, "kind": "brand"}
    key = "text:marca propria"
    _decide(place, world.entry, theirs.dealer, source_key=key)
    assert (brand_of(ours), brand_of(theirs)) == (None, "CHEVROLET")

    _decide(place, None, ours.dealer, source_key=key)
    assert (brand_of(ours), brand_of(theirs)) == (None, "CHEVROLET")
    assert Mapping.objects.filter(source_key=key).count() == 2


def test_what_one_dealer_decides_is_spread_over_its_own_ads(world):
    FanOut.objects.all().delete()
    Listing.objects.update(due_at=None)
    ours = world.ours

    place = {
        "portal": ours.access.portal,
        "environment": "sandbox",
        "vehicle_type": 1,
        "kind": "brand",
    }
    _decide(place, world.entry, ours.dealer, source_key="text:novo")
    marking.mark_scope(access_id=ours.access.pk)
    marked = marking.spread()
    marking.mark_vehicles_changed([car.pk for car in ours.vehicles.values()], fields=frozenset())

    assert marked.access_ids == {ours.access.pk}
    due = Listing.objects.filter(due_at__isnull=False)
    assert set(due.values_list("dealer_id", flat=True)) == {ours.dealer.pk}


def test_a_freed_slot_goes_to_nobody_of_another_dealer(world):
    waiting = Listing.objects.get(vehicle=world.theirs.vehicles["reserved"])
    Listing.objects.filter(pk=waiting.pk).update(
        plan=world.theirs.plans["ad"], failure_mode="plan", due_at=None
    )
    before = ledger.content_of(world.theirs.dealer.pk)

    plan_slots.offer_freed([world.ours.plans["ad"].pk], now=timezone.now())
    plan_slots.offer_free(world.ours.access.pk, now=timezone.now())

    assert ledger.changed(before, ledger.content_of(world.theirs.dealer.pk)) == []


def test_a_token_is_kept_for_the_access_it_was_given_to(world):
    ours, theirs = world.ours.access, world.theirs.access
    owner = tokens.take_lease(ours)

    assert tokens.store_token(theirs, owner, Token(value="tk-strange")) is False
    assert tokens.read_token(theirs) == "tk-alheio-canary"
    assert tokens.store_token(ours, owner, Token(value="tk-new")) is True
    assert (tokens.read_token(ours), tokens.read_token(theirs)) == ("tk-new", "tk-alheio-canary")


def test_another_account_of_ours_voids_nothing_of_theirs(world):
    before = ledger.content_of(world.theirs.dealer.pk)

    save_access(
        dealer=world.ours.dealer,
        portal=world.ours.access.portal,
        environment="test",
        credentials={"user": "outra", "password": "outra-senha"},
        by=BY,
    )

    assert not Plan.objects.filter(access=world.ours.access).exists()
    assert ledger.changed(before, ledger.content_of(world.theirs.dealer.pk)) == []


def test_draining_and_comparing_one_access_leaves_the_other_alone(world, fake):
    Listing.objects.update(
        due_at=timezone.now(), failure_mode="", state="absent", problems=[], sent_fingerprint=""
    )
    before = ledger.content_of(world.theirs.dealer.pk)
    unused = PortalAccess.objects.get(pk=world.theirs.access.pk)

    report = drain_access(world.ours.access.pk)
    compared = reconcile_access(world.ours.access.pk)

    assert report.sent >= 3
    assert {ad.reference.split("-")[0] for ad in fake.ads} == {"nosso"}
    assert (compared.extra, compared.missing) == ([], [])
    assert unused.lease_owner == ""
    assert ledger.changed(before, ledger.content_of(world.theirs.dealer.pk)) == []
