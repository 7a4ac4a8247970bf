"""Connecting a portal, changing the account, switching it, testing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Change, Dealer
from accounts.services.changes import By
from portals.models import FanOut, Listing, Plan, Portal, PortalAccess, PortalToken
from portals.services import access as accesses
from portals.services import leases
from portals.services.drain import drain_access
from portals.services.marking import Marked, spread
from tests.factories.accounts import DealerFactory
from tests.factories.portals import PlanFactory
from tests.portals.fake_portal import FakePortal, server_error

Wish = Callable[..., Listing]
BY = By(source="test")
SECRETS = {"user": "yard", "password": "fake-password"}


@pytest.fixture
def dealer(db: None) -> Dealer:
    """A dealer without any access."""
    found: Dealer = DealerFactory.create()
    return found


def save(access: PortalAccess, **changes: object) -> tuple[PortalAccess, Marked]:
    """Save an access again with other values."""
    values = {
        "environment": access.environment,
        "base_url": access.base_url,
        "credentials": {},
        **changes,
    }
    return accesses.save_access(
        dealer=access.dealer,
        portal=access.portal,
        by=BY,
        **values,  # type: ignore[arg-type]
    )


def test_a_portal_is_connected_and_the_secret_is_nowhere_readable(
    dealer: Dealer, fake: FakePortal, fake_row: Portal
) -> None:
    access, marked = accesses.save_access(
        dealer=dealer, portal=fake_row, credentials=dict(SECRETS), by=BY
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM portals_portalaccess")
        (raw,) = cursor.fetchone()
    change = Change.objects.get(action="access.connected")
    access.refresh_from_db()
    assert access.credentials == SECRETS
    assert len(access.account_fingerprint) == 64
    assert marked == Marked(access_ids=frozenset([access.pk]))
    everything = f"{raw} {change.before} {change.after} {access.credentials!r} {access!r}"
    assert "fake-password" not in everything


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"credentials": {"user": "yard"}}, "password"),
        ({"credentials": {**SECRETS, "password": "  "}}, "password"),
        ({"credentials": {**SECRETS, "password": 7}}, "password"),
        ({"credentials": {**SECRETS, "pin": "1"}}, "pin"),
        ({"environment": "moon"}, "environment"),
        ({"base_url": "ftp://portal.invalid"}, "base_url"),
        ({"base_url": "http://portal.invalid:99999"}, "base_url"),
        ({"base_url": "http://portal.invalid/?a=1"}, "base_url"),
        ({"base_url": "http://user:pass@portal.invalid/"}, "base_url"),
        ({"base_url": "portal.invalid"}, "base_url"),
    ],
)
def test_nonsense_is_refused_by_field_and_nothing_is_stored(
    dealer: Dealer,
    fake: FakePortal,
    fake_row: Portal,
    values: dict[str, object],
    field: str,
) -> None:
    with pytest.raises(ValidationError) as caught:
        accesses.save_access(
            dealer=dealer,
            portal=fake_row,
            by=BY,
            **{"credentials": dict(SECRETS), **values},  # type: ignore[arg-type]
        )

    assert list(caught.value.message_dict) == [field]
    assert not PortalAccess.objects.exists()


def test_blank_secrets_keep_the_stored_ones(access: PortalAccess) -> None:
    saved, _ = save(access, credentials={"user": "yard", "password": ""})

    saved.refresh_from_db()
    assert saved.credentials == SECRETS
    assert Change.objects.get().after["credentials"] == "kept"


def test_a_new_password_lifts_the_stop_and_keeps_what_is_published(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish()
    drain_access(access.pk)
    PortalAccess.objects.filter(pk=access.pk).update(failure_mode="credentials", failure_code="x")

    saved, _ = save(access, credentials={"password": "another"})

    row.refresh_from_db()
    assert (saved.failure_mode, saved.failure_code) == ("", "")
    assert (row.state, row.remote_id) == ("live", "1000")
    assert not PortalToken.objects.exists()


def test_another_login_voids_what_only_the_old_account_meant(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish(plan=PlanFactory.create(access=access, kind="ad"))
    unwished = wish(wanted="absent", live=True, due_at=None)
    drain_access(access.pk)
    fake.ads.clear()
    Listing.objects.filter(pk=row.pk).update(pending_ref="of the old account")

    _, marked = save(access, credentials={"user": "another"})

    row.refresh_from_db()
    unwished.refresh_from_db()
    assert marked == Marked(fan_out=True)
    assert (row.pending_ref, row.intent_at) == ("", None)
    assert not Plan.objects.exists()
    assert not PortalToken.objects.exists()
    assert (row.state, row.remote_id, row.wanted, row.plan_id) == ("unknown", "", "live", None)
    assert (unwished.state, unwished.remote_id) == ("absent", "")
    spread()
    drain_access(access.pk)
    row.refresh_from_db()
    assert (fake.counters["find"], row.state) == (1, "live")


def test_a_drain_of_the_old_account_can_no_longer_write(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    row = wish(claim="drain", intent="create")
    lease = leases.acquire(access.pk)
    assert lease is not None
    Listing.objects.filter(pk=row.pk).update(claim=lease.owner, intent="create")

    save(access, base_url="http://127.0.0.1:8100/elsewhere")

    row.refresh_from_db()
    assert not leases.renew(lease)
    assert (row.claim, row.intent, row.state) == ("", "", "unknown")
    # It may be the same account by another address: what is on the wire may still land.
    assert row.uncertain_until is not None
    assert row.uncertain_until > timezone.now()


def test_one_dealers_change_touches_no_other(
    access: PortalAccess, connected: Callable[..., PortalAccess], wish: Wish
) -> None:
    other = connected()
    theirs = wish(access=other, live=True, due_at=None)

    save(access, credentials={"user": "another"})
    spread()

    before = other.account_fingerprint
    other.refresh_from_db()
    theirs.refresh_from_db()
    assert other.account_fingerprint == before
    assert (theirs.state, theirs.due_at) == ("live", None)


# -- switches and stops --------------------------------------------------------------------------
def test_a_switch_is_kept_with_history_and_asks_for_everything_anew(access: PortalAccess) -> None:
    marked = accesses.set_switches(access=access, by=BY, stock_enabled=False)

    access.refresh_from_db()
    change = Change.objects.get(action="access.switched")
    assert access.stock_enabled is False
    assert (change.before, change.after) == ({"stock_enabled": True}, {"stock_enabled": False})
    assert marked == Marked(fan_out=True)
    assert FanOut.objects.get().access_id == access.pk


def test_a_switch_that_stands_so_already_changes_nothing(access: PortalAccess) -> None:
    assert accesses.set_switches(access=access, by=BY, is_active=True) == Marked()
    assert not Change.objects.exists()


def test_there_is_no_other_switch(access: PortalAccess) -> None:
    with pytest.raises(ValidationError) as caught:
        accesses.set_switches(access=access, by=BY, lease_owner=True)

    assert list(caught.value.message_dict) == ["lease_owner"]


def test_a_person_may_lift_a_stop(access: PortalAccess) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(
        failure_mode="credentials", blocked_until=timezone.now()
    )

    marked = accesses.resume_access(access=access, by=BY)

    access.refresh_from_db()
    assert (access.failure_mode, access.blocked_until) == ("", None)
    assert marked == Marked(access_ids=frozenset([access.pk]))
    assert Change.objects.get().action == "access.resumed"


# -- the test of the credentials -----------------------------------------------------------------
def test_good_credentials_lift_the_stop(access: PortalAccess, fake: FakePortal) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(failure_mode="credentials")

    report = accesses.check_credentials(access)

    access.refresh_from_db()
    assert report.steps == (("reached", True), ("login", True))
    assert access.failure_mode == ""
    assert access.checked_at is not None


def test_bad_credentials_are_told_step_by_step(access: PortalAccess, fake: FakePortal) -> None:
    fake.password = "changed-at-the-portal"

    report = accesses.check_credentials(access)

    access.refresh_from_db()
    assert report.steps == (("reached", True), ("login", False))
    # Stopped as the next ad would have stopped it: no page may call this account working.
    assert (access.failure_mode, access.failure_code) == ("credentials", "credentials_refused")


def test_a_portal_that_is_not_reached_says_nothing_of_the_credentials(
    access: PortalAccess, fake: FakePortal
) -> None:
    fake.script("login", server_error())

    report = accesses.check_credentials(access)

    access.refresh_from_db()
    assert report.steps == (("reached", False),)
    assert access.failure_mode == ""


def test_new_credentials_are_not_tested_yet(access: PortalAccess) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(checked_at=timezone.now())

    accesses.save_access(
        dealer=access.dealer, portal=access.portal, credentials={"password": "other"}, by=BY
    )

    access.refresh_from_db()
    assert access.checked_at is None


def test_a_test_of_an_account_left_behind_lifts_nothing(
    access: PortalAccess, fake: FakePortal
) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(
        failure_mode="credentials", account_fingerprint="another"
    )

    accesses.check_credentials(access)

    access.refresh_from_db()
    assert (access.failure_mode, access.checked_at) == ("credentials", None)
