"""The plan of a bulk change: whose vehicles, how many, which parameters, and at which price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from inventory.models import DescriptionTemplate, Vehicle
from office.models import BulkRun
from office.services import bulk_plan
from office.services.bulk_prices import new_price
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.office.bulk import FIVE_LESS, outcomes, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.mark.parametrize(
    ("price", "mode", "value", "rounding", "expected"),
    [
        ("45990", "percent", "-5", "none", "43690.50"),
        ("45990", "percent", "5", "1", "48290.00"),
        ("45990", "amount", "-990", "none", "45000.00"),
        ("45994.99", "amount", "0", "10", "45990.00"),
        ("45995", "amount", "0", "10", "46000.00"),
        ("45949", "amount", "0", "100", "45900.00"),
        ("45500", "amount", "0", "1000", "46000.00"),
        ("45931", "amount", "0", "ends_90", "45890.00"),
        ("45950", "amount", "0", "ends_90", "45990.00"),
        ("45300", "amount", "0", "ends_900", "44900.00"),
        ("45500", "amount", "0", "ends_990", "45990.00"),
        ("19.20", "amount", "0", "ends_0.90", "18.90"),
        ("0.01", "percent", "-50", "none", "0.01"),
        ("4", "amount", "0", "10", "0.00"),
        ("40", "amount", "0", "ends_90", "90.00"),
        ("39", "amount", "0", "ends_90", "-10.00"),
        ("9999999999.99", "percent", "1000", "none", "109999999999.89"),
    ],
)
def test_prices_are_rounded_as_dealers_do(price, mode, value, rounding, expected):
    found = new_price(Decimal(price), mode=mode, value=Decimal(value), rounding=rounding)

    assert str(found) == expected


@pytest.mark.parametrize(
    ("kind", "parameters", "name"),
    [
        ("price", {**FIVE_LESS, "value": "NaN"}, "value"),
        ("price", {**FIVE_LESS, "value": "1e999"}, "value"),
        ("price", {**FIVE_LESS, "value": "Infinity"}, "value"),
        ("price", {**FIVE_LESS, "value": "-100"}, "value"),
        ("price", {**FIVE_LESS, "value": "1000.01"}, "value"),
        ("price", {**FIVE_LESS, "value": None}, "value"),
        ("price", {**FIVE_LESS, "mode": "amount", "value": "1e30"}, "value"),
        ("price", {**FIVE_LESS, "mode": "magic"}, "mode"),
        ("price", {**FIVE_LESS, "rounding": "7"}, "rounding"),
        ("price", {}, "mode"),
        ("promotion", {"mode": "destroy"}, "mode"),
        ("state", {"state": "sold"}, "state"),
        ("state", {"state": "reserved"}, "state"),
        ("state", {"state": None}, "state"),
        ("optionals", {}, "add"),
        ("optionals", {"add": ["x"]}, "add"),
        ("optionals", {"add": [999_999]}, "add"),
        ("optionals", {"remove": ["9" * 50]}, "remove"),
        ("description", {"template": "x"}, "template"),
        ("description", {"template": 999_999}, "template"),
        ("undo", {}, "kind"),
        ("", {}, "kind"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_by_name(dealer, kind, parameters, name):
    vehicle = VehicleFactory(dealer=dealer)

    with pytest.raises(ValidationError) as caught:
        planned(dealer, kind, parameters, vehicle)

    assert list(caught.value.message_dict) == [name]
    assert not BulkRun.objects.exists()


def test_another_dealers_template_and_a_retired_or_doubled_optional_are_refused(dealer):
    vehicle, optional = VehicleFactory(dealer=dealer), OptionalFactory()
    foreign = DescriptionTemplate.objects.create(dealer=DealerFactory(), name="x", text="x")
    retired = OptionalFactory(retired_at="2026-01-01T00:00Z")

    for kind, parameters in (
        ("description", {"template": foreign.pk}),
        ("optionals", {"add": [retired.pk]}),
        ("optionals", {"add": [optional.pk], "remove": [optional.pk]}),
    ):
        with pytest.raises(ValidationError):
            planned(dealer, kind, parameters, vehicle)


def test_vehicles_of_another_dealer_are_passed_over(dealer):
    mine, foreign = VehicleFactory(dealer=dealer), VehicleFactory()

    run = planned(dealer, "price", FIVE_LESS, mine, foreign)

    assert run.items.get().vehicle_id == mine.pk
    with pytest.raises(ValidationError, match="at least one"):
        planned(dealer, "price", FIVE_LESS, foreign)


def test_there_is_a_limit_and_it_is_said(dealer, monkeypatch):
    monkeypatch.setattr(bulk_plan, "MOST_VEHICLES", 2)
    vehicles = [VehicleFactory(dealer=dealer) for _ in range(3)]

    with pytest.raises(ValidationError, match="at most 2 vehicles"):
        planned(dealer, "price", FIVE_LESS, *vehicles)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("price", FIVE_LESS),
        ("state", {"state": "available"}),
        ("optionals", {"remove": [1]}),
        ("description", {"template": 1}),
    ],
)
def test_a_preview_asks_as_often_for_many_as_for_few(
    dealer, django_assert_max_num_queries, kind, parameters
):
    optional = OptionalFactory()
    template = DescriptionTemplate.objects.create(
        dealer=dealer, name="x", text="{marca} {opcionais} {loja}"
    )
    if kind == "optionals":
        parameters = {"remove": [optional.pk]}
    if kind == "description":
        parameters = {"template": template.pk}
    for number in range(30):
        vehicle = VehicleFactory(dealer=dealer, state="archived", plate=f"ABC{number:04d}")
        vehicle.optionals.add(optional)

    with django_assert_max_num_queries(14):
        run = planned(dealer, kind, parameters, *Vehicle.objects.all())

    assert outcomes(run) == {"pending": 30}
