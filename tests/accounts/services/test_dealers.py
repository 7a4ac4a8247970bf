"""Stores are on-boarded with what their country's rules allow."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change, Dealer
from accounts.services.changes import By
from accounts.services.dealers import create_dealer, update_dealer
from tests.factories.accounts import DealerFactory

pytestmark = pytest.mark.django_db
BY = By(source="test")


@pytest.mark.parametrize("cnpj", ["12.ABC.345/01DE-35", "11.222.333/0001-81"])
def test_a_store_is_created_with_a_numeric_or_alphanumeric_cnpj(cnpj):
    dealer = create_dealer(
        by=BY, code="Boa-Vista", name=" Boa  Vista ", tax_id=cnpj, city="Itu", state="sp"
    )

    dealer.refresh_from_db()
    assert (dealer.code, dealer.name, dealer.state) == ("boa-vista", "Boa Vista", "SP")
    assert dealer.tax_id in ("12ABC34501DE35", "11222333000181")
    assert Change.objects.get().after["tax_id"] == dealer.tax_id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "a b"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "taken"}, "code"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"tax_id": "11.222.333/0001-82"}, "tax_id"),
        ({"tax_id": "11.222.333/0001-81"}, "tax_id"),
        ({"tax_id": "52998224725"}, "tax_id"),
        ({"state": "XX"}, "state"),
        ({"phone": "1"}, "phone"),
        ({"postal_code": "1310100"}, "postal_code"),
        ({"email": "nobody"}, "email"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"country": "ZZ"}, "country"),
    ],
)
def test_a_wrong_or_taken_value_is_named_and_nothing_is_created(facts, field):
    DealerFactory(code="taken", tax_id="11222333000181")

    with pytest.raises(ValidationError) as caught:
        create_dealer(by=BY, **{"code": "new", "name": "New", **facts})

    assert list(caught.value.error_dict) == [field]
    assert (Dealer.objects.count(), Change.objects.count()) == (1, 0)


def test_an_update_writes_only_what_differs():
    dealer = DealerFactory(city="Itu")

    update_dealer(dealer.pk, by=BY, name=dealer.name, city="Santos")
    update_dealer(dealer.pk, by=BY, city="Santos")

    assert [(c.before, c.after) for c in Change.objects.all()] == [
        ({"city": "Itu"}, {"city": "Santos"})
    ]


def test_another_fact_is_written_although_an_older_one_breaks_a_younger_rule():
    dealer = DealerFactory(postal_code="1310", state="XX")

    update_dealer(dealer.pk, by=BY, city="Santos")

    dealer.refresh_from_db()
    assert (dealer.city, dealer.postal_code) == ("Santos", "1310")


def test_another_country_judges_all_that_its_rules_are_about():
    dealer = DealerFactory(italian=True, postal_code="20121")

    with pytest.raises(ValidationError) as caught:
        update_dealer(dealer.pk, by=BY, country="BR")

    assert list(caught.value.error_dict) == ["postal_code"]
