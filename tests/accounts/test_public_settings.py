"""Who may show the stock to everybody, and what is remembered of it."""

from __future__ import annotations

import pytest

from accounts.models import Change
from accounts.models.dealer import Role
from tests.factories.accounts import DealerFactory
from tests.pages import client_of, goes_to, said

pytestmark = pytest.mark.django_db
PATH = "/settings/public/"
ADDRESS = "http://127.0.0.1:8000/loja/loja-a/"


@pytest.fixture
def dealer():
    return DealerFactory(code="loja-a")


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_the_pages_are_switched_off_and_on_and_the_history_knows(dealer, role):
    client = client_of(dealer, role)
    other = DealerFactory()

    off = client.post(PATH, {})
    dealer.refresh_from_db()
    assert goes_to(off) == PATH
    assert said(off) == ["The public pages are off."]
    assert not dealer.public_pages
    on = client.post(PATH, {"public_pages": "on"})

    dealer.refresh_from_db()
    other.refresh_from_db()
    assert said(on) == ["The public pages are on."]
    assert [dealer.public_pages, other.public_pages] == [True, True]
    changes = Change.objects.filter(subject_type="accounts.dealer", subject_id=dealer.pk)
    assert [each.after for each in changes.order_by("pk")] == [
        {"public_pages": False},
        {"public_pages": True},
    ]


def test_the_address_is_handed_out_with_its_code(dealer):
    text = client_of(dealer).get(PATH).text

    assert f'value="{ADDRESS}"' in text
    assert '<svg role="img" aria-label="QR code to the page of your stock"' in text
    assert 'href="/loja/loja-a/"' in text
    assert "checked" in text


def test_while_they_are_off_the_page_says_so_and_offers_no_code(dealer):
    dealer.public_pages = False
    dealer.save()

    text = client_of(dealer).get(PATH).text

    assert "The pages are off" in text
    assert "QR code to" not in text
    assert "checked" not in text


def test_the_menu_leads_there_for_those_who_may(dealer):
    assert f'href="{PATH}"' in client_of(dealer).get("/").text
    assert f'href="{PATH}"' not in client_of(dealer, Role.SALESPERSON).get("/").text


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.INTEGRATOR])
def test_others_may_not(dealer, role):
    client = client_of(dealer, role)

    assert client.get(PATH).status_code == client.post(PATH, {}).status_code == 403
    dealer.refresh_from_db()
    assert dealer.public_pages is True
