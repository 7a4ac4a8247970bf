"""Plans as the portal tells them."""

from __future__ import annotations

import pytest

from config.lib.remote_errors import Unreachable
from portals.connectors.types import PlanReport
from portals.models import Plan, PortalAccess
from portals.services.plans import sync_plans
from portals.services.sessions import open_connector
from tests.portals.fake_portal import server_error

pytestmark = pytest.mark.django_db

GOLD = PlanReport(kind="highlight", remote_key="2", name="Ouro", weight=2, total=3, published=1)
ADS = PlanReport(kind="ad", remote_key="7", name="Anúncios", total=None, published=12)


def sync(access, fake, *reports):
    """Let the portal tell these plans and read them."""
    fake.plan_reports = reports
    with open_connector(access) as connector:
        return sync_plans(access, connector)


def test_plans_are_taken_over_as_told(access, fake):
    assert sync(access, fake, GOLD, ADS) == 2

    told = Plan.objects.order_by("kind").values_list(
        "kind", "remote_key", "name", "weight", "total", "published", "dealer_id"
    )
    assert list(told) == [
        ("ad", "7", "Anúncios", 0, None, 12, access.dealer_id),
        ("highlight", "2", "Ouro", 2, 3, 1, access.dealer_id),
    ]


def test_second_reading_updates_and_keeps_what_we_count(access, fake):
    sync(access, fake, GOLD)
    Plan.objects.update(reserved=2)

    sync(access, fake, PlanReport(kind="highlight", remote_key="2", name="Ouro", weight=2, total=5))

    plan = Plan.objects.get()
    assert (plan.total, plan.published, plan.reserved) == (5, 0, 2)


def test_vanished_plan_is_retired_and_comes_back(access, fake):
    sync(access, fake, GOLD, ADS)
    pk = Plan.objects.get(kind="highlight").pk

    sync(access, fake, ADS)
    assert Plan.objects.get(pk=pk).retired_at is not None

    sync(access, fake, GOLD, ADS)
    assert Plan.objects.get(pk=pk).retired_at is None


def test_plans_of_another_access_are_left_alone(access, connected, fake):
    other = connected()
    sync(other, fake, GOLD)

    sync(access, fake)

    assert Plan.objects.get(access=other).retired_at is None


def test_plans_of_an_account_that_changed_meanwhile_are_not_stored(access, fake):
    PortalAccess.objects.update(account_fingerprint="other")

    assert sync(access, fake, GOLD) == 0

    assert not Plan.objects.exists()


def test_failed_reading_changes_nothing(access, fake):
    sync(access, fake, GOLD)
    fake.script("plans", server_error())

    with pytest.raises(Unreachable):
        sync(access, fake)

    assert Plan.objects.get().retired_at is None
