"""Factories of the portals: the smallest valid rows, with invented values."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from inventory.models import Category
from portals.models import (
    Attempt,
    AttemptShare,
    CatalogueChange,
    CatalogueEntry,
    CatalogueSnapshot,
    CatalogueTouch,
    Departure,
    HighlightRule,
    Listing,
    Mapping,
    MappingBatch,
    MappingRefusal,
    MappingStep,
    Plan,
    Portal,
    PortalAccess,
)
from portals.models.catalogue import CatalogueKind
from portals.models.decisions import BatchKind
from portals.models.listing import Observed, Wanted
from portals.models.plan import PlanKind
from portals.models.snapshots import ChangeKind, Effect, Stage
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory

AT = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)


class PortalFactory(DjangoModelFactory[Portal]):
    """The portal whose connector is in the registry."""

    class Meta:
        model = Portal
        django_get_or_create = ("slug",)

    slug = "usadosbr"
    name = "Usadosbr"
    categories = factory.LazyFunction(lambda: [1, 2])


class PortalAccessFactory(DjangoModelFactory[PortalAccess]):
    """A dealer's account in the sandbox, with credentials."""

    class Meta:
        model = PortalAccess

    dealer = factory.SubFactory(DealerFactory)
    portal = factory.SubFactory(PortalFactory)
    credentials = factory.LazyFunction(lambda: {"user": "loja", "password": "senha-de-teste"})
    account_fingerprint = "0" * 64


class PlanFactory(DjangoModelFactory[Plan]):
    """Highlights of which ten were bought."""

    class Meta:
        model = Plan

    access = factory.SubFactory(PortalAccessFactory)
    dealer = factory.SelfAttribute("access.dealer")
    kind = PlanKind.HIGHLIGHT
    remote_key = factory.Sequence(str)
    name = factory.Sequence(lambda n: f"Destaque {n}")
    weight = 1
    total = 10


class HighlightRuleFactory(DjangoModelFactory[HighlightRule]):
    """Highlights go to what stands longest."""

    class Meta:
        model = HighlightRule

    access = factory.SubFactory(PortalAccessFactory)
    dealer = factory.SelfAttribute("access.dealer")
    criterion = "oldest"


class ListingFactory(DjangoModelFactory[Listing]):
    """An ad that is wished and not there yet; `live` is one that is."""

    class Meta:
        model = Listing

    class Params:
        live = factory.Trait(
            state=Observed.LIVE,
            remote_id=factory.Sequence(lambda n: str(500_000 + n)),
            sent_fingerprint="a" * 64,
            observed_at=AT,
            live_at=AT,
        )

    access = factory.SubFactory(PortalAccessFactory)
    dealer = factory.SelfAttribute("access.dealer")
    vehicle = factory.SubFactory(VehicleFactory, dealer=factory.SelfAttribute("..dealer"))
    wanted = Wanted.LIVE


class CatalogueEntryFactory(DjangoModelFactory[CatalogueEntry]):
    """A brand of cars as the portal spells it."""

    class Meta:
        model = CatalogueEntry

    portal = factory.SubFactory(PortalFactory)
    environment = "sandbox"
    vehicle_type = Category.CAR
    kind = CatalogueKind.BRAND
    name = factory.Sequence(lambda n: f"MARCA {n}")
    folded = factory.LazyAttribute(lambda entry: entry.name.casefold())
    remote_key = factory.LazyAttribute(lambda entry: entry.name)


class MappingFactory(DjangoModelFactory[Mapping]):
    """A brand led to the portal's name of it, for every dealer."""

    class Meta:
        model = Mapping

    entry = factory.SubFactory(CatalogueEntryFactory)
    portal = factory.SelfAttribute("entry.portal")
    environment = factory.SelfAttribute("entry.environment")
    vehicle_type = factory.SelfAttribute("entry.vehicle_type")
    kind = factory.SelfAttribute("entry.kind")
    source_key = factory.Sequence(lambda n: f"brand:marca {n}")


class MappingBatchFactory(DjangoModelFactory[MappingBatch]):
    """Suggestions that somebody of a dealer accepted together."""

    class Meta:
        model = MappingBatch

    portal = factory.SubFactory(PortalFactory)
    environment = "sandbox"
    dealer = factory.SubFactory(DealerFactory)
    kind = BatchKind.BULK
    threshold = 0.9


