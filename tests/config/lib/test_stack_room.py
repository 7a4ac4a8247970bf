"""Tests of config.lib.stack_room."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from config.lib.stack_room import StackRoomMiddleware

CALLS = 500


def _short() -> int:
    return 1


def _busy(_request: object) -> HttpResponse:
    for _each in range(CALLS):
        [_short() for _one in (1,)]  # below a frame of its own, as the nodes of templates are
    return HttpResponse()


def _below(frames: int, call: Callable[[], object]) -> object:
    return _below(frames - 1, call) if frames else call()


def _most_memory_fetched(answer: Callable[[Any], object]) -> int:
    """Return at how many places memory was fetched, at the worst of many depths of the stack."""
    counts = []
    for depth in range(150):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        _below(depth, lambda: answer(None))
        counts.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return max(counts)


def test_no_depth_of_the_stack_makes_the_calls_of_a_page_fetch_memory():
    assert _most_memory_fetched(StackRoomMiddleware(_busy)) < CALLS // 10
