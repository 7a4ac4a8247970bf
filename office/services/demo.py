"""Loads the demo dealer: people, stock, pictures, accesses to the sandbox, and the wishes.

Every step leaves alone what is there, so that a load that was interrupted is finished by running it
again, and whatever somebody has tried out in the demo stays. Nothing in here talks to a portal: the
worker does, as soon as it is woken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Dealer, Membership, User
from accounts.models.dealer import Role
from accounts.services.changes import By
from accounts.services.dealers import create_dealer
from accounts.services.team import add_membership, create_user
from inventory.models import Category, Optional, Vehicle, VehicleState, Version
from inventory.reference.catalogue import read_catalogue
from inventory.services.customers import Customer
from inventory.services.photos import place_blobs
from inventory.services.pictures import store_picture
from inventory.services.reference import load_catalogue, load_optionals
from inventory.services.rendering import render_blob
from inventory.services.sales import create_contract, reserve_vehicle
from inventory.services.vehicle_import import bulk_create_vehicles
from office.demo.albums import BROKEN, album_of
from office.demo.fleet import DemoVehicle, read_fleet
from office.demo.pictures import draw_picture
from office.demo.words import description_of, optionals_of
from portals.connectors.registry import connector_class, traits_of
from portals.models import Listing, Portal, PortalAccess
from portals.models.listing import Wanted
from portals.services.access import save_access
from portals.services.catalogue import upsert_portals
from portals.services.publish import set_wish

DEALER_CODE = "demo"
# The sandbox's own demonstration accounts, by portal; the first is read and published to first.
ACCOUNTS: dict[str, dict[str, str]] = {
    "usadosbr": {"user": "demo", "password": "demo-sandbox"},
    "chavesnamao": {"token": "sandbox-token"},
    "olx": {"access_token": "sandbox-token", "account": "demo@olx.example"},
}
SUPPORT = "support"
LONGEST_IN_YARD = 105  # days
PEOPLE = {
    "dono": Role.OWNER.value,
    "gerente": Role.MANAGER.value,
    "vendedor": Role.SALESPERSON.value,
    "suporte": SUPPORT,
}
BY = By(source="demo")
HIGHLIGHTS = {"top_highlight": 2, "highlight": 1}  # weights; the sandbox sells three of weight 2
_KINDS = {Category.MOTORCYCLE: "motorcycle", Category.TRUCK: "truck"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUser:
    """Who can log in; `password` '' = somebody has changed it."""

    username: str
    password: str = field(repr=False)
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What there is now."""

    dealer: Dealer
    accesses: tuple[PortalAccess, ...]
    users: tuple[DemoUser, ...]


def load_stock() -> DemoReport:
    """Load what is missing of people, vehicles and accesses; portals may be read from then on.

    Raises ValidationError if a user name of the demo belongs to somebody else.
    """
    dealer = _dealer()
    users = tuple(_user(name, role, dealer=dealer) for name, role in PEOPLE.items())
    _reference()
    fleet = list(read_fleet())
    _stock(fleet, kinds=_kinds(fleet), dealer=dealer)
    return DemoReport(dealer=dealer, accesses=_accesses(dealer), users=users)


def load_adverts(report: DemoReport) -> None:
    """Load what is missing of pictures, papers and wishes."""
    fleet = list(read_fleet())
    _photos(fleet, kinds=_kinds(fleet), dealer=report.dealer)
    _papers(fleet, dealer=report.dealer)
    for access in report.accesses:
        _wishes(fleet, access=access)


def _dealer() -> Dealer:
    known = Dealer.objects.filter(code=DEALER_CODE).first()
    return known or create_dealer(
        by=BY,
        code=DEALER_CODE,
        name="Loja Demonstração",
        phone="(11) 3333-4444",
        street="Avenida das Amostras",
        street_number="100",
        postal_code="01310100",
        city="São Paulo",
        state="SP",
    )


