"""Say which vehicles a portal should show; nothing is sent by this."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.services.changes import By
from config.lib.folding import fold
from config.lib.ops import OpsCommand
from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from portals.management.arguments import access_of, add_access_arguments
from portals.models import Listing, Plan, PortalAccess
from portals.models.listing import Wanted
from portals.services.publish import KEEP, set_wish
from portals.tasks import wake


class Command(OpsCommand):
    """`publish --dealer D --portal P (--all | --code C …)` → {"wanted"}: listings with the wish.

    `--all` means the stock: every vehicle neither sold nor archived; to pause or withdraw, every
    listing there is.
    """

    help = "Set the wish of listings: published, or with --pause or --withdraw the opposite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare which vehicles, and what is wished."""
        add_access_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="the whole stock")
        which.add_argument("--code", action="append", metavar="C", help="a stock code; repeatable")
        parser.add_argument("--plan", metavar="NAME", help="name of a plan of this access")
        wish = parser.add_mutually_exclusive_group()
        wish.add_argument("--pause", action="store_true")
        wish.add_argument("--withdraw", action="store_true")

    def work(self, **options: Any) -> dict[str, int]:
        """Set the wish and wake the worker."""
        access = access_of(options["dealer"], options["portal"])
        wanted = _wanted(options)
        ids = _all_ids(access, wanted) if options["all"] else _ids_of(access, options["code"])
        plan = KEEP if options["plan"] is None else _plan_of(access, options["plan"])
        result = set_wish(
            access=access, vehicle_ids=ids, wanted=wanted, plan=plan, by=By(source="command")
        )
        wake(result.marked)
        return {"wanted": result.wanted}


def _wanted(options: dict[str, Any]) -> str:
    if options["withdraw"]:
        return Wanted.ABSENT.value
    return Wanted.PAUSED.value if options["pause"] else Wanted.LIVE.value


def _all_ids(access: PortalAccess, wanted: str) -> list[int]:
    if wanted == Wanted.LIVE:
        stock = Vehicle.objects.for_dealer(access.dealer_id).exclude(state__in=GONE)
        return list(stock.values_list("pk", flat=True))
    return list(Listing.objects.filter(access=access).values_list("vehicle_id", flat=True))


def _ids_of(access: PortalAccess, codes: list[str]) -> list[int]:
    mine = Vehicle.objects.for_dealer(access.dealer_id)
    found = dict(mine.filter(code__in=codes).values_list("code", "pk"))
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise CommandError(f"The dealer has no vehicle with the code {', '.join(unknown)}.")
    return list(found.values())


def _plan_of(access: PortalAccess, name: str) -> Plan:
    plans = Plan.objects.for_dealer(access.dealer_id).filter(access=access, retired_at=None)
    for plan in plans:
        if fold(plan.name) == fold(name):
            return plan
    known = ", ".join(plan.name for plan in plans) or "none; sync_portal reads them"
    raise CommandError(f"The access has no plan {name!r} (plans: {known}).")
