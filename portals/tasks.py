"""What the worker runs for portals: thin, by id, safe to run twice and in parallel.

The queue only wakes: whatever a lost message would have done, the sweep finds within a minute.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from accounts.services.changes import By
from config.lib import request_id
from config.lib.tasks import enqueue, scheduled
from portals.models import Portal, PortalAccess
from portals.services import (
    applying,
    departures,
    drain,
    heartbeat,
    highlight_rules,
    housekeeping,
    marking,
    reconcile,
    syncing,
)
from portals.services.marking import Marked


def wake(marked: Marked) -> None:
    """Wake workers, after the commit, for what was marked."""
    for access_id in sorted(marked.access_ids):
        enqueue(drain_access, access_id)
    if marked.fan_out:
        enqueue(spread_fan_outs)


def wake_accesses(access_ids: Iterable[int]) -> None:
    """Wake workers, after the commit, to drain these accesses."""
    wake(Marked(access_ids=frozenset(access_ids)))


def drain_access(access_id: int) -> str:
    """Send what is due for an access; asks for another turn if its time was not enough."""
    request_id.begin()
    heartbeat.beat()
    report = drain.drain_access(access_id)
    heartbeat.beat()
    if report.left and not report.reason:
        enqueue(drain_access, access_id)
    if report.by_outcome.get("mapping"):
        _suggest_for(access_id)
    if housekeeping.wants_plans(access_id):
        enqueue(sync_plans, access_id)
    return f"access {access_id}: {report.sent} sent {dict(report.by_outcome)} {report.reason}"


def spread_fan_outs() -> str:
    """Mark the listings of wide changes in short chunks."""
    request_id.begin()
    marked = marking.spread()
    wake(marked)
    return f"{len(marked.access_ids)} accesses touched"


@scheduled(minutes=1)
def sweep() -> str:
    """Find what a lost wake-up left behind; also the worker's sign of life."""
    heartbeat.beat()
    marked = marking.spread(budget=20.0)
    due = frozenset(housekeeping.accesses_due())
    wake(Marked(access_ids=due | marked.access_ids, fan_out=marked.fan_out))
    for access_id in housekeeping.plans_due():
        enqueue(sync_plans, access_id)
    return f"{len(due)} accesses due"


@scheduled(minutes=15)
def refresh_plans() -> str:
    """Read the plans of every access that has not been asked for an hour."""
    access_ids = list(housekeeping.accesses_to_ask("plans_fetched_at", hours=1))
    for access_id in access_ids:
        enqueue(sync_plans, access_id)
    return f"{len(access_ids)} accesses asked"


@scheduled(minutes=60)
def refresh_portals() -> str:
    """Compare with every portal's own list, and read its catalogue, once a day each."""
    compare = list(housekeeping.accesses_to_ask("reconciled_at", hours=24))
    for access_id in compare:
        enqueue(reconcile_access, access_id)
    read = list(housekeeping.accesses_to_ask("catalogue_fetched_at", hours=24))
    for access_id in read:
        enqueue(sync_access, access_id)
    return f"{len(compare)} compared, {len(read)} catalogues"


@scheduled(minutes=5)
def resume_readings() -> str:
    """Go on with readings of catalogues that were cut short by the portal or by a restart."""
    access_ids = housekeeping.readings_cut_short()
    for access_id in access_ids:
        enqueue(sync_access, access_id)
    return f"{len(access_ids)} catalogues"


@scheduled(minutes=5)
def run_highlight_rules() -> str:
    """Carry out every rule for highlights whose hour has come: daily, and when a slot was freed."""
    rule_ids = list(highlight_rules.rules_due(now=timezone.now()))
    for rule_id in rule_ids:
        enqueue(run_highlight_rule, rule_id)
    return f"{len(rule_ids)} rules"


def run_highlight_rule(rule_id: int) -> str:
    """Carry out one rule; what goes wrong with it is no other rule's business."""
    request_id.begin()
    heartbeat.beat()
    ran = highlight_rules.run_rule(rule_id, token=None, by=By(), now=timezone.now())
    wake(ran.marked)
    return f"rule {rule_id}: {len(ran.dry_run.moves) if ran.done else 0} highlights moved"


@scheduled(minutes=1)
def alarm_departures() -> str:
    """Tell of ads that are not gone though the dealer's time for it is over."""
    return f"{departures.alarm(now=timezone.now())} ads told of"


@scheduled(minutes=720)
def purge_attempts() -> str:
    """Forget exchanges older than ATTEMPT_DAYS."""
    return f"{housekeeping.purge_attempts()} attempts purged"


def sync_plans(access_id: int) -> str:
    """Read the plans of an access and offer freed slots to the next in line."""
    request_id.begin()
    access = PortalAccess.objects.select_related("portal", "dealer").get(pk=access_id)
    result = syncing.sync_access_plans(access)
    wake_accesses([access_id])
    return f"access {access_id}: {result}"


def sync_access(access_id: int) -> str:
    """Read catalogue and plans of an access, piece by piece; asks for another turn if not done."""
    request_id.begin()
    heartbeat.beat()
    access = PortalAccess.objects.select_related("portal", "dealer").get(pk=access_id)
    result = syncing.sync_access(access, budget=100.0)
    wake(Marked(access_ids=frozenset([access_id]), fan_out=True))
    if not result.done and not result.failure:
        enqueue(sync_access, access_id)
    if result.catalogue:
        _suggest_for(access_id)
    return f"access {access_id}: {result}"


def _suggest_for(access_id: int) -> None:
    access = PortalAccess.objects.only("portal_id", "environment").get(pk=access_id)
    enqueue(suggest_names, access.portal_id, access.environment)


def suggest_names(portal_id: int, environment: str) -> str:
    """Map the names beyond doubt of what waits at a portal; what is left, the schedule finds."""
    request_id.begin()
    if not settings.APPLY_SAFE_NAMES:
        return "switched off"
    heartbeat.beat()
    portal = Portal.objects.get(pk=portal_id)
    applied = applying.apply_safe_names(portal, environment)
    wake(applied.marked)
    return f"portal {portal_id} {environment}: {applied.decided} of {applied.waiting} names decided"


@scheduled(minutes=60)
def suggest_all_names() -> str:
    """Look everywhere where ads wait for a name: the matcher or what people teach may know more."""
    places = list(housekeeping.catalogues_waited_for())
    for portal_id, environment in places:
        enqueue(suggest_names, portal_id, environment)
    return f"{len(places)} catalogues"


def reconcile_access(access_id: int) -> str:
    """Compare an access with the portal's own list and heal what is ours."""
    request_id.begin()
    heartbeat.beat()
    report = reconcile.reconcile_access(access_id)
    wake_accesses([access_id])
    return f"access {access_id}: {report.counts()}"
