"""What the portals would say of a form that is not saved."""

from __future__ import annotations

import pytest

from accounts.models.dealer import Role
from inventory.models import Vehicle
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PortalAccessFactory, PortalFactory
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def access():
    return PortalAccessFactory()


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def anchors(response) -> set[str]:
    (check,) = response.context["checks"]
    return {line.anchor for line in check.refused}


def test_a_new_vehicle_is_judged_as_typed_and_nothing_is_written(client, access):
    empty = client.post("/stock/new/preflight/?category=1", {}, headers=HTMX)
    typed = client.post(
        "/stock/new/preflight/?category=1", {"mileage": "45.000", "price": "45990"}, headers=HTMX
    )

    assert {"field-mileage", "field-price"} <= anchors(empty)
    assert not {"field-mileage", "field-price"} & anchors(typed)
    assert empty.context["refusing"] == [access.portal.name]
    assert 'href="#field-price"' in empty.text
    assert not Vehicle.objects.exists()


def test_an_edit_is_judged_as_typed_not_as_stored(client, access):
    vehicle = VehicleFactory(dealer=access.dealer, complete=True)

    response = client.post(f"/stock/{vehicle.pk}/preflight/draft/", {"mileage": ""}, headers=HTMX)

    assert "field-mileage" in anchors(response)
    vehicle.refresh_from_db()
    assert vehicle.mileage == 45_000


def test_what_cannot_be_read_is_named_first(client):
    response = client.post("/stock/new/preflight/", {"price": "much", "colour": "\x00"})

    assert response.status_code == 200
    assert {field.name for field in response.context["unreadable"]} >= {"price"}


def test_without_script_the_way_back_carries_everything_typed(client):
    page = client.post("/stock/new/preflight/?category=1", {"plate": "ABC1D23", "act": "check"})

    assert page.context["back"] == "/stock/new/?category=1"
    assert ("plate", "ABC1D23") in page.context["typed"]
    back = client.post(page.context["back"], {**dict(page.context["typed"]), "act": "edit"})
    assert back.context["form"]["plate"].value() == "ABC1D23"


def test_a_foreign_vehicle_is_not_judged(client):
    assert client.post(f"/stock/{VehicleFactory().pk}/preflight/draft/", {}).status_code == 404


@pytest.mark.parametrize(("role", "leads"), [(Role.MANAGER, True), (Role.SALESPERSON, False)])
def test_what_the_store_lacks_leads_those_who_may_to_the_stores_data(access, role, leads):
    PortalAccessFactory(dealer=access.dealer, portal=PortalFactory(slug="olx", name="OLX Autos"))

    response = client_of(access.dealer, role).post("/stock/new/preflight/", {}, headers=HTMX)

    assert "The portal demands the store&#x27;s postal code, of 8 digits." in response.text
    for field in ("phone", "postal_code"):
        assert (f'href="/settings/store/#field-{field}"' in response.text) is leads
