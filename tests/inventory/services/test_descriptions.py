"""A template says of each vehicle what is known, and nothing that is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import DescriptionTemplate
from inventory.services.descriptions import delete_template, describe, save_template
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VersionFactory

pytestmark = pytest.mark.django_db
BY = By(source="test")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{brand} {model} {year}", "Chevrolet Onix 2020/2021"),
        ("{MARCA} { modelo }", "Chevrolet Onix"),
        ("Só {km}\nCor: {cor}\nFim", "Só 41,000 km\nFim"),
        ("Por {preco}", "Por R$ 45,990.00"),
        ("Fone {telefone}", "Fone (11) 98765-4321"),
        ("{brand.__class__} {0} {}", "{brand.__class__} {0} {}"),
        ("no placeholder", "no placeholder"),
    ],
)
def test_placeholders_become_what_the_vehicle_is(template, text):
    vehicle = VehicleFactory(
        version=VersionFactory(),
        year_manufacture=2020,
        year_model=2021,
        mileage=41_000,
        price=Decimal(45990),
        dealer__phone="+5511987654321",
    )

    assert describe(template, vehicle) == text


def test_a_phone_is_written_as_people_write_it():
    vehicle = VehicleFactory(dealer=DealerFactory(phone="+551133334444"))

    assert describe("{telefone}", vehicle) == "(11) 3333-4444"


def test_a_placeholder_nobody_knows_is_refused_by_name():
    dealer = DealerFactory()

    with pytest.raises(ValidationError, match=r"\{marka\}") as caught:
        save_template(dealer=dealer, by=BY, name="A", text="{marka}")

    assert set(caught.value.error_dict) == {"text"}
    assert not DescriptionTemplate.objects.exists()


def test_there_is_one_default_and_one_of_a_name():
    dealer = DealerFactory()
    first = save_template(dealer=dealer, by=BY, name="A", text="{marca}", is_default=True)
    second = save_template(dealer=dealer, by=BY, name="B", text="{model}", is_default=True)

    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    with pytest.raises(ValidationError, match="already"):
        save_template(dealer=dealer, by=BY, name="A", text="x")


def test_a_template_of_another_dealer_is_not_there():
    mine = save_template(dealer=DealerFactory(), by=BY, name="A", text="x")
    other = DealerFactory()

    with pytest.raises(DescriptionTemplate.DoesNotExist):
        save_template(dealer=other, by=BY, name="B", text="y", template_id=mine.pk)
    with pytest.raises(DescriptionTemplate.DoesNotExist):
        delete_template(mine.pk, dealer=other, by=BY)

    mine.refresh_from_db()
    assert mine.text == "x"


def test_the_history_keeps_what_was_deleted():
    dealer = DealerFactory()
    template = save_template(dealer=dealer, by=BY, name="A", text="{marca}")

    delete_template(template.pk, dealer=dealer, by=BY)

    change = Change.objects.latest("id")
    assert (change.action, change.before["text"]) == ("deleted", "{marca}")
