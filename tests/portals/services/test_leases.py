"""One drain at a time, whatever kills or pauses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from portals.models import Listing, PortalAccess
from portals.services import leases
from portals.services.next_step import Step

Wish = Callable[..., Listing]
SLACK = 10.0


@pytest.fixture(autouse=True)
def slack(settings: Settings, fake: object) -> None:
    """A dead request may land for ten seconds."""
    settings.LANDING_SLACK = SLACK
    settings.DRAIN_LEASE = 60.0
    settings.HTTP_DEADLINE = 25.0


def taken(access: PortalAccess) -> leases.Lease:
    """Take the lease, which must be free."""
    lease = leases.acquire(access.pk)
    assert lease is not None
    return lease


def run_out(access: PortalAccess) -> None:
    """Let the lease run out, as if its holder had died a while ago."""
    PortalAccess.objects.filter(pk=access.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_a_lease_is_held_by_one(access: PortalAccess) -> None:
    first = leases.acquire(access.pk)
    second = leases.acquire(access.pk)

    assert first is not None
    assert second is None


def test_leases_of_two_accesses_know_nothing_of_each_other(
    access: PortalAccess, connected: Callable[..., PortalAccess]
) -> None:
    other = connected()

    assert leases.acquire(access.pk) is not None
    assert leases.acquire(other.pk) is not None


def test_a_lease_given_back_is_free(access: PortalAccess) -> None:
    leases.release(taken(access))

    assert leases.acquire(access.pk) is not None


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_learns_it(access: PortalAccess) -> None:
    first = taken(access)
    run_out(access)

    second = taken(access)

    assert not leases.renew(first)
    assert first.lost
    assert not first.allows_exchange()
    assert leases.renew(second)


def test_a_lease_that_ran_out_unnoticed_is_renewed(access: PortalAccess) -> None:
    lease = taken(access)
    run_out(access)

    assert leases.renew(lease)
    assert leases.acquire(access.pk) is None


def test_no_exchange_begins_that_could_outlive_the_lease(access: PortalAccess) -> None:
    lease = taken(access)
    assert lease.allows_exchange()

    lease.ends -= 60.0 - 25.0

    assert not lease.allows_exchange()


def test_a_drain_that_winds_up_sends_nothing_new(access: PortalAccess) -> None:
    lease = taken(access)

    lease.closing = True

    assert not lease.allows_exchange()


def test_our_own_end_is_never_later_than_the_stored_one(
    access: PortalAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process paused between the two clocks must not believe it has time that it has not."""
    stored_now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    clock = iter([100.0, 100.0 + 40.0])
    monkeypatch.setattr("portals.services.leases.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("portals.services.leases.timezone.now", lambda: stored_now)

    lease = taken(access)

    assert lease.ends == 160.0


@pytest.mark.parametrize(
    ("intent", "remote_id", "state"),
    [
        (Step.CREATE, "", "unknown"),
        (Step.WITHDRAW, "7", "unknown"),
        (Step.UPDATE, "", "unknown"),
        (Step.UPDATE, "7", "live"),
    ],
)
def test_what_a_dead_drain_had_in_hand_is_in_doubt_until_it_can_no_longer_land(
    access: PortalAccess, wish: Wish, intent: Step, remote_id: str, state: str
) -> None:
    row = wish(state="live", remote_id=remote_id, sent_fingerprint="s", claim="dead", intent=intent)

    before = timezone.now()
    taken(access)

    row.refresh_from_db()
    assert (row.state, row.claim, row.intent, row.sent_fingerprint) == (state, "", "", "")
    assert row.uncertain_until is not None
    assert row.uncertain_until >= before + timedelta(seconds=SLACK)
    assert row.due_at == row.uncertain_until


def test_reads_of_a_dead_drain_leave_no_doubt(access: PortalAccess, wish: Wish) -> None:
    row = wish(state="live", remote_id="7", sent_fingerprint="s", claim="dead")

    taken(access)

    row.refresh_from_db()
    assert (row.claim, row.state, row.sent_fingerprint) == ("", "live", "s")
    assert row.uncertain_until is None


def test_what_was_claimed_and_not_sent_is_free_again(access: PortalAccess, wish: Wish) -> None:
    lease = taken(access)
    mine = wish(claim=lease.owner, intent=Step.CREATE)
    other = wish(claim="another", intent=Step.CREATE)

    leases.release(lease)

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.claim, mine.intent, mine.state) == ("", "", "absent")
    assert (other.claim, other.intent) == ("another", "create")


def test_giving_back_a_lost_lease_touches_nothing(access: PortalAccess, wish: Wish) -> None:
    first = taken(access)
    run_out(access)
    second = taken(access)
    row = wish(claim=second.owner, intent=Step.CREATE)

    leases.release(first)

    access.refresh_from_db()
    row.refresh_from_db()
    assert access.lease_owner == second.owner
    assert (row.claim, row.intent) == (second.owner, "create")


def test_a_lost_lease_is_noticed_inside_the_transaction(access: PortalAccess) -> None:
    first = taken(access)
    run_out(access)
    second = taken(access)

    with transaction.atomic():
        assert leases.hold(second)
        assert not leases.hold(first)
    assert first.lost


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_takes_over_waits_for_a_claim_being_committed(access: PortalAccess) -> None:
    """Between the look at the lease and the commit nobody can step in."""
    lease = taken(access)
    run_out(access)

    with transaction.atomic():
        assert leases.hold(lease)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
            with pytest.raises(Exception, match="lock timeout"):
                cursor.execute(
                    "UPDATE portals_portalaccess SET lease_owner = 'x' WHERE id = %s", [access.pk]
                )
        other.close()
