"""Highlights by a rule: a run does what the dry run says, or nothing; the engine carries it out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import ReferencePrice
from inventory.services import sales
from portals import tasks
from portals.connectors import registry
from portals.models import HighlightRule, Listing, PortalAccess
from portals.models.highlight_rule import Criterion
from portals.services import highlight_rules
from portals.services.drain import drain_access
from portals.services.highlight_rules import dry_run, rules_due, run_rule, save_rule
from portals.services.publish import BY_RULE, set_wish
from tests.factories.inventory import VersionFactory
from tests.factories.leads import LeadFactory
from tests.factories.portals import HighlightRuleFactory, ListingFactory, PlanFactory
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal

BY = By(source="web")


@pytest.fixture
def plan(access):
    """Two highlights of weight 1."""
    return PlanFactory(access=access, total=2)


@pytest.fixture
def rule(access, plan):
    """The dearest get them; what the account holds was read."""
    PortalAccess.objects.filter(pk=access.pk).update(plans_fetched_at=timezone.now())
    return HighlightRuleFactory(access=access, criterion="price")


@pytest.fixture
def cars(access):
    """Four live ads, each dearer than the one before."""
    return [
        ListingFactory(access=access, live=True, vehicle__price=Decimal(price))
        for price in (20_000, 40_000, 60_000, 80_000)
    ]


def lit() -> dict[int, tuple[int, str]]:
    """Return highlight and who gave it, of every ad that has one."""
    rows = Listing.objects.filter(highlight__gt=0).values_list(
        "pk", "highlight", "highlight_origin"
    )
    return {pk: (highlight, origin) for pk, highlight, origin in rows}


def gains(rule: HighlightRule) -> list[int]:
    """Return who would get a highlight now, the best first."""
    found = dry_run(rule, now=timezone.now())
    return [seat.candidate.listing_id for seat in found.plan.gains]


def test_a_run_does_what_the_dry_run_said(rule, cars):
    now = timezone.now()
    seen = dry_run(rule, now=now)
    assert lit() == {}

    ran = run_rule(rule.pk, token=seen.token, by=BY, now=now)

    assert ran.done
    assert ran.marked.access_ids == {rule.access_id}
    assert lit() == {cars[3].pk: (1, "rule"), cars[2].pk: (1, "rule")}
    due = Listing.objects.filter(due_at__isnull=False)
    assert set(due.values_list("pk", flat=True)) == set(lit())
    changes = Change.objects.filter(action="listing.highlighted").order_by("subject_id")
    assert [change.after for change in changes] == [
        {"highlight": 1, "why": "highlight_free"},
        {"highlight": 1, "why": "highlight_free"},
    ]
    rule.refresh_from_db()
    assert (rule.ran_at, rule.due_at) == (now, now + timedelta(days=1))


def test_a_second_run_changes_nothing(rule, cars):
    run_rule(rule.pk, token=None, by=BY, now=timezone.now())
    before, changes = list(Listing.objects.values()), Change.objects.count()

    again = run_rule(rule.pk, token=None, by=BY, now=timezone.now())

    assert again.dry_run.moves == []
    assert list(Listing.objects.values()) == before
    assert Change.objects.count() == changes


def test_if_the_world_has_changed_nothing_is_done_and_the_new_dry_run_is_shown(rule, cars):
    seen = dry_run(rule, now=timezone.now())
    cars[3].vehicle.state = "sold"
    cars[3].vehicle.save()

    ran = run_rule(rule.pk, token=seen.token, by=BY, now=timezone.now())

    assert not ran.done
    assert lit() == {}
    assert not Change.objects.filter(action="listing.highlighted").exists()
    assert [seat.candidate.listing_id for seat in ran.dry_run.plan.gains] == [
        cars[2].pk,
        cars[1].pk,
    ]


def test_a_person_who_is_faster_with_one_of_the_ads_wins(rule, cars, monkeypatch):
    original = highlight_rules.dry_run

    def and_then_a_person(rule, *, now):
        found = original(rule, now=now)
        monkeypatch.setattr(highlight_rules, "dry_run", original)
        Listing.objects.filter(pk=cars[3].pk).update(highlight_origin="hand")
        return found

    monkeypatch.setattr(highlight_rules, "dry_run", and_then_a_person)
    ran = run_rule(rule.pk, token=None, by=BY, now=timezone.now())

    assert not ran.done
    assert lit() == {}


def test_the_engine_swaps_them_without_overrunning(rule, cars, access, plan, fake):
    for row in cars:
        fake.add(row.vehicle.code, 1, {"active": True, "highlight": 0})
        Listing.objects.filter(pk=row.pk).update(remote_id=fake.ads[-1].remote_id)
    long_ago = timezone.now() - timedelta(days=30)
    for row in cars[:2]:  # the cheapest have had them for long
        Listing.objects.filter(pk=row.pk).update(
            highlight=1, highlight_origin="rule", highlighted_at=long_ago, slot_highlight=plan
        )
    plan.reserved = plan.counted = plan.published = 2
    plan.save()

    ran = run_rule(rule.pk, token=None, by=BY, now=timezone.now())
    assert [seat.candidate.listing_id for seat in ran.dry_run.plan.losses] == [
        cars[1].pk,
        cars[0].pk,
    ]
    for _ in range(3):
        drain_access(access.pk)

    plan.refresh_from_db()
    assert plan.reserved == 2
    shown = {ad.reference: ad.body["highlight"] for ad in fake.ads}
    assert shown == {row.vehicle.code: int(row.pk in lit()) for row in cars}
    assert set(Listing.objects.filter(slot_highlight=plan).values_list("pk", flat=True)) == {
        cars[2].pk,
        cars[3].pk,
    }
    unlit = Listing.objects.get(pk=cars[0].pk)
    assert (unlit.highlight_origin, unlit.highlighted_at) == ("", None)
    assert unlit.unlit_at is not None


def test_what_is_sold_gives_its_slot_back_at_once_and_the_rule_gives_it_on(
    rule, cars, access, plan, fake
):
    for row in cars:
        fake.add(row.vehicle.code, 1, {"active": True, "highlight": 0})
        Listing.objects.filter(pk=row.pk).update(remote_id=fake.ads[-1].remote_id)
    run_rule(rule.pk, token=None, by=BY, now=timezone.now())
    drain_access(access.pk)
    cars[3].vehicle.refresh_from_db()
    sales.create_contract(cars[3].vehicle_id, dealer=access.dealer, by=BY)

    drain_access(access.pk)

    plan.refresh_from_db()
    assert plan.reserved == 1
    assert list(rules_due(now=timezone.now())) == [rule.pk]
    assert tasks.run_highlight_rules() == "1 rules"
    assert tasks.run_highlight_rule(rule.pk).endswith("2 highlights moved")
    assert lit() == {cars[2].pk: (1, "rule"), cars[1].pk: (1, "rule")}


def test_by_hand_is_never_taken_away_and_comes_first(rule, cars, access):
    for row in cars[:1]:
        set_wish(access=access, vehicle_ids=[row.vehicle_id], wanted="live", highlight=1, by=BY)

    run_rule(rule.pk, token=None, by=BY, now=timezone.now() + timedelta(days=400))

    assert lit() == {cars[0].pk: (1, "hand"), cars[3].pk: (1, "rule")}


def test_a_highlight_from_before_there_were_rules_counts_as_by_hand(rule, cars):
    Listing.objects.filter(pk=cars[0].pk).update(highlight=1)

    run_rule(rule.pk, token=None, by=BY, now=timezone.now())

    assert lit()[cars[0].pk] == (1, "")


def test_what_a_person_takes_away_the_rule_gives_not_again_before_it_is_given_back(
    rule, cars, access
):
    run_rule(rule.pk, token=None, by=BY, now=timezone.now())
    wish = {"access": access, "vehicle_ids": [cars[3].vehicle_id], "wanted": "live", "by": BY}
    set_wish(highlight=0, **wish)
    rule.refresh_from_db()
    assert rule.due_at <= timezone.now()

    run_rule(rule.pk, token=None, by=BY, now=timezone.now())
    assert set(lit()) == {cars[2].pk, cars[1].pk}

    set_wish(highlight=BY_RULE, **wish)
    later = timezone.now() + timedelta(days=8)
    run_rule(rule.pk, token=None, by=BY, now=later)
    assert set(lit()) == {cars[3].pk, cars[2].pk}


def test_what_the_rule_gave_can_be_kept_by_hand(rule, cars, access):
    run_rule(rule.pk, token=None, by=BY, now=timezone.now())

    set_wish(access=access, vehicle_ids=[cars[3].vehicle_id], wanted="live", highlight=1, by=BY)

    assert lit()[cars[3].pk] == (1, "hand")


def test_without_a_rule_the_same_highlight_said_again_changes_nothing(access, cars):
    wish = {"access": access, "vehicle_ids": [cars[0].vehicle_id], "wanted": "live", "by": BY}
    assert set_wish(highlight=1, **wish).changed == 1

    assert set_wish(highlight=1, **wish).changed == 0
    assert set_wish(highlight=0, **wish).changed == 1
    assert set_wish(highlight=0, **wish).changed == 0


def test_what_the_portal_counts_beyond_ours_is_not_ours_to_give(rule, cars, plan):
    plan.published = 1  # one given at the portal itself
    plan.save()

    assert gains(rule) == [cars[3].pk]


@pytest.mark.parametrize("columns", [{"released": False}, {"total": None}])
def test_what_is_not_released_or_of_unknown_number_is_not_given(rule, cars, plan, columns):
    for name, value in columns.items():
        setattr(plan, name, value)
    plan.save()

    assert gains(rule) == []


def test_two_of_usadosbr_before_one(rule, cars, access):
    PlanFactory(access=access, weight=2, total=1)

    run_rule(rule.pk, token=None, by=BY, now=timezone.now())

    assert {pk: weight for pk, (weight, _) in lit().items()} == {
        cars[3].pk: 2,
        cars[2].pk: 1,
        cars[1].pk: 1,
    }


@pytest.mark.parametrize("criterion", Criterion.values)
def test_each_criterion_ranks_as_it_says(access, cars, plan, criterion):
    now = timezone.now()
    version = VersionFactory()
    for number, row in enumerate(cars):
        car = row.vehicle
        car.available_at = now - timedelta(days=10 * number)
        car.cost = car.price - 1000 * (number + 1)
        car.version, car.year_model, car.price = version, 2020 + number, Decimal(50_000)
        car.cost = car.price - 1000 * (number + 1)
        car.promotional_price = Decimal(40_000 + 1000 * number) if criterion == "price" else None
        car.save()
        ReferencePrice.objects.create(
            version=version,
            model_year=2020 + number,
            fuel="Flex",
            price=Decimal(50_000 + 5_000 * number),
            month=now.date().replace(day=1),
        )
        for _ in range(3 - number):
            LeadFactory(
                dealer=access.dealer,
                vehicle=car,
                source=access.portal.slug,
                received_at=now - timedelta(days=3),
            )
        LeadFactory(dealer=access.dealer, vehicle=car, source="elsewhere", received_at=now)
    rule = HighlightRuleFactory(access=access, criterion=criterion)

    best = [cars[3].pk, cars[2].pk]
    assert gains(rule) == ([cars[0].pk, cars[1].pk] if criterion == "newest" else best)


def test_what_is_held_back_by_a_problem_gets_none(rule, cars):
    Listing.objects.filter(pk=cars[3].pk).update(state="absent", failure_mode="preflight")
    Listing.objects.filter(pk=cars[2].pk).update(wanted="paused")

    assert gains(rule) == [cars[1].pk, cars[0].pk]


def test_a_rule_is_chosen_with_a_trace_and_runs_from_tomorrow(access, plan):
    rule = save_rule(access=access, criterion="margin", keep_days=3, is_active=True, by=BY)
    same = save_rule(access=access, criterion="margin", keep_days=3, is_active=True, by=BY)

    assert same.pk == rule.pk
    change = Change.objects.get(action="highlight_rule.saved")
    assert change.after == {"criterion": "margin", "keep_days": 3, "is_active": True}
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert list(rules_due(now=tomorrow)) == []  # nothing is known of a new account yet
    PortalAccess.objects.filter(pk=access.pk).update(plans_fetched_at=timezone.now())
    assert list(rules_due(now=timezone.now())) == []
    assert list(rules_due(now=tomorrow)) == [rule.pk]
    save_rule(access=access, criterion="margin", keep_days=3, is_active=False, by=BY)
    assert list(rules_due(now=timezone.now() + timedelta(days=2))) == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"criterion": "colour"}, "criterion"), ({"keep_days": 91}, "keep_days")],
)
def test_a_rule_that_makes_no_sense_is_refused(access, facts, field):
    wish = {"criterion": "price", "keep_days": 7, "is_active": True, **facts}

    with pytest.raises(ValidationError) as caught:
        save_rule(access=access, by=BY, **wish)

    assert list(caught.value.message_dict) == [field]
    assert not HighlightRule.objects.exists()


def test_a_portal_without_highlights_has_no_rule(access, monkeypatch):
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(FakePortal(), highlights=()))

    with pytest.raises(ValidationError):
        save_rule(access=access, criterion="price", keep_days=7, is_active=True, by=BY)


def test_a_rule_of_an_access_out_of_use_does_not_run(rule, access):
    HighlightRule.objects.update(due_at=timezone.now())
    PortalAccess.objects.filter(pk=access.pk).update(is_active=False)

    assert list(rules_due(now=timezone.now())) == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 9),  # price
            st.sampled_from([0, 0, 1, 2]),  # highlight
            st.sampled_from(["", "hand", "rule"]),
            st.sampled_from(["available", "available", "sold", "in_preparation"]),
            st.sampled_from(["live", "live", "paused"]),
        ),
        max_size=8,
    ),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(Criterion.values),
)
def test_whatever_the_stock_what_is_done_is_the_dry_run(access, ads, ones, twos, criterion):
    Listing.objects.all().delete()
    access.plans.all().delete()
    HighlightRule.objects.all().delete()
    for weight, total in ((1, ones), (2, twos)):
        PlanFactory(access=access, weight=weight, total=total)
    for price, highlight, origin, state, wanted in ads:
        ListingFactory(
            access=access,
            live=True,
            wanted=wanted,
            highlight=highlight,
            highlight_origin=origin if highlight or origin != "rule" else "",
            vehicle__state=state,
            vehicle__price=Decimal(price * 10_000),
        )
    rule, now = HighlightRuleFactory(access=access, criterion=criterion), timezone.now()
    seen = dry_run(rule, now=now)

    assert run_rule(rule.pk, token=seen.token, by=BY, now=now).done

    expected = {seat.candidate.listing_id: seat.after for seat in seen.plan.seats}
    stored = dict(Listing.objects.values_list("pk", "highlight"))
    assert {pk: stored[pk] for pk in expected} == expected
    assert dry_run(rule, now=now).moves == []
