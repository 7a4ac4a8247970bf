"""What a portal tells about itself and the account is taken over, and failures are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.lib.remote_errors import UnexpectedAnswer, Unreachable
from portals.connectors.types import PlanReport
from portals.models import CatalogueEntry, Listing, Plan, PortalAccess
from portals.services.syncing import sync_access, sync_access_plans
from tests.factories.portals import PlanFactory
from tests.portals.fake_portal import FakePortal, Fault, throttle

Wish = Callable[..., Listing]


@pytest.fixture
def telling(fake: FakePortal) -> FakePortal:
    """A portal with one plan and one brand."""
    fake.plan_reports = (PlanReport(kind="ad", remote_key="basic", name="Basic", total=2),)
    fake.catalogue = {(1, ()): [("brand", "FIAT")], (1, ("FIAT",)): [("model", "UNO")]}
    return fake


def test_plans_and_catalogue_are_read_and_stamped(
    access: PortalAccess, telling: FakePortal
) -> None:
    result = sync_access(access)

    access.refresh_from_db()
    assert (result.done, result.failure, result.plans) == (True, "", 1)
    assert Plan.objects.get().name == "Basic"
    assert sorted(CatalogueEntry.objects.values_list("name", flat=True)) == ["FIAT", "UNO"]
    assert access.plans_fetched_at is not None
    assert access.catalogue_fetched_at is not None


def test_a_catalogue_cut_short_is_not_stamped_as_read(
    access: PortalAccess, telling: FakePortal
) -> None:
    result = sync_access(access, budget=0.0)

    access.refresh_from_db()
    assert result.done is False
    assert result.failure == ""
    assert access.catalogue_fetched_at is None
    assert access.plans_fetched_at is not None


def test_a_portal_that_asks_to_wait_is_waited_for_and_read_on(
    access: PortalAccess, telling: FakePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    # Only waits of a portal's making: others pause for moments, to let writers in between.
    sleep = "portals.services.syncing.time.sleep"
    monkeypatch.setattr(sleep, lambda wait: waited.append(wait) if wait else None)
    telling.script("catalogue", throttle(7.0))

    result = sync_access(access)

    assert (result.done, result.failure, waited) == (True, "", [7.0])
    assert CatalogueEntry.objects.count() == 2


def test_a_portal_that_asks_to_wait_for_long_is_left_until_later(
    access: PortalAccess, telling: FakePortal
) -> None:
    telling.script("catalogue", throttle(600.0))

    result = sync_access(access)

    access.refresh_from_db()
    assert (result.done, result.failure) == (False, "throttled")
    assert access.catalogue_fetched_at is None


def test_names_are_read_even_if_nobody_understands_the_plans(
    access: PortalAccess, telling: FakePortal
) -> None:
    telling.script("plans", Fault(error=UnexpectedAnswer("html")))

    result = sync_access(access)

    access.refresh_from_db()
    assert (result.done, result.failure) == (False, "unexpected_answer")
    assert CatalogueEntry.objects.count() == 2
    assert access.catalogue_fetched_at is not None
    assert access.plans_fetched_at is None


def test_plans_count_even_if_the_catalogue_fails(access: PortalAccess, telling: FakePortal) -> None:
    telling.script("catalogue", Fault(error=Unreachable("500")))

    result = sync_access(access)

    access.refresh_from_db()
    assert (result.done, result.failure, result.plans) == (False, "unreachable", 1)
    assert access.plans_fetched_at is not None
    assert access.failure_mode == ""


def test_refused_credentials_stop_the_access(access: PortalAccess, telling: FakePortal) -> None:
    telling.password = "changed-at-the-portal"

    result = sync_access(access)

    access.refresh_from_db()
    assert (result.done, result.failure) == (False, "credentials_refused")
    assert (access.failure_mode, access.plans_fetched_at) == ("credentials", None)


@pytest.mark.parametrize("sync", [sync_access, sync_access_plans])
def test_a_stopped_access_is_not_asked(
    access: PortalAccess, telling: FakePortal, sync: Callable[..., object]
) -> None:
    access.is_active = False
    access.save()

    result = sync(access)

    assert (result.done, result.failure) == (False, "stopped")  # type: ignore[attr-defined]
    assert telling.counters["requests"] == 0


def test_free_slots_are_offered_and_our_own_count_is_kept(
    access: PortalAccess, telling: FakePortal, wish: Wish
) -> None:
    plan = PlanFactory.create(
        access=access, kind="ad", remote_key="basic", total=1, reserved=1, fetched_at=None
    )
    waiting = [wish(plan=plan, failure_mode="plan", due_at=None) for _ in range(2)]

    sync_access_plans(access)

    plan.refresh_from_db()
    assert (plan.total, plan.reserved) == (2, 1)
    assert Listing.objects.filter(pk__in=[w.pk for w in waiting], due_at__isnull=False).count() == 1


def test_what_an_account_left_behind_is_told_is_not_stamped(
    access: PortalAccess, telling: FakePortal
) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(account_fingerprint="another")

    sync_access_plans(access)

    access.refresh_from_db()
    assert access.plans_fetched_at is None
    assert not Plan.objects.exists()
