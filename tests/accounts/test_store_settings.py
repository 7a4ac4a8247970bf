"""Who may change what the store says of itself, how it is judged, and what is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Change, Dealer
from accounts.models.dealer import Role
from tests.factories.accounts import DealerFactory
from tests.pages import client_of, goes_to, said

pytestmark = pytest.mark.django_db
PATH = "/settings/store/"
TYPED = {
    "name": "Loja Nova",
    "legal_name": "Loja Nova Ltda",
    "tax_id": "11.222.333/0001-81",
    "phone": "(11) 98765-4321",
    "email": "loja@example.com",
    "postal_code": "01310-100",
    "street": "Avenida Paulista",
    "street_number": "1000",
    "district": "Bela Vista",
    "city": "São Paulo",
    "state": "SP",
    "reservation_keeps_ads": "on",
}
STORED = {
    **TYPED,
    "tax_id": "11222333000181",
    "phone": "+5511987654321",
    "postal_code": "01310100",
    "reservation_keeps_ads": True,
}


@pytest.fixture
def dealer():
    return DealerFactory(name="Loja Nova", phone="+551133334444")


def stored(dealer: Dealer) -> dict[str, Any]:
    """Return the facts of the form as they stand in the table."""
    return dict(Dealer.objects.filter(pk=dealer.pk).values(*STORED).get())


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_what_is_typed_is_stored_in_one_spelling_and_the_history_knows_both_sides(dealer, role):
    other = DealerFactory()
    before = stored(other)

    response = client_of(dealer, role).post(PATH, TYPED)

    assert goes_to(response) == PATH
    assert said(response) == ["The store's data was saved. Ads that say any of it are sent again."]
    assert (stored(dealer), stored(other)) == (STORED, before)
    change = Change.objects.get()
    assert (change.dealer_id, change.action, change.source) == (dealer.pk, "updated", "web")
    assert change.before["phone"] == "+551133334444"
    assert change.after["phone"] == "+5511987654321"
    assert "name" not in change.after


def test_stored_values_are_shown_as_people_write_them(dealer):
    Dealer.objects.filter(pk=dealer.pk).update(**STORED)

    text = client_of(dealer).get(PATH).text

    assert 'value="(11) 98765-4321"' in text
    assert 'value="01310-100"' in text
    assert 'value="11.222.333/0001-81"' in text
    assert 'name="state" value="SP"' in text


def test_saving_what_is_shown_changes_nothing(dealer):
    Dealer.objects.filter(pk=dealer.pk).update(**STORED)

    shown = {f"initial-{name}": value for name, value in TYPED.items()}

    response = client_of(dealer).post(
        PATH, {**TYPED, **shown, "initial-reservation_keeps_ads": "True"}
    )

    assert said(response) == ["Nothing was changed."]
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("postal_code", "1310-100", "A CEP has 8 digits, such as 01310-100."),
        ("postal_code", "013101000", "A CEP has 8 digits, such as 01310-100."),
        ("postal_code", "00000-000", "A CEP has 8 digits, such as 01310-100."),
        ("postal_code", "٠١٣١٠١٠٠", "A CEP has 8 digits, such as 01310-100."),
        ("phone", "98765-4321", "Enter a valid phone number with its area code."),
        ("phone", "(11) 1", "Enter a valid phone number with its area code."),
        ("tax_id", "11.222.333/0001-82", "This CNPJ is not valid: check the digits."),
        ("tax_id", "22.333.444/0001-81", "Another dealer has this tax id."),
        ("state", "XX", "Enter the two letters of a Brazilian state."),
        ("email", "loja", "Enter a valid email address."),
        ("name", "", "This field is required."),
        ("city", "São\u200bPaulo", "Remove the invisible control characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(dealer, field, value, message):
    DealerFactory(tax_id="22333444000181")
    before = stored(dealer)

    response = client_of(dealer).post(PATH, {**TYPED, field: value})

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}
    assert f'href="#id_{field}"' in response.text
    assert (stored(dealer), Change.objects.count()) == (before, 0)


def test_two_people_who_change_different_fields_both_keep_their_word(dealer):
    client = client_of(dealer)
    shown = {f"initial-{name}": "" for name in TYPED} | {
        "initial-name": "Loja Nova",
        "initial-phone": "(11) 3333-4444",
        "initial-reservation_keeps_ads": "True",
    }
    seen = {name: shown[f"initial-{name}"] for name in TYPED} | {"reservation_keeps_ads": "on"}

    client.post(PATH, {**shown, **seen, "city": "Itu"})
    client.post(PATH, {**shown, **seen, "phone": "(11) 98765-4321"})

    facts = stored(dealer)
    assert (facts["city"], facts["phone"]) == ("Itu", "+5511987654321")


def test_the_menu_leads_there_for_those_who_may(dealer):
    assert f'href="{PATH}"' in client_of(dealer).get("/").text
    assert f'href="{PATH}"' not in client_of(dealer, Role.SALESPERSON).get("/").text


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.INTEGRATOR])
def test_others_may_not(dealer, role):
    client, before = client_of(dealer, role), stored(dealer)

    assert client.get(PATH).status_code == client.post(PATH, TYPED).status_code == 403
    assert stored(dealer) == before


def test_a_store_elsewhere_keeps_its_own_rules():
    dealer = DealerFactory(italian=True)

    there = {"tax_id": "", "postal_code": "20121", "state": "MI", "phone": "02 1234 5678"}
    response = client_of(dealer).post(PATH, {**TYPED, **there})

    assert goes_to(response) == PATH
    facts = stored(dealer)
    assert (facts["postal_code"], facts["state"], facts["phone"]) == (
        "20121",
        "MI",
        "+390212345678",
    )
