"""Timed work does everything that is due, however late it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import tasks as accounts_tasks
from accounts.models import Change
from accounts.services.changes import By, record_change
from accounts.services.sealing import verify_changes
from config.lib.tasks import SCHEDULES
from inventory import tasks
from inventory.models import PhotoBlob, Vehicle
from inventory.models.photo import PhotoState
from inventory.services.sales import reserve_vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory, VehiclePhotoFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_timed_work_is_declared():
    declared = {
        name: schedule.minutes
        for name, schedule in SCHEDULES.items()
        if name.startswith(("accounts.", "inventory."))
    }

    assert declared == {
        "accounts.tasks.seal_changes": 1,
        "inventory.tasks.sweep_pictures": 5,
        "inventory.tasks.expire_reservations": 5,
        "inventory.tasks.purge_pictures": 1440,
        "inventory.tasks.purge_drafts": 1440,
    }


def test_the_history_is_sealed():
    record_change(subject=DealerFactory(), action="updated", after={"name": "B"})

    assert accounts_tasks.seal_changes() == "1 changes sealed"
    assert (verify_changes().sealed, verify_changes().unsealed) == (1, 0)


def test_a_reservation_expires_days_late_as_well():
    vehicle = VehicleFactory()
    with time_machine.travel(NOW, tick=False):
        until = NOW + timedelta(hours=1)
        reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=By(), until=until)

    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert tasks.expire_reservations() == "1 reservations expired"

    assert Vehicle.objects.get().state == "available"
    assert Change.objects.filter(action="reservation_expired").count() == 1


def test_pictures_left_behind_are_woken_and_orphans_purged(django_capture_on_commit_callbacks):
    waiting = PhotoBlobFactory(state=PhotoState.PENDING, large=None, small=None)
    carried = VehiclePhotoFactory().blob
    orphan = PhotoBlobFactory()
    PhotoBlob.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - timedelta(hours=1))
    PhotoBlob.objects.exclude(pk=waiting.pk).update(created_at=timezone.now() - timedelta(days=8))

    with django_capture_on_commit_callbacks() as callbacks:
        assert tasks.sweep_pictures() == "1 pictures woken"
    assert len(callbacks) == 1
    assert tasks.purge_pictures() == "1 pictures purged"

    assert set(PhotoBlob.objects.all()) == {waiting, carried}
    assert not PhotoBlob.objects.filter(pk=orphan.pk).exists()
