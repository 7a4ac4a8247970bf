"""The stock of the crash tests and how it is connected: needs a set-up Django."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import Brand, Vehicle, VehicleModel
from inventory.models.reference import Version
from inventory.models.vehicle import VehicleState
from portals.connectors.registry import traits_of
from portals.models import Listing, PortalAccess
from portals.models.listing import Observed
from portals.models.portal import Portal
from portals.services import syncing
from portals.services.access import save_access
from portals.services.catalogue import upsert_portals
from portals.services.publish import set_wish
from sandbox.names import SourceName, fold
from tests.crash.grounds.base import Ground, Room
from tests.crash.sandbox_process import SandboxLevers
from tests.factories.inventory import PhotoBlobFactory, PhotoRenditionFactory, VehiclePhotoFactory

BY = By(source="command")
CATEGORIES = {"car": 1, "motorcycle": 2}
LIT = 6  # ads that wish a highlight; the account has fewer
HIGHLIGHTS = 4


def build_template(
    names: list[SourceName],
    *,
    ground: Ground,
    sandbox: SandboxLevers,
    user: str,
    wanted: str = "live",
) -> None:
    """Fill an empty database: a dealer, one vehicle per name, the portal's catalogue, wishes."""
    upsert_portals()
    dealer = Dealer.objects.create(
        code="crash", name="Crash", phone="+5511987650000", postal_code="01310-100"
    )
    for number, name in enumerate(names):
        add_photo(make_vehicle(dealer, name, number))
    access = connect(ground, sandbox, user)
    result = syncing.sync_access(access)
    if result.failure or not result.done:
        raise RuntimeError(f"the catalogue could not be read: {result}")
    ids = list(Vehicle.objects.order_by("id").values_list("id", flat=True))
    lit = LIT if traits_of(ground.slug).highlights else 0
    if lit:
        set_wish(access=access, vehicle_ids=ids[:lit], wanted=wanted, highlight=1, by=BY)
    set_wish(access=access, vehicle_ids=ids[lit:], wanted=wanted, by=BY)


def connect(ground: Ground, sandbox: SandboxLevers, user: str) -> PortalAccess:
    """Connect the dealer with a new, empty account of the sandbox and read its plans.

    A new account is looked through before anything is created; what is to be tried here comes
    after that, so the looking is taken for done.
    """
    room = Room(ads=Vehicle.objects.count(), highlights=HIGHLIGHTS)
    account = ground.open_account(sandbox, user, room)
    access, _ = save_access(
        dealer=Dealer.objects.get(code="crash"),
        portal=Portal.objects.get(slug=ground.slug),
        **{"credentials": {}, **account},
        by=BY,
    )
    result = syncing.sync_access_plans(access)
    if result.failure:
        raise RuntimeError(f"the plans could not be read: {result}")
    Listing.objects.filter(access=access).update(state=Observed.ABSENT)
    return access


def add_photo(vehicle: Vehicle) -> None:
    """Give a vehicle a picture that no sandbox is asked to fetch."""
    blob = PhotoBlobFactory.create(dealer=vehicle.dealer, large=None, small=None)
    PhotoRenditionFactory.create(blob=blob, size=1920, width=1600, height=1200)
    VehiclePhotoFactory.create(vehicle=vehicle, dealer=vehicle.dealer, blob=blob, position=0)


def make_vehicle(dealer: Dealer, name: SourceName, number: int) -> Vehicle:
    """Create an available vehicle of that name with all that the portal asks for but photos."""
    category = CATEGORIES[name.kind]
    brand, _ = Brand.objects.get_or_create(
        category=category,
        folded=fold(name.brand),
        defaults={"name": name.brand, "source_name": name.brand},
    )
    model, _ = VehicleModel.objects.get_or_create(
        brand=brand, folded=fold(name.model), defaults={"name": name.model}
    )
    version, _ = Version.objects.get_or_create(
        fipe_code=f"{category}{number:05d}-0",
        defaults={
            "model": model,
            "name": name.version,
            "folded": fold(name.version),
            "source_text": f"{name.model} {name.version}",
            "year_first": 2015,
            "year_last": 2024,
        },
    )
    is_car = category == CATEGORIES["car"]
    return Vehicle.objects.create(
        dealer=dealer,
        category=category,
        code=str(70_000 + number),
        plate=f"CRA{number // 100}A{number % 100:02d}",
        version=version,
        year_manufacture=2020,
        year_model=2021,
        mileage=20_000 + number,
        price=Decimal(30_000 + number),
        colour="white",
        fuel="flex" if is_car else "petrol",
        gearbox="manual",
        body="hatch" if is_car else "street",
        doors=4 if is_car else None,
        displacement=None if is_car else 160,
        description="Revisado, pronto para rodar.",
        state=VehicleState.AVAILABLE,
        available_at=timezone.now(),
    )
