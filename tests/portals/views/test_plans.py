"""Plans and highlights: the portal's numbers, who waits, and the rule with its dry run."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portals.models import HighlightRule, Listing
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import (
    HighlightRuleFactory,
    ListingFactory,
    PlanFactory,
    PortalAccessFactory,
    PortalFactory,
)
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db
NOW = timezone.now()
RULE = {"criterion": "price", "keep_days": "7", "is_active": "on"}


@pytest.fixture
def access():
    return PortalAccessFactory(plans_fetched_at=NOW)


@pytest.fixture
def client(access):
    return client_of(access.dealer, role="manager")


@pytest.fixture
def cars(access):
    """Three live ads, each dearer than the one before."""
    PlanFactory(access=access, name="Topo", total=1, fetched_at=NOW)
    return [
        ListingFactory(access=access, live=True, vehicle__price=Decimal(price))
        for price in (20_000, 40_000, 60_000)
    ]


def page(client) -> str:
    """Return the page of plans."""
    answer = client.get("/portals/plans/")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_portals_numbers_are_shown_with_the_difference_to_ours(client, access):
    PlanFactory(
        access=access, name="Topo", total=10, published=8, counted=5, reserved=5, fetched_at=NOW
    )

    text = page(client)

    assert "8 of 10 used" in text
    assert "(80 %)" in text
    assert '<rect class="fill" width="80"' in text
    assert "2 free" in text
    assert "The portal counts 8, we hold 5: 3 were given outside of here." in text
    assert "The portal&#x27;s number decides." in text or "The portal's number decides." in text
    assert '<td class="numeric">8</td><td class="numeric">5</td><td class="numeric">2</td>' in text


def test_ads_without_a_chosen_plan_count_in_the_only_one(client, access):
    PlanFactory(
        access=access, kind="ad", weight=0, name="Ouro", total=10, published=2, fetched_at=NOW
    )
    ListingFactory(access=access, live=True), ListingFactory(access=access, live=True)

    [account] = client.get("/portals/plans/").context["accounts"]

    [line] = account.lines
    assert (line.ours, line.difference, account.loose) == (2, 0, 0)


def test_with_several_plans_they_count_in_none_and_it_is_said(client, access):
    for name in ("Ouro", "Prata"):
        PlanFactory(access=access, kind="ad", weight=0, name=name, published=1, fetched_at=NOW)
    ListingFactory(access=access, live=True)

    [account] = client.get("/portals/plans/").context["accounts"]

    assert [(line.ours, line.difference) for line in account.lines] == [(0, None), (0, None)]
    assert "1 ad on the portal has no chosen plan" in page(client)


def test_who_waits_is_listed_in_the_order_of_asking(client, access):
    plan = PlanFactory(access=access, name="Topo", total=1, published=1, reserved=1, counted=1)
    ListingFactory(access=access, live=True, highlight=1, slot_highlight=plan)
    for number, hours in ((1, 1), (2, 3), (3, 2)):
        ListingFactory(
            access=access,
            live=True,
            highlight=1,
            wished_at=NOW - timedelta(hours=hours),
            vehicle__code=f"FILA-{number}",
        )

    [account] = client.get("/portals/plans/").context["accounts"]

    [line] = account.lines
    assert [each.vehicle.code for each in line.queue] == ["FILA-2", "FILA-3", "FILA-1"]
    assert (line.waiting, line.unseen, line.is_full) == (3, 0, True)


def test_what_is_not_released_and_what_has_no_limit_are_told(client, access):
    PlanFactory(access=access, name="Topo", total=5, released=False)
    PlanFactory(access=access, kind="ad", weight=0, name="Ouro", total=None, published=7)

    text = page(client)

    assert "The portal has not released this one" in text
    assert "7 used, no known limit" in text


def test_only_own_accounts_in_use_are_shown(client, access):
    PlanFactory(access=PortalAccessFactory(), name="Alheio")
    PlanFactory(access=access, name="Velho", retired_at=NOW)

    text = page(client)

    assert "Alheio" not in text
    assert "Velho" not in text
    assert "No plans were read yet." in text


def test_a_store_without_portal_is_led_on():
    client = client_of(DealerFactory())

    assert "No portal is connected yet" in page(client)


def test_a_salesperson_sees_the_plans_and_not_the_rule(access):
    client = client_of(access.dealer, role="salesperson")

    assert f"/portals/{access.pk}/highlights/" not in page(client)
    assert client.get(f"/portals/{access.pk}/highlights/").status_code == 403
    assert client.post(f"/portals/{access.pk}/highlights/", RULE).status_code == 403
    assert client.post(f"/portals/{access.pk}/highlights/run/", RULE).status_code == 403
    assert not HighlightRule.objects.exists()


def test_more_accounts_cost_two_queries_a_plan(access, django_assert_max_num_queries):
    client = client_of(access.dealer)
    for number in range(3):
        other = PortalAccessFactory(
            dealer=access.dealer, portal=PortalFactory(slug=f"p{number}", name=f"P{number}")
        )
        PlanFactory(access=other)
    page(client)

    with django_assert_max_num_queries(6 + 8):
        page(client)


def test_the_dry_run_shows_and_changes_nothing(client, access, cars):
    answer = client.get(f"/portals/{access.pk}/highlights/", {"criterion": "price"})
    tried = client.get(f"/portals/{access.pk}/highlights/", {**RULE, "criterion": "price"})

    assert answer.status_code == 422  # half a form
    assert [line.listing.pk for line in tried.context["gains"]] == [cars[2].pk]
    assert [line.fact for line in tried.context["gains"]] == ["R$\N{NO-BREAK SPACE}60,000.00"]
    assert not HighlightRule.objects.exists()
    assert not Listing.objects.filter(highlight__gt=0).exists()


def test_what_was_seen_is_done(client, access, cars):
    seen = client.get(f"/portals/{access.pk}/highlights/", RULE).context["run"].token

    answer = client.post(f"/portals/{access.pk}/highlights/run/", {**RULE, "token": seen})

    assert answer.url == f"/portals/{access.pk}/highlights/"
    assert said(answer) == ["1 highlight moved."]
    assert list(Listing.objects.filter(highlight=1).values_list("pk", flat=True)) == [cars[2].pk]
    rule = HighlightRule.objects.get()
    assert (rule.criterion, rule.keep_days, rule.is_active) == ("price", 7, True)
    assert "Everything is as the rule wants it." in client.get(answer.url).text


def test_what_has_changed_since_is_told_and_nothing_is_done(client, access, cars):
    address = f"/portals/{access.pk}/highlights/"
    seen = client.get(address, RULE).context["run"].token
    cars[2].vehicle.state = "sold"
    cars[2].vehicle.save()

    answer = client.post(f"{address}run/", {**RULE, "token": seen})

    assert answer.status_code == 409
    assert "Meanwhile something has changed" in answer.text
    assert [line.listing.pk for line in answer.context["gains"]] == [cars[1].pk]
    assert not Listing.objects.filter(highlight__gt=0).exists()
    assert not HighlightRule.objects.exists()
    again = client.post(f"{address}run/", {**RULE, "token": answer.context["run"].token})
    assert again.status_code == 302
    assert list(Listing.objects.filter(highlight=1).values_list("pk", flat=True)) == [cars[1].pk]


def test_a_rule_is_saved_and_shown_with_its_reasons(client, access, cars):
    Listing.objects.filter(pk=cars[0].pk).update(
        highlight=1, highlight_origin="rule", highlighted_at=NOW - timedelta(days=30)
    )

    answer = client.post(f"/portals/{access.pk}/highlights/", RULE)
    text = " ".join(client.get(answer.url).text.split())

    assert said(answer) == ["The rule was saved."]
    assert f"{cars[2].vehicle.code} is clearly ahead." in text
    assert f"Clearly ahead of {cars[0].vehicle.code}." in text
    assert "A highlight is kept for 7 days at least." in text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"criterion": "colour"}, "criterion"),
        ({"criterion": ""}, "criterion"),
        ({"keep_days": "91"}, "keep_days"),
        ({"keep_days": "-1"}, "keep_days"),
        ({"keep_days": "9" * 40}, "keep_days"),
        ({"keep_days": "many"}, "keep_days"),
    ],
)
@pytest.mark.parametrize("path", ["", "run/"])
def test_what_makes_no_sense_is_refused_by_name(client, access, facts, field, path):
    answer = client.post(f"/portals/{access.pk}/highlights/{path}", {**RULE, **facts})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not HighlightRule.objects.exists()


def test_a_portal_without_highlights_says_so(client, access):
    other = PortalAccessFactory(dealer=access.dealer, portal=PortalFactory(slug="olx", name="OLX"))

    shown = client.get(f"/portals/{other.pk}/highlights/")
    refused = client.post(f"/portals/{other.pk}/highlights/", RULE)
    not_run = client.post(f"/portals/{other.pk}/highlights/run/", {**RULE, "token": "x"})

    assert "This portal has no highlights that we can give." in shown.text
    assert (refused.status_code, not_run.status_code) == (422, 422)
    assert not HighlightRule.objects.exists()


def test_another_dealers_rule_is_not_found(client):
    theirs = HighlightRuleFactory()

    assert client.get(f"/portals/{theirs.access_id}/highlights/").status_code == 404
    assert client.post(f"/portals/{theirs.access_id}/highlights/", RULE).status_code == 404
    assert client.post(f"/portals/{theirs.access_id}/highlights/run/", RULE).status_code == 404


# -- on the board --------------------------------------------------------------------------------
@pytest.fixture
def ouro(access):
    return PlanFactory(access=access, kind="ad", weight=0, name="Ouro")


def choose(client, access, vehicle, **facts):
    """Choose plan and highlight in a cell of the board."""
    data = {"wanted": "live", "vehicle": vehicle.pk, "access": access.pk, **facts}
    return client.post("/board/wish/", data)


def test_plan_and_highlight_are_chosen_in_the_cell(client, access, ouro):
    vehicle = VehicleFactory(dealer=access.dealer)

    answer = choose(client, access, vehicle, plan=ouro.pk, highlight="2")

    assert said(answer) == ["Noted. The portal is being told."]
    row = Listing.objects.get()
    assert (row.wanted, row.plan, row.highlight, row.highlight_origin) == ("live", ouro, 2, "hand")
    text = client.get("/board/").text
    assert f'<option value="{ouro.pk}" selected>Ouro</option>' in text
    assert '<option value="2" selected>' in text


def test_the_other_buttons_of_a_cell_leave_plan_and_highlight_alone(client, access, ouro):
    vehicle = VehicleFactory(dealer=access.dealer)
    choose(client, access, vehicle, plan=ouro.pk, highlight="2")

    choose(client, access, vehicle, wanted="paused")

    row = Listing.objects.get()
    assert (row.wanted, row.plan, row.highlight) == ("paused", ouro, 2)


@pytest.mark.parametrize("facts", [{"highlight": "9"}, {"plan": "0"}, {"highlight": "rule"}])
def test_what_is_not_on_offer_is_refused(client, access, ouro, facts):
    theirs = PlanFactory(kind="ad")
    vehicle = VehicleFactory(dealer=access.dealer)

    for data in (facts, {"plan": theirs.pk}):
        assert said(choose(client, access, vehicle, **data)) == ["That choice is not possible."]
    assert not Listing.objects.exists()


def test_an_ad_is_given_back_to_the_rule_in_the_cell(client, access, cars):
    HighlightRuleFactory(access=access)
    choose(client, access, cars[0].vehicle, highlight="1")

    choose(client, access, cars[0].vehicle, highlight="rule")

    row = Listing.objects.get(pk=cars[0].pk)
    assert (row.highlight, row.highlight_origin) == (0, "")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("not_released", "not released for the account"),
        ("quota_used_up", "quota used up: waits for the next free slot"),
    ],
)
@pytest.mark.parametrize("address", ["/board/", "/stock/{}/ads/"])
def test_asked_and_granted_stand_side_by_side(client, access, cars, message, words, address):
    warning = {"kind": "highlight_denied", "asked": 1, "granted": 0, "message": message}
    row = cars[0]
    Listing.objects.filter(pk=row.pk).update(highlight=1, reduced=True, warnings=[warning])

    text = client.get(address.format(row.vehicle_id), headers=HTMX).text

    assert "<dt>Highlight asked</dt><dd>Topo</dd>" in text
    assert f"<dt>Highlight granted</dt><dd><strong>none</strong>: {words}</dd>" in text


def test_the_board_costs_no_more_for_its_choices(client, access, ouro, django_assert_num_queries):
    ListingFactory(access=access, live=True, highlight=1)
    client.get("/board/", headers=HTMX)
    with CaptureQueriesContext(connection) as few:
        client.get("/board/", headers=HTMX)
    for _ in range(5):
        ListingFactory(access=access, live=True, highlight=1, plan=ouro)

    with django_assert_num_queries(len(few)):
        client.get("/board/", headers=HTMX)
    assert len(few) <= 12
