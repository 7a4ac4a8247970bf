"""The queue, seen from us: it only wakes workers up, so a lost or doubled message is harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django_q.tasks import async_task

SCHEDULES: dict[str, Schedule] = {}
_HELD_BACK: ContextVar[dict[tuple[str, tuple[int | str, ...]], None] | None] = ContextVar(
    "held_back", default=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A task that runs every so many minutes; owned by code, synced by `sync_schedules`."""

    name: str
    function: str
    minutes: int


def path_of(function: Callable[..., Any]) -> str:
    """Return the dotted name under which the worker imports a function."""
    return f"{function.__module__}.{function.__qualname__}"


def enqueue(function: Callable[..., Any], *ids: int | str) -> None:
    """Wake a worker for a task, once the current transaction is committed.

    Arguments are ids and names, never instances. Nothing may depend on the message arriving: a
    sweep finds what is left.
    """
    name = path_of(function)
    held_back = _HELD_BACK.get()
    if held_back is not None:
        held_back[name, ids] = None
    else:
        transaction.on_commit(lambda: async_task(name, *ids, task_name=name))


@contextmanager
def coalesced() -> Iterator[None]:
    """Send each wake-up of the block once, at its end: for work on many rows, one by one.

    They are sent when the block fails too: what was committed before it failed is due all the same.
    """
    waiting: dict[tuple[str, tuple[int | str, ...]], None] = {}
    token = _HELD_BACK.set(waiting)
    try:
        yield
    finally:
        _HELD_BACK.reset(token)
        for name, ids in waiting:
            transaction.on_commit(partial(async_task, name, *ids, task_name=name))


def scheduled(*, minutes: int) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Declare that a task without arguments runs every `minutes` minutes."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        name = path_of(function)
        SCHEDULES[name] = Schedule(name=name, function=name, minutes=minutes)
        return function

    return register
