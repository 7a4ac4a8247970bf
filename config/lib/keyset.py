"""Pages of a sorted list that begin behind a row, not at a number: as cheap deep down as on top.

A cursor is the sort value and the id of the row at the edge of a page. It is text that anybody can
write, so whatever cannot be read as one of this very order means the first page. Rows without a
value come last in every order; they are a second part of the list, sorted by id alone, so that
both parts are served by a plain index on every database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from config.lib.typed_ids import whole_number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 250_000_000_000 * 1_000_000  # microseconds: the year 9892
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A sort order. `column` is a field or annotation; `holds` is moment, amount or number."""

    key: str
    column: str
    holds: str
    descending: bool = False
    nullable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysetPage:
    """Ids of rows in order, and the cursors of the neighbouring pages; "" where there is none.

    Only ids, so that they may be found in an index alone, without the rows themselves.
    """

    ids: list[int]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Place:
    value: Any
    pk: int


def page_of(
    rows: QuerySet[Any], order: Order, *, size: int, after: str = "", before: str = ""
) -> KeysetPage:
    """Return the page after or before a cursor; the first one without a readable cursor."""
    place = _read(order, after or before)
    backward = place is not None and not after
    found = _take(rows, order, place, size=size + 1, backward=backward)
    if place is not None and not found:  # what stood there has gone meanwhile
        return page_of(rows, order, size=size)
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_before, has_after = (more, True) if backward else (place is not None, more)
    return KeysetPage(
        ids=[place.pk for place in found],
        before=_write(order, found[0]) if found and has_before else "",
        after=_write(order, found[-1]) if found and has_after else "",
    )


def _take(
    rows: QuerySet[Any], order: Order, place: _Place | None, *, size: int, backward: bool
) -> list[_Place]:
    found: list[_Place] = []
    for part in _parts(rows, order, place, backward=backward):
        places = part.values_list(order.column, "pk")[: size - len(found)]
        found += [_Place(value, pk) for value, pk in places]
        if len(found) == size:
            break
    return found


def _parts(
    rows: QuerySet[Any], order: Order, place: _Place | None, *, backward: bool
) -> Iterator[QuerySet[Any]]:
    """Yield what is left of the list from the place on: rows with a value, rows without one."""
    descending = order.descending is not backward
    sign = "-" if descending else ""
    column, by_id = F(order.column), f"{sign}id"
    beyond = "lt" if descending else "gt"
    valued = rows.filter(**{f"{order.column}__isnull": False}) if order.nullable else rows
    valued = valued.order_by(column.desc() if descending else column.asc(), by_id)
    bare = rows.filter(**{f"{order.column}__isnull": True}).order_by(by_id)
    if place is not None and place.value is None:
        bare = bare.filter(**{f"id__{beyond}": place.pk})
    elif place is not None:
        # One bound on the index's first column, and the ties before the place taken out of it.
        reached = Q(
            **{order.column: place.value, f"id__{'gte' if descending else 'lte'}": place.pk}
        )
        valued = valued.filter(**{f"{order.column}__{beyond}e": place.value}).exclude(reached)
    if not order.nullable:
        yield valued
        return
    first, second = (bare, valued) if backward else (valued, bare)
    if place is None or (place.value is None) is backward:
        yield first
    yield second


def _write(order: Order, place: _Place) -> str:
    value = place.value
    if value is None:
        text = _NOTHING
    elif order.holds == "moment":
        text = str((value - _EPOCH) // timedelta(microseconds=1))
    else:
        text = format(value, ".2f" if order.holds == "amount" else "d")
    return f"{order.key}~{text}~{place.pk}"


def _read(order: Order, cursor: str) -> _Place | None:
    key, _, rest = cursor[:80].partition("~")
    text, _, last = rest.partition("~")
    pk = whole_number(last)
    if key != order.key or pk is None:
        return None
    if text == _NOTHING and order.nullable:
        return _Place(None, pk)
    value = _value(order, text)
    return None if value is None else _Place(value, pk)


def _value(order: Order, text: str) -> Any:
    if order.holds == "amount":
        return Decimal(text) if _AMOUNT.fullmatch(text) else None
    if order.holds == "moment":
        number = whole_number(text, highest=_LATEST)
        return None if number is None else _EPOCH + timedelta(microseconds=number)
    return whole_number(text, highest=2**31 - 1)
