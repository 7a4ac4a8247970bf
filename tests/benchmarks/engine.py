"""Runs the engine for a measurement: needs a set-up Django."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from django.db.models import F
from django.utils import timezone

from portals.connectors.registry import connector_class
from portals.models import Listing, PortalAccess
from portals.models.listing import Observed
from portals.services.drain import drain_access
from portals.services.marking import mark_scope, spread

FOREVER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRun:
    """Seconds of the wall clock for all writes and for all statuses, of the processor for writes.

    They begin with the call and end with its return, when everything is recorded.
    """

    write_wall: float
    status_wall: float
    write_cpu: float
    live: int


def publish_all(access_id: int, *, connections: int) -> PublishRun:
    """Write all that is due, then read all statuses.

    For the time of this the portal is one whose review takes an hour, so that the two do not mix.
    """
    slug = PortalAccess.objects.values_list("portal__slug", flat=True).get(pk=access_id)
    connector = connector_class(slug)
    traits = connector.traits
    connector.traits = replace(traits, check_after=FOREVER)
    try:
        write_wall, write_cpu = _drained(access_id, connections=connections)
        sent = Listing.objects.filter(access_id=access_id, state=Observed.PENDING)
        sent.update(check_at=timezone.now())
        status_wall, _ = _drained(access_id, connections=connections)
    finally:
        connector.traits = traits
    return PublishRun(
        write_wall=write_wall,
        status_wall=status_wall,
        write_cpu=write_cpu,
        live=Listing.objects.filter(access_id=access_id, state=Observed.LIVE).count(),
    )


def _drained(access_id: int, *, connections: int) -> tuple[float, float]:
    began, cpu = time.monotonic(), time.process_time()
    drain_access(access_id, deadline=FOREVER, connections=connections)
    return time.monotonic() - began, time.process_time() - cpu


def publish_unchanged(access_id: int) -> dict[str, int]:
    """Ask for every listing to be decided anew, as after a change of the portal's names."""
    Listing.objects.filter(access_id=access_id).update(version=F("version"))
    mark_scope(access_id=access_id)
    spread()
    return dict(drain_access(access_id, deadline=FOREVER).by_outcome)
