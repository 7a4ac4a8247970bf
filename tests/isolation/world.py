"""Two complete dealers side by side, so that whatever leaks from one to the other shows.

Every row of a dealer carries its mark in each text a person could read, and the ids of the second
dealer lie far from all others: an id of nine million in a page can only be its.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Dealer, Membership, User
from accounts.models.dealer import Role
from accounts.services.changes import By, record_change
from config.lib.encryption import Secrets
from inventory.models import Contract, Quote, Reservation, StockSource, Vehicle, VehicleHold
from portals.models import CatalogueEntry, FanOut, Mapping, Plan, PortalAccess, PortalToken
from portals.models.listing import Observed
from portals.services.catalogue import upsert_portals
from portals.services.sessions import fingerprint_of
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory
from tests.factories.bulk import BulkItemFactory, BulkRunFactory
from tests.factories.inventory import (
    DescriptionTemplateFactory,
    OptionalFactory,
    PhotoBlobFactory,
    PhotoRenditionFactory,
    StockSourceFactory,
    VehicleDraftFactory,
    VehicleFactory,
    VehiclePhotoFactory,
    VersionFactory,
)
from tests.factories.leads import DeliveryFactory, LeadEventFactory, LeadFactory
from tests.factories.office import NoticeFactory, SavedFilterFactory
from tests.factories.portals import (
    AttemptFactory,
    CatalogueEntryFactory,
    CatalogueTouchFactory,
    DepartureFactory,
    HighlightRuleFactory,
    ListingFactory,
    MappingBatchFactory,
    MappingFactory,
    MappingStepFactory,
    PlanFactory,
    PortalAccessFactory,
    PortalFactory,
)

AT = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)
FAR = 9_000_001  # the first id of the second dealer


@dataclass(slots=True, eq=False)
class Store:
    """One dealer with one row of everything it can have; `mark` stands in all its texts."""

    mark: str
    dealer: Dealer
    access: PortalAccess
    source: StockSource
    vehicles: dict[str, Vehicle] = field(default_factory=dict)
    photos: list[Any] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)
    papers: dict[str, Any] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    mapping: Mapping | None = None
    reading: Any = None  # of the portal's catalogue, the same for all
    saved_filter: Any = None
    template: Any = None
    bulk: Any = None
    batch: Any = None

    @property
    def vehicle(self) -> Vehicle:
        """The vehicle in stock that has photos and ads."""
        return self.vehicles["stock"]

    @property
    def membership(self) -> Membership:
        """The membership of the salesperson."""
        return self.member(Role.SALESPERSON).memberships.get(dealer=self.dealer)

    @property
    def secret(self) -> str:
        """The password at the portal."""
        return f"pw-{self.mark}-canary"

    @property
    def token(self) -> str:
        """The token of the portal."""
        return f"tk-{self.mark}-canary"

    def member(self, role: str) -> User:
        """Return the person who works here in that role."""
        return self.people[role]


@dataclass(slots=True)
class World:
    """Our dealer, the other one, and what all dealers share."""

    ours: Store
    theirs: Store
    entry: CatalogueEntry
    everyones_mapping: Mapping
    version: Any
    optional: Any


def build_world() -> World:
    """Create both dealers and the tables they share."""
    upsert_portals()
    version, optional = VersionFactory.create(), OptionalFactory.create()
    entry = CatalogueEntryFactory.create(name="CHEVROLET")
    ours = _store("nosso", version, optional, ids=None)
    theirs = _store("alheio", version, optional, ids=itertools.count(FAR))
    return World(
        ours=ours,
        theirs=theirs,
        entry=entry,
        everyones_mapping=MappingFactory.create(entry=entry, source_key="brand:para-todos"),
        version=version,
        optional=optional,
    )


def _store(mark: str, version: Any, optional: Any, *, ids: Any) -> Store:
    def new(factory: Any, **columns: Any) -> Any:
        return factory.create(**columns) if ids is None else factory.create(id=next(ids), **columns)

    dealer = new(DealerFactory, code=mark, name=f"Loja {mark}", legal_name=f"{mark} SA", city=mark)
    secrets = {"user": f"us-{mark}-canary", "password": f"pw-{mark}-canary"}
    access = new(
        PortalAccessFactory,
        dealer=dealer,
        portal=PortalFactory.create(),
        credentials=secrets,
        account_fingerprint=fingerprint_of(
            slug="usadosbr", environment="sandbox", base_url="", secrets=secrets
        ),
    )
    token = PortalToken(access=access, account_fingerprint=access.account_fingerprint)
    token.value = Secrets({"token": f"tk-{mark}-canary"})
    token.save()
    source = new(StockSourceFactory, dealer=dealer, name=f"Arquivo {mark}")
    store = Store(mark=mark, dealer=dealer, access=access, source=source)
    _people(store, new)
    _stock(store, new, version, optional)
    _papers(store, new)
    _ads(store, new)
    _leads(store, new)
    new(NoticeFactory, dealer=store.dealer, facts={"number": 1})
    store.bulk = new(BulkRunFactory, dealer=store.dealer, reason=f"porque {store.mark}")
    new(BulkItemFactory, run=store.bulk, vehicle=store.vehicle)
    return store


def _people(store: Store, new: Any) -> None:
    for role in Role.values:
        user = new(UserFactory, username=f"{role}-{store.mark}", first_name=f"Fulano {store.mark}")
        MembershipFactory.create(user=user, dealer=store.dealer, role=role)
        store.people[role] = user
    columns = {"dealer": store.dealer, "user": store.member(Role.OWNER), "query": "q=onix"}
    store.saved_filter = new(SavedFilterFactory, name=f"Filtro {store.mark}", **columns)


def _stock(store: Store, new: Any, version: Any, optional: Any) -> None:
    one = "1" if store.mark == "nosso" else "2"
    plates = {"stock": "ABC1D0", "unplaced": "ABC1D1", "reserved": "ABC1D2", "sold": "ABC1D3"}
    for number, (name, plate) in enumerate(plates.items()):
        placed = {"version": version} if name != "unplaced" else {"brand_text": f"M {store.mark}"}
        store.vehicles[name] = new(
            VehicleFactory,
            dealer=store.dealer,
            code=f"{store.mark}-{name}",
            plate=f"{plate}{one}",
            chassis=f"9BG{one}ST0000000000{number}",
            state=name if name in ("sold", "reserved") else "available",
            price=Decimal(f"{one}3579.0{number}"),
            cost=Decimal(f"{one}2468.0{number}"),
            description=f"Texto {store.mark}",
            location=f"Patio {store.mark}",
            source=store.source if name == "stock" else None,
            source_reference=f"ref-{store.mark}" if name == "stock" else "",
            year_manufacture=2020,
            year_model=2021,
            mileage=45_000,
            **placed,
        )
        record_change(
            subject=store.vehicles[name],
            action="created",
            after={"code": f"{store.mark}-{name}", "description": f"Texto {store.mark}"},
            by=By(user_id=store.member(Role.OWNER).pk, source="web", reason=f"porque {store.mark}"),
        )
    store.vehicle.optionals.add(optional)
    store.template = new(
        DescriptionTemplateFactory, dealer=store.dealer, name=f"Texto {store.mark}"
    )
    new(
        VehicleDraftFactory,
        dealer=store.dealer,
        user=store.member(Role.OWNER),
        vehicle=store.vehicle,
        fields={"location": [f"Rascunho {store.mark}"]},
    )
    for number in range(2):
        blob = new(PhotoBlobFactory, dealer=store.dealer, large=None, small=None)
        for size in (1920, 480):
            name = f"{store.mark}{number}{size}.jpg"
            new(PhotoRenditionFactory, blob=blob, dealer=store.dealer, size=size, file=name)
        photo = new(VehiclePhotoFactory, vehicle=store.vehicle, blob=blob, position=number)
        store.photos.append(photo)


def _papers(store: Store, new: Any) -> None:
    columns = {"dealer": store.dealer, "customer_name": f"Cliente {store.mark}"}
    first = (store.dealer.pk if store.dealer.pk >= FAR else 0) + 500

    def paper(model: Any, number: int, **more: Any) -> Any:
        pk = {"id": first + number} if first > FAR else {}
        return model.objects.create(**columns, **pk, **more)

    sold, reserved = store.vehicles["sold"], store.vehicles["reserved"]
    store.papers = {
        "quote": paper(Quote, 1, vehicle=store.vehicle, price=Decimal("100.00")),
        "reservation": paper(Reservation, 2, vehicle=reserved, state_before="available"),
        "contract": paper(
            Contract, 3, vehicle=sold, sold_on=date(2026, 11, 1), state_before="available"
        ),
    }
    dealer = store.dealer
    for name in ("reservation", "contract"):
        made = store.papers[name]
        VehicleHold.objects.create(dealer=dealer, vehicle=made.vehicle, **{name: made})


def _ads(store: Store, new: Any) -> None:
    access, mark = store.access, store.mark
    store.plans = {
        "ad": new(PlanFactory, access=access, kind="ad", weight=0, name=f"Plano {mark}"),
        "highlight": new(PlanFactory, access=access, weight=2, name=f"Destaque {mark}"),
    }
    new(HighlightRuleFactory, access=access)
    warning = {"kind": "text_truncated", "asked": 9, "granted": 5, "message": f"aviso {mark}"}
    live = new(
        ListingFactory,
        access=access,
        vehicle=store.vehicle,
        live=True,
        reduced=True,
        warnings=[warning],
        url=f"https://ads.example/{mark}",
        plan=store.plans["ad"],
        slot_plan=store.plans["ad"],
    )
    gap = {"kind": "brand", "ours": f"M {mark}", "source_key": f"text:m {mark}", "path": []}
    new(
        ListingFactory,
        access=access,
        vehicle=store.vehicles["unplaced"],
        failure_mode="mapping",
        problems=[{"field": "brand", "code": "name_unplaced", "message": "", "params": gap}],
    )
    new(
        ListingFactory,
        access=access,
        vehicle=store.vehicles["reserved"],
        failure_mode="refused",
        state=Observed.REFUSED,
        problems=[{"field": "price", "code": "portal_said", "message": f"nao {mark}"}],
    )
    AttemptFactory.create(  # numbered as usual: the newest is looked for by number
        listing=live,
        access=access,
        path=f"/carros/{mark}",
        request_excerpt=f"pedido {mark}",
        answer_excerpt=f"resposta {mark}",
    )
    store.mapping = new(
        MappingFactory,
        dealer=store.dealer,
        source_key=f"text:feito {mark}",
        entry__name=f"ENTRADA {mark}",
    )
    live.due_at = timezone.now()  # to be looked at again, since its portal changed a name
    live.save(update_fields=["due_at"])
    new(DepartureFactory, listing=live)
    touch = new(CatalogueTouchFactory, listing=live, ours=f"Perdida {mark}")
    store.reading = touch.change.snapshot
    store.batch = new(
        MappingBatchFactory, portal=access.portal, environment="sandbox", dealer=store.dealer
    )
    MappingStepFactory.create(batch=store.batch, source_key=f"text:feito {mark}")
    FanOut.objects.create(dealer=store.dealer, access=access, vehicle_ids=[store.vehicle.pk])


def _leads(store: Store, new: Any) -> None:
    lead = new(LeadFactory, dealer=store.dealer, name=f"Interessado {store.mark}")
    new(LeadEventFactory, lead=lead, dealer=store.dealer, text=f"mensagem {store.mark}")
    new(DeliveryFactory, lead=lead, dealer=store.dealer)


def strangers(store: Store) -> dict[str, User]:
    """Return people who work nowhere, here no more, or everywhere; by what they are."""
    nobody = UserFactory.create(username="nobody")
    ended = UserFactory.create(username="ended")
    Membership.objects.create(user=ended, dealer=store.dealer, role=Role.OWNER, is_active=False)
    closed = UserFactory.create(username="closed")
    shut = DealerFactory.create(code="fechada", is_active=False)
    Membership.objects.create(user=closed, dealer=shut, role=Role.OWNER)
    support = UserFactory.create(username="support", is_staff=True, is_superuser=True)
    return {"nobody": nobody, "ended": ended, "closed": closed, "support": support}
