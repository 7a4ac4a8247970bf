"""Judge suggestions against labelled pairs: how often right, how honest, what went wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inventory.matching.deciding import is_safe
from inventory.matching.names import Match
from inventory.matching.pairs import NO_MATCH, Pair

_BINS = 10
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was suggested for one pair: the first five codes, the first's probability."""

    pair: Pair
    matches: tuple[Match, ...]
    codes: tuple[str, ...]

    @classmethod
    def of(cls, pair: Pair, matches: tuple[Match, ...], codes: Sequence[str]) -> Verdict:
        """Return the verdict on a pair's matches; `codes` are those of the matches."""
        return cls(pair, matches, tuple(codes))

    @property
    def probability(self) -> float:
        """The first match's probability, 0 when nothing was suggested."""
        return self.matches[0].probability if self.matches else 0.0

    @property
    def right(self) -> bool:
        """Whether the first match is one of the right ones."""
        return bool(self.codes) and self.codes[0] in self.pair.codes

    @property
    def among_five(self) -> bool:
        """Whether a right one is among the first five."""
        return any(code in self.pair.codes for code in self.codes[:5])


@dataclass(frozen=True, slots=True)
class Bin:
    """One line of the reliability table: how many, how likely on average, how many right."""

    least: float
    count: int
    likely: float
    right: float


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one run; shares are 0 to 1, top-1 and top-5 over the rows with a match."""

    rows: int
    top1: float
    top5: float
    applied: int
    wrong: int
    applied_no_match: int
    no_match: int
    calibration_error: float
    bins: tuple[Bin, ...]

    @property
    def precision(self) -> float:
        """The share of the applied that is right; 1 when nothing was applied."""
        return 1.0 - self.wrong / self.applied if self.applied else 1.0

    @property
    def coverage(self) -> float:
        """The share of all rows that was applied."""
        return self.applied / self.rows if self.rows else 0.0

    @property
    def most_wrong(self) -> float:
        """The upper end of the 95 % interval (Wilson) of the share of wrong among the applied."""
        return upper_share(self.wrong, self.applied)


def score(
    verdicts: Sequence[Verdict], *, safe: Callable[[Sequence[Match]], bool] = is_safe
) -> Score:
    """Count; `safe` decides what would be applied without asking."""
    matched = [verdict for verdict in verdicts if verdict.pair.label != NO_MATCH]
    applied = [verdict for verdict in verdicts if safe(verdict.matches)]
    bins = reliability(verdicts)
    return Score(
        rows=len(verdicts),
        top1=_share(sum(verdict.right for verdict in matched), len(matched)),
        top5=_share(sum(verdict.among_five for verdict in matched), len(matched)),
        applied=len(applied),
        wrong=sum(not verdict.right for verdict in applied),
        applied_no_match=sum(verdict.pair.label == NO_MATCH for verdict in applied),
        no_match=len(verdicts) - len(matched),
        calibration_error=_share(
            sum(one.count * abs(one.likely - one.right) for one in bins), len(verdicts)
        ),
        bins=bins,
    )


def reliability(verdicts: Sequence[Verdict]) -> tuple[Bin, ...]:
    """Return how often the first match was right, by its probability in tenths."""
    by_tenth: dict[int, list[Verdict]] = {}
    for verdict in verdicts:
        tenth = min(_BINS - 1, int(verdict.probability * _BINS))
        by_tenth.setdefault(tenth, []).append(verdict)
    return tuple(
        Bin(
            least=tenth / _BINS,
            count=len(found),
            likely=sum(verdict.probability for verdict in found) / len(found),
            right=sum(verdict.right for verdict in found) / len(found),
        )
        for tenth, found in sorted(by_tenth.items())
    )


def upper_share(count: int, of: int) -> float:
    """Return the upper end of the 95 % interval (Wilson) of a share."""
    return interval(count, of)[1]


def interval(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval (Wilson) of a share."""
    if not of:
        return 0.0, 1.0
    share = count / of
    base = 1 + _Z**2 / of
    middle = (share + _Z**2 / (2 * of)) / base
    half = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / base
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
