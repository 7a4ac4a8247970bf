"""Factories of bulk changes: a run at its end that changed one price."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from office.models import BulkItem, BulkRun
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory


class BulkRunFactory(DjangoModelFactory[BulkRun]):
    """A finished run without vehicles."""

    class Meta:
        model = BulkRun

    dealer = factory.SubFactory(DealerFactory)
    kind = "price"
    state = "done"
    parameters = factory.LazyFunction(
        lambda: {"mode": "percent", "value": "-5", "rounding": "none"}
    )
    request_id = factory.Sequence(lambda n: f"{n:032x}")
    confirmed_at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    finished_at = datetime(2026, 11, 3, 12, 1, tzinfo=UTC)


class BulkItemFactory(DjangoModelFactory[BulkItem]):
    """A vehicle whose price was changed."""

    class Meta:
        model = BulkItem

    run = factory.SubFactory(BulkRunFactory)
    vehicle = factory.SubFactory(VehicleFactory, dealer=factory.SelfAttribute("..run.dealer"))
    revision = 1
    before = factory.LazyFunction(lambda: {"price": "48410.53"})
    after = factory.LazyAttribute(lambda item: {"price": f"{item.vehicle.price:.2f}"})
    outcome = "changed"
