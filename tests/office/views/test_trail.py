"""Why a vehicle is on a portal at that price: from the person to what the portal holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import Change, User
from accounts.models.dealer import Role
from accounts.services.changes import By
from accounts.services.sealing import seal_changes
from config.lib import request_id
from inventory.services.customers import Customer
from inventory.services.sales import create_contract
from inventory.services.vehicles import update_vehicle
from portals.connectors import registry
from portals.models import Attempt, Listing
from portals.services.drain import drain_access
from portals.services.marking import mark_scope, spread
from portals.services.publish import set_overrides, set_wish
from portals.services.sessions import fingerprint_of
from tests.factories.accounts import ChangeFactory, DealerFactory, UserFactory
from tests.factories.portals import (
    AttemptFactory,
    AttemptShareFactory,
    DepartureFactory,
    ListingFactory,
    PortalAccessFactory,
    PortalFactory,
)
from tests.pages import client_of
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)


@pytest.fixture
def access(monkeypatch, settings):
    """The access of a dealer that reads English to a portal in memory."""
    settings.LANDING_SLACK = settings.FIRST_RETRY = 0.0
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(FakePortal()))
    secrets = {"user": "yard", "password": "fake-password"}
    fingerprint = fingerprint_of(slug="fake", environment="sandbox", base_url="", secrets=secrets)
    return PortalAccessFactory(
        dealer=DealerFactory(language="en"),
        portal=PortalFactory(slug="fake", name="Fake"),
        credentials=secrets,
        account_fingerprint=fingerprint,
    )


@pytest.fixture
def ana() -> User:
    """The person who acts."""
    return UserFactory(first_name="Ana", last_name="Lima")


@pytest.fixture
def ad(access, ana) -> Listing:
    """An ad that Ana wished and the portal in memory shows."""
    row = ListingFactory(access=access, wanted="absent")
    request_id.begin()
    set_wish(access=access, vehicle_ids=[row.vehicle_id], wanted="live", by=By(user_id=ana.pk))
    drain_access(access.pk)
    row.refresh_from_db()
    return row


def reprice(ad, ana, price, **facts) -> None:
    """Have Ana change the price of the ad's vehicle under a request of its own, and send it."""
    request_id.begin()
    by = By(user_id=ana.pk, source="web")
    update_vehicle(ad.vehicle_id, dealer=ad.dealer, by=by, price=Decimal(price), **facts)
    drain_access(ad.access_id)
    ad.refresh_from_db()


def page_of(ad, role=Role.OWNER, query=""):
    """Return the trail as a member of the dealer sees it."""
    client = client_of(ad.dealer, role)
    return client.get(f"/stock/{ad.vehicle_id}/ads/{ad.access_id}/trail/{query}")


def steps_of(response) -> list[str]:
    """Return the steps in short, newest first."""
    found = []
    for told in response.context["steps"]:
        step = told["step"]
        if step.act is not None:
            found.append(step.act.change.action)
        elif step.attempt is not None:
            origin = step.origin.action if step.origin else ""
            found.append(
                f"{step.attempt.step}/{step.attempt.outcome}<{step.attempt.cause}:{origin}"
            )
        else:
            found.append(f"must go/{step.departure.end}")
    return found


def test_the_chain_goes_from_the_person_to_what_the_portal_holds(ad, ana):
    reprice(ad, ana, "39990.00")
    request_id.begin()
    create_contract(ad.vehicle_id, dealer=ad.dealer, by=By(user_id=ana.pk))
    drain_access(ad.access_id)

    found = page_of(ad)

    assert steps_of(found) == [
        "check/gone<confirm:",
        "withdraw/withdrawn<vehicle:sold",
        "must go/gone",
        "sold",
        "sold",
        "check/checked<status:",
        "update/updated<vehicle:updated",
        "updated",
        "check/checked<status:",
        "create/created<wish:listing.wished",
        "create/created<wish:listing.wished",  # the login it took
        "listing.wished",
    ]
    assert "The ad is not there: confirmed gone." in found.text
    assert "The vehicle was changed" in found.text
    assert "Ana Lima" in found.text


def test_the_price_on_the_portal_is_told_with_who_set_it(ad, ana):
    reprice(ad, ana, "39990.00")
    later = UserFactory(first_name="Rui", last_name="")
    request_id.begin()
    update_vehicle(ad.vehicle_id, dealer=ad.dealer, by=By(user_id=later.pk), price=Decimal(38000))

    found = page_of(ad)

    assert found.context["price"] == Decimal("39990.00")
    assert (found.context["price_origin"].actor, found.context["price_by"]) == (ana, "Ana Lima")
    assert found.context["vehicle"].price == Decimal(38000)
    assert found.context["listing"].cause == "vehicle"


def test_an_own_price_of_the_ad_is_told_too(ad, ana):
    request_id.begin()
    set_overrides(listing=ad, overrides={"price": "41000"}, by=By(user_id=ana.pk))
    drain_access(ad.access_id)

    found = page_of(ad)

    assert found.context["price"] == Decimal(41000)
    assert found.context["price_origin"].action == "listing.overridden"
    assert steps_of(found)[1] == "update/updated<texts:listing.overridden"


def test_costs_are_for_those_who_manage(ad, ana):
    reprice(ad, ana, "39990.00", cost=Decimal("31234.56"))

    assert "31,234.56" in page_of(ad, Role.MANAGER).text
    assert "31,234.56" not in page_of(ad, Role.SALESPERSON).text


