"""Takes over the plans of an access as the portal tells them, inventing nothing."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portals.connectors.base import Connector, HasPlans
from portals.connectors.types import PlanReport
from portals.models import Plan, PortalAccess

_TOLD = (
    *("name", "weight", "total", "published", "released", "is_for_new"),
    *("category", "subscription_id", "renews_at"),
)


def sync_plans(access: PortalAccess, connector: Connector) -> int:
    """Read the plans and bring our rows to them; returns how many the portal told.

    Plans the portal no longer tells are retired. What we count ourselves (reserved) is left alone.
    If the account of the access changed meanwhile, nothing is written. Raises RemoteError.
    """
    reports = cast(HasPlans, connector).plans()
    now = timezone.now()
    with transaction.atomic():
        same_account = PortalAccess.objects.select_for_update().filter(
            pk=access.pk, account_fingerprint=access.account_fingerprint
        )
        if not same_account.exists():
            return 0
        known = {(plan.kind, plan.remote_key): plan for plan in access.plans.all()}
        read: list[int] = []
        for report in reports:
            plan = known.pop((report.kind, report.remote_key), None)
            columns = None if plan is None else [*_TOLD, "retired_at", "fetched_at"]
            plan = plan or Plan(
                access=access,
                dealer_id=access.dealer_id,
                kind=report.kind,
                remote_key=report.remote_key,
            )
            _take_over(plan, report)
            plan.retired_at, plan.fetched_at = None, now
            plan.save(update_fields=columns)
            read.append(plan.pk)
        # What we held when the portal told its number: what is taken since is added to that.
        Plan.objects.filter(pk__in=read).update(counted=F("reserved"))
        vanished = [plan.pk for plan in known.values() if plan.retired_at is None]
        Plan.objects.filter(pk__in=vanished).update(retired_at=now)
    return len(reports)


def _take_over(plan: Plan, report: PlanReport) -> None:
    for name in _TOLD:
        setattr(plan, name, getattr(report, name))
