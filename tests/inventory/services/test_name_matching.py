"""The brands of the reference stay arranged until a name of theirs changes."""

from __future__ import annotations

import pytest

from inventory.services.name_matching import brand_indexes, reference_name
from tests.factories.inventory import BrandFactory, VehicleModelFactory, VersionFactory

pytestmark = pytest.mark.django_db


def test_a_brand_is_arranged_once_and_again_when_a_name_changes(django_assert_num_queries):
    version = VersionFactory.create()
    other = VersionFactory.create(
        model=VehicleModelFactory(brand=BrandFactory(name="Fiat"), name="Uno")
    )
    brand = version.model.brand_id

    with django_assert_num_queries(1):
        found = brand_indexes({brand, other.model.brand_id})
    with django_assert_num_queries(1):
        again = brand_indexes({brand})

    assert set(found) == {brand, other.model.brand_id}
    assert again[brand] is found[brand]
    assert again[brand].name(version.pk) == reference_name(version)

    version.source_text = "ONIX LTZ 1.4"
    version.save()

    changed = brand_indexes({brand})[brand]
    assert changed is not found[brand]
    assert changed.name(version.pk).version == "ONIX LTZ 1.4"


def test_no_brand_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert brand_indexes(set()) == {}
