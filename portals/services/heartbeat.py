"""The worker's sign of life, by which a supervisor notices that the cluster stands still."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from portals.models import Heartbeat

WORKER = "worker"


def beat() -> None:
    """Say that the worker lives."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def worker_age() -> float | None:
    """Return seconds since the last sign of life, None if there never was one."""
    row = Heartbeat.objects.filter(name=WORKER).first()
    return None if row is None else (timezone.now() - row.at).total_seconds()


def worker_is_well() -> bool:
    """Whether the last sign of life is younger than HEARTBEAT_MAX_AGE."""
    age = worker_age()
    return age is not None and age <= settings.HEARTBEAT_MAX_AGE
