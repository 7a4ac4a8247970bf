"""A supervisor is told whether the worker lives."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from portals.models import Heartbeat
from tests.command_line import run

pytestmark = pytest.mark.django_db


def test_a_fresh_sign_of_life_is_well():
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=30))

    result = run("check_worker")

    assert result["alive"] is True
    assert 30 <= result["age"] < 60


@pytest.mark.parametrize("seconds", [181, 86_400])
def test_an_old_one_is_a_failure(settings, seconds):
    settings.HEARTBEAT_MAX_AGE = 180.0
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=seconds))
    printed = io.StringIO()

    with pytest.raises(CommandError, match=f"stalled: .* {seconds} s old"):
        call_command("check_worker", stdout=printed)

    assert '"alive": false' in printed.getvalue()


def test_a_worker_that_never_lived_is_a_failure():
    with pytest.raises(CommandError, match=r"stalled: .* never"):
        run("check_worker")


@pytest.mark.django_db(transaction=True)
def test_the_watch_prints_a_line_for_every_failure_until_it_is_ended(monkeypatch):
    looks = []

    def interrupt(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            Heartbeat.objects.create(name="worker", at=timezone.now())
        if len(looks) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    printed = io.StringIO()

    call_command("check_worker", "--every", "10", stdout=printed)

    assert looks == [10.0, 10.0, 10.0]
    assert [line.split(":")[0] for line in printed.getvalue().splitlines()] == ["stalled"] * 2
