"""People find vehicles and versions by the words they type."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.finding import (
    cover_url,
    covers_of,
    search_vehicles,
    search_versions,
    with_albums,
    words_of,
)
from inventory.models import Vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import (
    PhotoBlobFactory,
    VehicleFactory,
    VehiclePhotoFactory,
    VersionFactory,
)


def test_words_are_folded_and_bounded():
    assert words_of(" Citroën  C3\x00 ") == ["citroen", "c3"]
    assert len(words_of("a " * 500)) == 8


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["onix", "ÓNIX chevrolet", "tst-0a", "tst0a00", "20777", "2021 onix", "00000000777"]
)
def test_a_vehicle_is_found_by_any_of_its_names(text):
    vehicle = VehicleFactory(
        complete=True, code="20777", plate="TST0A00", chassis="9BGTST00000000777"
    )
    VehicleFactory(dealer=vehicle.dealer, code="1", brand_text="Fiat", year_model=2019)
    VehicleFactory(complete=True, code="20777")  # another dealer's

    assert list(search_vehicles(vehicle.dealer, text)) == [vehicle]


@pytest.mark.django_db
def test_free_text_counts_and_every_word_must_match():
    vehicle = VehicleFactory(brand_text="Puma", model_text="GTB")

    assert list(search_vehicles(vehicle.dealer, "gtb puma")) == [vehicle]
    assert list(search_vehicles(vehicle.dealer, "gtb fiat")) == []


@pytest.mark.django_db
def test_versions_in_stock_come_first_and_retired_ones_not_at_all():
    plain, known = VersionFactory(year_last=2024), VersionFactory(year_last=2018)
    VersionFactory(retired_at="2026-01-01T00:00Z")
    VehicleFactory(version=known)

    assert search_versions("chevrolet onix", category=1) == [known, plain]
    assert search_versions(known.fipe_code, category=1) == [known]
    assert search_versions("onix", category=2) == []
    assert search_versions("", category=1) == []


@pytest.mark.django_db
def test_the_cover_is_the_first_photo_that_has_its_size():
    dealer = DealerFactory()
    vehicle = VehicleFactory(dealer=dealer)
    pending = PhotoBlobFactory(dealer=dealer, state="pending", large=None, small=None)
    VehiclePhotoFactory(vehicle=vehicle, blob=pending, position=0)
    VehiclePhotoFactory(vehicle=vehicle, position=2)
    first = VehiclePhotoFactory(vehicle=vehicle, position=1)
    # The same picture stands elsewhere on another vehicle.
    other = VehicleFactory(dealer=dealer)
    VehiclePhotoFactory(vehicle=other, position=0)
    VehiclePhotoFactory(vehicle=other, blob=first.blob, position=1)
    bare = VehicleFactory(dealer=dealer)

    covers = covers_of(dealer, [vehicle, bare])

    small = first.blob.renditions.get(size=480)
    assert covers == {vehicle.pk: small.file.url}


@pytest.mark.django_db
def test_an_album_is_its_number_of_photos_and_its_cover(django_assert_num_queries):
    dealer = DealerFactory()
    car, moto, bare = (VehicleFactory(dealer=dealer) for _each in range(3))
    VehiclePhotoFactory(vehicle=car, position=2)
    first = VehiclePhotoFactory(vehicle=car, position=1)
    raw = VehiclePhotoFactory(vehicle=moto)
    raw.blob.renditions.all().delete()
    cover = first.blob.renditions.get(size=480).file
    VehiclePhotoFactory()

    with django_assert_num_queries(1):
        albums: list[Any] = list(with_albums(Vehicle.objects.for_dealer(dealer)))

    found = {each.pk: (each.photo_count, each.cover_file) for each in albums}

    assert found == {car.pk: (2, cover.name), moto.pk: (1, None), bare.pk: (None, None)}
    assert cover_url(cover.name) == cover.url
