"""Weights are learnt from examples, and judged by families they never saw."""

from __future__ import annotations

import pytest

from inventory.matching import learning
from inventory.matching.fitting import Example, fit
from inventory.matching.index import NameIndex
from inventory.matching.judging import Verdict, interval, score
from inventory.matching.names import Match, Name
from inventory.matching.pairs import MATCH, NO_MATCH, Pair


def test_what_tells_right_from_wrong_gains_weight():
    options = [{"good": 1.0}, {"bad": 1.0}, {}]

    weights = fit([Example(options, frozenset({0}))] * 20)

    assert weights["good"] > 1 > 0 > weights["bad"]


def test_several_right_options_are_all_right():
    options = [{"one": 1.0}, {"other": 1.0}, {"bad": 1.0}]

    weights = fit([Example(options, frozenset({0, 1}))] * 20)

    assert min(weights["one"], weights["other"]) > weights["bad"]


def test_without_data_the_belief_stays():
    options = [{"litres:differ": 1.0}, {"litres:differ": 1.0}]

    assert fit([Example(options, frozenset({0}))])["litres:differ"] == pytest.approx(-6.0)


def pair(model: str, version: str, code: str, *, label: str = MATCH) -> Pair:
    name = Name(key=0, category=1, brand="ACME", model=model, version=version)
    return Pair(name=name, label=label, codes=frozenset({code} if code else ()))


@pytest.fixture
def cases() -> list[learning.Case]:
    models = [f"M{number}" for number in range(10)]
    entries = [
        Name(
            key=number * 2 + second,
            category=1,
            brand="Acme",
            model=model,
            version=f"{model} {trim} 1.0",
        )
        for number, model in enumerate(models)
        for second, trim in enumerate(("LX", "EX"))
    ]
    codes = {entry.key: str(entry.key) for entry in entries}
    pairs = [pair(model, "1.0 EX", str(number * 2 + 1)) for number, model in enumerate(models)]
    index = NameIndex.build(entries)
    return learning.make_cases(index, pairs, codes, labelled=True)


def test_cross_validation_judges_every_pair_once(cases):
    verdicts = learning.cross_validate(cases, (), seed=1)

    assert len(verdicts) == 10
    assert all(verdict.right for verdict in verdicts)


def test_a_tested_family_is_in_no_training(cases, monkeypatch):
    trained: list[set[int]] = []

    def spy(examples):
        found = list(examples)
        trained.append({id(example.options) for example in found})
        return fit(found)

    monkeypatch.setattr(learning, "fit", spy)
    automatic = learning.make_cases(NameIndex.build(()), (), {}, labelled=False)

    unseen = learning.unseen_points(cases, automatic, seed=3)

    assert {fold for _, _, fold in unseen} == set(range(5))
    for case, _, fold in unseen:
        assert id(case.options) not in trained[fold]


def test_the_final_weights_are_made_anew_alike(cases):
    assert learning.final_weights(cases, ()) == learning.final_weights(cases, ())


def verdict(probability: float, *, right: bool, label: str = MATCH) -> Verdict:
    wanted = pair("M", "x", "1" if label == MATCH else "", label=label)
    return Verdict.of(wanted, (Match(1, probability),), ["1" if right else "2"])


def test_the_score_counts_what_would_be_applied():
    found = score(
        [
            verdict(0.99, right=True),
            verdict(0.97, right=False),
            verdict(0.4, right=True),
            verdict(0.99, right=False, label=NO_MATCH),
            verdict(0.1, right=False, label=NO_MATCH),
        ]
    )

    assert (found.rows, found.no_match) == (5, 2)
    assert found.top1 == pytest.approx(2 / 3)
    assert (found.applied, found.wrong, found.applied_no_match) == (3, 2, 1)
    assert found.precision == pytest.approx(1 / 3)
    assert found.coverage == pytest.approx(3 / 5)
    assert [one.count for one in found.bins] == [1, 1, 3]


def test_an_interval_of_nothing_wrong_is_not_nothing():
    assert interval(0, 200) == pytest.approx((0.0, 0.0188), abs=1e-3)
    assert interval(0, 0) == (0.0, 1.0)


def test_the_threshold_lies_above_every_wrong_match():
    runs = [[verdict(0.99, right=True), verdict(0.93, right=False)]]

    assert 0.93 < learning.choose_threshold(runs) <= 0.95
    assert learning.choose_threshold([[verdict(0.99, right=True)]]) == 0.9