def _user(username: str, role: str, *, dealer: Dealer) -> DemoUser:
    """Create a person of the demo; one of that name who is not of the demo is refused."""
    password = demo_password(username)
    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        powers = {"is_staff": True, "is_superuser": True} if role == SUPPORT else {}
        user = create_user(by=BY, username=username, password=password, **powers)
    elif not _is_ours(user, role, dealer=dealer):
        text = _("The user name “%(name)s” is taken by somebody else.")
        raise ValidationError(text % {"name": username})
    if role != SUPPORT and not Membership.objects.filter(user=user, dealer=dealer).exists():
        add_membership(user=user, dealer=dealer, role=role, by=BY)
    known = user.check_password(password)
    return DemoUser(username=user.username, password=password if known else "", role=role)


def _is_ours(user: User, role: str, *, dealer: Dealer) -> bool:
    if role == SUPPORT:
        return user.is_superuser
    memberships = Membership.objects.filter(user=user)
    # A load that stopped half-way leaves a user without any membership.
    return not memberships.exists() or memberships.filter(dealer=dealer).exists()


def demo_password(username: str) -> str:
    """Return the password of a person of the demo: known to this installation only."""
    digest = salted_hmac("office.demo", username).hexdigest()
    return f"demo-{digest[:10]}"


def _reference() -> None:
    """Load the shipped catalogue into an empty house; refreshing it is `load_fipe`'s business."""
    now = timezone.now()
    if not Version.objects.exists():
        load_catalogue(read_catalogue(), now=now, partial=False)
    if not Optional.objects.exists():
        load_optionals(now=now)


def _kinds(fleet: list[DemoVehicle]) -> dict[str, str]:
    """Return FIPE code to car, motorcycle or truck."""
    codes = [vehicle.fipe_code for vehicle in fleet]
    rows = Version.objects.filter(fipe_code__in=codes)
    categories = dict(rows.values_list("fipe_code", "model__brand__category"))
    return {code: _KINDS.get(Category(number), "car") for code, number in categories.items()}


def _stock(fleet: list[DemoVehicle], *, kinds: dict[str, str], dealer: Dealer) -> None:
    """Create the vehicles whose stock code is not there yet."""
    known = set(Vehicle.objects.for_dealer(dealer).values_list("code", flat=True))
    missing = [vehicle for vehicle in fleet if vehicle.code not in known]
    codes = [vehicle.fipe_code for vehicle in missing]
    rows = Version.objects.filter(fipe_code__in=codes).select_related("model__brand")
    versions = {version.fipe_code: version for version in rows}
    optionals = dict(Optional.objects.values_list("name", "pk"))
    made = bulk_create_vehicles(
        [
            _facts(
                vehicle,
                version=versions[vehicle.fipe_code],
                kind=kinds[vehicle.fipe_code],
                optionals=optionals,
            )
            for vehicle in missing
        ],
        dealer=dealer,
        by=BY,
    )
    for problem in made.problems.values():
        raise problem
    _spread_in_time(missing, dealer=dealer)


def _spread_in_time(made: list[DemoVehicle], *, dealer: Dealer) -> None:
    """Let what is for sale stand in the yard for days to months, so that ages can be looked at."""
    now = timezone.now()
    days = {vehicle.code: vehicle.lot("yard") % LONGEST_IN_YARD for vehicle in made}
    rows = Vehicle.objects.for_dealer(dealer).filter(code__in=days, available_at__isnull=False)
    vehicles = list(rows.only("code", "available_at"))
    for vehicle in vehicles:
        vehicle.available_at = now - timedelta(days=days[vehicle.code])
    Vehicle.objects.bulk_update(vehicles, ["available_at"])


def _facts(
    vehicle: DemoVehicle, *, version: Version, kind: str, optionals: dict[str, int]
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "code": vehicle.code,
        "category": version.model.brand.category,
        "plate": vehicle.plate,
        "chassis": vehicle.chassis,
        "year_manufacture": vehicle.year_manufacture,
        "year_model": vehicle.year_model,
        "mileage": vehicle.mileage,
        "price": vehicle.price,
        "cost": None if vehicle.price is None else (vehicle.price * Decimal("0.86")).quantize(1),
        "colour": vehicle.colour,
        "fuel": vehicle.fuel,
        "gearbox": vehicle.gearbox,
        "body": vehicle.body,
        "doors": vehicle.doors,
        "displacement": vehicle.displacement,
        "single_owner": bool(vehicle.lot("owner") % 2),
        "accepts_trade": True,
        "licensed": True,
        "description": description_of(vehicle, kind=kind),
        "optionals": [optionals[name] for name in optionals_of(vehicle, kind=kind)],
        "state": VehicleState.IN_PREPARATION
        if vehicle.state == "preparation"
        else VehicleState.AVAILABLE,
    }
    if vehicle.twist == "not_placed":
        brand = version.model.brand.name
        texts = {"brand_text": brand, "model_text": "Sandero Stepway RS", "version_text": "2.0"}
        return facts | texts
    return facts | {"version": version}


