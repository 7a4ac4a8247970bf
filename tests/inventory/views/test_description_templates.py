"""The page of description templates: written, tried, offered first, deleted."""

from __future__ import annotations

import pytest

from accounts.models.dealer import Role
from inventory.models import DescriptionTemplate
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import DescriptionTemplateFactory, VehicleFactory
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db
URL = "/settings/descriptions/"


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


def test_a_template_is_written_changed_and_deleted(client, dealer):
    client.post(f"{URL}new/", {"name": "Short", "text": "{marca}", "category": "1"})
    template = DescriptionTemplate.objects.get()
    client.post(f"{URL}{template.pk}/", {"name": "Short", "text": "{modelo}", "is_default": "on"})

    template.refresh_from_db()
    assert (template.dealer, template.text, template.is_default) == (dealer, "{modelo}", True)
    assert "Short" in client.get(URL).text
    client.post(f"{URL}{template.pk}/delete/")
    assert not DescriptionTemplate.objects.exists()


def test_there_is_one_default_per_kind(client, dealer):
    for name, kind in (("A", ""), ("B", "1"), ("C", "1")):
        client.post(f"{URL}new/", {"name": name, "text": "x", "category": kind, "is_default": "on"})

    defaults = DescriptionTemplate.objects.filter(is_default=True)
    assert [each.name for each in defaults] == ["A", "C"]


@pytest.mark.parametrize(
    ("field", "value"), [("text", "{nonsense}"), ("name", ""), ("name", "Taken"), ("category", "9")]
)
def test_bad_input_names_the_field_and_writes_nothing(client, dealer, field, value):
    DescriptionTemplateFactory(dealer=dealer, name="Taken")

    response = client.post(f"{URL}new/", {"name": "New", "text": "x", field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert DescriptionTemplate.objects.count() == 1


def test_the_preview_shows_a_vehicle_of_the_dealer(client, dealer):
    invented = client.post(f"{URL}preview/", {"text": "{marca} {modelo}"}, headers=HTMX)
    VehicleFactory(dealer=dealer, complete=True, version__name="1.0 Special")
    known = client.post(f"{URL}preview/", {"text": "{versao}"}, headers=HTMX)
    unscripted = client.post(f"{URL}new/", {"name": "N", "text": "{versao}!", "preview": "1"})

    assert "Chevrolet Onix" in invented.text
    assert "1.0 Special" in known.text
    assert unscripted.context["preview"] == "1.0 Special!"
    assert not DescriptionTemplate.objects.exists()


def test_templates_of_others_do_not_exist_and_salespeople_write_none(client, dealer):
    foreign, own = DescriptionTemplateFactory(), DescriptionTemplateFactory(dealer=dealer)
    seller = client_of(dealer, Role.SALESPERSON)

    assert client.post(f"{URL}{foreign.pk}/delete/").status_code == 404
    assert seller.post(f"{URL}{own.pk}/delete/").status_code == 403
    assert DescriptionTemplate.objects.count() == 2
