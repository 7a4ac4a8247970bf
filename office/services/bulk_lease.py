"""Who is at a bulk run: one worker at a time, by conditional UPDATE, for a limited time.

The lease only keeps workers from standing in each other's way. That no vehicle is changed twice is
the work of its item, which is claimed in the very transaction that changes the vehicle.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from office.models import BulkRun
from office.models.bulk import BulkState

SECONDS = 120


def acquire(run_id: int) -> str:
    """Take the lease of a running run; return its owner's name, '' if somebody else holds it."""
    owner, now = uuid.uuid4().hex, timezone.now()
    free = Q(lease_owner="") | Q(lease_until__lt=now)
    taken = BulkRun.objects.filter(free, pk=run_id, state=BulkState.RUNNING).update(
        lease_owner=owner, lease_until=_end(now)
    )
    return owner if taken else ""


def renew(run_id: int, owner: str) -> bool:
    """Prolong the lease; False if it was lost."""
    mine = BulkRun.objects.filter(pk=run_id, lease_owner=owner)
    return bool(mine.update(lease_until=_end(timezone.now())))


def release(run_id: int, owner: str) -> None:
    """Give the lease back."""
    mine = BulkRun.objects.filter(pk=run_id, lease_owner=owner)
    mine.update(lease_owner="", lease_until=None)


def waiting(now: datetime) -> QuerySet[BulkRun]:
    """Return the runs that are not at an end and that nobody is at."""
    free = Q(lease_owner="") | Q(lease_until__lt=now)
    return BulkRun.objects.filter(free, state=BulkState.RUNNING).order_by("pk")


def _end(now: datetime) -> datetime:
    return now + timedelta(seconds=SECONDS)
