"""A stock file comes into the stock once; a second run changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import StockSource, Vehicle, VehicleState
from inventory.reference.tables import TableError
from inventory.services.identity import clean_chassis, clean_plate, has_check_digit
from inventory.services.stock_import import import_stock
from inventory.services.vehicles import update_vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory, VersionFactory
from tests.inventory.services.stock_files import cells, stock_file

pytestmark = pytest.mark.django_db
BY = By(source="import")
PERSON = By(source="web")


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def version():
    return VersionFactory(
        fipe_code="004399-0",
        name="HATCH LT 1.0 8V FlexPower 5p Mec.",
        source_text="ONIX HATCH LT 1.0 8V FlexPower 5p Mec.",
        year_first=2013,
        year_last=2019,
        fuels="Flex",
        doors=5,
        gearbox="manual",
        body="hatch",
    )


def run(path, dealer, *, invent=False):
    report = import_stock(path, dealer=dealer, by=BY, invent_missing=invent)
    return (report.created, report.updated, report.unchanged, report.rejected)


def test_a_line_becomes_a_vehicle_on_sale_with_its_place(tmp_path, dealer, version):
    report = import_stock(stock_file(tmp_path, cells()), dealer=dealer, by=BY, invent_missing=False)

    assert (report.rows, report.created, report.placed, report.problems) == (1, 1, 1, [])
    vehicle = Vehicle.objects.get()
    assert (vehicle.code, vehicle.source_reference) == ("A1", "A1")
    assert vehicle.source == StockSource.objects.get(dealer=dealer, kind="stock-file")
    assert (vehicle.state, vehicle.version) == (VehicleState.AVAILABLE, version)
    assert (vehicle.brand_text, vehicle.version_text) == ("CHEVROLET", "1.0 LT")
    assert (vehicle.plate, vehicle.chassis) == ("", "")
    assert "invented" not in vehicle.source_facts


def test_a_second_run_changes_nothing(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells(), cells(stock_id="A2", version="9.9 XYZ"))
    assert run(path, dealer) == (2, 0, 0, 0)
    before = list(Vehicle.objects.order_by("pk").values())

    assert run(path, dealer) == (0, 0, 2, 0)

    assert list(Vehicle.objects.order_by("pk").values()) == before
    assert Change.objects.filter(subject_type__contains="vehicle").count() == 2


def test_an_unplaced_vehicle_is_kept_with_its_words(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells(brand="ACME", model="ROCKET", version="V12"))

    assert run(path, dealer) == (1, 0, 0, 0)

    vehicle = Vehicle.objects.get()
    assert vehicle.version is None
    assert vehicle.title == "ACME ROCKET V12"


def test_a_fipe_code_wins_over_the_words(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells(model="", version="?", fipe_code="004399-0"))

    run(path, dealer)

    assert Vehicle.objects.get().version == version


def test_a_fipe_code_of_another_category_is_not_believed(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells(vehicle_type="motorcycle", fipe_code="004399-0"))

    assert run(path, dealer) == (1, 0, 0, 0)

    assert Vehicle.objects.get().version is None


def test_a_changed_line_updates_and_empty_cells_erase_nothing(tmp_path, dealer, version):
    run(stock_file(tmp_path, cells()), dealer)

    changed = stock_file(tmp_path, cells(price_brl="44990", colour=""))

    assert run(changed, dealer) == (0, 1, 0, 0)
    vehicle = Vehicle.objects.get()
    assert (vehicle.price, vehicle.colour, vehicle.revision) == (Decimal(44990), "black", 2)


def test_an_unchanged_line_leaves_a_persons_correction(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells())
    run(path, dealer)
    vehicle = Vehicle.objects.get()
    update_vehicle(vehicle.pk, dealer=dealer, by=PERSON, price=39990)

    assert run(path, dealer) == (0, 0, 1, 0)

    assert Vehicle.objects.get().price == 39990


def test_a_version_known_later_places_the_vehicle(tmp_path, dealer):
    path = stock_file(tmp_path, cells(fipe_code="004399-0"))
    run(path, dealer)
    assert Vehicle.objects.get().version is None

    version = VersionFactory(fipe_code="004399-0")

    assert run(path, dealer) == (0, 1, 0, 0)
    assert Vehicle.objects.get().version == version
    assert run(path, dealer) == (0, 0, 1, 0)


def test_bad_lines_are_rejected_and_the_others_come_in(tmp_path, dealer, version):
    path = stock_file(
        tmp_path, cells(), cells(stock_id="A2", price_brl="free"), cells(stock_id="A3")
    )

    report = import_stock(path, dealer=dealer, by=BY, invent_missing=False)

    assert (report.rows, report.created, report.rejected) == (3, 2, 1)
    (problem,) = report.problems
    assert (problem.line, problem.field) == (3, "price_brl")
    assert sorted(Vehicle.objects.values_list("code", flat=True)) == ["A1", "A3"]


def test_a_code_that_the_dealer_used_otherwise_is_rejected(tmp_path, dealer, version):
    VehicleFactory(dealer=dealer, code="A1")

    report = import_stock(stock_file(tmp_path, cells()), dealer=dealer, by=BY, invent_missing=False)

    assert (report.created, report.rejected) == (0, 1)
    assert (report.problems[0].line, report.problems[0].field) == (2, "stock_id")
    assert Vehicle.objects.count() == 1


def test_two_dealers_import_the_same_file_apart(tmp_path, dealer, version):
    path, other = stock_file(tmp_path, cells()), DealerFactory()

    assert run(path, dealer) == (1, 0, 0, 0)
    assert run(path, other) == (1, 0, 0, 0)

    assert Vehicle.objects.for_dealer(other).count() == 1


def test_a_flaw_in_the_file_imports_nothing(tmp_path, dealer, version):
    path = stock_file(tmp_path, *(cells(stock_id=f"A{n}") for n in range(150)))
    path.write_bytes(path.read_bytes() + b"A999,car,\xe9\xff,,,2018,1\r\n")

    with pytest.raises(TableError, match="not UTF-8"):
        import_stock(path, dealer=dealer, by=BY, invent_missing=False)

    assert Vehicle.objects.count() == 0


BARE = {"year_fab": "", "km": "", "gearbox": "", "doors": "", "body": "", "colour": ""}


def test_missing_facts_are_invented_and_marked(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells(**BARE))

    assert run(path, dealer, invent=True) == (1, 0, 0, 0)

    vehicle = Vehicle.objects.get()
    assert vehicle.source_facts["invented"] == sorted(
        [
            *("body", "chassis", "colour", "doors", "gearbox"),
            *("mileage", "plate", "year_manufacture"),
        ]
    )
    assert clean_plate(vehicle.plate, country="BR") == vehicle.plate
    assert clean_chassis(vehicle.chassis, year=2018) == vehicle.chassis
    assert has_check_digit(vehicle.chassis)
    assert vehicle.year_manufacture in (2017, 2018)
    # The version tells what it knows.
    assert (vehicle.doors, vehicle.gearbox, vehicle.body) == (5, "manual", "hatch")
    assert (vehicle.fuel, vehicle.year_model) == ("flex", 2018)


def test_inventing_is_repeatable_and_never_changes_what_is_known(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells(**BARE))
    run(path, dealer, invent=True)
    first = Vehicle.objects.get()

    assert run(path, dealer, invent=True) == (0, 0, 1, 0)

    other = DealerFactory()
    run(path, other, invent=True)
    twin = Vehicle.objects.for_dealer(other).get()
    assert (twin.plate, twin.chassis, twin.colour) == (first.plate, first.chassis, first.colour)


def test_inventing_after_a_plain_import_fills_the_gaps(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells())
    run(path, dealer)

    assert run(path, dealer, invent=True) == (0, 1, 0, 0)

    vehicle = Vehicle.objects.get()
    assert vehicle.source_facts["invented"] == ["chassis", "plate"]
    assert run(path, dealer, invent=True) == (0, 0, 1, 0)


def test_a_fact_that_the_file_brings_later_is_no_longer_marked(tmp_path, dealer, version):
    run(stock_file(tmp_path, cells(colour="")), dealer, invent=True)

    run(stock_file(tmp_path, cells(colour="Azul")), dealer, invent=True)

    vehicle = Vehicle.objects.get()
    assert vehicle.colour == "blue"
    assert vehicle.source_facts["invented"] == ["chassis", "plate"]


def test_invented_plates_avoid_those_in_stock(tmp_path, dealer, version):
    path = stock_file(tmp_path, cells())
    run(path, dealer, invent=True)
    plate = Vehicle.objects.get().plate
    other = DealerFactory()
    VehicleFactory(dealer=other, plate=plate)

    assert run(path, other, invent=True) == (1, 0, 0, 0)

    assert Vehicle.objects.get(dealer=other, code="A1").plate != plate


def test_a_motorcycle_gets_its_displacement_and_style(tmp_path, dealer):
    path = stock_file(
        tmp_path,
        cells(
            **BARE, fuel="", vehicle_type="motorcycle", brand="HONDA", model="PCX 160", version=""
        ),
    )

    run(path, dealer, invent=True)

    vehicle = Vehicle.objects.get()
    assert (vehicle.displacement, vehicle.body) == (160, "scooter")
    assert (vehicle.gearbox, vehicle.fuel, vehicle.doors) == ("automatic", "petrol", None)


@pytest.mark.shared
def test_the_whole_sample_comes_in_and_stays(shared_data, dealer):
    path = shared_data / "stock_sample.csv"

    assert run(path, dealer, invent=True) == (2030, 0, 0, 0)
    assert run(path, dealer, invent=True) == (0, 0, 2030, 0)
