"""The wish is what people say; everything else follows from it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import Vehicle
from inventory.services import sales
from portals.models import Listing, PortalAccess
from portals.services import publish
from portals.services.drain import drain_access
from portals.services.marking import Marked
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PlanFactory, PortalAccessFactory, PortalFactory
from tests.portals.fake_portal import FakePortal, refuse

Wish = Callable[..., Listing]
BY = By(source="test", reason="because")


@pytest.fixture
def vehicle(access: PortalAccess) -> Vehicle:
    """A vehicle of the access's dealer."""
    found: Vehicle = VehicleFactory.create(dealer=access.dealer)
    return found


def say(access: PortalAccess, *vehicles: Vehicle, **wish: object) -> publish.WishResult:
    """Wish vehicles live, unless told otherwise."""
    ids = [vehicle.pk for vehicle in vehicles]
    wish.setdefault("wanted", "live")
    return publish.set_wish(access=access, vehicle_ids=ids, by=BY, **wish)  # type: ignore[arg-type]


# -- saying it -----------------------------------------------------------------------------------
def test_a_wish_makes_the_listing_due_and_names_whom_to_wake(
    access: PortalAccess, vehicle: Vehicle, fake: FakePortal
) -> None:
    result = say(access, vehicle)

    row = Listing.objects.get()
    assert (result.wanted, result.changed) == (1, 1)
    assert result.marked == Marked(access_ids=frozenset([access.pk]))
    assert (row.wanted, row.state, row.dealer_id) == ("live", "absent", access.dealer_id)
    assert row.due_at is not None
    assert row.wished_at is not None
    assert fake.counters["requests"] == 0


def test_the_same_wish_twice_changes_nothing(access: PortalAccess, vehicle: Vehicle) -> None:
    say(access, vehicle)
    before = Listing.objects.values().get()
    changes = Change.objects.count()

    result = say(access, vehicle, vehicle)

    assert (result.wanted, result.changed, result.marked) == (1, 0, Marked())
    assert Listing.objects.values().get() == before
    assert Change.objects.count() == changes


def test_a_wish_writes_history_of_what_changed(access: PortalAccess, vehicle: Vehicle) -> None:
    say(access, vehicle, highlight=2)
    say(access, vehicle, wanted="paused")

    last = Change.objects.filter(action="listing.wished").latest("id")
    assert (last.before, last.after) == ({"wanted": "live"}, {"wanted": "paused"})
    assert (last.dealer_id, last.subject_label, last.reason, last.source) == (
        access.dealer_id,
        vehicle.code,
        "because",
        "test",
    )


def test_another_dealers_and_unknown_vehicles_are_ignored(
    access: PortalAccess, vehicle: Vehicle
) -> None:
    theirs = VehicleFactory.create()

    result = publish.set_wish(
        access=access, vehicle_ids=[vehicle.pk, theirs.pk, 10**9], wanted="live", by=BY
    )

    assert (result.wanted, result.changed) == (1, 1)
    assert list(Listing.objects.values_list("vehicle_id", flat=True)) == [vehicle.pk]


def test_nothing_is_made_for_what_was_never_wanted(access: PortalAccess, vehicle: Vehicle) -> None:
    result = say(access, vehicle, wanted="absent")

    assert (result.wanted, result.changed) == (0, 0)
    assert not Listing.objects.exists()


@pytest.mark.parametrize(("wanted", "urgent"), [("absent", True), ("paused", True)])
def test_what_must_go_does_not_wait_behind_new_ads(
    access: PortalAccess, vehicle: Vehicle, wanted: str, urgent: bool
) -> None:
    say(access, vehicle)
    assert Listing.objects.get().urgent is False

    say(access, vehicle, wanted=wanted)

    assert Listing.objects.get().urgent is urgent


def test_a_wish_leaves_plan_and_highlight_as_they_are(
    access: PortalAccess, vehicle: Vehicle
) -> None:
    plan = PlanFactory.create(access=access, kind="ad")
    say(access, vehicle, plan=plan, highlight=2)

    say(access, vehicle, wanted="paused")

    row = Listing.objects.get()
    assert (row.wanted, row.plan_id, row.highlight) == ("paused", plan.pk, 2)


