"""The trail of one ad: what people and feeds did, what it led to, what the portal answered.

Nothing is kept for this page: it joins the history, the exchanges and the clocks as they are. Each
is read by its own index from a place of its own, so that a page deep down costs no more than the
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Min, Q

from accounts.models import Change, Dealer
from config.lib.typed_ids import whole_number
from inventory import history
from inventory.models import Vehicle
from inventory.vehicle_history import subjects_of
from office.selectors.audit import HIDDEN, AuditLine, lines_of
from portals.models import Attempt, Departure, Listing
from portals.models.listing import Cause
from portals.selectors.attempts import exchanges_about

PER_PAGE = 40
PRICES_LOOKED_AT = 50  # changes of a price, the newest
COSTS = frozenset({"cost"})
_CLOCKWORK = frozenset({Cause.UNKNOWN, Cause.STATUS, Cause.CONFIRM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the trail; exactly one of `act`, `attempt` and `departure` is there.

    `origin` is the act behind an exchange, where it was recorded.
    """

    at: datetime
    act: AuditLine | None = None
    attempt: Attempt | None = None
    departure: Departure | None = None
    origin: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A page of steps, newest first; `older` is the cursor that goes on, "" at the end."""

    steps: Sequence[Step]
    older: str


@dataclass(frozen=True, slots=True)
class _Place:
    """How far each of the three records is told: ids go on below; None = from the top."""

    change: int | None = None
    attempt: int | None = None
    departure: int | None = None


def trail_page(listing: Listing, *, dealer: Dealer, cursor: str, hides_cost: bool) -> Trail:
    """Return a page of what led to an ad as it is; a bounded set of queries."""
    place = _read(cursor)
    changes = _changes(listing, dealer).select_related("actor").order_by("-pk")
    attempts = exchanges_about(dealer, most=PER_PAGE + 1, below=place.attempt, listing=listing)
    departures = Departure.objects.for_dealer(dealer).filter(listing=listing).order_by("-pk")
    # At one moment an act comes before the clock it starts, and that before an exchange.
    found = [
        *_ranked(_below(changes, place.change), rank=0),
        *_ranked(_below(departures, place.departure), rank=1),
        *_ranked(attempts, rank=2),
    ]
    found.sort(key=lambda each: each[:3], reverse=True)
    rows = [row for *_, row in found[:PER_PAGE]]
    more = len(found) > PER_PAGE
    return Trail(
        steps=_steps(rows, dealer=dealer, hides_cost=hides_cost),
        older=_write(rows, place) if more else "",
    )


def price_origin(listing: Listing, *, dealer: Dealer) -> Change | None:
    """Return the act that gave the price which the portal was last sent; None if nobody knows."""
    sent = _amount(listing.asked.get("price"))
    if sent is None:
        return None
    named = Q(after__has_key="price") | Q(after__has_key="promotional_price")
    of_vehicle = Q(subject_type=Vehicle._meta.label_lower, subject_id=listing.vehicle_id)  # noqa: SLF001
    of_ad = Q(subject_type=Listing._meta.label_lower, subject_id=listing.pk)  # noqa: SLF001
    told = (of_vehicle & named) | (of_ad & Q(after__has_key="overrides"))
    changes = Change.objects.for_dealer(dealer).filter(told).select_related("actor")
    for change in changes.order_by("-pk")[:PRICES_LOOKED_AT]:
        values = change.after.get("overrides") or change.after
        if sent in (_amount(values.get("price")), _amount(values.get("promotional_price"))):
            return change
    return None


def _changes(listing: Listing, dealer: Dealer) -> Any:
    own = Q(subject_type=Listing._meta.label_lower, subject_id=listing.pk)  # noqa: SLF001
    access = Q(subject_type="portals.portalaccess", subject_id=listing.access_id)
    return Change.objects.for_dealer(dealer).filter(
        own | access | subjects_of(listing.vehicle, dealer)
    )


def _below(rows: Any, last: int | None) -> Any:
    """Return the next rows of a record, one more than a page holds."""
    return (rows if last is None else rows.filter(pk__lt=last))[: PER_PAGE + 1]


def _ranked(rows: Iterable[Any], *, rank: int) -> list[tuple[datetime, int, int, Any]]:
    """Return the rows of a record, newest first, with what to sort them by.

    Within a record the id decides: a clock that was set back must not lose a row between pages.
    """
    found: list[tuple[datetime, int, int, Any]] = []
    for row in rows:
        at = row.started_at if isinstance(row, Departure) else row.at
        found.append((min(at, found[-1][0]) if found else at, rank, row.pk, row))
    return found


def _steps(rows: Sequence[Any], *, dealer: Dealer, hides_cost: bool) -> list[Step]:
    hidden = HIDDEN | history.HIDDEN | (COSTS if hides_cost else frozenset())
    acts = [row for row in rows if isinstance(row, Change)]
    told = dict(zip((act.pk for act in acts), lines_of(dealer, acts, hidden=hidden), strict=True))
    origins = _origins([row for row in rows if isinstance(row, Attempt)], dealer)
    steps = []
    for row in rows:
        if isinstance(row, Change):
            steps.append(Step(at=row.at, act=told[row.pk]))
        elif isinstance(row, Attempt):
            origin = origins.get(row.cause_request)
            steps.append(Step(at=row.at, attempt=row, origin=origin))
        else:
            steps.append(Step(at=row.started_at, departure=row))
    return steps


def _origins(attempts: Sequence[Attempt], dealer: Dealer) -> dict[str, Change]:
    """Return the first act of each request that led to an exchange; two queries for them all."""
    requests = {row.cause_request for row in attempts if row.cause not in _CLOCKWORK}
    requests.discard("")
    if not requests:
        return {}
    changes = Change.objects.for_dealer(dealer)
    firsts = changes.filter(request_id__in=requests).order_by().values("request_id")
    ids = list(firsts.annotate(first=Min("pk")).values_list("first", flat=True))
    rows = changes.filter(pk__in=ids).select_related("actor")
    return {row.request_id: row for row in rows}


def _read(cursor: str) -> _Place:
    """Return the place a cursor names; the top for anything that cannot be read as one."""
    parts = cursor[:80].split("-")
    if len(parts) != 3:
        return _Place()
    numbers = [whole_number(part) for part in parts]
    if any(number is None for number in numbers):
        return _Place()
    return _Place(*(number or None for number in numbers))


def _write(rows: Sequence[Any], place: _Place) -> str:
    """Name the place below the last row of each record that was told; 0 = from the top."""
    last = {Change: place.change, Attempt: place.attempt, Departure: place.departure}
    for row in rows:
        last[type(row)] = row.pk
    return "-".join(str(pk or 0) for pk in last.values())


def _amount(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "", "None") else Decimal(str(value))
    except InvalidOperation:
        return None
