"""The worker's sign of life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portals.models import Heartbeat
from portals.services import heartbeat


def test_a_worker_that_never_lived_is_not_well(db: None) -> None:
    assert heartbeat.worker_age() is None
    assert not heartbeat.worker_is_well()


def test_every_beat_moves_the_same_row(db: None) -> None:
    heartbeat.beat()
    first = Heartbeat.objects.get().at
    heartbeat.beat()

    assert Heartbeat.objects.get().at > first
    assert heartbeat.worker_is_well()


@pytest.mark.parametrize(("seconds", "well"), [(179, True), (182, False)])
def test_an_old_beat_is_no_life(db: None, settings: Settings, seconds: int, well: bool) -> None:
    settings.HEARTBEAT_MAX_AGE = 180.0
    Heartbeat.objects.create(name=heartbeat.WORKER, at=timezone.now() - timedelta(seconds=seconds))

    assert heartbeat.worker_is_well() is well
