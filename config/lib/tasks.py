"""The queue, seen from us: it only wakes workers up, so a lost or doubled message is harmless."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django_q.tasks import async_task

SCHEDULES: dict[str, Schedule] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A task that runs every so many minutes; owned by code, synced by `sync_schedules`."""

    name: str
    function: str
    minutes: int


def path_of(function: Callable[..., Any]) -> str:
    """Return the dotted name under which the worker imports a function."""
    return f"{function.__module__}.{function.__qualname__}"


def enqueue(function: Callable[..., Any], *ids: int) -> None:
    """Wake a worker for a task, once the current transaction is committed.

    Arguments are ids, never instances. Nothing may depend on the message arriving: a sweep finds
    what is left.
    """
    name = path_of(function)
    transaction.on_commit(lambda: async_task(name, *ids, task_name=name))


def scheduled(*, minutes: int) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Declare that a task without arguments runs every `minutes` minutes."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        name = path_of(function)
        SCHEDULES[name] = Schedule(name=name, function=name, minutes=minutes)
        return function

    return register
