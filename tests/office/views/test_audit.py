"""The audit page: the store's own history, in words, found by every filter, a page at a time."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Change
from accounts.models.dealer import Role
from accounts.services.changes import By, erase_personal, record_change
from office.audit_words import ACTIONS
from tests.factories.accounts import ChangeFactory, DealerFactory, MembershipFactory
from tests.factories.inventory import ReservationFactory, VehicleFactory, VersionFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import client_of, goes_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


def lines(response):
    """Return the acts on the page."""
    return response.context["page"].lines


def labels(response) -> list[str]:
    """Return how the changed rows are called, newest first."""
    return [line.label for line in lines(response)]


def test_only_the_own_history_is_shown_newest_first(client, dealer):
    ChangeFactory(dealer=dealer, subject_label="first")
    ChangeFactory(dealer=dealer, subject_label="second")
    ChangeFactory(subject_label="foreign")
    ChangeFactory(dealer=None, subject_label="nobody's")

    assert labels(client.get("/audit/")) == ["second", "first"]


def test_a_mileage_is_read_in_kilometres_with_its_thousands(client, dealer):
    vehicle = VehicleFactory(dealer=dealer)
    record_change(
        subject=vehicle,
        action="updated",
        before={"mileage": 45_000},
        after={"mileage": 1_250_300},
        by=By(source="test"),
        dealer=dealer,
    )

    [line, *_] = lines(client.get("/audit/"))
    [field] = line.fields

    assert (field.before, field.after) == ("45,000\u00a0km", "1,250,300\u00a0km")


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.INTEGRATOR])
def test_it_is_for_owners_and_managers(dealer, role):
    assert client_of(dealer, role).get("/audit/").status_code == 403
    assert client_of(dealer, Role.MANAGER).get("/audit/").status_code == 200


def test_a_vehicle_is_found_with_everything_about_it(client, dealer):
    access = PortalAccessFactory(dealer=dealer)
    vehicle = VehicleFactory(dealer=dealer, code="A-1", plate="ABC1D23")
    ad = ListingFactory(access=access, vehicle=vehicle)
    paper = ReservationFactory(vehicle=vehicle)
    for kind, pk in (
        ("inventory.vehicle", vehicle.pk),
        ("portals.listing", ad.pk),
        ("inventory.reservation", paper.pk),
        ("accounts.dealer", vehicle.pk),
    ):
        ChangeFactory(dealer=dealer, subject_type=kind, subject_id=pk, subject_label=kind)
    other = VehicleFactory(code="A-1", plate="ABC1D23")
    ChangeFactory(dealer=dealer, subject_id=other.pk, subject_label="a number of another store")
    expected = ["inventory.reservation", "portals.listing · Usadosbr", "inventory.vehicle"]

    for words in ("a-1", "abc1d23", "ABC-1D23"):
        assert labels(client.get("/audit/", {"vehicle": words})) == expected
    assert labels(client.get("/audit/", {"vehicle": "A-2"})) == []
    assert lines(client.get("/audit/", {"vehicle": "a-1"}))[1].vehicle_id == vehicle.pk


def test_filters(client, dealer):
    ana = MembershipFactory(dealer=dealer).user
    ChangeFactory(dealer=dealer, subject_label="ana", actor=ana, request_id="bulk-0001")
    ChangeFactory(
        dealer=dealer,
        subject_label="machine",
        subject_type="portals.portalaccess",
        action="access.switched",
        request_id="bulk-0001",
    )
    expected = {
        f"person={ana.pk}": ["ana"],
        "person=0": ["machine"],
        "subject=portals.portalaccess": ["machine"],
        "action=updated": ["ana"],
        "action=updated&person=0": [],
        "request=bulk-0001": ["machine", "ana"],
        "request=bulk-0002": [],
    }

    found = {query: labels(client.get(f"/audit/?{query}")) for query in expected}

    assert found == expected


def test_days_are_those_of_the_dealer(client, dealer):
    zone = ZoneInfo("America/Sao_Paulo")
    for day, hour in ((1, 23), (2, 0), (2, 23), (3, 0)):
        at = datetime(2026, 10, day, hour, 30, tzinfo=zone)
        ChangeFactory(dealer=dealer, subject_label=f"{day}-{hour}", at=at)

    response = client.get("/audit/?since=2026-10-02&until=2026-10-02")

    assert labels(response) == ["2-23", "2-0"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("person=999999999", "person"),
        ("person=x", "person"),
        ("subject=auth.group", "subject"),
        ("action=%27--", "action"),
        ("since=yesterday", "since"),
        ("since=2026-10-02&until=2026-10-01", "until"),
        ("request=" + "x" * 41, "request"),
        ("vehicle=" + "x" * 41, "vehicle"),
        ("before=-1", "before"),
        ("before=99999999999999999999", "before"),
    ],
)
def test_what_cannot_be_read_is_named_and_shows_nothing(client, dealer, query, field):
    ChangeFactory(dealer=dealer)

    response = client.get(f"/audit/?{query}")

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert lines(response) == []


def test_a_person_of_another_store_cannot_be_asked_for(client, dealer):
    stranger = MembershipFactory().user
    ChangeFactory(dealer=dealer, actor=stranger)

    assert "person" in client.get(f"/audit/?person={stranger.pk}").context["form"].errors


def test_the_edges_of_the_calendar_are_no_error(client, dealer):
    ChangeFactory(dealer=dealer, subject_label="one")

    assert labels(client.get("/audit/?since=0001-01-01&until=9999-12-31")) == ["one"]


def test_pages_follow_each_other_without_a_gap_or_a_repetition(client, dealer):
    at = timezone.now()
    for number in range(90):
        same = at - timedelta(seconds=number // 3)
        ChangeFactory(dealer=dealer, subject_label=str(number), at=same)
    seen: list[str] = []
    query = "action=updated"
    while query:
        response = client.get(f"/audit/?{query}")
        seen += labels(response)
        older = response.context["page"].older
        query = f"action=updated&before={older}" if older else ""

    assert len(seen) == 90
    assert set(seen) == {str(number) for number in range(90)}


def test_a_cursor_of_another_store_begins_anew(client, dealer):
    foreign = ChangeFactory()
    ChangeFactory(dealer=dealer, subject_label="own")

    assert labels(client.get(f"/audit/?before={foreign.pk}")) == ["own"]


def test_values_are_words(client, dealer):
    version, other = VersionFactory(), VersionFactory()
    ChangeFactory(
        dealer=dealer,
        before={"price": "45990.00", "state": "available", "version": version.pk, "is_new": False},
        after={"price": None, "state": "sold", "version": other.pk, "is_new": True},
    )

    (line,) = lines(client.get("/audit/"))

    assert (line.subject, line.action, line.source) == ("Vehicle", "Changed", "Office")
    assert {field.label: (field.before, field.after) for field in line.fields} == {
        "Price": ("R$\N{NO-BREAK SPACE}45,990.00", "—"),
        "State": ("Available", "Sold"),
        "Version": (str(version), str(other)),
        "New (zero kilometre)": ("no", "yes"),
    }


def test_a_day_that_is_no_field_of_the_subject_is_a_word_too(client, dealer):
    ChangeFactory(dealer=dealer, subject_type="inventory.contract", after={"on": "2026-11-25"})

    (line,) = lines(client.get("/audit/"))

    assert [field.after for field in line.fields] == ["11/25/2026"]


@pytest.mark.parametrize(
    "after",
    [
        {"price": "NaN", "sold_at": "2026-13-45T99:99", "colour": [1, {"a": None}], "plan": 2**80},
        {"version": "x", "state": {"digest": "y", "more": 1}, "": "", "optionals": list(range(99))},
    ],
)
def test_whatever_stands_in_the_history_can_be_shown(client, dealer, after):
    ChangeFactory(dealer=dealer, after=after)
    ChangeFactory(dealer=dealer, subject_type="gone.model", action="odd.act_of_old", after=after)

    response = client.get("/audit/")

    assert response.status_code == 200
    assert lines(response)[0].action == "Act of old"


def test_erased_personal_data_is_shown_as_erased(client, dealer):
    paper = ReservationFactory(vehicle__dealer=dealer)
    change = record_change(
        subject=paper,
        action="reserved",
        after={"customer_name": "Ana Exemplo"},
        by=By(),
        personal_fields=("customer_name",),
        label="car",
    )
    assert "Ana Exemplo" in client.get("/audit/").text

    erase_personal(change, by=By())

    text = client.get("/audit/").text
    assert "Ana Exemplo" not in text
    assert "erased (personal data)" in text
    assert change.after["customer_name"]["digest"] not in text


def test_people_of_the_team_are_called_by_name(client, dealer):
    member = MembershipFactory(dealer=dealer, user__first_name="Bia")
    stranger = MembershipFactory(user__first_name="Caio")
    for each in (member, stranger):
        ChangeFactory(
            dealer=dealer,
            subject_type="accounts.membership",
            subject_label=f"#{each.user_id}",
            subject_id=each.pk,
        )

    assert labels(client.get("/audit/")) == [f"#{stranger.user_id}", "Bia"]


def test_the_file_holds_what_the_filter_finds_and_no_formula(client, dealer):
    ChangeFactory(
        dealer=dealer, subject_label="=1+1", after={"description": "@SUM(A1)", "doors": 4}
    )
    ChangeFactory(dealer=dealer, subject_label="other", action="sold", after={})
    ChangeFactory(subject_label="foreign")

    response = client.get("/audit/file/?action=updated")

    rows = list(csv.reader(response.text.lstrip("\ufeff").splitlines(), delimiter=";"))
    assert [row[5:6] + row[7:10] for row in rows[1:]] == [
        ["'=1+1", "Description", "—", "'@SUM(A1)"],
        ["'=1+1", "Doors", "—", "4"],
    ]
    assert response["Content-Disposition"].startswith(f'attachment; filename="{dealer.code}-')


def test_no_file_comes_of_a_filter_that_cannot_be_read(client, dealer):
    response = client.get("/audit/file/?since=x")

    assert goes_to(response) == "/audit/?since=x"
    assert client_of(dealer, Role.SALESPERSON).get("/audit/file/").status_code == 403


def test_the_number_of_queries_does_not_grow(client, dealer, django_assert_max_num_queries):
    access = PortalAccessFactory(dealer=dealer)
    for number in range(30):
        member = MembershipFactory(dealer=dealer)
        ad = ListingFactory(access=access)
        ChangeFactory(
            dealer=dealer,
            actor=member.user,
            after={"version": VersionFactory().pk, "price": str(number)},
        )
        ChangeFactory(dealer=dealer, subject_type="portals.listing", subject_id=ad.pk)

    with django_assert_max_num_queries(9):
        client.get("/audit/")
    assert Change.objects.for_dealer(dealer).count() == 60


def test_every_act_that_services_write_by_name_has_a_word():
    written = {
        action
        for room in ("accounts", "inventory", "portals", "office")
        for path in (Path(settings.BASE_DIR) / room / "services").rglob("*.py")
        for action in re.findall(r'\baction="([a-z_.]+)"', path.read_text(encoding="utf-8"))
    }

    assert written > {"created", "listing.wished"}
    assert written - set(ACTIONS) == set()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_break_nothing(zone, day):
    client = client_of(DealerFactory(time_zone=zone))

    answers = [client.get("/audit/", {name: day}) for name in ("since", "until")]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("start", ["\uff1d", "\uff0b", "\n=", "-"])
def test_no_spelling_of_a_formula_gets_into_the_file(client, dealer, start):
    ChangeFactory(dealer=dealer, reason=f"{start}1+1", after={})

    text = client.get("/audit/file/").text

    assert f"'{start}1+1" in text
