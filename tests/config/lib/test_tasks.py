"""The queue only wakes, after the commit, and is told ids."""

from __future__ import annotations

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.lib import tasks
from config.lib.tasks import SCHEDULES, Schedule, coalesced, enqueue, path_of, scheduled


def wake(number: int) -> str:
    """Stand for a task."""
    return str(number)


def test_a_task_is_named_by_where_the_worker_finds_it() -> None:
    assert path_of(wake) == f"{__name__}.wake"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What reached the queue: (function, ids …, name of the task)."""
    messages: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "config.lib.tasks.async_task",
        lambda function, *ids, task_name: messages.append((function, *ids, task_name)),
    )
    return messages


def test_a_message_is_sent_after_the_commit(
    db: None,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue(wake, 7)
        before = list(sent)

    assert before == []
    assert sent == [(path_of(wake), 7, path_of(wake))]


def test_a_rollback_sends_nothing(
    db: None,
    sent: list[tuple[object, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue(wake, 7)
        transaction.set_rollback(True)

    assert sent == []


def test_a_schedule_is_declared_beside_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SCHEDULES", {})

    def tidy() -> str:
        return "tidied"

    decorated = scheduled(minutes=15)(tidy)

    name = path_of(tidy)
    assert decorated is tidy
    assert tasks.SCHEDULES[name] == Schedule(name=name, function=name, minutes=15)
    assert name not in SCHEDULES


def test_many_wake_ups_of_one_task_are_one_message(
    sent: list[tuple[object, ...]], transactional_db: None
) -> None:
    with coalesced():
        for number in (7, 8, 7):
            with transaction.atomic():
                enqueue(wake, number)
        before = list(sent)

    assert before == []
    assert sent == [(path_of(wake), 7, path_of(wake)), (path_of(wake), 8, path_of(wake))]


def test_what_was_committed_before_a_failure_is_woken_for(
    sent: list[tuple[object, ...]], transactional_db: None
) -> None:
    def fail_halfway() -> None:
        with coalesced():
            enqueue(wake, 7)
            raise LookupError

    with pytest.raises(LookupError):
        fail_halfway()

    assert len(sent) == 1
    enqueue(wake, 8)
    assert len(sent) == 2
