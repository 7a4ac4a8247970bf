"""The board: what is wished is written for exactly the chosen ads, and watched while it moves."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Change
from portals.models import Listing
from tests.factories.inventory import VehicleFactory, VehiclePhotoFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def vehicles_of(access, number: int = 2):
    """Return so many vehicles of the access's dealer."""
    return [VehicleFactory(dealer=access.dealer) for _each in range(number)]


def wishes() -> list[tuple[int, str]]:
    """Return vehicle id and wish of every ad."""
    return list(Listing.objects.order_by("vehicle_id").values_list("vehicle_id", "wanted"))


def test_the_chosen_vehicles_are_wished_and_nothing_else(client, access):
    first, second, third = vehicles_of(access, 3)

    response = client.post(
        "/board/wish/?show=none", {"wanted": "live", "vehicle": [first.pk, third.pk]}
    )

    assert wishes() == [(first.pk, "live"), (third.pk, "live")]
    assert response.url == "/board/?show=none"
    assert said(response) == ["2 ads will be published."]
    assert Change.objects.filter(source="web").count() == 2
    assert second.pk not in dict(wishes())


def test_one_cell_answers_with_the_board(client, access):
    (vehicle,) = vehicles_of(access, 1)

    response = client.post(
        "/board/wish/",
        {"wanted": "live", "vehicle": vehicle.pk, "access": access.pk},
        headers=HTMX,
    )

    assert wishes() == [(vehicle.pk, "live")]
    assert response.status_code == 200
    assert 'id="_board"' in response.text
    assert "<html" not in response.text
    assert "listings-wished" in response["HX-Trigger"]
    assert "HX-Request" in response["Vary"]


def test_everything_found_asks_first(client, access):
    vehicles = vehicles_of(access, 3)
    other = VehicleFactory(dealer=access.dealer, brand_text="Puma")
    data = {"wanted": "live", "everything": "1"}

    question = client.post("/board/wish/?q=puma", data)
    assert (question.context["number"], question.context["ads"]) == (1, 1)
    assert wishes() == []

    client.post("/board/wish/?q=puma", {**data, "confirmed": "1"})
    assert wishes() == [(other.pk, "live")]
    client.post("/board/wish/", {**data, "confirmed": "1"})
    assert wishes() == [(each.pk, "live") for each in (*vehicles, other)]


@pytest.mark.parametrize(
    "data",
    [
        {"wanted": "live"},
        {"wanted": "gone", "vehicle": "own"},
        {"wanted": "live", "vehicle": "foreign"},
        {"wanted": "live", "vehicle": "x"},
        {"wanted": "live", "vehicle": "own", "access": "foreign"},
    ],
)
def test_a_choice_that_is_not_possible_changes_nothing(client, access, data):
    (own,) = vehicles_of(access, 1)
    foreign = PortalAccessFactory()
    ids = {"own": own.pk, "foreign": VehicleFactory(dealer=foreign.dealer).pk}
    sent = {**data, "vehicle": ids.get(data.get("vehicle", ""), data.get("vehicle", ""))}
    if "access" in data:
        sent["access"] = foreign.pk

    page = client.post("/board/wish/", sent)
    fragment = client.post("/board/wish/", sent, headers=HTMX)

    assert (page.status_code, fragment.status_code) == (302, 422)
    assert len(said(page)) == 1
    assert wishes() == []


def test_the_board_asks_again_only_while_work_is_in_flight(client, access):
    listing = ListingFactory(access=access, live=True)
    assert "every 2s" not in client.get("/board/").text

    Listing.objects.filter(pk=listing.pk).update(due_at=timezone.now())
    assert "every 2s" in client.get("/board/").text

    # Nothing moves at an access that stands still, so nobody watches it.
    access.failure_mode = "credentials"
    access.save()
    assert "every 2s" not in client.get("/board/").text


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", {"live", "reduced", "plate", "bare"}),
        ("live", {"live", "reduced"}),
        ("reduced", {"reduced"}),
        ("problem", {"plate"}),
        ("preflight", {"plate"}),
        ("mapping", set()),
        ("none", {"bare"}),
        ("nonsense", {"live", "reduced", "plate", "bare"}),
    ],
)
def test_filters(client, access, show, expected):
    made = {
        "live": ListingFactory(access=access, live=True).vehicle,
        "reduced": ListingFactory(access=access, live=True, reduced=True).vehicle,
        "plate": ListingFactory(access=access, failure_mode="preflight").vehicle,
        "bare": VehicleFactory(dealer=access.dealer),
    }
    VehicleFactory(dealer=access.dealer, state="sold")

    rows = client.get(f"/board/?show={show}").context["rows"]

    assert {name for name, v in made.items() if v in [r.vehicle for r in rows]} == expected
    assert len(rows) == len(expected)


def test_a_sold_vehicle_stays_while_a_portal_shows_it(client, access):
    listing = ListingFactory(access=access, live=True, vehicle__state="sold")

    rows = client.get("/board/").context["rows"]

    assert [row.vehicle for row in rows] == [listing.vehicle]
    assert rows[0].cells[0].status.code == "withdrawing"


def test_the_counts_add_up(client, access):
    ListingFactory(access=access, live=True, reduced=True)
    ListingFactory(access=access, state="pending")
    ListingFactory(access=access, wanted="paused", state="paused")
    ListingFactory(access=access, state="refused", failure_mode="refused")
    ListingFactory(access=access, failure_mode="mapping")
    ListingFactory(access=access, wanted="absent", failure_mode="mapping")
    ListingFactory(live=True)  # another dealer's

    summary = client.get("/board/").context["summary"]

    counts = (summary.live, summary.reduced, summary.pending, summary.paused, summary.refused)
    assert counts == (1, 1, 1, 1, 1)
    assert [(mode, number) for mode, _label, number in summary.waiting] == [
        ("mapping", 1),
        ("refused", 1),
    ]


def test_problems_and_reductions_are_told_in_words(client, access):
    problem = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
    warning = {"kind": "photo_limit", "asked": 25, "granted": 20, "message": ""}
    ListingFactory(access=access, failure_mode="preflight", problems=[problem])
    ListingFactory(access=access, live=True, reduced=True, warnings=[warning])

    text = client.get("/board/").text

    assert "The portal demands the plate" in text
    assert "25 photos sent, the portal shows 20." in text
    assert "Live, reduced" in text


def test_a_full_page_asks_few_questions(client, access, django_assert_max_num_queries):
    for _each in range(35):
        listing = ListingFactory(access=access, vehicle__complete=True)
        VehiclePhotoFactory(vehicle=listing.vehicle)

    with django_assert_max_num_queries(12):
        response = client.get("/board/")

    assert len(response.context["rows"]) == 30
    assert client.get("/board/?page=2").context["page"].number == 2


def test_without_an_access_the_way_to_one_is_shown():
    vehicle = VehicleFactory()

    assert "Connect a portal" in client_of(vehicle.dealer).get("/board/").text


def test_where_nothing_is_found_nothing_is_offered_to_be_changed(client, access):
    vehicles_of(access)

    assert 'id="bulk"' in client.get("/board/").text
    assert 'id="bulk"' not in client.get("/board/?q=nowhere").text
