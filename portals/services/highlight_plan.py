"""Who of an account's ads gets a highlight by a rule: pure, so that a dry run is what is done.

Weights are filled from the highest down. What people chose by hand is never touched, and takes its
slots first. So that nothing flaps, a highlight once given is kept for a number of days, and is then
lost only to an ad that is clearly better: by the criterion's own step (`STEPS`: an amount in its
unit, or a share of what the holder has, whichever is more). Equals go by the listing's id.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# criterion -> (least lead in its own unit, least lead as a share of the holder's own value)
STEPS: Mapping[str, tuple[float, float]] = {
    "oldest": (7.0, 0.0),  # days
    "newest": (7.0, 0.0),  # days
    "unlit": (7.0, 0.0),  # days
    "margin": (1000.0, 0.1),  # the dealer's currency
    "price": (1000.0, 0.05),  # the dealer's currency
    "fipe": (2.0, 0.0),  # percent points
    "leads": (2.0, 0.0),  # leads in 30 days
}


class Why(StrEnum):
    """Why an ad gains, keeps, loses or does not get a highlight."""

    BY_HAND = "by_hand"
    FREE = "free"  # a slot was free
    BETTER = "better"  # clearly better than who had it
    YOUNG = "young"  # not long enough in it to lose it
    BEST = "best"  # nobody is clearly better
    BEATEN = "beaten"
    NO_ROOM = "no_room"  # there are fewer slots than highlights
    GONE = "gone"  # the ad is not, or not to be, on the portal
    LEFT_OUT = "left_out"  # a person wants it without
    NO_DATA = "no_data"  # the criterion has nothing to go by
    BEHIND = "behind"  # others deserve it more


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One ad. `score`: the higher the better, None = nothing to go by. `highlight` is the weight
    wished now (0 = none), `days` for how long. `shown`: it may be, and stay, on the portal."""

    listing_id: int
    score: float | None
    highlight: int = 0
    by_hand: bool = False
    shown: bool = True
    days: float = 0.0

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Return what orders candidates, the best first."""
        return (self.score is None, -(self.score or 0.0), self.listing_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What becomes of one ad: weight before and after, why, and who it won or lost it against."""

    candidate: Candidate
    after: int
    why: Why
    other: int | None = None

    @property
    def before(self) -> int:
        """The weight it has now."""
        return self.candidate.highlight

    @property
    def moves(self) -> bool:
        """Whether something changes."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class HighlightPlan:
    """Everything a run would do: gains, losses, and what stays; best first in each."""

    seats: tuple[Seat, ...]
    room: Mapping[int, int]
    token: str = ""

    @property
    def gains(self) -> list[Seat]:
        """Ads that get one, or a higher one."""
        return [seat for seat in self.seats if seat.after > seat.before]

    @property
    def losses(self) -> list[Seat]:
        """Ads that lose theirs, or get a lower one."""
        return [seat for seat in self.seats if seat.after < seat.before]

    @property
    def kept(self) -> list[Seat]:
        """Ads that keep what they have."""
        return [seat for seat in self.seats if seat.before == seat.after > 0]

    @property
    def without(self) -> list[Seat]:
        """Ads that stay without."""
        return [seat for seat in self.seats if seat.before == seat.after == 0]


def plan_highlights(
    candidates: Iterable[Candidate],
    slots: Mapping[int, int],
    *,
    criterion: str,
    keep_days: float,
) -> HighlightPlan:
    """Decide who of an account's ads has which highlight; `slots` are all there are, by weight.

    The same input gives the same plan, and after it was carried out the next one is empty.
    """
    ads = sorted(candidates, key=lambda ad: ad.rank)
    run = _Run(ads, slots, criterion=criterion, keep_days=keep_days)
    for weight in sorted(slots, reverse=True):
        run.fill(weight)
    seats = tuple(run.seat_of(ad) for ad in ads)
    return HighlightPlan(
        seats=seats, room=dict(run.room), token=_token(criterion, keep_days, seats)
    )


def _token(criterion: str, keep_days: float, seats: Sequence[Seat]) -> str:
    """Return the fingerprint of what would be changed: equal = the same would be done."""
    moves = sorted((seat.candidate.listing_id, seat.before, seat.after) for seat in seats)
    changed = [move for move in moves if move[1] != move[2]]
    text = json.dumps([criterion, float(keep_days), changed])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(slots=True)
class _Run:
    ads: Sequence[Candidate]
    slots: Mapping[int, int]
    criterion: str = field(kw_only=True)
    keep_days: float = field(kw_only=True)
    room: dict[int, int] = field(init=False)
    _given: dict[int, tuple[int, Why, int | None]] = field(init=False, default_factory=dict)
    _lost: dict[int, tuple[Why, int | None]] = field(init=False, default_factory=dict)
    _open: list[Candidate] = field(init=False)

    def __post_init__(self) -> None:
        by_hand = Counter(ad.highlight for ad in self.ads if ad.by_hand and ad.shown)
        self.room = {weight: max(0, n - by_hand[weight]) for weight, n in self.slots.items()}
        self._open = [ad for ad in self.ads if ad.shown and not ad.by_hand]

    def fill(self, weight: int) -> None:
        """Decide who has the highlights of one weight; the higher ones are decided already."""
        rest = [ad for ad in self._open if ad.listing_id not in self._given]
        seated = [ad for ad in rest if ad.highlight == weight]
        room = self.room[weight]
        for ad in self._too_many(seated, room):
            seated.remove(ad)
            self._lost[ad.listing_id] = (Why.NO_ROOM, None)
        for ad in seated:
            young = self._is_young(ad)
            self._given[ad.listing_id] = (weight, Why.YOUNG if young else Why.BEST, None)
        free = room - len(seated)
        rest = [ad for ad in rest if ad not in seated and ad.score is not None]
        for ad in rest[: max(0, free)]:
            self._given[ad.listing_id] = (weight, Why.FREE, None)
        if free < len(rest):
            self._challenge(weight, seated, rest[max(0, free) :])

    def _too_many(self, seated: Sequence[Candidate], room: int) -> list[Candidate]:
        """Return who must go since slots are missing: the worst, who are new in it last."""
        worst = sorted(seated, key=lambda ad: (not self._is_young(ad), ad.rank), reverse=True)
        return worst[: max(0, len(seated) - room)]

    def _challenge(
        self, weight: int, seated: Sequence[Candidate], rest: Sequence[Candidate]
    ) -> None:
        """Let the best without one take it from the worst who may lose it, if clearly better."""
        holders = [ad for ad in reversed(seated) if not self._is_young(ad)]
        for holder, best in zip(holders, rest, strict=False):
            if not self._is_clearly_better(best, holder):
                return
            del self._given[holder.listing_id]
            self._lost[holder.listing_id] = (Why.BEATEN, best.listing_id)
            self._given[best.listing_id] = (weight, Why.BETTER, holder.listing_id)

    def _is_young(self, ad: Candidate) -> bool:
        return ad.days < self.keep_days

    def _is_clearly_better(self, ad: Candidate, holder: Candidate) -> bool:
        if ad.score is None or holder.score is None:
            return ad.score is not None
        amount, share = STEPS[self.criterion]
        return ad.score - holder.score >= max(amount, share * abs(holder.score))

    def seat_of(self, ad: Candidate) -> Seat:
        """Return what becomes of an ad, once all weights are decided."""
        if ad.by_hand:
            why = Why.BY_HAND if ad.highlight else Why.LEFT_OUT
            return Seat(candidate=ad, after=ad.highlight, why=why)
        if ad.listing_id in self._given:
            after, why, other = self._given[ad.listing_id]
            return Seat(candidate=ad, after=after, why=why, other=other)
        if not ad.shown:
            return Seat(candidate=ad, after=0, why=Why.GONE)
        why, other = self._lost.get(ad.listing_id, (Why.BEHIND, None))
        if ad.highlight and ad.listing_id not in self._lost:
            why = Why.NO_ROOM  # of a weight that is no longer sold
        elif ad.score is None and not ad.highlight:
            why = Why.NO_DATA
        return Seat(candidate=ad, after=0, why=why, other=other)
