"""One notice when something begins, one all-clear, and nobody is told twice or for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models.dealer import Role
from office.models import Notice, NoticeMail
from office.models.notice import NoticeKind, Phase
from office.selectors.conditions import conditions
from office.services.notice_mails import send_mails
from office.services.notices import look_around
from portals.models import PortalGate
from portals.models.access import FailureMode
from portals.models.listing import Wanted
from tests.factories.accounts import DealerFactory, MembershipFactory
from tests.factories.inventory import ReservationFactory
from tests.factories.portals import (
    DepartureFactory,
    ListingFactory,
    PlanFactory,
    PortalAccessFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)  # 15:00 in São Paulo
MINUTE = timedelta(minutes=1)
ORIGIN = "http://127.0.0.1:8100"


@pytest.fixture(autouse=True)
def sandbox(settings):
    settings.SANDBOX_URL = ORIGIN


def portal_goes_down(since=NOW - 6 * MINUTE):
    """Close the gate of the sandbox, as after failures in a row."""
    return PortalGate.objects.update_or_create(origin=ORIGIN, defaults={"closed_since": since})[0]


def portal_comes_back():
    """Open the gate again."""
    PortalGate.objects.update(closed_since=None)


def minutes(first: int, last: int) -> None:
    """Let the schedule run each minute of an hour's part, mails included."""
    for minute in range(first, last):
        look_around(NOW + minute * MINUTE)
        send_mails(NOW + minute * MINUTE)


def owner_of(dealer):
    """Return a new owner who can be written to."""
    address = f"owner{dealer.pk}@example.com"
    return MembershipFactory(dealer=dealer, role=Role.OWNER, user__email=address)


def standing() -> list[tuple[str, str]]:
    """Return kind and subject of what stands, sorted."""
    rows = Notice.objects.filter(cleared_at__isnull=True)
    return sorted(rows.values_list("kind", "subject"))


def test_everything_that_stands_is_found_once_with_its_names_and_numbers():
    access = PortalAccessFactory(failure_mode=FailureMode.CREDENTIALS)
    dealer = access.dealer
    ListingFactory.create_batch(3, access=access, failure_mode=FailureMode.REFUSED)
    ListingFactory(access=access, failure_mode=FailureMode.MAPPING)
    plan = PlanFactory(access=access, name="Ouro", total=5, published=5)
    late = ListingFactory(access=access, wanted=Wanted.ABSENT, live=True)
    DepartureFactory(listing=late, alarmed_at=NOW)
    DepartureFactory(listing=ListingFactory(access=access, wanted=Wanted.ABSENT, live=True))
    ReservationFactory(vehicle__dealer=dealer, dealer=dealer, until=NOW - MINUTE)

    found = {(each.kind, each.subject): each.facts for each in conditions(NOW)}

    assert found == {
        (NoticeKind.STOPPED, str(access.pk)): {"portal": "Usadosbr", "mode": "credentials"},
        (NoticeKind.ADS, f"{access.pk}:refused"): {
            "portal": "Usadosbr",
            "mode": "refused",
            "number": 3,
        },
        (NoticeKind.ADS, f"{access.pk}:mapping"): {
            "portal": "Usadosbr",
            "mode": "mapping",
            "number": 1,
        },
        (NoticeKind.PLAN, str(plan.pk)): {
            "portal": "Usadosbr",
            "plan": "Ouro",
            "total": 5,
            "access": access.pk,
        },
        (NoticeKind.OVERDUE, ""): {"number": 1},
        (NoticeKind.LATE, ""): {"number": 1},
    }


def test_what_passes_by_itself_or_is_not_wished_is_nothing_to_be_told():
    access = PortalAccessFactory()
    ListingFactory(access=access, failure_mode=FailureMode.TRANSIENT)
    ListingFactory(access=access, failure_mode=FailureMode.REFUSED, wanted=Wanted.ABSENT)
    PlanFactory(access=access, total=5, published=4)
    portal_goes_down(since=NOW - 4 * MINUTE)

    assert list(conditions(NOW)) == []


def test_an_outage_with_many_ads_is_one_notice_and_one_all_clear_for_each_person(mailoutbox):
    access = PortalAccessFactory()
    owner = owner_of(access.dealer)
    ListingFactory.create_batch(30, access=access, failure_mode=FailureMode.TRANSIENT)
    portal_goes_down()

    minutes(0, 40)
    assert [mail.to for mail in mailoutbox] == [[owner.user.email]]
    assert "Usadosbr" in mailoutbox[0].subject
    portal_comes_back()
    minutes(40, 80)

    assert standing() == []
    assert [mail.to for mail in mailoutbox] == [[owner.user.email]] * 2
    assert Notice.objects.get().cleared_at == NOW + 39 * MINUTE
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 2


def test_a_portal_that_flaps_stays_one_notice_and_waits_longer_each_time(mailoutbox):
    access = PortalAccessFactory()
    owner_of(access.dealer)
    for minute in range(0, 240, 8):
        if minute % 16:
            portal_comes_back()
        else:
            portal_goes_down()
        minutes(minute, minute + 8)

    assert Notice.objects.count() == 1
    assert len(mailoutbox) == 1


def test_what_was_over_before_the_mail_went_is_told_to_nobody(mailoutbox):
    access = PortalAccessFactory()
    owner_of(access.dealer)
    look_around(NOW)
    portal_goes_down()
    look_around(NOW + MINUTE)
    portal_comes_back()
    look_around(NOW + 12 * MINUTE)

    assert send_mails(NOW + 30 * MINUTE).mails == 0
    assert not NoticeMail.objects.exists()
    assert mailoutbox == []


def test_two_that_look_at_once_begin_one_notice_with_one_mail():
    access = PortalAccessFactory(failure_mode=FailureMode.CREDENTIALS)
    owner_of(access.dealer)

    look_around(NOW)
    look_around(NOW)
    look_around(NOW + MINUTE)

    assert standing() == [(NoticeKind.STOPPED, str(access.pk))]
    assert NoticeMail.objects.count() == 1


def test_a_number_that_grows_is_shown_but_not_told_anew():
    access = PortalAccessFactory()
    owner_of(access.dealer)
    ListingFactory(access=access, failure_mode=FailureMode.REFUSED)
    look_around(NOW)
    ListingFactory.create_batch(4, access=access, failure_mode=FailureMode.REFUSED)
    look_around(NOW + MINUTE)

    assert Notice.objects.get().facts["number"] == 5
    assert NoticeMail.objects.count() == 1


def test_a_dealer_that_is_switched_off_has_no_notices():
    dealer = DealerFactory(is_active=False)
    access = PortalAccessFactory(dealer=dealer, failure_mode=FailureMode.CREDENTIALS)
    ListingFactory(access=access, failure_mode=FailureMode.REFUSED)

    assert look_around(NOW).opened == 0


def test_looking_costs_the_same_number_of_queries_for_one_dealer_and_for_many(
    django_assert_max_num_queries,
):
    for _ in range(8):
        access = PortalAccessFactory(failure_mode=FailureMode.CREDENTIALS)
        owner_of(access.dealer)
        ListingFactory(access=access, failure_mode=FailureMode.REFUSED)
    with django_assert_max_num_queries(16):
        look_around(NOW)
    with django_assert_max_num_queries(12):
        look_around(NOW + MINUTE)
    assert Notice.objects.count() == 16
    assert NoticeMail.objects.filter(phase=Phase.OPENED).count() == 16
