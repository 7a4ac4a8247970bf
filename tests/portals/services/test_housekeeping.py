"""What the schedules look for: all that is due, of all who can send, and nobody stops another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portals.models import Attempt, Listing, PortalAccess, PortalGate
from portals.services import housekeeping
from tests.factories.portals import AttemptFactory, PortalAccessFactory, PortalFactory
from tests.portals.fake_portal import FakePortal

Wish = Callable[..., Listing]


def found() -> list[int]:
    """Return the accesses with something to do."""
    return list(housekeeping.accesses_due())


@pytest.mark.parametrize("column", ["due_at", "check_at"])
@pytest.mark.parametrize(("minutes", "is_found"), [(-1, True), (1, False)])
def test_an_access_with_something_due_is_found(
    access: PortalAccess, wish: Wish, column: str, minutes: int, is_found: bool
) -> None:
    moment = timezone.now() + timedelta(minutes=minutes)
    wish(**{"due_at": None, column: moment})

    assert found() == ([access.pk] if is_found else [])


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"failure_mode": "credentials"},
        {"blocked_until": timezone.now() + timedelta(hours=1)},
    ],
)
def test_one_that_cannot_send_is_not(
    access: PortalAccess, wish: Wish, change: dict[str, object]
) -> None:
    wish()
    PortalAccess.objects.filter(pk=access.pk).update(**change)

    assert found() == []


@pytest.mark.parametrize("whose", ["portal", "dealer"])
def test_nor_one_whose_portal_or_dealer_is_inactive(
    access: PortalAccess, wish: Wish, whose: str
) -> None:
    wish()
    owner = getattr(access, whose)
    owner.is_active = False
    owner.save()

    assert found() == []


def test_a_portal_that_is_down_is_left_out_until_its_probe(
    access: PortalAccess, wish: Wish
) -> None:
    wish()
    gate = PortalGate.objects.create(
        origin="http://127.0.0.1:8100", closed_until=timezone.now() + timedelta(seconds=30)
    )
    assert found() == []

    PortalGate.objects.filter(pk=gate.pk).update(closed_until=timezone.now())
    assert found() == [access.pk]


def test_one_accesss_nonsense_keeps_no_other_from_being_found(
    access: PortalAccess, wish: Wish, fake: FakePortal
) -> None:
    wish()
    nonsense = PortalAccessFactory.create(
        portal=access.portal, base_url="http://portal.invalid:99999"
    )
    forgotten = PortalAccessFactory.create(portal=PortalFactory.create(slug="gone", name="Gone"))
    wish(access=nonsense)
    wish(access=forgotten)

    assert found() == [access.pk]


@pytest.mark.parametrize(("hours", "is_asked"), [(None, True), (25, True), (23, False)])
def test_who_was_not_asked_for_long_is_asked(
    access: PortalAccess, hours: int | None, is_asked: bool
) -> None:
    moment = None if hours is None else timezone.now() - timedelta(hours=hours)
    PortalAccess.objects.filter(pk=access.pk).update(reconciled_at=moment)

    asked = list(housekeeping.accesses_to_ask("reconciled_at", hours=24))

    assert asked == ([access.pk] if is_asked else [])


def test_old_exchanges_are_forgotten_in_chunks(
    settings: Settings, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "PURGE_CHUNK", 2)
    settings.ATTEMPT_DAYS = 30
    listing, now = wish(), timezone.now()
    AttemptFactory.create_batch(5, listing=listing, at=now - timedelta(days=31))
    kept = AttemptFactory.create(listing=listing, at=now - timedelta(days=29))

    assert housekeeping.purge_attempts() == 5

    assert list(Attempt.objects.values_list("pk", flat=True)) == [kept.pk]
