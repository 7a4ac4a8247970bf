"""Many vehicles at once: the rules of one, a report per row, few statements."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Change
from accounts.services.changes import By
from accounts.services.sealing import verify_changes
from inventory.models import Vehicle
from inventory.services import vehicle_import
from inventory.services.vehicle_import import bulk_create_vehicles
from inventory.signals import vehicle_changed
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    OptionalFactory,
    StockSourceFactory,
    VehicleFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db
BY = By(source="import")


@pytest.fixture
def heard():
    """Collect what the signal says."""
    said = []

    def listen(*, vehicle_ids, fields, **_):
        said.append((tuple(vehicle_ids), set(fields)))

    vehicle_changed.connect(listen, weak=False, dispatch_uid="test")
    yield said
    vehicle_changed.disconnect(dispatch_uid="test")


def test_good_rows_are_created_and_bad_ones_reported_by_their_index(heard):
    dealer, version, optional = DealerFactory(), VersionFactory(), OptionalFactory()
    rows: list[dict[str, Any]] = [
        {"code": "A1", "version": version, "optionals": [optional], "price": "10000"},
        {"code": "A2", "plate": "wrong"},
        {"code": "A3", "state": "available", "plate": "abc1d23"},
        {"code": "A4", "optionals": [999_999]},
    ]

    result = bulk_create_vehicles(rows, dealer=dealer, by=BY)

    assert {index: v.code for index, v in result.vehicles.items()} == {0: "A1", 2: "A3"}
    assert {index: list(e.error_dict) for index, e in result.problems.items()} == {
        1: ["plate"],
        3: ["optionals"],
    }
    first, third = Vehicle.objects.order_by("code")
    assert list(first.optionals.all()) == [optional]
    assert (third.plate, third.state) == ("ABC1D23", "available")
    assert third.available_at is not None
    assert heard == [((first.pk, third.pk), set())]
    assert Change.objects.filter(action="created", source="import").count() == 2
    assert verify_changes().whole


def test_who_is_there_already_is_told_by_field():
    old = VehicleFactory(code="A1", plate="ABC1234", chassis="9BGKS48U0KG000001")
    source = StockSourceFactory(dealer=old.dealer)
    gone = VehicleFactory(
        dealer=old.dealer,
        code="A0",
        plate="GON1E23",
        state="sold",
        source=source,
        source_reference="r1",
    )
    rows: list[dict[str, Any]] = [
        {"code": "A1"},
        {"code": "A2", "plate": "ABC1C34"},
        {"code": "A3", "chassis": "9BGKS48U0KG000001"},
        {"code": "A4", "source": source, "source_reference": "r1"},
        {"code": gone.code},
        {"code": "A5", "plate": gone.plate},
        {"code": "A6", "plate": gone.plate},
        {"code": "A5"},
    ]

    result = bulk_create_vehicles(rows, dealer=old.dealer, by=BY)

    assert {index: list(e.error_dict) for index, e in result.problems.items()} == {
        0: ["code"],
        1: ["plate"],
        2: ["chassis"],
        3: ["source_reference"],
        4: ["code"],
        6: ["plate"],
        7: ["code"],
    }
    assert list(result.vehicles) == [5]


def test_rows_without_a_code_get_the_next_ones():
    dealer = DealerFactory()

    result = bulk_create_vehicles([{}, {"code": "1001"}, {}], dealer=dealer, by=BY)

    assert sorted(v.code for v in result.vehicles.values()) == ["1001", "1002", "1003"]
    assert result.problems == {}


def test_who_is_overtaken_between_look_and_write_is_reported_alone(monkeypatch):
    dealer = DealerFactory()
    look = vehicle_import._without_duplicates

    def overtaken(born, **arguments):
        passed = list(look(born, **arguments))
        VehicleFactory(dealer=dealer, code="A1")  # another writer, after our look
        return passed

    monkeypatch.setattr(vehicle_import, "_without_duplicates", overtaken)
    result = bulk_create_vehicles([{"code": "A1"}, {"code": "A2"}], dealer=dealer, by=BY)

    assert [v.code for v in result.vehicles.values()] == ["A2"]
    assert list(result.problems[0].error_dict) == ["code"]


def test_a_chunk_takes_few_statements(django_assert_max_num_queries):
    dealer, version = DealerFactory(), VersionFactory()
    rows = [{"code": f"A{number}", "version": version} for number in range(200)]

    with django_assert_max_num_queries(30):
        result = bulk_create_vehicles(rows, dealer=dealer, by=BY)

    assert len(result.vehicles) == 200
