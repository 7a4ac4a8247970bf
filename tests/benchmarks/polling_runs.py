"""The measurement of `tests.benchmarks.polling`: needs a set-up Django."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portals.models import Listing
from portals.models.listing import Observed
from portals.services.drain import drain_access
from tests.benchmarks.due import fill
from tests.benchmarks.engine import FOREVER
from tests.benchmarks.measuring import ask
from tests.benchmarks.stock import Stock, build_stock, make_due


def measure(port: int, *, pending: int, stocks: list[int], repeat: int) -> list[dict[str, Any]]:
    """Poll `pending` ads among so many that are live; figures of the fastest of `repeat` runs."""
    made = build_stock(pending, slug="chavesnamao")
    found, there = [], 0
    for stock in sorted(stocks):
        later = timezone.now() + timedelta(hours=6)
        fill(
            made.access,
            stock - there,
            cells={"vehicle_id": f"n + {1_000_000_000 + there}"},
            state=Observed.LIVE,
            remote_id="1",
            sent_fingerprint="a" * 64,
            check_at=later,
        )
        there = stock
        runs = [_poll(made, port) for _ in range(repeat)]
        found.append({"stock": stock, **min(runs, key=lambda run: float(run["wall_s"]))})
    return found


def _poll(made: Stock, port: int) -> dict[str, Any]:
    """Send all ads, then poll them; only the polling is measured."""
    ids = Listing.objects.filter(access=made.access, vehicle__in=made.vehicle_ids)
    make_due(made)
    drain_access(made.access.pk, deadline=FOREVER)
    ids.filter(state=Observed.PENDING).update(check_at=timezone.now())
    ask(port, "POST", "/_reset")
    began, cpu = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        drain_access(made.access.pk, deadline=FOREVER)
    return {
        "wall_s": round(time.perf_counter() - began, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "queries": len(queries),
        "requests": ask(port, "GET", "/_stats")["requests"],
        "live": ids.filter(state=Observed.LIVE).count(),
    }
