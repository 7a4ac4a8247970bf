"""Many known pictures are placed on many vehicles at once, and nobody else's."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from inventory.models import VehiclePhoto
from inventory.services.photos import place_blobs
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory
from tests.inventory.services.test_photos import BY, heard

pytestmark = pytest.mark.django_db
__all__ = ["heard"]


def test_many_pictures_are_placed_at_once_and_only_once(heard):
    dealer = DealerFactory()
    first, second = VehicleFactory.create_batch(2, dealer=dealer)
    a, b, c = (blob.pk for blob in PhotoBlobFactory.create_batch(3, dealer=dealer))
    albums = {first.pk: [c, a, c], second.pk: [b]}

    assert place_blobs(albums, dealer=dealer, by=BY) == 3
    assert place_blobs({**albums, second.pk: [a, b]}, dealer=dealer, by=BY) == 1
    assert place_blobs(albums, dealer=dealer, by=BY) == 0

    assert list(first.photos.values_list("blob_id", flat=True)) == [c, a]
    assert list(second.photos.values_list("blob_id", flat=True)) == [b, a]
    assert heard == [((first.pk, second.pk), {"photos"}), ((second.pk,), {"photos"})]


@pytest.mark.parametrize("foreign", ["vehicle", "picture"])
def test_nothing_of_another_dealer_is_placed(foreign, heard):
    dealer = DealerFactory()
    vehicle, blob = VehicleFactory(dealer=dealer), PhotoBlobFactory(dealer=dealer)
    if foreign == "vehicle":
        vehicle = VehicleFactory()
    else:
        blob = PhotoBlobFactory()

    with pytest.raises(ValidationError):
        place_blobs({vehicle.pk: [blob.pk]}, dealer=dealer, by=BY)

    assert (VehiclePhoto.objects.count(), heard) == (0, [])
