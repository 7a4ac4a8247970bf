"""A load of the catalogue neither undoes nor doubles what support has decided by hand."""

from __future__ import annotations

import pytest

from accounts.services.changes import By
from inventory.models import Brand, VehicleModel, Version
from inventory.services.catalogue_edits import (
    move_version,
    rename_brand,
    rename_model,
    restore,
    retire,
)
from inventory.services.reference import load_catalogue
from tests.inventory.services.test_reference import LATER, NOW, row

pytestmark = pytest.mark.django_db
BY = By(source="admin")


@pytest.fixture
def rows():
    """Three versions of two models, loaded."""
    table = [row(1), row(2), row(3, "Prisma")]
    load_catalogue(table, now=NOW, partial=False)
    return table


def reload(rows):
    """Load a table again and return the report."""
    return load_catalogue(rows, now=LATER, partial=False)


@pytest.mark.parametrize("name", ["CHEVROLET", "Chevy"])
def test_a_renamed_brand_keeps_its_name_and_is_not_doubled(rows, name):
    rename_brand(Brand.objects.get().pk, by=BY, name=name)

    report = reload(rows)

    assert [brand.name for brand in Brand.objects.all()] == [name]
    assert VehicleModel.objects.count() == 2
    assert (report.created, report.updated, report.unchanged) == (0, 0, 3)


def test_a_renamed_brand_takes_in_what_is_new_and_its_names_in_the_source(rows):
    brand = rename_brand(Brand.objects.get().pk, by=BY, name="Chevy")

    reload([*rows, row(4, "Spin", brand_source="Chevrolet")])

    brand.refresh_from_db()
    assert (brand.name, brand.source_name) == ("Chevy", "Chevrolet|GM - Chevrolet")
    assert VehicleModel.objects.get(name="Spin").brand == brand


@pytest.mark.parametrize("name", ["ONIX", "Onix Hatch"])
def test_a_renamed_model_keeps_its_name_and_is_not_doubled(rows, name):
    model = rename_model(VehicleModel.objects.get(name="Onix").pk, by=BY, name=name)

    report = reload([*rows, row(4)])

    model.refresh_from_db()
    assert (model.name, model.versions.count()) == (name, 3)
    assert VehicleModel.objects.count() == 2
    assert (report.created, report.unchanged) == (1, 3)


def test_a_model_of_a_renamed_brand_is_found_after_both_were_renamed_twice(rows):
    brand, model = Brand.objects.get(), VehicleModel.objects.get(name="Onix")
    for name in ("Chevy", "GM"):
        rename_brand(brand.pk, by=BY, name=name)
        rename_model(model.pk, by=BY, name=f"Onix {name}")

    report = reload(rows)

    assert (Brand.objects.count(), VehicleModel.objects.count()) == (1, 2)
    assert report.unchanged == 3


def test_a_version_moved_by_hand_is_not_moved_back(rows):
    prisma = VehicleModel.objects.get(name="Prisma")
    version = Version.objects.get(fipe_code="000001-1")
    move_version(version.pk, model=prisma, by=BY)

    report = reload([row(1, doors=3), *rows[1:]])

    version.refresh_from_db()
    assert (version.model, version.doors) == (prisma, 3)  # FIPE's facts still come in
    assert (report.updated, report.unchanged) == (1, 2)


def test_a_version_retired_by_hand_stays_so_until_a_person_restores_it(rows):
    version = Version.objects.get(fipe_code="000001-1")
    retire(version, by=BY, now=NOW)
    assert reload(rows).unchanged == 3
    version.refresh_from_db()
    assert version.retired_at == NOW

    restore(version, by=BY)
    reload(rows[1:])
    version.refresh_from_db()
    assert version.retired_at is None


def test_a_name_that_came_free_belongs_to_whoever_bears_it_now(rows):
    old = VehicleModel.objects.get(name="Onix")
    rename_model(old.pk, by=BY, name="Onix Antigo")
    new = VehicleModel.objects.create(brand=old.brand, name="Onix", folded="onix")

    reload([*rows, row(4)])

    assert Version.objects.get(fipe_code="000004-1").model == new
