"""A refresh changes versions in place; what refers to them stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from inventory.models import Brand, Optional, ReferencePrice, VehicleModel, Version
from inventory.reference.catalogue import CatalogueRow
from inventory.reference.tables import TableError
from inventory.services.reference import load_catalogue, load_optionals, load_prices
from inventory.signals import vehicle_changed
from tests.factories.inventory import VehicleFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 12, tzinfo=UTC)


def row(number: int, model: str = "Onix", **more) -> CatalogueRow:
    base = CatalogueRow(
        category=1,
        fipe_code=f"00{number:04d}-1",
        brand="Chevrolet",
        brand_source="GM - Chevrolet",
        model=model,
        name=f"LT {number}",
        source_text=f"{model.upper()} LT {number}",
        year_first=2013,
        year_last=2019,
        has_zero_km=False,
        fuels="Flex",
        body="hatch",
        doors=5,
        displacement=1000,
        gearbox="manual",
    )
    return replace(base, **more)


def test_a_load_creates_the_tree():
    report = load_catalogue([row(1), row(2, "Prisma")], now=NOW, partial=False)

    assert (report.rows, report.created) == (2, 2)
    brand = Brand.objects.get()
    assert (brand.name, brand.folded, brand.source_name) == (
        "Chevrolet",
        "chevrolet",
        "GM - Chevrolet",
    )
    version = Version.objects.select_related("model").get(fipe_code="000001-1")
    assert (version.model.name, version.name, version.folded) == ("Onix", "LT 1", "lt 1")
    assert (version.source_text, version.doors, version.displacement) == ("ONIX LT 1", 5, 1000)


def test_a_second_load_changes_nothing(django_assert_max_num_queries):
    rows = [row(1), row(2, "Prisma")]
    load_catalogue(rows, now=NOW, partial=False)

    with django_assert_max_num_queries(8):
        report = load_catalogue(rows, now=LATER, partial=False)

    assert (report.created, report.updated, report.unchanged, report.retired) == (0, 0, 2, 0)


def test_a_better_split_moves_the_version_and_tells_of_its_vehicles():
    load_catalogue([row(1), row(2)], now=NOW, partial=False)
    version = Version.objects.get(fipe_code="000002-1")
    vehicle = VehicleFactory(version=version)
    VehicleFactory(version=Version.objects.get(fipe_code="000001-1"))
    heard: list[tuple[list[int], frozenset[str]]] = []

    def hear(vehicle_ids, fields, **_more):
        heard.append((list(vehicle_ids), fields))

    vehicle_changed.connect(hear)
    try:
        report = load_catalogue([row(1), row(2, "Onix Plus")], now=LATER, partial=False)
    finally:
        vehicle_changed.disconnect(hear)

    vehicle.refresh_from_db()
    assert (report.updated, report.unchanged) == (1, 1)
    assert vehicle.version_id == version.pk
    assert vehicle.version.model.name == "Onix Plus"
    assert heard == [([vehicle.pk], frozenset({"version"}))]


def test_what_the_table_lost_is_retired_and_comes_back():
    rows = [row(number) for number in range(1, 4)]
    load_catalogue(rows, now=NOW, partial=False)

    report = load_catalogue(rows[:2], now=LATER, partial=False)

    assert report.retired == 1
    assert Version.objects.get(fipe_code="000003-1").retired_at == LATER
    assert load_catalogue(rows[:2], now=LATER, partial=False).retired == 0
    assert load_catalogue(rows, now=LATER, partial=False).updated == 1
    assert Version.objects.get(fipe_code="000003-1").retired_at is None


def test_a_piece_of_the_table_is_refused_and_changes_nothing():
    rows = [row(number) for number in range(1, 6)]
    load_catalogue(rows, now=NOW, partial=False)

    with pytest.raises(TableError, match="3 of 5 known codes are missing"):
        load_catalogue([*rows[:2], row(9)], now=LATER, partial=False)

    assert Version.objects.filter(retired_at__isnull=True).count() == 5
    assert not Version.objects.filter(fipe_code="000009-1").exists()


def test_a_partial_load_retires_nothing():
    load_catalogue([row(number) for number in range(1, 6)], now=NOW, partial=False)

    report = load_catalogue([row(9)], now=LATER, partial=True)

    assert (report.created, report.retired) == (1, 0)
    assert Version.objects.filter(retired_at__isnull=True).count() == 6


def test_a_table_of_cars_leaves_motorcycles_alone():
    load_catalogue([row(1), row(2, "CG 160", category=2)], now=NOW, partial=False)

    report = load_catalogue([row(1)], now=LATER, partial=False)

    assert report.retired == 0


def test_spelling_of_a_model_is_corrected_in_place():
    load_catalogue([row(1, "ONIX")], now=NOW, partial=False)
    before = VehicleModel.objects.get()

    load_catalogue([row(1, "Onix", source_text="ONIX LT 1")], now=LATER, partial=False)

    after = VehicleModel.objects.get()
    assert (after.pk, after.name) == (before.pk, "Onix")


def price_file(tmp_path, *lines):
    path = tmp_path / "prices.csv"
    text = "\n".join(("fipe_code,model_year,fuel,price_brl", *lines, ""))
    path.write_text(text, encoding="utf-8")
    return path


def test_prices_are_loaded_changed_and_left(tmp_path):
    load_catalogue([row(1)], now=NOW, partial=False)
    path = price_file(
        tmp_path, "000001-1,2015,Flex,45000", "000001-1,0km,Flex,90000", "999999-9,2015,Flex,1"
    )

    report = load_prices(path, month=date(2026, 6, 1))

    assert (report.rows, report.created, report.unknown) == (3, 2, 1)
    assert ReferencePrice.objects.get(model_year=ReferencePrice.ZERO_KM).price == Decimal(90000)
    assert load_prices(path, month=date(2026, 6, 1)).unchanged == 2
    path = price_file(tmp_path, "000001-1,2015,Flex,44000")
    assert load_prices(path, month=date(2026, 7, 1)).updated == 1
    price = ReferencePrice.objects.get(model_year=2015)
    assert (price.price, price.month) == (Decimal(44000), date(2026, 7, 1))


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("000001-1,20x5,Flex,45000", "model_year"),
        ("000001-1,2015,Flex,-3", "price_brl"),
        ("000001-1,2015,,45000", "fuel"),
    ],
)
def test_a_bad_price_names_its_column_and_changes_nothing(tmp_path, line, field):
    load_catalogue([row(1)], now=NOW, partial=False)

    with pytest.raises(TableError) as caught:
        load_prices(price_file(tmp_path, "000001-1,2014,Flex,40000", line), month=date(2026, 6, 1))

    assert (caught.value.line, caught.value.field) == (3, field)
    assert ReferencePrice.objects.count() == 0


def test_optionals_are_loaded_once():
    first = load_optionals(now=NOW)
    second = load_optionals(now=LATER)

    assert first.created == 95
    assert (second.created, second.updated, second.unchanged) == (0, 0, 95)
    assert Optional.objects.get(folded="ar condicionado").variants == "Ar-condicionado"


def test_an_optional_that_left_the_list_is_retired():
    load_optionals(now=NOW)
    Optional.objects.create(name="Ashtray", folded="ashtray", group="old")

    report = load_optionals(now=LATER)

    assert report.retired == 1
    assert Optional.objects.get(folded="ashtray").retired_at == LATER
