"""Timed work of the stock; each run does everything that is due, however late it comes."""

from __future__ import annotations

from django.utils import timezone

from config.lib import request_id
from config.lib.tasks import enqueue, scheduled
from inventory.services.rendering import pending_blobs, purge_orphans, render_blob
from inventory.services.sales import expire_reservations as expire
from inventory.services.vehicle_drafts import purge_drafts as purge


@scheduled(minutes=5)
def sweep_pictures() -> str:
    """Wake workers for pictures whose own wake-up was lost."""
    blob_ids = pending_blobs(now=timezone.now())
    for blob_id in blob_ids:
        enqueue(render_blob, blob_id)
    return f"{len(blob_ids)} pictures woken"


@scheduled(minutes=1440)
def purge_pictures() -> str:
    """Delete pictures that no vehicle carries any more."""
    return f"{purge_orphans(now=timezone.now())} pictures purged"


@scheduled(minutes=1440)
def purge_drafts() -> str:
    """Delete the drafts of forms that nobody came back to."""
    return f"{purge(now=timezone.now())} drafts purged"


@scheduled(minutes=5)
def expire_reservations() -> str:
    """End the reservations whose moment has come."""
    request_id.begin()
    return f"{expire(now=timezone.now())} reservations expired"
