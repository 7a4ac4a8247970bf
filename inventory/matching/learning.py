"""Learn the weights from labelled pairs, and judge them by cross-validation over model families.

A family (brand and model) that is tested is nowhere in the training, not even through the pairs
that were made automatically.
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inventory.matching import features
from inventory.matching.deciding import is_safe
from inventory.matching.explaining import PUBLIC
from inventory.matching.fitting import Example, fit
from inventory.matching.index import NONE, NameIndex
from inventory.matching.judging import Verdict
from inventory.matching.names import Agreement, Match
from inventory.matching.pairs import MATCH, Pair
from inventory.matching.reading import Reading, read_name

_LABELLED, _AUTOMATIC = 1.0, 0.3  # how much a pair counts in the fit
_WITHOUT = 0.15  # the same pair with its right entry taken away: then none is right
_FOLDS = 5
_CALIBRATIONS = 2  # cross-validations whose points the final calibration is made from
_LEAST_APPLIED = 0.9
_SHARPNESS = [step / 20 for step in range(10, 61)]
_READINESS = [step / 2 for step in range(-8, 5)]


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled pair with its candidates; `codes` gives the entry's code, None for "no entry"."""

    pair: Pair
    options: Sequence[Mapping[str, float]]
    codes: Sequence[str | None]
    keys: Sequence[int]
    weight: float

    @property
    def right(self) -> frozenset[int]:
        """The numbers of the right options."""
        wanted: Collection[str | None] = self.pair.codes or {None}
        return frozenset(n for n, code in enumerate(self.codes) if code in wanted)


def make_cases(
    index: NameIndex, pairs: Iterable[Pair], codes: Mapping[int, str], *, labelled: bool
) -> list[Case]:
    """Look every pair's candidates up once; `codes` maps the index's keys to codes."""
    cases = []
    for pair in pairs:
        found: list[tuple[Reading | None, dict[str, float]]] = index.vectors(read_name(pair.name))
        cases.append(
            Case(
                pair=pair,
                options=[vector for _, vector in found],
                codes=[None if entry is None else codes[entry.name.key] for entry, _ in found],
                keys=[0 if entry is None else entry.name.key for entry, _ in found],
                weight=_LABELLED if labelled else _AUTOMATIC,
            )
        )
    return cases


def learn(cases: Iterable[Case], *, without: Collection[str] = ()) -> dict[str, float]:
    """Fit the weights on all cases but those of some families."""
    return fit(example for case in cases for example in _examples(case, without))


def _examples(case: Case, without: Collection[str]) -> Iterator[Example]:
    """Yield the case as it is, and without its right entries."""
    if case.pair.family in without or not case.options:
        return
    yield Example(case.options, case.right, case.weight)
    kept = [n for n, code in enumerate(case.codes) if code is None or code not in case.pair.codes]
    if case.pair.label == MATCH and len(kept) > 1:
        options = [case.options[n] for n in kept]
        yield Example(options, frozenset({len(kept) - 1}), case.weight * _WITHOUT)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the fitted points become honest probabilities: sharper, and readier for "no entry"."""

    sharpness: float = 1.0
    readiness: float = 0.0

    def applied(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the weights with the calibration inside."""
        scaled = {name: value * self.sharpness for name, value in weights.items()}
        scaled[NONE] = scaled.get(NONE, 0.0) + self.readiness
        return scaled


Unseen = tuple[Case, list[float], int]  # a case, its points by weights that never saw it, its fold


def unseen_points(cases: Sequence[Case], more: Sequence[Case], *, seed: int) -> list[Unseen]:
    """Return every case's points by weights fitted without its fold."""
    families = sorted({case.pair.family for case in (*cases, *more)})
    random.Random(seed).shuffle(families)  # noqa: S311 - folds are no secret
    result: list[Unseen] = []
    for fold in range(_FOLDS):
        tested = set(families[fold::_FOLDS])
        weights = learn((*cases, *more), without=tested)
        result += [
            (case, [_points(weights, option) for option in case.options], fold)
            for case in cases
            if case.pair.family in tested
        ]
    return result


def calibrate(unseen: Iterable[Unseen]) -> Calibration:
    """Return the calibration under which the right options are likeliest."""
    rows = [(points, case.right) for case, points, _ in unseen if points and case.right]

    def loss(found: Calibration) -> float:
        return -sum(
            math.log(max(1e-9, sum(_chances(points, found)[n] for n in right)))
            for points, right in rows
        )

    tried = (Calibration(s, r) for s in _SHARPNESS for r in _READINESS)
    return min(tried, key=loss)


def cross_validate(cases: Sequence[Case], more: Sequence[Case], *, seed: int) -> list[Verdict]:
    """Return the verdict on every case by weights and a calibration that never saw its family."""
    unseen = unseen_points(cases, more, seed=seed)
    verdicts = []
    for fold in range(_FOLDS):
        calibration = calibrate(row for row in unseen if row[2] != fold)
        verdicts += [
            judge(case, _chances(points, calibration)) for case, points, at in unseen if at == fold
        ]
    return verdicts


def judge(case: Case, chances: Sequence[float]) -> Verdict:
    """Turn the chances of a case's options into a verdict."""
    ranked = sorted(
        ((chance, n) for n, chance in enumerate(chances) if case.codes[n] is not None),
        reverse=True,
    )
    matches = tuple(
        Match(case.keys[n], chance, (), _against(case.options[n])) for chance, n in ranked[:5]
    )
    return Verdict.of(case.pair, matches, [case.codes[n] or "" for _, n in ranked[:5]])


def _against(option: Mapping[str, float]) -> tuple[Agreement, ...]:
    """Return the hard facts that contradict, as far as a decision needs them."""
    hard = (features.HARD | features.DOUBTFUL_YEARS) & option.keys()
    return tuple(Agreement(PUBLIC.get(fact, fact), "", "") for fact in _facts(hard))


def _facts(found: Iterable[str]) -> list[str]:
    return sorted({name.split(":")[0] for name in found})


def _points(weights: Mapping[str, float], option: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in option.items())


def _chances(points: Sequence[float], calibration: Calibration) -> list[float]:
    """Return the probability of every option; the last one is "no entry"."""
    if not points:
        return []
    scaled = [value * calibration.sharpness for value in points]
    scaled[-1] += calibration.readiness
    top = max(scaled)
    powers = [math.exp(value - top) for value in scaled]
    total = sum(powers)
    return [power / total for power in powers]


def final_weights(cases: Sequence[Case], more: Sequence[Case]) -> dict[str, float]:
    """Return the weights fitted on everything, calibrated on what cross-validation never saw."""
    unseen = [row for seed in range(_CALIBRATIONS) for row in unseen_points(cases, more, seed=seed)]
    return calibrate(unseen).applied(learn((*cases, *more)))


def safe_at(threshold: float) -> Callable[[Sequence[Match]], bool]:
    """Return `is_safe` at this threshold."""
    return functools.partial(is_safe, at=threshold)


def choose_threshold(runs: Sequence[Sequence[Verdict]]) -> float:
    """Return the least threshold, in hundredths, above every wrong match of every run.

    Never below what is asked of a decision without a person (_LEAST_APPLIED).
    """
    wrong = [
        verdict.probability
        for run in runs
        for verdict in run
        if not verdict.right and is_safe(verdict.matches, at=_LEAST_APPLIED)
    ]
    return min(0.99, max(_LEAST_APPLIED, math.ceil(100 * max(wrong, default=0.0) + 0.5) / 100))
