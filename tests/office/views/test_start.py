"""The start page counts right and says what needs a person."""

from __future__ import annotations

import pytest

from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import client_of

pytestmark = pytest.mark.django_db


def test_stock_and_ads_are_counted():
    access = PortalAccessFactory()
    dealer = access.dealer
    ListingFactory(access=access, live=True)
    VehicleFactory(dealer=dealer, state="sold", price=None)
    VehicleFactory(dealer=dealer, state="in_preparation", price=None)
    VehicleFactory()

    start = client_of(dealer).get("/").context["start"]

    counts = {state: number for state, _label, number in start.stock}
    assert counts == {"in_preparation": 1, "available": 1, "reserved": 0, "sold": 1}
    assert start.loose == {"no_price": 1, "unplaced": 2, "no_photo": 2}
    assert start.summary.live == 1
    assert start.all_well is True


def test_what_stands_in_the_way_is_on_top():
    access = PortalAccessFactory(failure_mode="credentials")
    problem = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
    ListingFactory(access=access, failure_mode="preflight", problems=[problem])

    response = client_of(access.dealer).get("/")

    assert response.context["start"].all_well is False
    assert "The portal demands the plate" in response.text
    assert f"/portals/{access.pk}/" in response.text


def test_a_new_store_is_led_to_its_first_portal():
    assert "Connect a portal" in client_of(DealerFactory()).get("/").text


def test_the_page_asks_few_questions(django_assert_max_num_queries):
    access = PortalAccessFactory()
    for _each in range(20):
        ListingFactory(access=access, live=True)
    client = client_of(access.dealer)

    with django_assert_max_num_queries(14):
        client.get("/")