def test_a_plan_can_be_taken_away(access: PortalAccess, vehicle: Vehicle) -> None:
    say(access, vehicle, plan=PlanFactory.create(access=access, kind="ad"))

    say(access, vehicle, plan=None)

    assert Listing.objects.get().plan_id is None


def test_a_highlight_plan_wishes_its_weight(access: PortalAccess, vehicle: Vehicle) -> None:
    say(access, vehicle, plan=PlanFactory.create(access=access, kind="highlight", weight=2))

    row = Listing.objects.get()
    assert (row.highlight, row.plan_id) == (2, None)


@pytest.mark.parametrize(
    ("wish", "field"), [({"wanted": "gone"}, "wanted"), ({"highlight": 9}, "highlight")]
)
def test_nonsense_is_refused_by_field_and_changes_nothing(
    access: PortalAccess, vehicle: Vehicle, wish: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        say(access, vehicle, **wish)

    assert list(caught.value.message_dict) == [field]
    assert not Listing.objects.exists()


def test_a_plan_of_another_access_is_refused(
    access: PortalAccess, vehicle: Vehicle, connected: Callable[..., PortalAccess]
) -> None:
    with pytest.raises(ValidationError) as caught:
        say(access, vehicle, plan=PlanFactory.create(access=connected(), kind="ad"))

    assert list(caught.value.message_dict) == ["plan"]
    assert not Listing.objects.exists()


def test_a_whole_stock_is_wished_in_short_transactions(
    access: PortalAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "CHUNK", 4)
    vehicles = VehicleFactory.create_batch(9, dealer=access.dealer)

    result = say(access, *vehicles)

    assert (result.wanted, result.changed) == (9, 9)


# -- overrides and retries -----------------------------------------------------------------------
def test_an_override_shows_on_this_portal_only(
    access: PortalAccess, vehicle: Vehicle, fake: FakePortal
) -> None:
    say(access, vehicle)
    publish.set_overrides(listing=Listing.objects.get(), overrides={"price": "39990.00"}, by=BY)

    drain_access(access.pk)

    vehicle.refresh_from_db()
    assert fake.ads[0].body["price"] == "39990.00"
    assert vehicle.price == Decimal("45990.00")


def test_the_same_override_twice_changes_nothing(access: PortalAccess, vehicle: Vehicle) -> None:
    say(access, vehicle)
    row = Listing.objects.get()

    first = publish.set_overrides(listing=row, overrides={"price": "1.00"}, by=BY)
    second = publish.set_overrides(listing=row, overrides={"price": "1.00"}, by=BY)

    assert (first, second) == (Marked(access_ids=frozenset([access.pk])), Marked())


def test_a_refused_ad_is_sent_again_when_a_person_asks(
    access: PortalAccess, vehicle: Vehicle, fake: FakePortal
) -> None:
    say(access, vehicle)
    fake.script("create", refuse("price"))
    drain_access(access.pk)
    row = Listing.objects.get()

    marked = publish.retry_listings(access=access, listing_ids=[row.pk], by=BY)
    drain_access(access.pk)

    row.refresh_from_db()
    assert marked == Marked(access_ids=frozenset([access.pk]))
    assert (row.state, row.failure_mode) == ("live", "")


def test_a_retry_touches_no_other_dealers_listing(
    access: PortalAccess, wish: Wish, connected: Callable[..., PortalAccess]
) -> None:
    theirs = wish(access=connected(), due_at=None)

    assert publish.retry_listings(access=access, listing_ids=[theirs.pk], by=BY) == Marked()

    theirs.refresh_from_db()
    assert theirs.due_at is None


# -- what follows when the vehicle's life goes on ------------------------------------------------
@pytest.fixture
def live(access: PortalAccess, vehicle: Vehicle, fake: FakePortal) -> Listing:
    """An ad that is live."""
    say(access, vehicle)
    drain_access(access.pk)
    row = Listing.objects.get()
    assert row.state == "live"
    return row


def test_a_sale_withdraws_and_a_cancelled_contract_brings_the_wish_back(
    access: PortalAccess, live: Listing, fake: FakePortal
) -> None:
    contract = sales.create_contract(live.vehicle_id, dealer=access.dealer, by=BY)
    drain_access(access.pk)
    live.refresh_from_db()
    assert (fake.ads, live.state, live.wanted) == ([], "absent", "live")

    sales.cancel_contract(contract.pk, dealer=access.dealer, by=BY)
    drain_access(access.pk)
    live.refresh_from_db()
    assert (len(fake.ads), live.state) == (1, "live")


def test_a_paused_wish_comes_back_paused(
    access: PortalAccess, live: Listing, vehicle: Vehicle, fake: FakePortal
) -> None:
    """What was not on the portal is not put there in order to be paused."""
    say(access, vehicle, wanted="paused")
    drain_access(access.pk)
    assert [ad.state for ad in fake.ads] == ["paused"]
    contract = sales.create_contract(vehicle.pk, dealer=access.dealer, by=BY)
    drain_access(access.pk)
    sales.cancel_contract(contract.pk, dealer=access.dealer, by=BY)
    drain_access(access.pk)

    live.refresh_from_db()
    assert (fake.ads, live.state, live.wanted) == ([], "absent", "paused")


@pytest.mark.parametrize(("keeps", "state"), [(True, "live"), (False, "paused")])
def test_a_reservation_keeps_or_pauses_as_the_dealer_says(
    access: PortalAccess, live: Listing, fake: FakePortal, keeps: bool, state: str
) -> None:
    access.dealer.reservation_keeps_ads = keeps
    access.dealer.save()

    paper = sales.reserve_vehicle(live.vehicle_id, dealer=access.dealer, by=BY)
    drain_access(access.pk)
    assert [ad.state for ad in fake.ads] == [state]

    sales.cancel_reservation(paper.pk, dealer=access.dealer, by=BY)
    drain_access(access.pk)
    assert [ad.state for ad in fake.ads] == ["live"]


@pytest.mark.parametrize("state", ["in_preparation", "sold", "archived"])
def test_what_is_not_for_sale_is_never_published(
    access: PortalAccess, vehicle: Vehicle, fake: FakePortal, state: str
) -> None:
    Vehicle.objects.filter(pk=vehicle.pk).update(state=state)
    say(access, vehicle)

    report = drain_access(access.pk)

    assert fake.counters["requests"] == 0
    assert report.by_outcome == {"unchanged": 1}


def test_stock_switched_off_sends_nothing_new_but_still_withdraws(
    access: PortalAccess, live: Listing, fake: FakePortal
) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(stock_enabled=False)
    say(access, VehicleFactory.create(dealer=access.dealer))
    drain_access(access.pk)
    assert fake.counters["create"] == 1

    sales.create_contract(live.vehicle_id, dealer=access.dealer, by=BY)
    Listing.objects.update(due_at=timezone.now())
    drain_access(access.pk)

    assert fake.ads == []


def test_publishing_everywhere_makes_a_prepared_vehicle_available(access: PortalAccess) -> None:
    vehicle = VehicleFactory.create(dealer=access.dealer, state="in_preparation")
    second = PortalAccessFactory.create(dealer=access.dealer)
    off = PortalAccessFactory.create(
        dealer=access.dealer, portal=PortalFactory(slug="third"), is_active=False
    )

    result = publish.publish_everywhere(vehicle.pk, dealer=access.dealer, by=BY)

    vehicle.refresh_from_db()
    assert vehicle.state == "available"
    assert result.changed == 2
    assert result.marked == Marked(access_ids=frozenset([access.pk, second.pk]))
    wished = set(Listing.objects.filter(wanted="live").values_list("access", flat=True))
    assert wished == {access.pk, second.pk}
    assert off.pk not in wished
    assert publish.publish_everywhere(vehicle.pk, dealer=access.dealer, by=BY).changed == 0


def test_a_vehicle_that_is_gone_is_published_nowhere(access: PortalAccess) -> None:
    vehicle = VehicleFactory.create(dealer=access.dealer, state="archived")

    with pytest.raises(ValidationError, match="sold or archived"):
        publish.publish_everywhere(vehicle.pk, dealer=access.dealer, by=BY)

    assert not Listing.objects.exists()


def test_without_a_portal_a_vehicle_stays_in_preparation(db: None) -> None:
    vehicle = VehicleFactory.create(state="in_preparation")

    with pytest.raises(ValidationError, match="No portal"):
        publish.publish_everywhere(vehicle.pk, dealer=vehicle.dealer, by=BY)

    vehicle.refresh_from_db()
    assert vehicle.state == "in_preparation"
