"""Who gets a highlight by a rule: never more than there are, nothing by hand lost, no flapping."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portals.services.highlight_plan import (
    STEPS,
    Candidate,
    HighlightPlan,
    Why,
    plan_highlights,
)


def car(number: int, score: float | None, **facts: object) -> Candidate:
    """Make an ad with a score."""
    return Candidate(listing_id=number, score=score, **facts)  # type: ignore[arg-type]


def planned(*ads: Candidate, keep_days: float = 7, criterion: str = "oldest", **slots: int):
    """Plan with slots given as w1=…, w2=…."""
    room = {int(name[1:]): number for name, number in slots.items()}
    return plan_highlights(ads, room, criterion=criterion, keep_days=keep_days)


def after(plan: HighlightPlan) -> dict[int, int]:
    """Return who has which weight afterwards."""
    return {seat.candidate.listing_id: seat.after for seat in plan.seats if seat.after}


def why(plan: HighlightPlan) -> dict[int, Why]:
    """Return the reason of every ad."""
    return {seat.candidate.listing_id: seat.why for seat in plan.seats}


def test_the_best_get_the_highest_weight_first() -> None:
    plan = planned(car(1, 10), car(2, 40), car(3, 30), car(4, 20), w1=2, w2=1)

    assert after(plan) == {2: 2, 3: 1, 4: 1}
    assert [seat.candidate.listing_id for seat in plan.gains] == [2, 3, 4]
    assert why(plan) == {2: Why.FREE, 3: Why.FREE, 4: Why.FREE, 1: Why.BEHIND}


def test_equals_go_by_id_however_they_are_given() -> None:
    ads = [car(number, 5) for number in (7, 3, 9, 1)]

    assert after(planned(*ads, w1=2)) == after(planned(*reversed(ads), w1=2)) == {1: 1, 3: 1}


def test_what_is_by_hand_stays_and_takes_its_slot_first() -> None:
    ads = [car(1, 0, highlight=1, by_hand=True), car(2, 90), car(3, 80)]

    plan = planned(*ads, w1=2)

    assert after(plan) == {1: 1, 2: 1}
    assert why(plan)[1] == Why.BY_HAND


def test_more_by_hand_than_slots_leave_the_rule_none_and_lose_nothing() -> None:
    ads = [car(n, 0, highlight=1, by_hand=True) for n in (1, 2)] + [car(3, 90)]

    assert after(planned(*ads, w1=1)) == {1: 1, 2: 1}


def test_where_a_person_chose_none_the_rule_gives_none() -> None:
    plan = planned(car(1, 90, by_hand=True), car(2, 1), w1=1)

    assert after(plan) == {2: 1}
    assert why(plan)[1] == Why.LEFT_OUT


@pytest.mark.parametrize(
    ("days", "lead", "winner", "reason"),
    [
        (8, 7, 2, Why.BEATEN),  # long enough in it, and clearly beaten
        (8, 6.9, 1, Why.BEST),  # not clearly
        (6.9, 50, 1, Why.YOUNG),  # clearly, but too early
    ],
)
def test_who_has_it_loses_it_late_and_only_to_one_clearly_ahead(
    days: float, lead: float, winner: int, reason: Why
) -> None:
    plan = planned(car(1, 20, highlight=1, days=days), car(2, 20 + lead), w1=1)

    assert after(plan) == {winner: 1}
    assert why(plan)[1] == reason
    if winner == 2:
        assert [(seat.candidate.listing_id, seat.other) for seat in plan.losses] == [(1, 2)]


def test_an_amount_must_be_beaten_by_its_share() -> None:
    holder = car(1, 100_000, highlight=1, days=30)

    assert after(planned(holder, car(2, 104_999), w1=1, criterion="price")) == {1: 1}
    assert after(planned(holder, car(2, 105_000), w1=1, criterion="price")) == {2: 1}


def test_what_is_not_shown_any_more_loses_it_at_once() -> None:
    plan = planned(car(1, 90, highlight=1, shown=False), car(2, 1), w1=1)

    assert after(plan) == {2: 1}
    assert why(plan) == {1: Why.GONE, 2: Why.FREE}


def test_with_fewer_slots_the_worst_go_and_the_new_ones_last() -> None:
    ads = [
        car(1, 50, highlight=1, days=9),
        car(2, 40, highlight=1, days=9),
        car(3, 10, highlight=1, days=1),
    ]

    plan = planned(*ads, w1=2)

    assert after(plan) == {1: 1, 3: 1}
    assert why(plan)[2] == Why.NO_ROOM


def test_of_a_weight_no_longer_sold_nothing_stays() -> None:
    plan = planned(car(1, 50, highlight=2, days=9), w1=0)

    assert after(plan) == {}
    assert why(plan)[1] == Why.NO_ROOM


def test_who_is_beaten_at_the_top_may_get_the_lower_weight() -> None:
    ads = [car(1, 20, highlight=2, days=9), car(2, 60), car(3, 5)]

    plan = planned(*ads, w1=1, w2=1)

    assert after(plan) == {2: 2, 1: 1}
    assert [seat.candidate.listing_id for seat in plan.losses] == [1]


def test_without_anything_to_go_by_none_is_given_and_the_holder_is_the_first_to_lose() -> None:
    ads = [car(1, None, highlight=1, days=9), car(2, None), car(3, 1)]

    plan = planned(*ads, w1=1)

    assert after(plan) == {3: 1}
    assert why(plan) == {3: Why.BETTER, 1: Why.BEATEN, 2: Why.NO_DATA}


def test_the_token_is_that_of_what_would_be_done() -> None:
    ads = [car(1, 20), car(2, 10)]
    older = [replace(ad, score=(ad.score or 0) + 5) for ad in ads]

    assert planned(*ads, w1=1).token == planned(*older, w1=1).token
    assert planned(*ads, w1=1).token != planned(*ads, w1=2).token
    assert planned(*ads, w1=1).token != planned(*ads, w1=1, keep_days=8).token


SCORES = st.none() | st.integers(-5, 30).map(float) | st.floats(-1e5, 1e5, allow_nan=False)


@st.composite
def stocks(draw: st.DrawFn) -> list[Candidate]:
    """Draw the ads of an account."""
    return [
        Candidate(
            listing_id=number,
            score=draw(SCORES),
            highlight=draw(st.sampled_from([0, 0, 1, 2, 3])),
            by_hand=draw(st.booleans()),
            shown=draw(st.sampled_from([True, True, True, False])),
            days=draw(st.floats(0, 30)),
        )
        for number in range(draw(st.integers(0, 14)))
    ]


@settings(max_examples=400, deadline=None)
@given(
    stocks(),
    st.dictionaries(st.sampled_from([1, 2]), st.integers(0, 6)),
    st.sampled_from(sorted(STEPS)),
    st.sampled_from([0, 3, 7]),
)
def test_whatever_the_stock_no_slot_is_overrun_and_a_second_run_changes_nothing(
    ads: list[Candidate], slots: dict[int, int], criterion: str, keep_days: int
) -> None:
    plan = plan_highlights(ads, slots, criterion=criterion, keep_days=keep_days)

    given_by_hand = Counter(ad.highlight for ad in ads if ad.by_hand and ad.shown)
    used = Counter(seat.after for seat in plan.seats if seat.candidate.shown)
    for weight in (1, 2, 3):
        assert used[weight] <= max(slots.get(weight, 0), given_by_hand[weight])
    for seat in plan.seats:
        assert not (seat.candidate.by_hand and seat.moves)
        assert not (seat.after > seat.before and not seat.candidate.shown)
    done = [
        replace(seat.candidate, highlight=seat.after, days=0.0) if seat.moves else seat.candidate
        for seat in plan.seats
    ]
    again = plan_highlights(done, slots, criterion=criterion, keep_days=keep_days)
    assert not [seat for seat in again.seats if seat.moves]


@settings(max_examples=60, deadline=None)
@given(st.lists(SCORES, min_size=2, max_size=10), st.integers(1, 4), st.data())
def test_over_weeks_nobody_changes_more_often_than_it_is_kept(
    scores: list[float | None], slots: int, data: st.DataObject
) -> None:
    ads = [Candidate(listing_id=n, score=score) for n, score in enumerate(scores)]
    since: dict[int, int] = {}
    for day in range(30):
        plan = plan_highlights(ads, {1: slots}, criterion="leads", keep_days=7)
        for seat in plan.seats:
            number = seat.candidate.listing_id
            if seat.after > seat.before:
                since[number] = day
            elif seat.after < seat.before:
                assert day - since[number] >= 7
        ads = [
            replace(
                seat.candidate,
                highlight=seat.after,
                days=float(day + 1 - since.get(seat.candidate.listing_id, day)),
                score=data.draw(SCORES) if seat.candidate.score is not None else None,
            )
            for seat in plan.seats
        ]
