"""What the tables of the leads refuse whatever the code above them does."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from leads.models import Lead
from tests.factories.accounts import DealerFactory
from tests.factories.leads import DeliveryFactory, LeadFactory

pytestmark = pytest.mark.django_db


def test_the_same_lead_of_a_source_is_stored_once_per_dealer():
    lead = LeadFactory(external_id="42")

    with pytest.raises(IntegrityError), transaction.atomic():
        LeadFactory(dealer=lead.dealer, external_id="42")
    LeadFactory(dealer=lead.dealer, source="usadosbr", external_id="42")
    LeadFactory(dealer=DealerFactory(), external_id="42")

    assert Lead.objects.filter(external_id="42").count() == 3


def test_leads_without_an_id_of_their_source_do_not_meet():
    dealer = DealerFactory()

    LeadFactory.create_batch(2, dealer=dealer, external_id="")

    assert Lead.objects.for_dealer(dealer).count() == 2


@pytest.mark.parametrize("phone", ["11987654321", "+0119876", "+55 11 98765", "telefone"])
def test_a_phone_that_is_not_e164_is_refused(phone):
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadFactory(phone=phone)

    assert not Lead.objects.exists()


@pytest.mark.parametrize("phone", ["", "+5511987654321", "+390612345678"])
def test_no_phone_or_an_e164_one_is_stored(phone):
    assert Lead.objects.get(pk=LeadFactory(phone=phone).pk).phone == phone


def test_a_lead_goes_to_a_destination_once():
    delivery = DeliveryFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFactory(lead=delivery.lead)
    other = DeliveryFactory(lead=delivery.lead, destination="erp")

    assert sorted(delivery.lead.deliveries.values_list("destination", flat=True)) == ["crm", "erp"]
    assert other.lead_id == delivery.lead_id


def test_a_lead_is_called_without_the_persons_name():
    assert "Maria" not in str(LeadFactory())


def test_leads_of_another_dealer_are_not_seen():
    mine, other = LeadFactory(), LeadFactory()

    assert list(Lead.objects.for_dealer(mine.dealer)) == [mine]
    assert other.dealer_id != mine.dealer_id
