"""The page of ads that must disappear: what is late, how long it took, the time allowed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Change
from accounts.models.dealer import Role
from portals.models import Departure
from tests.factories.accounts import DealerFactory
from tests.factories.portals import DepartureFactory, PortalAccessFactory, PortalFactory
from tests.pages import client_of, goes_to

pytestmark = pytest.mark.django_db
PAGE = "/departures/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def access():
    """An access of a dealer that reads English."""
    return PortalAccessFactory(dealer=DealerFactory(language="en"))


def went(access, *minutes, **facts):
    """Store an ad that was gone after so many minutes, for each of them."""
    now = timezone.now()
    for each in minutes:
        DepartureFactory(
            listing__access=access,
            started_at=now - each * MINUTE,
            end="gone",
            **{"ended_at": now, "seconds": each * 60, "target_minutes": 60, **facts},
        )


def times_of(response) -> dict[str, tuple[int, ...]]:
    """Return by portal: number, past the target, median, p95 and worst in minutes."""
    return {
        each.access.portal.name if each.access else "all": (
            each.number,
            each.late,
            *(value // 60 for value in (each.median, each.p95, each.worst)),
        )
        for each in response.context["times"]
    }


def test_times_are_told_by_portal_and_for_all(access):
    other = PortalAccessFactory(
        dealer=access.dealer, portal=PortalFactory(slug="olx", name="OLX Autos")
    )
    went(access, *range(1, 21))
    went(other, 3, 90)
    went(PortalAccessFactory(), 500)

    found = client_of(access.dealer).get(PAGE)

    assert times_of(found) == {
        "all": (22, 1, 10, 20, 90),
        "Usadosbr": (20, 0, 10, 19, 20),
        "OLX Autos": (2, 1, 3, 90, 90),
    }


def test_only_what_was_confirmed_gone_in_the_period_counts(access):
    now = timezone.now()
    went(access, 5)
    went(access, 7, ended_at=now - timedelta(days=8))
    went(access, 9, ended_at=now - timedelta(days=31))
    DepartureFactory(listing__access=access, end="cancelled", ended_at=now)
    DepartureFactory(listing__access=access, started_at=now)
    client = client_of(access.dealer)

    numbers = {
        days: times_of(client.get(f"{PAGE}?days={days}"))["Usadosbr"][0] for days in (7, 30, 90)
    }

    assert numbers == {7: 1, 30: 2, 90: 3}
    assert client.get(f"{PAGE}?days=nonsense").context["days"] == 30


def test_a_time_is_late_by_what_was_allowed_when_it_went(access):
    went(access, 30, target_minutes=20)
    went(access, 30, target_minutes=40)

    assert times_of(client_of(access.dealer).get(PAGE))["Usadosbr"][:2] == (2, 1)


def test_chart_and_table_say_the_same(access):
    went(access, 30, 75)

    found = client_of(access.dealer).get(PAGE)

    assert 'aria-label="Usadosbr: 95% gone within 75 minutes"' in found.text
    assert "1 h 15 min" in found.text
    assert re.search(r'class="chart-bar bad"', found.text)


def test_running_clocks_stand_with_the_longest_first_and_a_link(access):
    now = timezone.now()
    late = DepartureFactory(listing__access=access, started_at=now - 90 * MINUTE)
    fresh = DepartureFactory(listing__access=access, started_at=now - 5 * MINUTE)
    DepartureFactory()

    found = client_of(access.dealer, Role.SALESPERSON).get(PAGE)

    rows = [(row.pk, age, is_late) for row, age, is_late in found.context["rows"]]
    assert rows == [(late.pk, "1 h 30 min", True), (fresh.pk, "5 min", False)]
    assert "1 ad is past the time allowed (1 h 0 min)" in found.text
    for row in (late, fresh):
        assert f'href="/stock/{row.listing.vehicle_id}/ads/{access.pk}/trail/"' in found.text


def test_the_page_is_the_same_number_of_queries_however_much_there_is(
    access, django_assert_max_num_queries
):
    client = client_of(access.dealer)
    other = PortalAccessFactory(dealer=access.dealer, portal=PortalFactory(slug="olx"))
    went(access, *range(1, 30))
    went(other, *range(1, 30))
    for minutes in range(60):
        DepartureFactory(
            listing__access=access, started_at=timezone.now() - (minutes + 61) * MINUTE
        )

    with django_assert_max_num_queries(12):
        found = client.get(PAGE)

    assert len(found.context["rows"]) == 50
    further = client.get(f"{PAGE}?after={found.context['running'].after}")
    assert len(further.context["rows"]) == 10


def test_owners_and_managers_set_the_time_allowed(access):
    client = client_of(access.dealer, Role.MANAGER)
    DepartureFactory(listing__access=access, started_at=timezone.now() - 30 * MINUTE)
    assert client.get(PAGE).context["late"] == 0

    answer = client.post(f"{PAGE}target/", {"gone_target_minutes": "20"})

    assert goes_to(answer) == PAGE
    access.dealer.refresh_from_db()
    assert access.dealer.gone_target_minutes == 20
    assert client.get(PAGE).context["late"] == 1
    told = Change.objects.get(subject_type="accounts.dealer")
    assert (told.before, told.after) == (
        {"gone_target_minutes": 60},
        {"gone_target_minutes": 20},
    )


@pytest.mark.parametrize("typed", ["", "4", "10081", "soon", "1e3", "\x00"])
def test_a_time_that_makes_no_sense_is_refused_with_its_field(access, typed):
    answer = client_of(access.dealer).post(f"{PAGE}target/", {"gone_target_minutes": typed})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["gone_target_minutes"]
    access.dealer.refresh_from_db()
    assert access.dealer.gone_target_minutes == 60


def test_a_salesperson_sees_the_time_allowed_and_may_not_set_it(access):
    client = client_of(access.dealer, Role.SALESPERSON)

    assert "The owner or a manager can change that" in client.get(PAGE).text
    assert client.post(f"{PAGE}target/", {"gone_target_minutes": "20"}).status_code == 403
    access.dealer.refresh_from_db()
    assert access.dealer.gone_target_minutes == 60


def test_a_store_where_nothing_went_is_told_so(access):
    text = client_of(access.dealer).get(PAGE).text

    assert "No ad waits to disappear." in text
    assert "No ad went in this time" in text


def test_what_is_late_needs_somebody_now_and_stands_among_the_problems(access):
    late = DepartureFactory(listing__access=access, started_at=timezone.now() - timedelta(hours=2))
    client = client_of(access.dealer)

    need = client.get("/").context["start"].needs[0]
    problems = client.get("/problems/")

    assert (need.number, need.tone, need.link) == (1, "bad", PAGE)
    assert [each.pk for each in problems.context["late"]] == [late.pk]
    assert f'href="/stock/{late.listing.vehicle_id}/ads/{access.pk}/trail/"' in problems.text

    Departure.objects.update(end="cancelled", ended_at=timezone.now())
    assert PAGE not in [each.link for each in client.get("/").context["start"].needs]
    assert "late-title" not in client.get("/problems/").text
