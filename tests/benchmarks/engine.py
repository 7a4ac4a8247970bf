"""Runs the engine for a measurement: needs a set-up Django."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import F, Max
from django.utils import timezone

from portals.models import Attempt, Listing
from portals.models.listing import Observed
from portals.services.drain import drain_access
from portals.services.marking import mark_scope, spread

FOREVER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRun:
    """Seconds: until the last write was recorded, and from then until the last status was."""

    write_wall: float
    status_wall: float
    write_cpu: float
    live: int


def publish_all(access_id: int, *, connections: int) -> PublishRun:
    """Drain an access until all that was due is written and all statuses are read.

    The first drain writes and reads those statuses that are due by then; the rest are made due
    and read by a second one, since what is measured here are requests, not a portal's patience.
    """
    mark = Attempt.objects.aggregate(last=Max("id"))["last"] or 0
    began, started, cpu = timezone.now(), time.monotonic(), time.process_time()
    drain_access(access_id, deadline=FOREVER, connections=connections)
    first_cpu = time.process_time() - cpu
    fresh = Attempt.objects.filter(access_id=access_id, pk__gt=mark)
    written = fresh.filter(step="create").aggregate(last=Max("at"))["last"]
    reads = fresh.filter(step="check").count()
    write_wall = (written - began).total_seconds()
    first = time.monotonic() - started
    Listing.objects.filter(access_id=access_id, check_at__isnull=False).exclude(
        state=Observed.LIVE
    ).update(check_at=began)
    status_began = time.monotonic()
    drain_access(access_id, deadline=FOREVER, connections=connections)
    status_wall = time.monotonic() - status_began + first - write_wall
    writes = fresh.filter(step="create").count()
    return PublishRun(
        write_wall=write_wall,
        status_wall=status_wall,
        write_cpu=first_cpu * writes / (writes + reads),
        live=Listing.objects.filter(access_id=access_id, state=Observed.LIVE).count(),
    )


def publish_unchanged(access_id: int) -> dict[str, int]:
    """Ask for every listing to be decided anew, as after a change of the portal's names."""
    Listing.objects.filter(access_id=access_id).update(version=F("version"))
    mark_scope(access_id=access_id)
    spread()
    return dict(drain_access(access_id, deadline=FOREVER).by_outcome)
