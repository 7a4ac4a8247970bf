"""Says in plain language what a rule for highlights goes by and why it does what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.lib.templatetags.formats import money
from portals.models import Listing
from portals.services.highlight_plan import STEPS, Seat, Why

_REASONS: Mapping[Why, str | Promise] = {
    Why.BY_HAND: gettext_lazy("Chosen by hand: no rule takes it away."),
    Why.FREE: gettext_lazy("There is a free slot."),
    Why.BETTER: gettext_lazy("Clearly ahead of %(other)s."),
    Why.YOUNG: gettext_lazy("Has it for less than the days it is kept at least."),
    Why.BEST: gettext_lazy("Nobody is clearly ahead."),
    Why.BEATEN: gettext_lazy("%(other)s is clearly ahead."),
    Why.NO_ROOM: gettext_lazy("There are fewer slots than highlights."),
    Why.GONE: gettext_lazy("The ad is not published, or is held back by a problem."),
    Why.LEFT_OUT: gettext_lazy("Chosen by hand: without highlight."),
    Why.NO_DATA: gettext_lazy("Nothing to go by: price, cost or FIPE price is missing."),
    Why.BEHIND: gettext_lazy("Others are ahead."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """What becomes of one ad, in words; `seat` has the weights before and after."""

    seat: Seat
    listing: Listing
    fact: str
    reason: str


def seat_lines(
    seats: list[Seat], listings: Mapping[int, Listing], *, criterion: str, currency: str
) -> list[SeatLine]:
    """Word the seats of a plan, in their order."""
    return [
        SeatLine(
            seat=seat,
            listing=listings[seat.candidate.listing_id],
            fact=fact_text(criterion, seat.candidate.score, currency=currency),
            reason=_reason(seat, listings),
        )
        for seat in seats
    ]


def _reason(seat: Seat, listings: Mapping[int, Listing]) -> str:
    other = listings.get(seat.other or 0)
    return str(_REASONS[seat.why]) % {"other": other.vehicle.code if other else "—"}


def fact_text(criterion: str, score: float | None, *, currency: str) -> str:
    """Word what a criterion makes of an ad: days, an amount, percents or leads."""
    if score is None:
        return "—"
    if criterion in ("oldest", "newest"):
        days = int(abs(score))
        return ngettext("%(number)d day in stock", "%(number)d days in stock", days) % {
            "number": days
        }
    if criterion == "unlit":
        days = int(score)
        return ngettext(
            "%(number)d day without highlight", "%(number)d days without highlight", days
        ) % {"number": days}
    if criterion == "leads":
        leads = int(abs(score))
        return ngettext("%(number)d lead in 30 days", "%(number)d leads in 30 days", leads) % {
            "number": leads
        }
    if criterion == "fipe":
        side = _("%(percent)d%% below FIPE") if score >= 0 else _("%(percent)d%% above FIPE")
        return side % {"percent": abs(score)}
    amount = money(score, currency)
    return _("margin %(amount)s") % {"amount": amount} if criterion == "margin" else str(amount)


def step_text(criterion: str, *, currency: str) -> str:
    """Word by how much another must be ahead to take a highlight over."""
    amount, share = STEPS[criterion]
    number = int(amount)
    if criterion in ("margin", "price"):
        words = {"amount": money(amount, currency), "percent": round(share * 100)}
        return _("%(amount)s or %(percent)d %%, whichever is more") % words
    if criterion == "fipe":
        text = ngettext("%(number)d percent point", "%(number)d percent points", number)
    elif criterion == "leads":
        text = ngettext("%(number)d lead", "%(number)d leads", number)
    else:
        text = ngettext("%(number)d day", "%(number)d days", number)
    return text % {"number": number}
