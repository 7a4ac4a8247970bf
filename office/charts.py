"""Geometry of the small charts of the pages: numbers to whole pixels of an SVG. Pure.

The drawing is WIDTH by HEIGHT in units of the view box, small enough that its words are readable
on a phone. Every number is whole, because a template would write a fraction with a comma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360
HEIGHT = 180
TOP = 22  # room for the number over a bar
BOTTOM = 156  # the axis; the labels stand below
SIDE = 14
THICKEST = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: what it stands for, its number, where it is drawn, and where a click leads."""

    label: str
    value: int
    spoken: str
    link: str
    x: int
    y: int
    width: int
    height: int
    tone: str = ""

    @property
    def middle(self) -> int:
        """Where the words over and under the bar are centred."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFacts:
    """What a bar is to show, before it is drawn. `spoken` is read to those who do not see it."""

    label: str
    value: int
    spoken: str
    link: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of a line, in whole units; `value` None where there is nothing to draw."""

    label: str
    value: int | None
    x: int
    y: int


def bars(facts: Sequence[BarFacts]) -> list[Bar]:
    """Place the bars side by side over one axis; the highest fills the height."""
    highest = max((each.value for each in facts), default=0)
    slot = (WIDTH - 2 * SIDE) // max(1, len(facts))
    width = min(THICKEST, slot * 3 // 4)
    placed = []
    for position, each in enumerate(facts):
        height = _height(each.value, highest)
        placed.append(
            Bar(
                label=each.label,
                value=each.value,
                spoken=each.spoken,
                link=each.link,
                tone=each.tone,
                x=SIDE + position * slot + (slot - width) // 2,
                y=BOTTOM - height,
                width=width,
                height=height,
            )
        )
    return placed


def points(labels: Sequence[str], values: Sequence[int | None], *, highest: int) -> list[Point]:
    """Place a line's points from left to right, as far apart as the width allows."""
    slot = (WIDTH - 2 * SIDE) // max(1, len(labels))
    return [
        Point(
            label=label,
            value=value,
            x=SIDE + position * slot + slot // 2,
            y=BOTTOM - _height(value or 0, highest),
        )
        for position, (label, value) in enumerate(zip(labels, values, strict=True))
    ]


def path(line: Sequence[Point]) -> str:
    """Return the SVG path through the points that have a value, broken where one has none."""
    parts: list[str] = []
    joined = False
    for point in line:
        if point.value is None:
            joined = False
            continue
        parts.append(f"{'L' if joined else 'M'}{point.x} {point.y}")
        joined = True
    return " ".join(parts)


def _height(value: int, highest: int) -> int:
    if highest <= 0 or value <= 0:
        return 0
    return max(2, (BOTTOM - TOP) * value // highest)
