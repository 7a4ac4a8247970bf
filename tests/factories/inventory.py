"""Factories of the stock: the smallest valid rows, with invented values."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from inventory.models import (
    Brand,
    DescriptionTemplate,
    Optional,
    PhotoBlob,
    PhotoRendition,
    Reservation,
    StockSource,
    Vehicle,
    VehicleDraft,
    VehicleModel,
    VehiclePhoto,
    VehicleState,
    Version,
)
from inventory.models.photo import PhotoState
from tests.factories.accounts import DealerFactory, UserFactory


class BrandFactory(DjangoModelFactory[Brand]):
    """A make of cars."""

    class Meta:
        model = Brand
        django_get_or_create = ("category", "folded")

    category = 1
    name = "Chevrolet"
    folded = factory.LazyAttribute(lambda brand: brand.name.casefold())
    source_name = factory.LazyAttribute(lambda brand: brand.name)


class VehicleModelFactory(DjangoModelFactory[VehicleModel]):
    """A model of a make."""

    class Meta:
        model = VehicleModel
        django_get_or_create = ("brand", "folded")

    brand = factory.SubFactory(BrandFactory)
    name = "Onix"
    folded = factory.LazyAttribute(lambda model: model.name.casefold())


class VersionFactory(DjangoModelFactory[Version]):
    """A version with an invented FIPE code."""

    class Meta:
        model = Version

    model = factory.SubFactory(VehicleModelFactory)
    fipe_code = factory.Sequence(lambda n: f"9{n:05d}-0")
    name = factory.Sequence(lambda n: f"1.0 LT {n}")
    folded = factory.LazyAttribute(lambda version: version.name.casefold())
    source_text = factory.LazyAttribute(lambda version: f"ONIX {version.name}")
    year_first = 2015
    year_last = 2024


class OptionalFactory(DjangoModelFactory[Optional]):
    """A feature a vehicle may have."""

    class Meta:
        model = Optional

    name = factory.Sequence(lambda n: f"Optional {n}")
    folded = factory.LazyAttribute(lambda optional: optional.name.casefold())
    group = "Comfort"


class StockSourceFactory(DjangoModelFactory[StockSource]):
    """A file that brings stock."""

    class Meta:
        model = StockSource

    dealer = factory.SubFactory(DealerFactory)
    kind = "file"
    name = "Stock file"


class VehicleFactory(DjangoModelFactory[Vehicle]):
    """A car with a code and a price; `complete` has what a careful dealer fills in."""

    class Meta:
        model = Vehicle

    class Params:
        complete = factory.Trait(
            version=factory.SubFactory(VersionFactory),
            plate=factory.Sequence(lambda n: f"TST{n % 10}A{n // 10 % 100:02d}"),
            chassis=factory.Sequence(lambda n: f"9BGTST00000{n:06d}"),
            year_manufacture=2020,
            year_model=2021,
            mileage=45_000,
            colour="white",
            fuel="flex",
            gearbox="manual",
            body="hatch",
            doors=4,
            description="Revisado, pronto para rodar.",
        )

    dealer = factory.SubFactory(DealerFactory)
    code = factory.Sequence(lambda n: str(20_000 + n))
    price = Decimal("45990.00")
    state = VehicleState.AVAILABLE
    available_at = datetime(2026, 1, 5, 12, tzinfo=UTC)


class DescriptionTemplateFactory(DjangoModelFactory[DescriptionTemplate]):
    """A short text for every kind of vehicle."""

    class Meta:
        model = DescriptionTemplate

    dealer = factory.SubFactory(DealerFactory)
    name = factory.Sequence(lambda n: f"Template {n}")
    text = "{marca} {modelo} {ano}"


class VehicleDraftFactory(DjangoModelFactory[VehicleDraft]):
    """An unsaved form of a new car."""

    class Meta:
        model = VehicleDraft

    dealer = factory.SubFactory(DealerFactory)
    user = factory.SubFactory(UserFactory)
    category = 1
    fields = factory.LazyFunction(lambda: {"plate": ["ABC1D23"]})


class PhotoBlobFactory(DjangoModelFactory[PhotoBlob]):
    """A picture whose renditions are there; the files themselves are not."""

    class Meta:
        model = PhotoBlob
        skip_postgeneration_save = True

    dealer = factory.SubFactory(DealerFactory)
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    original = factory.LazyAttribute(lambda blob: f"{blob.sha256[:8]}.bin")
    bytes_count = 1000
    width = 1920
    height = 1080
    state = PhotoState.READY
    large = factory.RelatedFactory(
        "tests.factories.inventory.PhotoRenditionFactory",
        factory_related_name="blob",
        size=1920,
        dealer=factory.SelfAttribute("..dealer"),
    )
    small = factory.RelatedFactory(
        "tests.factories.inventory.PhotoRenditionFactory",
        factory_related_name="blob",
        size=480,
        dealer=factory.SelfAttribute("..dealer"),
    )


class PhotoRenditionFactory(DjangoModelFactory[PhotoRendition]):
    """A served size of a picture."""

    class Meta:
        model = PhotoRendition

    blob = factory.SubFactory(PhotoBlobFactory, large=None, small=None)
    dealer = factory.SelfAttribute("blob.dealer")
    size = 1920
    file = factory.Sequence(lambda n: f"{n:032x}.jpg")
    width = factory.SelfAttribute("size")
    height = factory.LazyAttribute(lambda rendition: rendition.width * 9 // 16)


class VehiclePhotoFactory(DjangoModelFactory[VehiclePhoto]):
    """A ready picture on a vehicle."""

    class Meta:
        model = VehiclePhoto

    vehicle = factory.SubFactory(VehicleFactory)
    dealer = factory.SelfAttribute("vehicle.dealer")
    blob = factory.SubFactory(PhotoBlobFactory, dealer=factory.SelfAttribute("..dealer"))
    position = factory.Sequence(lambda n: n)


class ReservationFactory(DjangoModelFactory[Reservation]):
    """An open reservation for an invented person, until cancelled."""

    class Meta:
        model = Reservation

    vehicle = factory.SubFactory(VehicleFactory, state=VehicleState.RESERVED)
    dealer = factory.SelfAttribute("vehicle.dealer")
    customer_name = "Ana Exemplo"
    state_before = VehicleState.AVAILABLE
