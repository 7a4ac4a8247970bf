"""How one ad stands, in words for people: three facts (wish, delivery, portal) and their sum.

Pure: reads a listing and its loaded access and vehicle, asks no database. The sum never says "live"
alone while something was taken away or a change could not be delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portals.models.access import FailureMode
from portals.models.listing import Observed, Wanted

Text = str | Promise
# A status read that is this near is "work in flight": somebody watching wants to see it arrive.
SOON = timedelta(seconds=45)
_TONES = {
    FailureMode.TRANSIENT: "warn",
    FailureMode.THROTTLED: "warn",
    FailureMode.PLAN: "warn",
    FailureMode.UNSUPPORTED: "idle",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdStatus:
    """The sum in one word. `tone` is ok, warn, bad, info or idle."""

    code: str
    tone: str
    text: Text


class AdVehicle(Protocol):
    """What of a vehicle decides how its ad stands."""

    @property
    def state(self) -> str: ...
    @property
    def is_gone(self) -> bool: ...


class Ad(Protocol):
    """A listing, or as much of one as its status is made of."""

    @property
    def wanted(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def reduced(self) -> bool: ...
    @property
    def failure_mode(self) -> str: ...
    @property
    def claim(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def check_at(self) -> datetime | None: ...
    @property
    def vehicle(self) -> AdVehicle: ...


def status_of(listing: Ad, *, now: datetime) -> AdStatus:
    """Return the one word for an ad."""
    if listing.wanted == Wanted.ABSENT:
        return _leaving(listing)
    if listing.failure_mode:
        return _failed(listing)
    if listing.vehicle.is_gone or listing.vehicle.state == "in_preparation":
        return _held_back(listing)
    if is_moving(listing, now=now):
        return _moving(listing)
    return _settled(listing)


def is_moving(listing: Ad, *, now: datetime) -> bool:
    """Whether something is being sent, due, or about to be read from the portal."""
    if listing.claim or (listing.due_at is not None and listing.due_at <= now + SOON):
        return True
    return listing.state == Observed.PENDING and (
        listing.check_at is not None and listing.check_at <= now + SOON
    )


def delivery_of(listing: Ad, *, now: datetime) -> Text:
    """Return what we are doing about the ad at this moment."""
    if listing.claim:
        return _("Sending now")
    if listing.due_at is None:
        return _("Stopped until something changes") if listing.failure_mode else _("Up to date")
    if listing.due_at > now + SOON:
        return _("Will be tried again later")
    return _("In the queue")


def _leaving(listing: Ad) -> AdStatus:
    if listing.state == Observed.ABSENT:
        return AdStatus(code="absent", tone="idle", text=_("Not published"))
    if listing.failure_mode:
        return AdStatus(code="stuck", tone="bad", text=_("Not withdrawn yet"))
    return AdStatus(code="withdrawing", tone="info", text=_("Being withdrawn"))


def _failed(listing: Ad) -> AdStatus:
    mode = FailureMode(listing.failure_mode)
    tone = _TONES.get(mode, "bad")
    if listing.state == Observed.LIVE:
        return AdStatus(
            code="outdated", tone="warn" if tone == "idle" else tone, text=_("Live, not updated")
        )
    return AdStatus(code=mode.value, tone=tone, text=mode.label)


def _held_back(listing: Ad) -> AdStatus:
    if listing.state == Observed.ABSENT:
        return AdStatus(code="held_back", tone="idle", text=_("Waits for the vehicle"))
    return AdStatus(code="withdrawing", tone="info", text=_("Being withdrawn"))


def _moving(listing: Ad) -> AdStatus:
    if listing.state == Observed.LIVE:
        return AdStatus(code="updating", tone="info", text=_("Live, updating"))
    if listing.state == Observed.PENDING:
        return AdStatus(code="pending", tone="info", text=_("Waiting for the portal"))
    return AdStatus(code="queued", tone="info", text=_("In the queue"))


def _settled(listing: Ad) -> AdStatus:
    state = Observed(listing.state)
    if state == Observed.LIVE:
        if listing.reduced:
            return AdStatus(code="reduced", tone="warn", text=_("Live, reduced"))
        return AdStatus(code="live", tone="ok", text=pgettext_lazy("ad", "Live"))
    if state == Observed.ABSENT and listing.wanted == Wanted.PAUSED:
        return AdStatus(code="paused", tone="idle", text=_("Paused"))
    if state == Observed.ABSENT:
        return AdStatus(code="held_back", tone="idle", text=_("Waits for the access"))
    tone = {Observed.REFUSED: "bad", Observed.PAUSED: "idle"}.get(state, "info")
    return AdStatus(code=state.value, tone=tone, text=state.label)
