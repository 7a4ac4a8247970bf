"""The queue's schedules are what the code says, whatever was in the table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules, import_string
from django_q.models import Schedule

from config.lib.tasks import SCHEDULES
from portals.connectors.registry import CONNECTORS
from portals.models import Portal
from tests.command_line import run

pytestmark = pytest.mark.django_db
autodiscover_modules("tasks", "schedules")


def test_every_declared_schedule_is_written_once_and_due_at_once():
    result = run("sync_schedules")

    rows = list(Schedule.objects.all())
    assert result == {
        "created": len(SCHEDULES), "updated": 0, "unchanged": 0, "deleted": 0,
        "portals": len(CONNECTORS),
    }  # fmt: skip
    assert {row.name: row.minutes for row in rows} == {
        name: schedule.minutes for name, schedule in SCHEDULES.items()
    }
    assert {(row.schedule_type, row.repeats, row.args, row.kwargs) for row in rows} == {
        (Schedule.MINUTES, -1, None, None)
    }
    assert max(row.next_run for row in rows) <= timezone.now()


def test_again_changes_nothing_not_even_the_next_run():
    run("sync_schedules")
    later = timezone.now() + timedelta(minutes=7)
    Schedule.objects.update(next_run=later)

    result = run("sync_schedules")

    assert (result["unchanged"], result["created"]) == (len(SCHEDULES), 0)
    assert set(Schedule.objects.values_list("next_run", flat=True)) == {later}


def test_what_somebody_changed_vanished_or_doubled_is_put_right():
    run("sync_schedules")
    name = "portals.tasks.sweep"
    Schedule.objects.filter(name=name).update(args="1, oops(", minutes=99)
    Schedule.objects.create(name=name, func=name)
    Schedule.objects.create(name="gone", func="inventory.tasks.gone")
    Schedule.objects.create(name="foreign", func="shop.tasks.mail")

    result = run("sync_schedules")

    assert (result["updated"], result["deleted"]) == (1, 2)
    sweep = Schedule.objects.get(name=name)
    assert (sweep.args, sweep.minutes) == (None, 1)
    assert not Schedule.objects.filter(name="gone").exists()
    assert Schedule.objects.filter(name="foreign").exists()


def test_every_schedule_can_be_called_without_arguments():
    functions = [import_string(schedule.function) for schedule in SCHEDULES.values()]

    assert functions
    assert all(function.__code__.co_argcount == 0 for function in functions)


def test_the_portals_of_the_code_are_there_afterwards():
    run("sync_schedules")

    assert set(Portal.objects.values_list("slug", flat=True)) == {*CONNECTORS}
