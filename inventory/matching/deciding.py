"""When a suggestion is good enough to be applied without asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory.matching.names import Agreement, Match
from inventory.matching.weights import load_apply_at

# Chosen from data: the least probability above which cross-validation saw nothing wrong applied.
APPLY_AT = load_apply_at()
_MARGIN = 0.5
# Facts that two names of one vehicle hardly ever say differently.
_HARD = frozenset(
    {
        "displacement",
        "fuel",
        "gearbox",
        "doors",
        "traction",
        "cab",
        "body",
        "cylinders",
        "years",
    }
)


def is_safe(matches: Sequence[Match], *, at: float = APPLY_AT, several_right: bool = False) -> bool:
    """Tell whether the first match may be applied without asking.

    It is likely, no hard fact contradicts it, and it is far ahead of the second, unless several may
    be right (`several_right`: the matches of `suggest_back`).
    """
    if not matches or matches[0].probability < at:
        return False
    if is_hard(matches[0].contradicts):
        return False
    return (
        several_right
        or len(matches) == 1
        or matches[0].probability - matches[1].probability >= _MARGIN
    )


def is_hard(contradicts: Iterable[Agreement]) -> bool:
    """Tell whether a fact that two names of one vehicle hardly ever say differently is among."""
    return any(reason.fact in _HARD for reason in contradicts)
