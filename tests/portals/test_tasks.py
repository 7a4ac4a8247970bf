"""What the worker runs: thin, woken after the commit, and harmless when run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from config.lib.tasks import SCHEDULES
from portals import tasks
from portals.models import CatalogueSnapshot, FanOut, Listing, PortalAccess
from portals.services import applying, drain, heartbeat, leases, marking
from portals.services.applying import Applied
from portals.services.marking import Marked
from tests.factories.portals import (
    CatalogueSnapshotFactory,
    DepartureFactory,
    ListingFactory,
)
from tests.portals.fake_portal import FakePortal

Wish = Callable[..., Listing]
Sent = list[tuple[object, ...]]


def test_a_wake_up_leaves_only_after_the_commit(
    db: None, sent: Sent, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tasks.wake(Marked(access_ids=frozenset([7, 3]), fan_out=True))
        inside = list(sent)

    assert inside == []
    assert sent == [
        ("portals.tasks.drain_access", 3),
        ("portals.tasks.drain_access", 7),
        ("portals.tasks.spread_fan_outs",),
    ]


def test_a_rollback_wakes_nobody(
    db: None, sent: Sent, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tasks.wake(Marked(access_ids=frozenset([3])))
        transaction.set_rollback(True)

    assert sent == []


def test_a_drain_that_is_done_asks_for_no_other_turn(
    access: PortalAccess,
    wish: Wish,
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    wish()

    with django_capture_on_commit_callbacks(execute=True):
        sentence = tasks.drain_access(access.pk)

    assert sent == [("portals.tasks.sync_plans", access.pk)]
    assert sentence.startswith(f"access {access.pk}: 2 sent ")
    assert heartbeat.worker_is_well()


def test_a_drain_out_of_time_asks_for_another_turn(
    access: PortalAccess,
    wish: Wish,
    sent: Sent,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.DRAIN_BUDGET = 0.0
    wish()

    with django_capture_on_commit_callbacks(execute=True):
        tasks.drain_access(access.pk)

    assert sent == [("portals.tasks.drain_access", access.pk)]


def test_a_drain_that_found_another_at_work_does_not_spin(
    access: PortalAccess,
    wish: Wish,
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    wish()
    leases.acquire(access.pk)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.drain_access(access.pk)

    assert sent == []


def test_the_sweep_finds_what_a_lost_wake_up_left(
    access: PortalAccess,
    wish: Wish,
    sent: Sent,
    connected: Callable[..., PortalAccess],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    wish()
    idle = connected()
    wide = connected()
    ListingFactory.create(access=wide)
    FanOut.objects.create(access=wide)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()

    assert sent == [("portals.tasks.drain_access", pk) for pk in sorted([access.pk, wide.pk])]
    assert ("portals.tasks.drain_access", idle.pk) not in sent
    assert not FanOut.objects.exists()
    assert heartbeat.worker_is_well()


def test_a_wide_change_is_spread_and_its_accesses_woken(
    access: PortalAccess,
    wish: Wish,
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    wish(due_at=None)
    marking.mark_scope(access_id=access.pk)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.spread_fan_outs()

    assert sent == [("portals.tasks.drain_access", access.pk)]
    assert Listing.objects.get().due_at is not None


def test_every_access_is_compared_and_read_once_a_day(
    access: PortalAccess,
    connected: Callable[..., PortalAccess],
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    connected(reconciled_at=timezone.now(), catalogue_fetched_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        tasks.refresh_portals()

    assert sent == [
        ("portals.tasks.reconcile_access", access.pk),
        ("portals.tasks.sync_access", access.pk),
    ]


def test_a_reading_that_was_cut_short_goes_on_within_minutes_by_one_account(
    access: PortalAccess,
    connected: Callable[..., PortalAccess],
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    now = timezone.now()
    PortalAccess.objects.filter(pk=access.pk).update(catalogue_fetched_at=now)
    connected(catalogue_fetched_at=now, blocked_until=now + timedelta(minutes=1))
    connected(catalogue_fetched_at=now, failure_mode="credentials")
    reading = CatalogueSnapshotFactory(portal=access.portal)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.resume_readings()
    assert sent == []
    CatalogueSnapshot.objects.filter(pk=reading.pk).update(finished_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.resume_readings()

    assert sent == [("portals.tasks.sync_access", access.pk)]


def test_plans_are_read_and_free_slots_wake_the_access(
    access: PortalAccess,
    connected: Callable[..., PortalAccess],
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    connected(plans_fetched_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        tasks.refresh_plans()
        tasks.sync_plans(access.pk)

    access.refresh_from_db()
    assert access.plans_fetched_at is not None
    assert sent == [
        ("portals.tasks.sync_plans", access.pk),
        ("portals.tasks.drain_access", access.pk),
    ]


def test_a_sync_out_of_time_asks_for_another_turn(
    access: PortalAccess,
    fake: FakePortal,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    fake.catalogue = {(1, ()): [("brand", "FIAT")], (1, ("FIAT",)): [("model", "UNO")]}
    monkeypatch.setattr("portals.services.catalogue.time.monotonic", _leap())

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sync_access(access.pk)

    assert ("portals.tasks.sync_access", access.pk) in sent


def _leap() -> Callable[[], float]:
    """Return a clock on which every look is half a minute later."""
    moments = iter(range(0, 10**9, 30))
    return lambda: float(next(moments))


def test_a_comparison_heals_and_wakes(
    access: PortalAccess,
    wish: Wish,
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = wish(live=True, due_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        sentence = tasks.reconcile_access(access.pk)

    row.refresh_from_db()
    assert "'missing': 1" in sentence
    assert row.state == "unknown"
    assert sent == [("portals.tasks.drain_access", access.pk)]


def test_the_timed_work_tells_of_ads_that_are_not_gone(db: None) -> None:
    DepartureFactory(started_at=timezone.now() - timedelta(hours=2))

    assert tasks.alarm_departures() == "1 ads told of"
    assert tasks.alarm_departures() == "0 ads told of"


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("sweep", 1),
        ("run_highlight_rules", 5),
        ("refresh_plans", 15),
        ("refresh_portals", 60),
        ("resume_readings", 5),
        ("alarm_departures", 1),
        ("purge_attempts", 720),
    ],
)
def test_schedules_are_declared_beside_their_tasks(name: str, minutes: int) -> None:
    assert SCHEDULES[f"portals.tasks.{name}"].minutes == minutes


def test_a_drain_that_leaves_a_name_missing_has_it_looked_for(
    access: PortalAccess,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    report = drain.DrainReport()
    report.by_outcome["mapping"] = 2
    monkeypatch.setattr(drain, "drain_access", lambda _pk: report)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.drain_access(access.pk)

    assert sent == [("portals.tasks.suggest_names", access.portal_id, access.environment)]


def test_safe_names_are_decided_and_what_they_touch_is_woken(
    access: PortalAccess,
    settings: Settings,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    applied = Applied(waiting=3, decided=2, access_ids={access.pk})
    monkeypatch.setattr(applying, "apply_safe_names", lambda _portal, _environment: applied)

    with django_capture_on_commit_callbacks(execute=True):
        said = tasks.suggest_names(access.portal_id, "sandbox")

    assert said.endswith("2 of 3 names decided")
    assert sent == [("portals.tasks.drain_access", access.pk)]
    settings.APPLY_SAFE_NAMES = False
    assert tasks.suggest_names(access.portal_id, "sandbox") == "switched off"


def test_the_schedule_looks_wherever_ads_wait_for_a_name(
    access: PortalAccess,
    sent: Sent,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ListingFactory(access=access, failure_mode="mapping")
    ListingFactory(access=access, failure_mode="mapping")
    ListingFactory(failure_mode="refused")

    with django_capture_on_commit_callbacks(execute=True):
        tasks.suggest_all_names()

    assert sent == [("portals.tasks.suggest_names", access.portal_id, "sandbox")]
