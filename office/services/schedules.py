"""Brings the queue's table of schedules in line with the code, which alone owns them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule as QueueSchedule

from config.lib.tasks import SCHEDULES

ROOMS = ("accounts", "inventory", "portals", "leads", "office")


@dataclass(slots=True, kw_only=True)
class ScheduleReport:
    """How many schedules were written, were right already, or are gone from the code."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


def sync_schedules() -> ScheduleReport:
    """Write every schedule of `config.lib.tasks.SCHEDULES` once and delete ours that vanished.

    The modules that declare them must have been imported. A schedule never has arguments: one row
    that cannot be read would stop all of them. Schedules that are not ours are left alone.
    """
    report = ScheduleReport()
    with transaction.atomic():
        kept: set[int] = set()
        for schedule in SCHEDULES.values():
            kept.add(_write(schedule.name, schedule.function, schedule.minutes, report=report))
        for room in ROOMS:
            gone = QueueSchedule.objects.filter(func__startswith=f"{room}.").exclude(pk__in=kept)
            report.deleted += gone.delete()[0]
    return report


def _write(name: str, function: str, minutes: int, *, report: ScheduleReport) -> int:
    """Write one schedule; return its key. A second row of the same name is left to be deleted."""
    wanted = {
        "func": function,
        "schedule_type": QueueSchedule.MINUTES,
        "minutes": minutes,
        "repeats": -1,
        "args": None,
        "kwargs": None,
        "hook": None,
        "cluster": None,
    }
    row = QueueSchedule.objects.filter(name=name).order_by("pk").first()
    if row is None:
        # Due at once: the first sign of life of a new installation must not wait.
        row = QueueSchedule.objects.create(name=name, next_run=timezone.now(), **wanted)
        report.created += 1
        return int(row.pk)
    if all(getattr(row, field) == value for field, value in wanted.items()):
        report.unchanged += 1
    else:
        QueueSchedule.objects.filter(pk=row.pk).update(next_run=timezone.now(), **wanted)
        report.updated += 1
    return int(row.pk)
