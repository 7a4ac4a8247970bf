"""What the worker runs for the office: thin, by id, safe to run twice and in parallel."""

from __future__ import annotations

from django.utils import timezone

from config.lib import request_id
from config.lib.tasks import enqueue, scheduled
from office.models import BulkRun
from office.services import bulk_lease
from office.services.bulk_plan import purge_plans
from office.services.bulk_run import execute_run
from office.services.notice_mails import send_mails
from office.services.notices import look_around, purge_notices

TURN = 60.0  # seconds a run may keep a worker before others get their turn


def run_bulk(run_id: int) -> str:
    """Carry out a bulk change under the request id of its own; asks for another turn if needed."""
    ids = BulkRun.objects.filter(pk=run_id).values_list("request_id", flat=True)
    request_id.begin(ids.first() or "")
    left = execute_run(run_id, seconds=TURN)
    if left:
        enqueue(run_bulk, run_id)
    return f"bulk run {run_id}: {'to be continued' if left else 'at its end'}"


@scheduled(minutes=1)
def sweep_bulk() -> str:
    """Wake a worker for every run whose wake-up was lost, and forget plans nobody wanted."""
    now = timezone.now()
    run_ids = list(bulk_lease.waiting(now).values_list("pk", flat=True))
    for run_id in run_ids:
        enqueue(run_bulk, run_id)
    return f"{len(run_ids)} runs woken, {purge_plans(now=now)} plans forgotten"


@scheduled(minutes=1)
def watch_for_notices() -> str:
    """Begin and end notices by what stands now, and send the mails that are due."""
    now = timezone.now()
    found = look_around(now)
    sent = send_mails(now)
    purge_notices(now)
    return (
        f"{found.opened} began, {found.cleared} over, {found.open} open; "
        f"{sent.mails} mails for {sent.told}, {sent.failed} not sent"
    )
