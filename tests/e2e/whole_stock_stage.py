"""The stock, the accounts and the comparison of `whole_stock`: needs a set-up Django."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from accounts.models import Dealer
from inventory.models import Vehicle
from inventory.reference.catalogue import read_catalogue
from inventory.services.photos import place_blobs
from inventory.services.pictures import store_picture
from inventory.services.reference import load_catalogue, load_optionals
from inventory.services.rendering import render_blob
from inventory.services.vehicles import update_vehicle
from portals.connectors.registry import connector_class
from portals.models import FanOut, Listing, PortalAccess
from portals.models.listing import Observed
from portals.models.portal import Portal
from portals.selectors.problems import groups_of
from portals.services.access import save_access
from portals.services.catalogue import upsert_portals
from portals.services.drafts import build_drafts
from portals.services.names import NameResolver
from portals.services.publish import set_wish
from sandbox.names import SourceName
from tests.crash.grounds.base import Ground, HeldAd, Room
from tests.crash.grounds.registry import GROUNDS
from tests.crash.judging import judge
from tests.crash.sandbox_process import SandboxLevers
from tests.crash.world import BY, make_vehicle

USER = "whole-stock"
PICTURES, PER_VEHICLE = 30, 12
CHUNK = 200
# Under these an ad may wait for a person; anything else would be a cause nobody can act on.
NAMED = frozenset({"preflight", "mapping", "unsupported", "refused", "plan"})
NO_PLATE = 7  # of an invented stock, one in so many has no plate
_OPEN = (Observed.PENDING, Observed.UNKNOWN)


def build(sandbox: SandboxLevers, *, names: list[SourceName], stock: Path | None) -> None:
    """Fill an empty database: dealer, stock with pictures, accounts, and the wish of everything."""
    load_catalogue(read_catalogue(), now=timezone.now(), partial=False)
    load_optionals(now=timezone.now())
    upsert_portals()
    dealer = Dealer.objects.create(
        code=USER, name="Whole stock", phone="+5511987650000", postal_code="01310-100"
    )
    if stock is None:
        for number, name in enumerate(names):
            vehicle = make_vehicle(dealer, name, number)
            if number % NO_PLATE == 0:
                update_vehicle(vehicle.pk, dealer=dealer, by=BY, plate="")
    else:
        arguments = (str(stock), "--invent-missing", "--dealer", USER)
        call_command("import_stock", *arguments, stdout=io.StringIO(), stderr=io.StringIO())
    _add_pictures(dealer)
    room = Room(ads=Vehicle.objects.count() + 100, highlights=0)
    ids = list(Vehicle.objects.for_dealer(dealer).order_by("id").values_list("id", flat=True))
    for ground in GROUNDS.values():
        # No picture is served here: whether one can be fetched is another test's business.
        sandbox.at(ground.slug).configure(check_photos=False)
        account = ground.open_account(sandbox, USER, room)
        access, _ = save_access(
            dealer=dealer,
            portal=Portal.objects.get(slug=ground.slug),
            **{"credentials": {}, **account},
            by=BY,
        )
        set_wish(access=access, vehicle_ids=ids, wanted="live", by=BY)


def _add_pictures(dealer: Dealer) -> None:
    blobs = []
    for number in range(PICTURES):
        buffer = io.BytesIO()
        Image.new("RGB", (1200, 900), (number * 8, 255 - number * 8, 90)).save(buffer, "JPEG")
        name = f"{number}.jpg"
        blob = store_picture(ContentFile(buffer.getvalue(), name=name), dealer=dealer)
        render_blob(blob.pk)
        blobs.append(blob.pk)
    ids = Vehicle.objects.for_dealer(dealer).order_by("id").values_list("id", flat=True)
    albums = {
        pk: [blobs[(number + place) % PICTURES] for place in range(PER_VEHICLE)]
        for number, pk in enumerate(ids)
    }
    place_blobs(albums, dealer=dealer, by=BY)


def is_settled() -> bool:
    """Whether nothing is due, in hand, on its way or still to be fanned out, names all read."""
    try:
        if PortalAccess.objects.filter(catalogue_fetched_at=None).exists():
            return False
        if FanOut.objects.exists() or Listing.objects.exclude(due_at=None).exists():
            return False
        return not Listing.objects.filter(state__in=_OPEN).exists()
    finally:
        connection.close()


def report(ground: Ground, sandbox: SandboxLevers) -> dict[str, Any]:
    """Return how the ads of a portal stand, and all that is not as it should be."""
    access = PortalAccess.objects.select_related("portal", "dealer").get(portal__slug=ground.slug)
    rows = list(Listing.objects.filter(access=access).select_related("vehicle").order_by("id"))
    held = {ad.reference: ad for ad in ground.holdings(sandbox, USER).ads}
    waiting = [row for row in rows if row.state != Observed.LIVE]
    explained = {row.vehicle.code for row in waiting if row.failure_mode in NAMED and row.problems}
    verdict = judge(access, ground.holdings(sandbox, USER))
    compared = list(_differences(access, rows, held, ground))
    wrong = {
        "doubled": verdict.doubled,
        "wrong": verdict.wrong,
        "unsettled": verdict.unsettled,
        "lost": [code for code in verdict.lost if code not in explained],
        "without a reason": [row.vehicle.code for row in waiting if not _is_told(row, explained)],
        "reason but there": sorted(explained & held.keys()),
        "different": [each for each in compared if each],
    }
    live = len(rows) - len(waiting)
    failed, _ = groups_of(access.dealer)
    return {
        "portal": ground.slug,
        "wanted": len(rows),
        "live": live,
        "reduced": sum(row.reduced for row in rows if row.state == Observed.LIVE),
        "waiting": len(waiting),
        "reasons": dict(sorted(Counter(row.failure_mode or "none" for row in waiting).items())),
        "causes": len(failed),
        "compared": sum(not each for each in compared),
        "wrong": {key: value[:10] for key, value in wrong.items()},
        "right": not any(wrong.values()) and live == len(held) and len(rows) == _stock_of(access),
    }


def _is_told(row: Listing, explained: set[str]) -> bool:
    return row.vehicle.code in explained


def _stock_of(access: PortalAccess) -> int:
    return Vehicle.objects.for_dealer(access.dealer_id).count()


def _differences(
    access: PortalAccess, rows: list[Listing], held: dict[str, HeldAd], ground: Ground
) -> Iterator[str]:
    """Yield per live ad how text or photos differ from what we would send now; '' = equal."""
    connector = connector_class(ground.slug)
    resolver = NameResolver(access.portal, access.environment, access.dealer_id)
    live = [row for row in rows if row.state == Observed.LIVE]
    for start in range(0, len(live), CHUNK):
        chunk = live[start : start + CHUNK]
        drafts = build_drafts(access, chunk, resolver)
        for row in chunk:
            ad = held.get(row.vehicle.code)
            if ad is None:
                yield f"{row.vehicle.code} is not there"
                continue
            body = connector.payload(drafts[row.pk]).body
            ours, theirs = ground.text_and_photos(body), ground.text_and_photos(ad.content)
            yield "" if ours == theirs else f"{row.vehicle.code}: {json.dumps([ours, theirs])}"
