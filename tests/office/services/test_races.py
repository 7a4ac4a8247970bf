"""Two at once on a real server: the second acts on what the first has left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from office.models import BulkRun, SavedFilter
from office.models.bulk import BulkState
from office.services.bulk_plan import drop_plan, purge_plans
from office.services.bulk_run import confirm_run
from office.services.saved_filters import MOST, save_filter
from tests.factories.accounts import DealerFactory, UserFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.office import SavedFilterFactory
from tests.office.bulk import BY, FIVE_LESS, planned

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def overtaken(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Begin the second act while the first is done but not committed; return what it came to."""
    begin = threading.Event()
    results: list[Any] = []

    def run() -> None:
        begin.wait(timeout=10)
        try:
            results.append(second())
        except ValidationError as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    with transaction.atomic():
        first()
        begin.set()
        thread.join(timeout=1)  # long enough to get where it has to wait
    thread.join(timeout=30)
    return results[0]


@pytest.mark.parametrize("act", ["drop", "purge"])
def test_a_plan_that_is_being_confirmed_is_not_thrown_away(act):
    dealer = DealerFactory()
    run = planned(dealer, "price", FIVE_LESS, VehicleFactory(dealer=dealer, price=Decimal(1000)))
    later = timezone.now() + timedelta(days=2)

    thrown = overtaken(
        lambda: confirm_run(run.pk, dealer=dealer, by=BY),
        lambda: drop_plan(run.pk, dealer=dealer) if act == "drop" else purge_plans(now=later),
    )

    assert not thrown
    assert BulkRun.objects.get().state == BulkState.RUNNING
    assert run.items.count() == 1


def test_two_cannot_both_save_the_last_filter_that_is_allowed():
    dealer, user = DealerFactory(), UserFactory()
    SavedFilterFactory.create_batch(MOST - 1, dealer=dealer, user=user)

    def save(name: str) -> SavedFilter:
        return save_filter(dealer=dealer, user_id=user.pk, by=BY, name=name, query="sort=cheap")

    second = overtaken(lambda: save("One"), lambda: save("Two"))

    assert isinstance(second, ValidationError)
    assert SavedFilter.objects.count() == MOST