class MappingStepFactory(DjangoModelFactory[MappingStep]):
    """One step of a batch: a brand that was led to nothing on purpose."""

    class Meta:
        model = MappingStep

    batch = factory.SubFactory(MappingBatchFactory)
    vehicle_type = Category.CAR
    kind = CatalogueKind.BRAND
    source_key = factory.Sequence(lambda n: f"brand:marca {n}")
    after = factory.LazyFunction(
        lambda: {
            "entry": None,
            "origin": "person",
            "probability": None,
            "reasons": [],
            "decided_by": None,
            "decided_at": AT.isoformat(),
        }
    )


class MappingRefusalFactory(DjangoModelFactory[MappingRefusal]):
    """A brand that is not proposed again to anyone."""

    class Meta:
        model = MappingRefusal

    entry = factory.SubFactory(CatalogueEntryFactory)
    portal = factory.SelfAttribute("entry.portal")
    environment = factory.SelfAttribute("entry.environment")
    vehicle_type = factory.SelfAttribute("entry.vehicle_type")
    kind = factory.SelfAttribute("entry.kind")
    source_key = factory.Sequence(lambda n: f"brand:marca {n}")


class AttemptFactory(DjangoModelFactory[Attempt]):
    """The exchange that created an ad."""

    class Meta:
        model = Attempt

    listing = factory.SubFactory(ListingFactory)
    access = factory.SelfAttribute("listing.access")
    dealer = factory.SelfAttribute("access.dealer")
    step = "create"
    outcome = "created"
    method = "POST"
    path = "/carros"
    status = 200
    at = AT


class AttemptShareFactory(DjangoModelFactory[AttemptShare]):
    """What a read of many ads told of one."""

    class Meta:
        model = AttemptShare

    listing = factory.SubFactory(ListingFactory)
    dealer = factory.SelfAttribute("listing.dealer")
    attempt = factory.SubFactory(
        AttemptFactory,
        listing=None,
        access=factory.SelfAttribute("..listing.access"),
        dealer=factory.SelfAttribute("..listing.dealer"),
        step="check",
        outcome="several",
        ads=2,
    )
    outcome = "checked"


class CatalogueSnapshotFactory(DjangoModelFactory[CatalogueSnapshot]):
    """A complete reading of the catalogue of cars."""

    class Meta:
        model = CatalogueSnapshot

    portal = factory.SubFactory(PortalFactory)
    environment = "sandbox"
    vehicle_type = Category.CAR
    number = factory.Sequence(lambda n: 1_800_000_000 + n)
    stage = Stage.DONE
    counts = factory.LazyFunction(lambda: {"brand": 10, "model": 100})
    started_at = AT
    finished_at = AT


class CatalogueChangeFactory(DjangoModelFactory[CatalogueChange]):
    """A brand that a portal dropped."""

    class Meta:
        model = CatalogueChange

    snapshot = factory.SubFactory(CatalogueSnapshotFactory, retired=1)
    entry = factory.SubFactory(
        CatalogueEntryFactory, portal=factory.SelfAttribute("..snapshot.portal"), retired_at=AT
    )
    what = ChangeKind.RETIRED
    before = factory.LazyAttribute(
        lambda change: {
            "name": change.entry.name,
            "remote_key": change.entry.remote_key,
            "years": [None, None],
        }
    )


class CatalogueTouchFactory(DjangoModelFactory[CatalogueTouch]):
    """An ad that loses its brand."""

    class Meta:
        model = CatalogueTouch

    listing = factory.SubFactory(ListingFactory, due_at=AT)
    dealer = factory.SelfAttribute("listing.dealer")
    change = factory.SubFactory(
        CatalogueChangeFactory, snapshot__portal=factory.SelfAttribute("...listing.access.portal")
    )
    kind = CatalogueKind.BRAND
    source_key = "brand:puma"
    ours = "Puma"
    key_before = "PUMA"
    effect = Effect.FAILS


class DepartureFactory(DjangoModelFactory[Departure]):
    """A clock that runs for an ad of a sold vehicle."""

    class Meta:
        model = Departure

    listing = factory.SubFactory(ListingFactory, live=True)
    access = factory.SelfAttribute("listing.access")
    dealer = factory.SelfAttribute("listing.dealer")
    reason = "sold"
    started_at = AT
