"""A vehicle's price stands beside FIPE's only where FIPE speaks of that very vehicle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from inventory.fipe_prices import fipe_prices_of
from inventory.models import ReferencePrice
from tests.factories.inventory import VehicleFactory, VersionFactory

pytestmark = pytest.mark.django_db
MONTH = date(2026, 6, 1)


def price_of(version, year, price, fuel="Gasolina"):
    """Write one of FIPE's prices."""
    return ReferencePrice.objects.create(
        version=version, model_year=year, fuel=fuel, price=Decimal(price), month=MONTH
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"year_model": 2020}, (Decimal(50000), -10)),
        ({"year_model": 2020, "promotional_price": Decimal(55000)}, (Decimal(50000), 10)),
        ({"year_model": 2020, "price": None}, (Decimal(50000), None)),
        ({"year_model": 2020, "is_new": True}, (Decimal(90000), -50)),
        ({"year_model": 2021, "fuel": "flex"}, (Decimal(60000), -25)),
        ({"year_model": 2021, "fuel": "diesel"}, None),
        ({"year_model": 2019}, None),
        ({"year_model": None}, None),
    ],
)
def test_the_price_is_that_of_version_year_and_fuel(facts, expected):
    version = VersionFactory()
    price_of(version, 2020, 50000)
    price_of(version, ReferencePrice.ZERO_KM, 90000)
    price_of(version, 2021, 60000, fuel="Flex")
    price_of(version, 2021, 70000)
    vehicle = VehicleFactory(version=version, **{"price": Decimal(45000), **facts})

    found = fipe_prices_of([vehicle]).get(vehicle.pk)

    assert (found and (found.price, found.percent)) == expected


def test_many_vehicles_cost_one_query(django_assert_num_queries):
    version = VersionFactory()
    price_of(version, 2020, 50000)
    vehicles = [VehicleFactory(version=version, year_model=2020) for _ in range(3)]
    vehicles.append(VehicleFactory())

    with django_assert_num_queries(1):
        assert len(fipe_prices_of(vehicles)) == 3
    with django_assert_num_queries(0):
        assert fipe_prices_of([VehicleFactory.build()]) == {}
