"""Batches and decisions that come later: nothing lost, nothing doubled, few requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import Settings

from inventory.models import Vehicle
from portals.connectors import registry
from portals.connectors.types import RemoteRef
from portals.models import Attempt, Listing, PortalAccess
from portals.services import drain
from portals.services.drain import drain_access, together
from portals.services.marking import mark_due
from portals.services.next_step import Step
from portals.services.slots import Job
from tests.portals.slow_portal import BATCH, SlowPortal, connect_slowly

Wish = Callable[..., Listing]


@pytest.fixture
def slow(access: PortalAccess, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> SlowPortal:
    """The access talks to a portal that decides later; no drain waits for its decisions."""
    settings.STATUS_PATIENCE = -60.0
    portal = SlowPortal()
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect_slowly(portal))
    return portal


def states(access: PortalAccess) -> Counter[str]:
    """Count the listings of an access by state."""
    return Counter(Listing.objects.filter(access=access).values_list("state", flat=True))


def check_now(access: PortalAccess) -> None:
    """Let every status be due, and drain."""
    Listing.objects.filter(access=access, check_at__isnull=False).update(check_at=timezone.now())
    drain_access(access.pk, connections=1)


def test_many_ads_go_out_and_are_asked_for_together(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    for _ in range(2 * BATCH + 1):
        wish()

    report = drain_access(access.pk, connections=1)

    assert slow.calls == {"send": 3}
    assert report.by_outcome["created"] == 2 * BATCH + 1
    assert states(access) == {"pending": 2 * BATCH + 1}
    check_now(access)
    assert states(access) == {"pending": 2 * BATCH + 1}
    slow.calls.clear()
    slow.settle()
    check_now(access)
    assert states(access) == {"live": 2 * BATCH + 1}
    assert slow.calls["read"] <= 5  # a token may lie across the edge of two lists
    assert set(Listing.objects.values_list("pending_ref", flat=True)) == {""}
    assert set(slow.made.values()) == {1}


def test_a_batch_is_written_down_once_for_each_ad(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    for _ in range(BATCH):
        wish()

    drain_access(access.pk, connections=1)

    assert Attempt.objects.filter(access=access).count() <= BATCH


def test_what_is_refused_later_costs_the_others_nothing(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    rows = [wish() for _ in range(4)]
    codes = [row.vehicle.code for row in rows]
    slow.refuse = {codes[0]: "refused", codes[1]: "mapping", codes[2]: "plan"}

    drain_access(access.pk, connections=1)
    slow.settle()
    check_now(access)

    assert states(access) == {"refused": 3, "live": 1}
    modes = [Listing.objects.get(pk=row.pk).failure_mode for row in rows]
    assert modes == ["refused", "mapping", "plan", ""]
    assert not drain.has_due(access.pk)


def test_a_lost_answer_makes_no_second_ad(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    wish()
    slow.lose = True

    drain_access(access.pk, connections=1)
    slow.settle()
    check_now(access)

    assert states(access) == {"live": 1}
    assert slow.calls["send"] == 2
    assert set(slow.made.values()) == {1}


def test_a_lost_answer_brings_no_ad_back_that_nobody_wants(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    row = wish()
    slow.lose = True
    drain_access(access.pk, connections=1)  # sent, answer lost, sent again
    Vehicle.objects.filter(pk=row.vehicle_id).update(state="sold")
    Listing.objects.filter(pk=row.pk).update(
        state="unknown", pending_ref="", sent_fingerprint="", intent_at=timezone.now()
    )
    mark_due([row.pk], now=timezone.now())

    drain_access(access.pk, connections=1)  # not in the list yet: it may be on its way
    slow.settle()
    check_now(access)

    assert slow.ads == {}
    assert states(access) == {"absent": 1}


def test_a_forgotten_token_ends_in_a_look(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    wish()
    drain_access(access.pk, connections=1)
    slow.settle()
    slow.forget_tokens()

    check_now(access)
    slow.settle()
    check_now(access)

    assert states(access) == {"live": 1}
    assert slow.calls["list"] == 1
    assert set(slow.made.values()) == {1}


def test_nothing_is_sent_for_an_ad_on_its_way_out(
    access: PortalAccess, slow: SlowPortal, wish: Wish
) -> None:
    row = wish()
    drain_access(access.pk, connections=1)
    slow.settle()
    check_now(access)
    Listing.objects.filter(pk=row.pk).update(wanted="absent")
    mark_due([row.pk], now=timezone.now())
    drain_access(access.pk, connections=1)
    row.refresh_from_db()
    assert (row.state, row.asked) == ("pending", {"absent": True})
    sent = slow.calls["send"]

    Listing.objects.filter(pk=row.pk).update(wanted="live")
    mark_due([row.pk], now=timezone.now())
    drain_access(access.pk, connections=1)
    assert slow.calls["send"] == sent

    slow.settle()
    check_now(access)
    assert slow.ads == {}
    assert slow.calls["send"] == sent + 1  # gone: wished again, and sent again
    slow.settle()
    check_now(access)
    assert states(access) == {"live": 1}
    assert set(slow.made.values()) == {2}


def _job(step: Step, token: str = "") -> Job:
    ref = RemoteRef(reference="A", category=1, pending_ref=token)
    return Job(listing_id=1, version=1, step=step, ref=ref)


def test_jobs_are_given_out_by_kind_and_token() -> None:
    jobs = [_job(Step.CHECK, "b"), _job(Step.CREATE), _job(Step.CHECK, "a"), _job(Step.CHECK, "b")]

    lists = together(jobs, most=3)

    assert [[job.step for job in each] for each in lists] == [[Step.CREATE], [Step.CHECK] * 3]
    assert [job.ref.pending_ref for job in lists[1]] == ["a", "b", "b"]
    assert [len(each) for each in together(jobs, most=1)] == [1, 1, 1, 1]
    assert [len(each) for each in together(jobs[1:2] * 7, most=3)] == [3, 3, 1]