def test_a_customer_is_named_by_nothing_that_identifies(ad, ana):
    person = Customer(name="Fulana de Tal", phone="+5511987654321", email="f@example.com")
    create_contract(ad.vehicle_id, dealer=ad.dealer, by=By(), customer=person)

    text = page_of(ad).text
    assert "11987654321" not in text
    assert "f@example.com" not in text


def test_a_wide_change_hands_its_cause_on(ad):
    request = request_id.begin()
    with transaction.atomic():
        mark_scope(access_id=ad.access_id)
    request_id.begin()
    Listing.objects.filter(pk=ad.pk).update(sent_fingerprint="old")
    spread()
    drain_access(ad.access_id)

    update = Attempt.objects.get(step="update")
    assert (update.cause, update.cause_request) == ("access", request)


def test_pages_follow_without_a_gap_or_a_double(ad):
    for number in range(60):
        at = AT + timedelta(minutes=number)
        AttemptFactory(listing=ad, step="check", outcome="checked", at=at)
        ChangeFactory(dealer=ad.dealer, subject_type="portals.listing", subject_id=ad.pk, at=at)
    DepartureFactory(listing=ad, end="gone", ended_at=AT, seconds=5)
    seen: list[object] = []
    query = ""

    for _ in range(20):
        found = page_of(ad, query=query)
        for told in found.context["steps"]:
            step = told["step"]
            seen.append(step.attempt or step.departure or step.act.change)
        query = f"?older={found.context['older']}"
        if not found.context["older"]:
            break

    everything = Attempt.objects.count() + Change.objects.count() + 1
    assert len(seen) == len(set(seen)) == everything


def test_a_read_of_many_ads_tells_of_this_one(ad):
    Attempt.objects.all().delete()
    AttemptFactory(listing=ad, step="update", outcome="updated")
    AttemptShareFactory(listing=ad, outcome="refused")
    AttemptShareFactory(outcome="checked")  # another ad's
    AttemptFactory(listing=ad, step="check", outcome="gone")

    told = [step.split("<")[0] for step in steps_of(page_of(ad)) if "/" in step]

    assert told == ["check/gone", "check/refused", "update/updated"]


def test_pages_follow_through_own_and_shared_exchanges(ad):
    Attempt.objects.all().delete()
    for _ in range(30):
        AttemptFactory(listing=ad, at=AT)
        AttemptShareFactory(listing=ad, attempt__at=AT)
    seen: list[int] = []
    query = ""
    for _ in range(20):
        found = page_of(ad, query=query)
        seen += [told["step"].attempt.pk for told in found.context["steps"] if told["step"].attempt]
        query = f"?older={found.context['older']}"
        if not found.context["older"]:
            break

    assert seen == sorted(Attempt.objects.values_list("pk", flat=True), reverse=True)


@pytest.mark.parametrize("cursor", ["", "x", "1-2", "a-b-c", "-1-0-0", "9" * 80, "1-2-3-4"])
def test_a_cursor_nobody_gave_is_the_first_page(ad, cursor):
    found = page_of(ad, query=f"?older={cursor}")

    assert found.status_code == 200
    assert steps_of(found)[0] == "check/checked<status:"


def test_a_clock_that_was_set_back_hides_no_step(ad):
    Attempt.objects.filter(listing=ad).delete()
    for minutes in (50, 1, 40):
        AttemptFactory(listing=ad, at=AT + timedelta(minutes=minutes))

    shown = [told["step"].attempt for told in page_of(ad).context["steps"]]

    ids = [each.pk for each in shown if each is not None]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3


def test_each_act_says_whether_it_is_sealed(ad):
    assert "not sealed yet" in page_of(ad).text

    seal_changes()

    text = page_of(ad).text
    assert "sealed as no. 1" in text
    assert "not sealed yet" not in text


def test_an_exchange_shows_what_was_sent_and_answered(ad):
    AttemptFactory(
        listing=ad, request_excerpt='{"price": "<b>1</b>"}', answer_excerpt="422 <script>"
    )

    text = page_of(ad).text

    assert "{&quot;price&quot;: &quot;&lt;b&gt;1&lt;/b&gt;&quot;}" in text
    assert "422 &lt;script&gt;" in text


def test_the_trail_is_led_to_from_board_ads_and_problem(ad):
    Listing.objects.filter(pk=ad.pk).update(
        failure_mode="refused",
        problems=[{"field": "price", "code": "refused_field", "message": "", "params": {}}],
    )
    client = client_of(ad.dealer)
    link = f'href="/stock/{ad.vehicle_id}/ads/{ad.access_id}/trail/"'

    assert link in client.get("/board/").text
    assert link in client.get(f"/stock/{ad.vehicle_id}/ads/").text
    assert link in client.get("/problems/refused/?code=refused_field&field=price").text


def test_a_vehicle_without_that_ad_has_no_trail(ad):
    stranger = ListingFactory()
    client = client_of(ad.dealer)

    for path in (
        f"/stock/{stranger.vehicle_id}/ads/{stranger.access_id}/trail/",
        f"/stock/{ad.vehicle_id}/ads/{stranger.access_id}/trail/",
    ):
        assert client.get(path).status_code == 404


def test_a_page_of_the_trail_takes_a_bounded_number_of_queries(ad, django_assert_max_num_queries):
    for number in range(50):
        request = f"request-{number}"
        ChangeFactory(
            dealer=ad.dealer,
            subject_type="portals.listing",
            subject_id=ad.pk,
            request_id=request,
        )
        AttemptFactory(listing=ad, cause="names", cause_request=request)
    client = client_of(ad.dealer)

    with django_assert_max_num_queries(20):
        client.get(f"/stock/{ad.vehicle_id}/ads/{ad.access_id}/trail/")
