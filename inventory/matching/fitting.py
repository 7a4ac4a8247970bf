"""Fit the weights: a softmax over every name's candidates and "none", by L-BFGS in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# What people who know cars believe before any data: these facts tell two vehicles apart.
BELIEFS: dict[str, float] = {
    "litres:differ": -6.0,
    "valves:differ": -3.0,
    "gearbox:differ": -6.0,
    "gearbox:elsewhere": -2.0,
    "doors:differ": -4.0,
    "fuel:differ": -6.0,
    "drive:differ": -6.0,
    "drive:elsewhere": -2.0,
    "body:differ": -5.0,
    "body:elsewhere": -4.0,
    "cab:differ": -6.0,
    "cab:elsewhere": -2.0,
    "cylinders:differ": -4.0,
    "turbo:elsewhere": -1.0,
    "litres:same": 1.0,
    "fuel:same": 0.5,
    "gearbox:same": 0.5,
    "body:same": 0.5,
    "years:inside": 1.0,
    "years:few": -1.0,
    "years:apart": -4.0,
    "years:apart:near": -2.0,
    "strong:ours": -2.0,
    "strong:theirs": -1.5,
    "strong:both": 1.0,
    "code:ours": -2.0,
    "code:theirs": -1.5,
    "code:both": 1.0,
    "text:equal": 8.0,
}
_MEMORY = 8
_MOST_HALVINGS = 20
_ENOUGH = 1e-4


@dataclass(frozen=True, slots=True)
class Example:
    """One name: the vectors of its options, the indexes of the right ones, how much it counts."""

    options: Sequence[Mapping[str, float]]
    right: frozenset[int]
    weight: float = 1.0


class _Problem:
    """The examples as numbered features."""

    def __init__(
        self, examples: Iterable[Example], *, ridge: float, beliefs: Mapping[str, float]
    ) -> None:
        self.ridge = ridge
        self.numbers: dict[str, int] = {}
        self.rows = [
            (
                [
                    tuple((self._number(name), value) for name, value in option.items())
                    for option in example.options
                ],
                example.right,
                example.weight,
            )
            for example in examples
            if example.right and len(example.options) > 1
        ]
        self.beliefs = [beliefs.get(name, 0.0) for name in self.numbers]

    def _number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def loss(self, weights: list[float]) -> tuple[float, list[float]]:
        """Return the penalised negative log likelihood and its gradient."""
        gradient = [self.ridge * (w - b) for w, b in zip(weights, self.beliefs, strict=True)]
        total = 0.5 * sum(g * g for g in gradient) / self.ridge
        exp = math.exp
        for options, right, weight in self.rows:
            utilities = [sum([weights[i] * v for i, v in option]) for option in options]
            top = max(utilities)
            powers = [exp(u - top) for u in utilities]
            whole = sum(powers)
            good = sum(powers[i] for i in right)
            total -= weight * math.log(max(good / whole, 1e-12))
            for index, option in enumerate(options):
                pull = powers[index] / whole
                if index in right:
                    pull -= powers[index] / max(good, 1e-300)
                pull *= weight
                if abs(pull) > 1e-7:
                    for i, v in option:
                        gradient[i] += pull * v
        return total, gradient


def fit(examples: Iterable[Example], *, ridge: float = 0.5, rounds: int = 60) -> dict[str, float]:
    """Return the weights that make the right options likeliest.

    `ridge` pulls every weight towards what is believed without data (BELIEFS, else nothing).
    """
    problem = _Problem(examples, ridge=ridge, beliefs=BELIEFS)
    weights = list(problem.beliefs)
    loss, gradient = problem.loss(weights)
    steps: list[tuple[list[float], list[float], float]] = []
    for _ in range(rounds):
        direction = _direction(gradient, steps)
        slope = _dot(gradient, direction)
        size = 1.0 if steps else min(1.0, 1.0 / max(1e-9, math.sqrt(_dot(gradient, gradient))))
        for _ in range(_MOST_HALVINGS):
            moved = [w + size * d for w, d in zip(weights, direction, strict=True)]
            new_loss, new_gradient = problem.loss(moved)
            if new_loss <= loss + 1e-4 * size * slope:
                break
            size *= 0.5
        else:
            break
        change = [a - b for a, b in zip(moved, weights, strict=True)]
        turn = [a - b for a, b in zip(new_gradient, gradient, strict=True)]
        curve = _dot(change, turn)
        if curve > 1e-10:
            steps = [*steps[-_MEMORY + 1 :], (change, turn, 1.0 / curve)]
        done = loss - new_loss < _ENOUGH * max(1.0, abs(new_loss))
        weights, loss, gradient = moved, new_loss, new_gradient
        if done:
            break
    return {name: weights[number] for name, number in problem.numbers.items()}


def _dot(first: list[float], second: list[float]) -> float:
    """Return the inner product."""
    return sum([a * b for a, b in zip(first, second, strict=True)])


def _direction(
    gradient: list[float], steps: list[tuple[list[float], list[float], float]]
) -> list[float]:
    """Return the L-BFGS direction of descent."""
    result = [-g for g in gradient]
    kept: list[float] = []
    for change, turn, scale in reversed(steps):
        share = scale * _dot(change, result)
        kept.append(share)
        result = [r - share * t for r, t in zip(result, turn, strict=True)]
    if steps:
        change, turn, _ = steps[-1]
        factor = _dot(change, turn) / max(_dot(turn, turn), 1e-300)
        result = [factor * r for r in result]
    for (change, turn, scale), share in zip(steps, reversed(kept), strict=True):
        back = scale * _dot(turn, result)
        result = [r + (share - back) * c for r, c in zip(result, change, strict=True)]
    return result
