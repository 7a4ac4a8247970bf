"""Which ads to send together next, after a batch was cancelled for one that nobody named. Pure.

One invalid ad cancels all that are sent with it, and sending is how one learns which it was. From
the left, a set known to hold a bad ad is halved until that stands alone, which takes log2 of its
size; what lies behind it is tried in groups of about the size that so far held one bad ad, growing
as long as all goes well. Few bad ads cost little more than a search for each, and ads that are
good go out with the first group in which they are alone among themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from portals.connectors.olx.lines import Line

# Groups so many times the mean distance of bad ads, with a guess of that to begin with: tried out
# with seven of two hundred in all sorts of places, of which none took more than 7 * log2(200) + 1.
_STRETCH, _GUESS = 1.4, 20


class Suspects:
    """What is left of a cancelled batch: some known to hold a bad ad, the rest not tried again."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Begin with a batch that was cancelled."""
        self._guilty = list(lines)  # holds at least one bad ad
        self._rest: list[Line] = []
        self._seen, self._bad = 0, 0
        self._group = len(lines)

    def convicted(self) -> Line | None:
        """Return the ad that stands alone as the bad one and forget it; None if there is none."""
        if len(self._guilty) != 1:
            return None
        [line] = self._guilty
        self._guilty = []
        self._seen += 1
        self._bad += 1
        distance = _STRETCH * (self._seen + _GUESS) / (self._bad + 1)
        self._group = 2 ** round(math.log2(max(1.0, distance)))
        return line

    def next_group(self) -> list[Line]:
        """Return what to send next; empty when nothing is left."""
        if self._guilty:
            return self._guilty[: len(self._guilty) // 2]
        return self._rest[: self._group]

    def passed(self, group: Sequence[Line]) -> None:
        """What was sent was not cancelled, so whatever is bad lies in the rest."""
        self._seen += len(group)
        if self._guilty:
            self._guilty = self._guilty[len(group) :]
        else:
            self._rest = self._rest[len(group) :]
            self._group *= 2

    def cancelled(self, group: Sequence[Line]) -> None:
        """What was sent was cancelled: there is a bad one in it, and of the others nothing is
        known any more."""
        if self._guilty:
            self._rest = self._guilty[len(group) :] + self._rest
        else:
            self._rest = self._rest[len(group) :]
        self._guilty = list(group)

    def left(self) -> list[Line]:
        """Return all that has no verdict yet."""
        return self._guilty + self._rest
