"""Long work that must not run twice at once: one process has the turn, for a limited time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portals.models import Turn

LOOK_AGAIN = 0.5  # seconds


@contextmanager
def turn(name: str, *, seconds: float, patience: float = 0.0) -> Iterator[bool]:
    """Give the turn for at most `seconds`; False if another has it and keeps it for `patience`.

    A turn that has run out is anybody's, so that a killed process blocks nobody for long.
    """
    owner = uuid.uuid4().hex
    Turn.objects.get_or_create(name=name)
    ends = time.monotonic() + patience
    mine = _take(name, owner, seconds)
    while not mine and time.monotonic() < ends:
        time.sleep(LOOK_AGAIN)
        mine = _take(name, owner, seconds)
    try:
        yield mine
    finally:
        if mine:
            Turn.objects.filter(name=name, owner=owner).update(owner="", until=None)


def _take(name: str, owner: str, seconds: float) -> bool:
    now = timezone.now()
    free = Q(owner="") | Q(until__lt=now)
    return bool(
        Turn.objects.filter(free, name=name).update(
            owner=owner, until=now + timedelta(seconds=seconds)
        )
    )
