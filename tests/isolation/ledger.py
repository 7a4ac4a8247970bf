"""What the database holds, as one comparable value per table, read past the models.

Rows of the machinery (sessions, login attempts, queued wake-ups) are left out: they may change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction

MACHINERY = frozenset(
    {
        *("django_session", "django_content_type", "auth_permission", "django_admin_log"),
        *("django_q_ormq", "django_q_task", "django_q_schedule"),
        *("axes_accessattempt", "axes_accesslog", "axes_accessfailurelog"),
        *("axes_accessattemptexpiration",),
    }
)
# Tables that belong to a dealer through another one: (table, its column, column FROM table).
_HANGING = (
    ("accounts_user", "id", "user_id FROM accounts_membership"),
    ("portals_portaltoken", "access_id", "id FROM portals_portalaccess"),
    ("inventory_vehicle_optionals", "vehicle_id", "id FROM inventory_vehicle"),
)
_READ = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b")
_WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)', re.IGNORECASE)
_LOGIN_ONLY = re.compile(r'^UPDATE "accounts_user" SET "last_login" = \S+ WHERE')


def tables() -> list[str]:
    """Return the tables that hold what people know, in a fixed order."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models} - MACHINERY)


def content() -> dict[str, str]:
    """Return a digest of every table."""
    return {table: _digest(table) for table in tables()}


def _tables_with_dealer() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if any(column.column == "dealer_id" for column in model._meta.concrete_fields)
    )


def content_of(dealer_id: int) -> dict[str, str]:
    """Return a digest of the rows of one dealer, table by table; tables without a dealer are out.

    The dealer's own row, its people's and its tokens' count as its rows.
    """
    found = {table: _digest(table, "dealer_id = %s", dealer_id) for table in _tables_with_dealer()}
    found["accounts_dealer"] = _digest("accounts_dealer", "id = %s", dealer_id)
    for table, column, owner in _HANGING:
        within = f"{column} IN (SELECT {owner} WHERE dealer_id = %s)"
        found[table] = _digest(table, within, dealer_id)
    return found


def _digest(table: str, condition: str = "1 = 1", *values: int) -> str:
    with connection.cursor() as cursor:
        columns = "id, password" if table == "accounts_user" else "*"
        cursor.execute(f'SELECT {columns} FROM "{table}" WHERE {condition}', values)  # noqa: S608
        rows = sorted(map(repr, cursor.fetchall()))
    return f"{len(rows)} rows {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:16]}"


@contextmanager
def writes() -> Iterator[set[str]]:
    """Collect the tables written to inside, the machinery's and the moment of a login left out.

    What is neither a plain read nor a plain write is named by its beginning, and counts as a write.
    """
    seen: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not _READ.match(sql):
            found = _WRITE.match(sql)
            table = found[1] if found else sql[:40]
            if table not in MACHINERY and not _LOGIN_ONLY.match(sql):
                seen.add(table)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the tables that differ."""
    return sorted(table for table in before if before[table] != after.get(table))


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the database was made to do inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
