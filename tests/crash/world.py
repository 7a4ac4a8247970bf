"""The stock of the crash tests, and what must be true of it in the end: needs a set-up Django."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import Brand, Vehicle, VehicleModel
from inventory.models.reference import Version
from inventory.models.vehicle import VehicleState
from portals.models import Listing, Plan, PortalAccess
from portals.models.listing import Observed
from portals.models.portal import Portal
from portals.services import syncing
from portals.services.access import save_access
from portals.services.catalogue import upsert_portals
from portals.services.next_step import effective
from portals.services.publish import set_wish
from sandbox.usadosbr.catalogue import SourceName, fold

BY = By(source="command")
CATEGORIES = {"car": 1, "motorcycle": 2}
PASSWORD = "crash-password"
LIT = 6  # ads that wish a highlight; the account has fewer
PLANS = [{"peso": 1, "total": 4}, {"peso": 2, "total": 0}]
PAGE_STATES = {"live": "Ativo", "paused": "Inativo"}


def build_template(names: list[SourceName], *, user: str, wanted: str = "live") -> None:
    """Fill an empty database: a dealer, one vehicle per name, the portal's catalogue, wishes."""
    upsert_portals()
    dealer = Dealer.objects.create(code="crash", name="Crash")
    for number, name in enumerate(names):
        make_vehicle(dealer, name, number)
    access = connect(user)
    result = syncing.sync_access(access)
    if result.failure or not result.done:
        raise RuntimeError(f"the catalogue could not be read: {result}")
    ids = list(Vehicle.objects.order_by("id").values_list("id", flat=True))
    set_wish(access=access, vehicle_ids=ids[:LIT], wanted=wanted, highlight=1, by=BY)
    set_wish(access=access, vehicle_ids=ids[LIT:], wanted=wanted, by=BY)


def connect(user: str) -> PortalAccess:
    """Connect the dealer with a new, empty account of the sandbox and read its plans.

    A new account is looked through before anything is created; what is to be tried here comes
    after that, so the looking is taken for done.
    """
    access, _ = save_access(
        dealer=Dealer.objects.get(code="crash"),
        portal=Portal.objects.get(slug="usadosbr"),
        credentials={"user": user, "password": PASSWORD},
        by=BY,
    )
    result = syncing.sync_access_plans(access)
    if result.failure:
        raise RuntimeError(f"the plans could not be read: {result}")
    Listing.objects.filter(access=access).update(state=Observed.ABSENT)
    return access


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


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What is not as it should be, as stock codes; all empty is right."""

    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not any(asdict(self).values())


def judge(access: PortalAccess, ads: list[dict[str, Any]]) -> Verdict:
    """Compare our tables with what the portal holds.

    doubled: two ads of one code; lost: an ad that should be there is not; wrong: one that should
    not be there is, or shows another state, price or id than ours; unsettled: we still think that
    there is something to do, or our books of plan slots are wrong.
    """
    verdict = Verdict()
    by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ad in ads:
        by_code[ad["codigo"]].append(ad)
    for row in Listing.objects.filter(access=access).select_related("vehicle", "access__dealer"):
        _judge_one(row, by_code.pop(row.vehicle.code, []), verdict)
    verdict.wrong += sorted(by_code)
    held = Plan.objects.filter(access=access).annotate(held=Count("highlight_holders"))
    verdict.unsettled += [f"plan {plan.name}" for plan in held if plan.held != plan.reserved]
    return verdict


def _judge_one(row: Listing, ads: list[dict[str, Any]], verdict: Verdict) -> None:
    code, dealer = row.vehicle.code, row.access.dealer
    desired = effective(
        row.wanted, row.vehicle.state, reservation_keeps_ads=dealer.reservation_keeps_ads
    )
    if len(ads) > 1:
        verdict.doubled.append(code)
    if not ads:
        # An ad that was never there is not published only to be paused.
        if desired == "live" or row.state != Observed.ABSENT:
            verdict.lost.append(code)
    elif desired == "absent" or _differs(row, ads[0], desired):
        verdict.wrong.append(code)
    if row.due_at is not None or row.claim or row.intent:
        verdict.unsettled.append(code)


def _differs(row: Listing, ad: dict[str, Any], desired: str) -> bool:
    shown = ad["payload"]
    return (
        ad["status"] != PAGE_STATES[desired]
        or row.state != desired
        or Decimal(shown["Valor"]) != row.vehicle.price
        or row.remote_id != str(ad["id"])
    )
