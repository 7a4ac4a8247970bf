"""Answers for supervisors and load balancers: alive, and ready to serve."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process can answer at all; touches nothing else."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and cache are usable, otherwise 503.

    The body names what failed, e.g. {"database": true, "migrations": false, "cache": true}; no
    details, since anybody may ask.
    """
    report = {"database": False, "migrations": False, "cache": False}
    try:
        connection.ensure_connection()
        report["database"] = True
        executor = MigrationExecutor(connection)
        report["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        cache.get("health")
        report["cache"] = True
    except Exception:  # noqa: BLE001 - whatever is broken, the answer is "not ready"
        return JsonResponse(report, status=503)
    return JsonResponse(report, status=200 if all(report.values()) else 503)
