"""The clock from the moment an ad must go to the look that finds it gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Change
from accounts.services.changes import By
from config.lib import request_id
from inventory.services.sales import cancel_contract, create_contract, reserve_vehicle
from inventory.services.vehicles import set_state
from portals.connectors import registry
from portals.models import Departure, Listing, PortalAccess
from portals.services import departures
from portals.services.access import save_access
from portals.services.drain import drain_access
from portals.services.publish import set_wish
from tests.factories.portals import DepartureFactory
from tests.portals.fake import connect
from tests.portals.fake_portal import FakeAd, FakePortal, lose_answer_after_write, server_error

Wish = Callable[..., Listing]
NOW = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ad(wish: Wish, access: PortalAccess, fake: FakePortal) -> Listing:
    """An ad that is live at the portal in memory."""
    row = wish()
    drain_access(access.pk)
    row.refresh_from_db()
    assert row.state == "live"
    return row


def sell(ad: Listing) -> None:
    """Sell the vehicle of an ad."""
    create_contract(ad.vehicle_id, dealer=ad.dealer, by=By())


def clock(ad: Listing) -> Departure:
    """Return the one clock an ad has."""
    return Departure.objects.get(listing=ad)


def wanted(ad: Listing, wish: str) -> None:
    """Wish an ad anew."""
    set_wish(access=ad.access, vehicle_ids=[ad.vehicle_id], wanted=wish, by=By())


def test_a_sale_starts_the_clock_in_its_own_transaction(ad: Listing) -> None:
    request = request_id.begin()
    with time_machine.travel(NOW, tick=False):
        sell(ad)

    row = clock(ad)
    assert (row.reason, row.started_at, row.end) == ("sold", NOW, "")
    assert (row.request_id, row.dealer, row.access) == (request, ad.dealer, ad.access)


def test_a_sale_that_is_rolled_back_starts_none(ad: Listing) -> None:
    with transaction.atomic():
        sell(ad)
        transaction.set_rollback(True)

    assert not Departure.objects.exists()


@pytest.mark.parametrize(
    ("state", "reason"), [("archived", "archived"), ("in_preparation", "preparation")]
)
def test_every_state_that_is_not_shown_starts_it(ad: Listing, state: str, reason: str) -> None:
    set_state(ad.vehicle_id, dealer=ad.dealer, by=By(), state=state)

    assert clock(ad).reason == reason


def test_a_withdrawal_starts_it_and_a_pause_does_not(ad: Listing) -> None:
    wanted(ad, "paused")
    assert not Departure.objects.exists()

    wanted(ad, "absent")
    assert clock(ad).reason == "withdrawn"


def test_a_pause_starts_it_where_the_portal_cannot_pause(
    ad: Listing, fake: FakePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(fake, pause="withdraw"))

    wanted(ad, "paused")

    assert clock(ad).reason == "held_back"


def test_a_reservation_starts_it_only_if_it_takes_the_ad_away(
    ad: Listing, fake: FakePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(fake, pause="withdraw"))
    type(ad.dealer).objects.update(reservation_keeps_ads=False)

    reserve_vehicle(ad.vehicle_id, dealer=ad.dealer, by=By())

    assert clock(ad).reason == "reserved"


def test_what_was_never_there_has_no_clock(wish: Wish, access: PortalAccess) -> None:
    row = wish()

    sell(row)
    drain_access(access.pk)

    assert not Departure.objects.exists()


def test_a_second_reason_leaves_the_first_moment(ad: Listing) -> None:
    with time_machine.travel(NOW, tick=False):
        wanted(ad, "absent")
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        sell(ad)

    assert (clock(ad).started_at, clock(ad).reason) == (NOW, "withdrawn")


def test_the_database_lets_a_listing_have_one_open_clock(ad: Listing) -> None:
    DepartureFactory(listing=ad)

    with pytest.raises(IntegrityError), transaction.atomic():
        DepartureFactory(listing=ad)


def test_a_look_that_finds_nothing_stops_it(ad: Listing, fake: FakePortal) -> None:
    sell(ad)

    report = drain_access(ad.access_id)

    row = clock(ad)
    assert report.by_outcome == {"withdrawn": 1, "gone": 1}
    assert fake.counters["find"] == 1
    assert (row.end, row.target_minutes) == ("gone", 60)
    assert row.ended_at is not None
    assert row.seconds == round((row.ended_at - row.started_at).total_seconds())
    ad.refresh_from_db()
    assert (ad.state, ad.check_at, ad.due_at, ad.failures) == ("absent", None, None, 0)


def test_the_portals_word_for_a_withdrawal_stops_nothing(
    ad: Listing, fake: FakePortal, settings: Settings
) -> None:
    settings.FIRST_RETRY = 600.0
    sell(ad)
    fake.script("find", server_error())

    drain_access(ad.access_id)

    ad.refresh_from_db()
    assert (ad.state, fake.ads) == ("absent", [])
    assert clock(ad).end == ""
    assert ad.check_at is not None
    assert ad.failure_mode == ""

    with time_machine.travel(ad.check_at + timedelta(seconds=1), tick=False):
        drain_access(ad.access_id)
    assert clock(ad).end == "gone"


def test_an_ad_that_the_portal_only_said_was_gone_is_taken_away_again(
    ad: Listing, fake: FakePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakePortal, "remove", lambda *_: None)
    sell(ad)
    drain_access(ad.access_id, deadline=3)
    assert clock(ad).end == ""

    monkeypatch.undo()
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(fake))
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        report = drain_access(ad.access_id)

    assert report.by_outcome == {"still_there": 1, "looked": 1, "withdrawn": 1, "gone": 1}
    assert fake.ads == []
    assert clock(ad).end == "gone"


def test_a_withdrawal_without_an_answer_ends_with_the_look(ad: Listing, fake: FakePortal) -> None:
    fake.script("withdraw", lose_answer_after_write())
    sell(ad)

    report = drain_access(ad.access_id)

    assert report.by_outcome["unknown"] == 1
    assert clock(ad).end == "gone"


def test_the_wish_that_comes_back_stops_it(ad: Listing) -> None:
    wanted(ad, "absent")
    wanted(ad, "live")
    wanted(ad, "absent")

    ends = Departure.objects.filter(listing=ad).order_by("pk").values_list("end", flat=True)
    assert list(ends) == ["cancelled", ""]


def test_a_sale_that_is_undone_stops_it(ad: Listing) -> None:
    contract = create_contract(ad.vehicle_id, dealer=ad.dealer, by=By())
    cancel_contract(contract.pk, dealer=ad.dealer, by=By())

    assert clock(ad).end == "cancelled"


def test_a_wish_for_a_sold_vehicle_does_not_stop_it(ad: Listing) -> None:
    sell(ad)
    wanted(ad, "paused")
    wanted(ad, "live")

    assert clock(ad).end == ""


def test_an_ad_nobody_started_a_clock_for_has_one_from_when_it_was_marked(
    ad: Listing, fake: FakePortal
) -> None:
    """As when a sale came between the decision to create and the request."""
    marked = timezone.now() - timedelta(minutes=7)
    ad.vehicle.state = "sold"
    ad.vehicle.save()
    Listing.objects.filter(pk=ad.pk).update(due_at=marked)

    drain_access(ad.access_id)

    assert (clock(ad).started_at, clock(ad).reason, clock(ad).end) == (marked, "sold", "gone")


def test_a_create_that_was_refused_after_the_sale_is_looked_for(
    wish: Wish, access: PortalAccess, fake: FakePortal
) -> None:
    row = wish(state="refused", failure_mode="refused")
    sell(row)
    DepartureFactory(listing=row)

    drain_access(access.pk)

    assert clock(row).end == "gone"


def test_an_ad_of_another_making_is_found_by_the_look(ad: Listing, fake: FakePortal) -> None:
    sell(ad)
    fake.ads.append(
        FakeAd(remote_id="9", reference=ad.vehicle.code, category=1, body={}, state="live")
    )

    drain_access(ad.access_id, deadline=3)

    assert clock(ad).end == ""


def test_another_account_leaves_nothing_to_be_read(ad: Listing) -> None:
    sell(ad)

    save_access(
        dealer=ad.dealer,
        portal=ad.access.portal,
        credentials={"user": "other", "password": "fake-password"},
        by=By(),
    )

    assert clock(ad).end == "account"


def test_the_alarm_is_given_once_and_stands_in_the_history(ad: Listing) -> None:
    with time_machine.travel(NOW, tick=False):
        sell(ad)

    assert departures.alarm(now=NOW + timedelta(minutes=60)) == 0
    assert departures.alarm(now=NOW + timedelta(minutes=61)) == 1
    assert departures.alarm(now=NOW + timedelta(minutes=62)) == 0

    told = Change.objects.get(action="listing.still_there")
    assert (told.subject_id, told.dealer) == (ad.pk, ad.dealer)
    assert told.after == {"must_go_since": NOW.isoformat(), "target_minutes": 60}
    assert clock(ad).alarmed_at == NOW + timedelta(minutes=61)


def test_the_alarm_goes_by_the_dealers_own_target(ad: Listing) -> None:
    type(ad.dealer).objects.filter(pk=ad.dealer_id).update(gone_target_minutes=10)
    DepartureFactory(listing__live=True, started_at=NOW)
    DepartureFactory(listing=ad, started_at=NOW)

    assert departures.alarm(now=NOW + timedelta(minutes=11)) == 1
    assert clock(ad).alarmed_at is not None


def test_what_is_gone_or_wanted_again_alarms_nobody(ad: Listing) -> None:
    ended = {"started_at": NOW, "ended_at": NOW + timedelta(hours=3)}
    DepartureFactory(listing=ad, end="gone", seconds=10_800, **ended)
    DepartureFactory(listing=ad, end="cancelled", **ended)

    assert departures.alarm(now=NOW + timedelta(days=1)) == 0


def test_following_many_vehicles_takes_a_few_statements(
    wish: Wish, access: PortalAccess, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [wish(live=True) for _ in range(30)]
    type(rows[0].vehicle).objects.update(state="sold")

    with django_assert_max_num_queries(2):
        departures.follow_vehicles([row.vehicle_id for row in rows], now=NOW)

    assert Departure.objects.filter(end="").count() == 30