def _photos(fleet: list[DemoVehicle], *, kinds: dict[str, str], dealer: Dealer) -> None:
    """Give pictures to those vehicles that have none, rendered at once so that ads carry them."""
    bare = Vehicle.objects.for_dealer(dealer).filter(photos__isnull=True)
    ids = dict(bare.values_list("code", "pk"))
    albums = {
        ids[vehicle.code]: album_of(vehicle, kind=kinds[vehicle.fipe_code])
        for vehicle in fleet
        if vehicle.code in ids
    }
    names = sorted({name for album in albums.values() for name in album})
    blobs = {name: _picture(name, dealer=dealer) for name in names}
    placed = {
        pk: [blob for name in album if (blob := blobs[name]) is not None]
        for pk, album in albums.items()
        if album
    }
    if placed:
        place_blobs(placed, dealer=dealer, by=BY)


def _picture(name: str, *, dealer: Dealer) -> int | None:
    """Store and render one picture; None for the broken one when it is known already."""
    content = draw_picture("boot-0")[:9000] if name == BROKEN else draw_picture(name)
    try:
        blob = store_picture(ContentFile(content, name=f"{name}.jpg"), dealer=dealer)
    except ValidationError:
        return None
    render_blob(blob.pk)
    return int(blob.pk)


def _papers(fleet: list[DemoVehicle], *, dealer: Dealer) -> None:
    """Reserve and sell what the fleet's list says, unless something has happened to it since."""
    fresh = Vehicle.objects.for_dealer(dealer).filter(
        state=VehicleState.AVAILABLE, reservations__isnull=True, contracts__isnull=True
    )
    ids = dict(fresh.values_list("code", "pk"))
    for vehicle in fleet:
        if vehicle.code not in ids:
            continue
        if vehicle.state == "reserved":
            reserve_vehicle(
                ids[vehicle.code],
                dealer=dealer,
                by=BY,
                until=timezone.now() + timedelta(days=3),
                customer=Customer(name="Cliente Exemplo"),
            )
        elif vehicle.state == "sold":
            create_contract(ids[vehicle.code], dealer=dealer, by=BY, price=vehicle.price)


def _accesses(dealer: Dealer) -> tuple[PortalAccess, ...]:
    upsert_portals()
    return tuple(_access(dealer, slug) for slug in ACCOUNTS)


def _access(dealer: Dealer, slug: str) -> PortalAccess:
    known = PortalAccess.objects.for_dealer(dealer).filter(portal__slug=slug).first()
    if known is not None:
        return known
    by_browser = connector_class(slug).connects_by == "browser"
    account = dict(ACCOUNTS[slug])
    access, _marked = save_access(
        dealer=dealer,
        portal=Portal.objects.get(slug=slug),
        credentials={} if by_browser else account,
        connection=account if by_browser else None,
        by=BY,
    )
    return access


def _wishes(fleet: list[DemoVehicle], *, access: PortalAccess) -> None:
    """Want every vehicle live that nobody has wished anything for."""
    wished = Listing.objects.filter(access=access).values("vehicle")
    stock = Vehicle.objects.for_dealer(access.dealer_id).exclude(pk__in=wished)
    ids = dict(stock.values_list("code", "pk"))
    lights = traits_of(access.portal.slug).highlights
    groups: dict[tuple[str, int], list[int]] = {}
    for vehicle in fleet:
        if vehicle.code in ids and vehicle.state != "sold":
            wish = Wanted.PAUSED if vehicle.twist == "paused" else Wanted.LIVE
            weight = min(HIGHLIGHTS.get(vehicle.twist, 0), max(lights, default=0))
            groups.setdefault((wish.value, weight), []).append(ids[vehicle.code])
    for (wanted, weight), chosen in groups.items():
        set_wish(access=access, vehicle_ids=chosen, wanted=wanted, highlight=weight, by=BY)
