"""Long work is done by one process at a time, and a dead one blocks nobody for long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portals.models import PortalAccess, Turn
from portals.services.syncing import sync_access
from portals.services.turns import turn
from tests.portals.fake_portal import FakePortal

pytestmark = pytest.mark.django_db


def test_a_turn_is_had_by_one_and_free_afterwards():
    with turn("reading", seconds=60) as first, turn("reading", seconds=60) as second:
        assert (first, second) == (True, False)

    with turn("reading", seconds=60) as third:
        assert third


def test_a_turn_that_ran_out_is_anybodys_and_its_late_holder_takes_nothing_away():
    with turn("reading", seconds=60):
        Turn.objects.update(until=timezone.now() - timedelta(seconds=1))
        with turn("reading", seconds=60) as second:
            assert second
            holder = Turn.objects.get().owner
        Turn.objects.update(owner=holder)

    assert Turn.objects.get().owner == holder


def test_a_catalogue_is_read_by_one_at_a_time(access: PortalAccess, fake: FakePortal):
    name = f"catalogue:{access.portal_id}:{access.environment}"
    with turn(name, seconds=60):
        result = sync_access(access)

    assert (result.done, result.failure) == (False, "busy")
    access.refresh_from_db()
    assert access.catalogue_fetched_at is None
