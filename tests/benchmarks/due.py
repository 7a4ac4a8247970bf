"""What it costs to find what is due among few and among many listings: needs a set-up Django."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Dealer
from portals.models import Listing, Portal, PortalAccess
from portals.services.drain import has_due
from portals.services.housekeeping import accesses_due
from portals.services.rounds import due_ids

DUE, ROUND, TRIES = 200, 32, 50
NUMBERS = {
    "postgresql": "SELECT generate_series(1, %s) AS n",
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %s)"
    " SELECT n FROM c",
}


def measure(size: int) -> dict[str, Any]:
    """Fill one access with `size` listings, DUE of them due, and time the queries that look for
    them (milliseconds, median of TRIES)."""
    dealer, _ = Dealer.objects.get_or_create(code="due", defaults={"name": "Due"})
    portal, _ = Portal.objects.get_or_create(slug="usadosbr", defaults={"name": "Usadosbr"})
    access, _ = PortalAccess.objects.get_or_create(dealer=dealer, portal=portal)
    Listing.objects.filter(access=access).delete()
    due = f"CASE WHEN n %% {size // DUE} = 0 THEN %s END"
    fill(access, size, cells={"due_at": due}, due_at=timezone.now())
    now = timezone.now()
    rows = Listing.objects.filter(access=access, urgent__in=[False], due_at__lte=now).exclude(
        claim="me"
    )
    plan = rows.order_by("due_at").values_list("id", flat=True)[:ROUND].explain()
    found = due_ids(access.pk, owner="me", now=now, limit=ROUND)
    return {
        "listings": size,
        "found": len(found),
        "due_ms": _median(lambda: due_ids(access.pk, owner="me", now=now, limit=ROUND)),
        "idle_ms": _median(lambda: has_due(access.pk)),
        "sweep_ms": _median(lambda: list(accesses_due())),
        "plan": " / ".join(line.strip() for line in plan.splitlines()[:3]),
    }


def _median(call: Callable[[], object]) -> float:
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 3)


def fill(access: PortalAccess, size: int, *, cells: dict[str, str], **facts: Any) -> None:
    """Insert listings by one statement; `cells` are columns as SQL of the number `n`.

    They need no vehicles (and have ids of none): the queries never look at any.
    """
    sample = Listing(dealer_id=access.dealer_id, access=access, vehicle_id=0, wanted="live")
    sample.created_at = timezone.now()
    for name, value in facts.items():
        setattr(sample, name, value)
    cells = {"vehicle_id": "n + 1000000000", **cells}
    fields = [field for field in Listing._meta.concrete_fields if not field.primary_key]
    values = [
        field.get_db_prep_save(getattr(sample, field.attname), connection)
        for field in fields
        if field.column != "vehicle_id"
    ]
    columns = [str(field.column) for field in fields]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO portals_listing ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(cells.get(column, '%s') for column in columns)} "
            f"FROM ({NUMBERS[connection.vendor]}) AS numbers",
            [*values, size],
        )
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
