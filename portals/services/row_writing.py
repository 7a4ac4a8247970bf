"""Writes what a drain found out, row by row and cheaply: columns of listings, and attempts.

The ORM compiles a statement anew for every row, which takes several times longer than the row
itself and is what bounds a drain. Here the text of a statement is made once per set of columns;
values still pass through the model's fields. All must run inside a transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Field

from portals.models import Attempt, Listing

AnyField: TypeAlias = "Field[Any, Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWrite:
    """What to write for one listing.

    With `schedules`, `due_at` is written too, but only if no change was marked since the listing
    had that `version`: a newer mark stays due. `calm` says that it is then no longer urgent.
    """

    listing_id: int
    version: int
    columns: Mapping[str, Any] = field(default_factory=dict)
    schedules: bool = True
    due_at: datetime | None = None
    calm: bool = True


def write_row(row: RowWrite, *, claim: str | None = None) -> bool:
    """Write one listing; False if it is not (or no longer) claimed by `claim`, if that is given."""
    names = tuple(row.columns)
    values = _prepared(_columns(names), row.columns.values())
    if row.schedules:
        values += [row.version, *_prepared(_columns(("due_at",)), [row.due_at])]
        if row.calm:
            values += [row.version, False]
    elif not names:
        return True
    values.append(row.listing_id)
    if claim is not None:
        values.append(claim)
    statement = _update_of(
        names, schedules=row.schedules, calm=row.calm, is_fenced=claim is not None
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def insert_attempts(attempts: Sequence[Attempt]) -> None:
    """Insert attempts; their ids are not read back."""
    if not attempts:
        return
    fields = _attempt_fields()
    rows = [_prepared(fields, [getattr(row, f.attname) for f in fields]) for row in attempts]
    with connection.cursor() as cursor:
        cursor.executemany(_insert_of_attempts(), rows)


def _prepared(fields: Sequence[AnyField], values: Any) -> list[Any]:
    pairs = zip(fields, values, strict=True)
    return [column.get_db_prep_save(value, connection) for column, value in pairs]


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...]) -> tuple[AnyField, ...]:
    return tuple(Listing._meta.get_field(name) for name in names)  # type: ignore[misc]  # noqa: SLF001


@lru_cache(maxsize=256)
def _update_of(names: tuple[str, ...], *, schedules: bool, calm: bool, is_fenced: bool) -> str:
    quote = connection.ops.quote_name
    sets = [f"{quote(str(column.column))} = %s" for column in _columns(names)]
    scheduled = (("due_at", "urgent") if calm else ("due_at",)) if schedules else ()
    sets += [f"{name} = CASE WHEN version = %s THEN %s ELSE {name} END" for name in scheduled]
    where = "id = %s AND claim = %s" if is_fenced else "id = %s"
    table = quote(Listing._meta.db_table)  # noqa: SLF001 - the documented Model API
    return f"UPDATE {table} SET {', '.join(sets)} WHERE {where}"  # noqa: S608 - our own names


@lru_cache(maxsize=1)
def _attempt_fields() -> tuple[AnyField, ...]:
    fields = Attempt._meta.concrete_fields  # noqa: SLF001 - the documented Model API
    return tuple(column for column in fields if not column.primary_key)


@lru_cache(maxsize=1)
def _insert_of_attempts() -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(column.column)) for column in _attempt_fields()]
    places = ", ".join(["%s"] * len(columns))
    table = quote(Attempt._meta.db_table)  # noqa: SLF001 - the documented Model API
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - as above
