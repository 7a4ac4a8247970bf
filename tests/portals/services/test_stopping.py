"""Refused credentials stop an access, unless better ones have come meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from config.lib.encryption import Secrets
from portals.models import Listing, PortalAccess
from portals.services.drain import drain_access
from portals.services.stopping import stop_access
from tests.portals.by_hand import HandDrain
from tests.portals.fake_portal import FakePortal


def test_an_access_is_stopped_with_the_cause(access: PortalAccess) -> None:
    before = timezone.now()

    assert stop_access(access, code="credentials_refused")

    access.refresh_from_db()
    assert (access.failure_mode, access.failure_code) == ("credentials", "credentials_refused")
    assert access.failed_at is not None
    assert access.failed_at >= before


@pytest.mark.parametrize(
    "change",
    [
        {"account_fingerprint": "another"},
        {"credentials": Secrets({"user": "yard", "password": "better"})},
    ],
    ids=["account", "password"],
)
def test_credentials_changed_meanwhile_get_their_chance(
    access: PortalAccess, change: dict[str, object]
) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(**change)

    assert not stop_access(access, code="credentials_refused")

    access.refresh_from_db()
    assert access.failure_mode == ""


def test_a_drain_with_the_old_password_does_not_stop_the_new_one(
    access: PortalAccess, fake: FakePortal, wish: Callable[..., Listing]
) -> None:
    wish()
    drain = HandDrain(access)
    jobs = drain.prepare().jobs
    fake.password = "better"
    outcomes = drain.send(jobs)
    better = Secrets({"user": "yard", "password": "better"})
    PortalAccess.objects.filter(pk=access.pk).update(credentials=better)

    verdict = drain.record(outcomes)
    drain.end()

    access.refresh_from_db()
    assert (verdict.stop, access.failure_mode) == ("account_changed", "")
    drain_access(access.pk)
    assert len(fake.ads) == 1
