"""Every filter of the stock list, what it says of bad input, and what a person keeps of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from accounts.models.dealer import Role
from office.forms import StockFilterForm
from office.models import SavedFilter
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory
from tests.factories.inventory import VehicleFactory, VersionFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import HTMX, client_of, goes_to, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


def codes(response) -> list[str]:
    """Return the stock codes on the page, sorted."""
    return sorted(row.vehicle.code for row in response.context["page"].rows)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ads=live", ["live", "outdated"]),
        ("ads=pending", ["pending"]),
        ("ads=refused", ["outdated", "refused"]),
        ("ads=reduced", ["live"]),
        ("ads=missing", ["pending", "refused"]),
        ("ads=none", ["bare", "withdrawn"]),
        ("portal=usadosbr", ["live", "outdated", "pending", "refused"]),
        ("ads=live&portal=usadosbr", ["live", "outdated"]),
        ("ads=live&portal=nowhere", ["live", "outdated"]),
    ],
)
def test_ads_are_found_by_how_they_stand(client, dealer, query, expected):
    access = PortalAccessFactory(dealer=dealer)
    ads: dict[str, dict[str, Any]] = {
        "live": {"live": True, "reduced": True},
        "outdated": {"live": True, "failure_mode": "transient"},
        "pending": {"state": "pending"},
        "refused": {"state": "refused"},
        "withdrawn": {"wanted": "absent", "failure_mode": "refused"},
    }
    for code, ad in ads.items():
        ListingFactory(access=access, vehicle=VehicleFactory(dealer=dealer, code=code), **ad)
    VehicleFactory(dealer=dealer, code="bare")
    ListingFactory(live=True, vehicle__code="foreign")

    assert codes(client.get(f"/stock/?{query}")) == expected


def test_ads_of_a_portal_that_was_switched_off_do_not_count(client, dealer):
    access = PortalAccessFactory(dealer=dealer, is_active=False)
    ListingFactory(access=access, live=True, vehicle__code="off")

    assert codes(client.get("/stock/?ads=live")) == []
    assert codes(client.get("/stock/?ads=none")) == ["off"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("price_from=60", ["dear"]),
        ("price_to=60", ["cheap", "cut"]),
        ("price_from=50&price_to=50", ["cut"]),
        ("price_from=5O", ["cheap", "cut", "dear", "none"]),
        ("price_from=-1", ["cheap", "cut", "dear", "none"]),
        ("price_from=80&price_to=10", ["dear"]),
    ],
)
def test_prices_are_those_that_buyers_see(client, dealer, query, expected):
    VehicleFactory(dealer=dealer, code="cheap", price=10)
    VehicleFactory(dealer=dealer, code="cut", price=90, promotional_price=50)
    VehicleFactory(dealer=dealer, code="dear", price=80)
    VehicleFactory(dealer=dealer, code="none", price=None)

    assert codes(client.get(f"/stock/?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("days_from=10", ["d10", "d11"]),
        ("days_to=9", ["d0"]),
        ("days_from=10&days_to=10", ["d10"]),
        ("state=all&days_from=4&days_to=4", ["sold4"]),
        ("state=sold&days_from=5", []),
        ("days_from=99999999", ["d0", "d10", "d11", "never"]),
    ],
)
def test_days_end_with_the_sale(client, dealer, query, expected):
    now = timezone.now()
    for days in (0, 10, 11):
        at = now - timedelta(days=days, hours=1)
        VehicleFactory(dealer=dealer, code=f"d{days}", available_at=at)
    VehicleFactory(dealer=dealer, code="never", available_at=None)
    VehicleFactory(
        dealer=dealer,
        code="sold4",
        state="sold",
        available_at=now - timedelta(days=30),
        sold_at=now - timedelta(days=25, hours=12),
    )

    assert codes(client.get(f"/stock/?{query}")) == expected


def test_a_brand_is_that_of_the_catalogue_or_as_written(client, dealer):
    placed = VehicleFactory(dealer=dealer, code="placed", version=VersionFactory())
    name = placed.version.model.brand.name
    VehicleFactory(dealer=dealer, code="written", brand_text=name.upper())
    VehicleFactory(dealer=dealer, code="other", brand_text="Randon")
    VehicleFactory(brand_text="Foreign")

    found = client.get("/stock/", {"brand": name})

    offered = [label for _value, label in found.context["form"].fields["brand"].widget.choices]
    assert codes(found) == ["placed", "written"]
    assert {name.casefold(), "randon"} == {each.casefold() for each in offered[1:]}
    assert codes(client.get("/stock/?brand=nonesuch")) == []


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("price_from=abc", "Price from"),
        ("price_to=NaN", "Price up to"),
        ("days_from=1.5", "Days in stock from"),
        ("days_from=9&days_to=8", "Days in stock up to"),
        ("state=flying", "State"),
        ("ads=gone", "Ads"),
        ("portal=nowhere", "Portal"),
        ("category=9", "Kind"),
        ("q=a%00b", "Search"),
        ("sort=random", "Order"),
    ],
)
def test_what_is_not_understood_is_said_and_left_out(client, dealer, query, label):
    VehicleFactory(dealer=dealer, code="here")

    for headers in ({}, HTMX):
        found = client.get(f"/stock/?{query}", headers=headers)

        assert codes(found) == ["here"] or "days_from=9" in query
        assert f">{label}</a>:" in found.text


def test_each_filter_can_be_taken_off_alone_and_all_at_once(client, dealer):
    found = client.get("/stock/?q=onix&price_from=50000.00&state=reserved&sort=cheap&evil=1")

    chips = {str(each.label): each for each in found.context["restrictions"]}
    assert {label: str(chip.text) for label, chip in chips.items()} == {
        "Search": "onix",
        "State": "Reserved",
        "Price from": "50,000",
    }
    assert parse_qs(chips["State"].without) == {
        "q": ["onix"],
        "price_from": ["50000"],
        "sort": ["cheap"],
    }
    assert "Clear all" in found.text
    assert "Clear all" not in client.get("/stock/?sort=cheap").text


@pytest.mark.parametrize(("language", "typed"), [("pt-br", "50.000,00"), ("en", "50,000.00")])
def test_a_kept_amount_reads_the_same_in_every_language(language, typed):
    with translation.override(language):
        query = StockFilterForm(QueryDict(urlencode({"price_from": typed}))).query()

    for other in ("pt-br", "en"):
        with translation.override(other):
            assert StockFilterForm(QueryDict(query)).chosen().price_from == 50_000


def test_the_address_follows_the_filter(client, dealer):
    found = client.get("/stock/?q=onix&state=&sort=recent&price_from=abc", headers=HTMX)

    assert found["HX-Push-Url"] == "/stock/?q=onix"
    assert client.get("/stock/?q=", headers=HTMX)["HX-Push-Url"] == "/stock/"
    restored = client.get("/stock/?q=onix", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_nothing_yet_and_nothing_found_are_two_things(client, dealer):
    assert "No vehicle in stock yet" in client.get("/stock/").text
    VehicleFactory(dealer=dealer)

    assert "Clear all filters" in client.get("/stock/?q=zzz").text


def test_pages_keep_the_filter(client, dealer):
    for _each in range(101):
        VehicleFactory(dealer=dealer, brand_text="Onix")
    met, where = [], "/stock/?q=onix&sort=oldest"
    while where:
        page = client.get(where)
        met += codes(page)
        nexts = page.context["page"].after
        where = f"/stock/?{page.context['query']}&after={nexts}" if nexts else ""
        assert not nexts or f"q=onix&amp;sort=oldest&amp;after={nexts}" in page.text

    assert len(met) == len(set(met)) == 101
    assert "101 vehicles" in page.text


def test_a_count_ends_where_it_says_enough(client, dealer, monkeypatch):
    monkeypatch.setattr("office.selectors.stock_rows.MOST_COUNTED", 51)
    for _each in range(53):
        VehicleFactory(dealer=dealer)

    assert "More than 51 vehicles" in client.get("/stock/").text


def test_a_filter_is_kept_shown_and_forgotten(client, dealer):
    answer = client.post(
        "/stock/filters/", {"name": "Old", "query": "days_from=60&evil=1&price_from=abc"}
    )

    assert goes_to(answer) == "/stock/?days_from=60"
    assert said(answer) == ["The filter is saved."]
    (saved,) = SavedFilter.objects.all()
    assert (saved.name, saved.query) == ("Old", "days_from=60")
    shown = client.get("/stock/?days_from=60")
    assert 'href="/stock/?days_from=60" aria-current="page">Old</a>' in shown.text
    client.post("/stock/filters/", {"name": "Older", "query": saved.query, "saved": saved.pk})
    saved.refresh_from_db()
    assert saved.name == "Older"

    assert goes_to(client.post(f"/stock/filters/{saved.pk}/delete/")) == "/stock/?days_from=60"
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "A", "query": ""}, "No filter is set: there is nothing to save."),
        ({"name": "", "query": "q=a"}, "Name of the filter: This field is required."),
        ({"name": "x" * 41, "query": "q=a"}, "Name of the filter: Ensure"),
        ({"name": "a\x00b", "query": "q=a"}, "Name of the filter: Null"),
        ({"name": "A", "query": "\udc80=1&q=%00"}, "No filter is set"),
    ],
)
def test_what_cannot_be_kept_is_said(client, dealer, body, message):
    kind = "application/x-www-form-urlencoded"
    sent = urlencode(body, errors="surrogateescape")
    answer = client.post("/stock/filters/", sent, content_type=kind)

    assert said(answer)[0].startswith(message)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("whose", ["other dealer", "colleague", "own at another dealer", "nobody"])
def test_a_filter_of_anybody_else_is_not_there(client, dealer, whose):
    user = int(client.session["_auth_user_id"])
    others = {
        "other dealer": lambda: (MembershipFactory().dealer, UserFactory().pk),
        "colleague": lambda: (dealer, MembershipFactory(dealer=dealer).user_id),
        "own at another dealer": lambda: (DealerFactory(name="zzz"), user),
        "nobody": lambda: None,
    }
    owner = others[whose]()
    pk = 10**9
    if owner:
        pk = SavedFilter.objects.create(
            dealer=owner[0], user_id=owner[1], name="Secret", query="q=x"
        ).pk

    answers = [
        client.post(f"/stock/filters/{pk}/delete/"),
        client.post("/stock/filters/", {"name": "Mine", "query": "q=y", "saved": pk}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["Secret"] * bool(owner)
    assert "Secret" not in client.get("/stock/").text


def test_columns_are_a_persons_own(client, dealer):
    VehicleFactory(dealer=dealer, mileage=45_000, plate="ABC1D23")
    colleague = client_of(dealer, Role.SALESPERSON)

    answer = client.post("/stock/columns/", {"columns": ["photos"], "query": "q=abc&evil=1"})

    assert goes_to(answer) == "/stock/?q=abc"
    mine, theirs = client.get("/stock/").text, colleague.get("/stock/").text
    assert "45,000" not in mine
    assert "45,000" in theirs
    assert "ABC1D23" not in mine
    assert 'class="stock-photos none"' in mine
    client.post("/stock/columns/", {})
    assert 'class="stock-photos' not in client.get("/stock/").text


def test_a_column_that_is_none_changes_nothing(client, dealer):
    client.post("/stock/columns/", {"columns": ["days"]})

    answer = client.post("/stock/columns/", {"columns": ["photos", "cost"]})

    assert said(answer)[0].startswith("Columns: Select a valid choice.")
    assert urlsplit(goes_to(answer)).path == "/stock/"
    assert 'class="stock-photos' not in client.get("/stock/").text


@pytest.mark.parametrize(("days", "tone"), [(59, ""), (60, "warn"), (89, "warn"), (90, "bad")])
def test_long_in_stock_is_coloured(client, dealer, days, tone):
    at = timezone.now() - timedelta(days=days, hours=1)
    VehicleFactory(dealer=dealer, available_at=at)

    found = client.get("/stock/")

    assert f'<span class="badge {tone}">{days} days</span>' in found.text


def test_each_row_can_be_selected_by_name(client, dealer):
    car = VehicleFactory(dealer=dealer, code="c-1", brand_text="Onix")

    text = client.get("/stock/").text

    assert f'<input type="checkbox" form="bulk" name="vehicle" value="{car.pk}">' in text
    assert "Select Onix, c-1" in text
    assert "data-with-script hidden" in text
