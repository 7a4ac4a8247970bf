"""Bulk changes made short for tests: plan, confirm and carry out in one go."""

from __future__ import annotations

from collections import Counter
from typing import Any

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import Vehicle
from office.models import BulkRun
from office.services.bulk_plan import plan_run, plan_undo
from office.services.bulk_run import confirm_run, execute_run

BY = By(source="web", reason="November")
MARKS = ("revision", "updated_at")
FIVE_LESS = {"mode": "percent", "value": "-5", "rounding": "none"}


def planned(dealer: Dealer, kind: str, parameters: dict[str, Any], *vehicles: Vehicle) -> BulkRun:
    """Return the plan of a bulk change."""
    return plan_run(
        dealer,
        by=BY,
        kind=kind,
        parameters=parameters,
        vehicle_ids=[vehicle.pk for vehicle in vehicles],
    )


def carried_out(run: BulkRun) -> BulkRun:
    """Return the run at its end."""
    confirm_run(run.pk, dealer=run.dealer, by=BY)
    while execute_run(run.pk, seconds=60):
        pass
    run.refresh_from_db()
    return run


def undone(run: BulkRun) -> BulkRun:
    """Return the run that has taken this one back."""
    return carried_out(plan_undo(run.pk, dealer=run.dealer, by=BY))


def outcomes(run: BulkRun) -> dict[str, int]:
    """Return how many vehicles came to what."""
    return dict(Counter(run.items.values_list("outcome", flat=True)))


def dump(dealer: Dealer) -> dict[int, dict[str, Any]]:
    """Return every vehicle with every column and its optionals, but for the marks of an edit."""
    rows = Vehicle.objects.for_dealer(dealer).order_by("pk")
    optionals: dict[int, list[int]] = {}
    for pk, optional in Vehicle.optionals.through.objects.values_list("vehicle_id", "optional_id"):
        optionals.setdefault(pk, []).append(optional)
    found: dict[int, dict[str, Any]] = {}
    for row in rows.values():
        columns: dict[str, Any] = {**row, "optionals": sorted(optionals.get(row["id"], []))}
        found[row["id"]] = {key: columns[key] for key in columns if key not in MARKS}
    return found
