"""Factories of the leads: the smallest valid rows, with invented values."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from leads.models import Delivery, Lead, LeadEvent
from tests.factories.accounts import DealerFactory

RECEIVED = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)


class LeadFactory(DjangoModelFactory[Lead]):
    """Somebody who wrote in through the dealer's site."""

    class Meta:
        model = Lead

    dealer = factory.SubFactory(DealerFactory)
    source = "site"
    external_id = factory.Sequence(lambda n: f"lead-{n}")
    name = "Maria Exemplo"
    received_at = RECEIVED


class LeadEventFactory(DjangoModelFactory[LeadEvent]):
    """The arrival of a lead."""

    class Meta:
        model = LeadEvent

    lead = factory.SubFactory(LeadFactory)
    dealer = factory.SelfAttribute("lead.dealer")
    kind = "received"
    at = RECEIVED


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A hand-off that waits to be sent."""

    class Meta:
        model = Delivery

    lead = factory.SubFactory(LeadFactory)
    dealer = factory.SelfAttribute("lead.dealer")
    destination = "crm"
