"""Compares an access with the portal's own list: missing, extra, doubled, different; heals ours.

Never takes down what it did not make: an ad whose code is none of ours is only reported. Runs under
the access's lease, so that nothing is sent meanwhile.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.lib.remote_errors import CredentialsRefused, RemoteError
from portals.connectors.base import CanListAll, Connector
from portals.connectors.types import ObservedListing, RemoteRef
from portals.models import Listing, PortalAccess
from portals.models.listing import Cause, Observed, Wanted
from portals.services import leases
from portals.services.drain import standing_still
from portals.services.marking import because
from portals.services.next_step import effective
from portals.services.observations import FRESH
from portals.services.sessions import open_connector
from portals.services.stopping import stop_access


@dataclass(slots=True)
class ReconcileReport:
    """What differs. `extra` are codes of ads that are none of ours; `doubled` were withdrawn."""

    seen: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    different: list[dict[str, Any]] = field(default_factory=list)
    failure: str = ""

    def counts(self) -> dict[str, Any]:
        """Return the report as numbers."""
        lists = {
            name: len(value) for name, value in asdict(self).items() if isinstance(value, list)
        }
        return {"seen": self.seen, **lists, "failure": self.failure}


def reconcile_access(access_id: int) -> ReconcileReport:
    """Compare and heal; the report is kept on the access. Nothing is healed from half a list."""
    access = PortalAccess.objects.select_related("portal", "dealer").get(pk=access_id)
    report = ReconcileReport(failure=standing_still(access))
    if report.failure:
        return report
    lease = leases.acquire(access_id)
    if lease is None:
        report.failure = "busy"
        return report
    try:
        with open_connector(access) as connector:
            connector.http.before_exchange = lambda: _keep(lease)
            _compare(access, connector, report)
    except CredentialsRefused as err:
        report.failure = err.code
        stop_access(access, code=err.code)
    except RemoteError as err:
        report.failure = err.code
    finally:
        leases.release(lease)
    columns: dict[str, Any] = {"reconcile_report": asdict(report)}
    if report.failure in ("", "not_supported"):  # what failed is tried again with the next round
        columns["reconciled_at"] = timezone.now()
    PortalAccess.objects.filter(pk=access_id).update(**columns)
    return report


def _keep(lease: leases.Lease) -> None:
    if lease.wants_renewal():
        leases.renew(lease)
    if not lease.allows_exchange():
        raise RemoteError("lease lost")


def _compare(access: PortalAccess, connector: Connector, report: ReconcileReport) -> None:
    if not isinstance(connector, CanListAll):
        report.failure = "not_supported"
        return
    # A list may lag behind what the portal has just accepted: that is no missing ad.
    fresh = timezone.now() - timedelta(seconds=FRESH)
    remote: dict[str, list[ObservedListing]] = {}
    for ad in connector.listings():  # a failure on any page leaves here: half a list heals nothing
        report.seen += 1
        if ad.state != "absent":
            remote.setdefault(ad.reference, []).append(ad)
    rows = Listing.objects.filter(access=access).select_related("vehicle")
    known: set[str] = set()
    for row in rows.iterator(chunk_size=500):
        known.add(row.vehicle.code)
        ads = remote.get(row.vehicle.code, [])
        if not ads and row.intent_at is not None and row.intent_at >= fresh:
            continue
        _compare_one(access, connector, row, ads, report)
    report.extra = sorted(code for code in remote if code not in known)


def _compare_one(
    access: PortalAccess,
    connector: Connector,
    row: Listing,
    ads: list[ObservedListing],
    report: ReconcileReport,
) -> None:
    code = row.vehicle.code
    if len(ads) > 1:
        ads = [_keep_one(connector, row, ads)]
        report.doubled.append(code)
        _heal(row, sent_fingerprint="", remote_id=ads[0].remote_id)
    believed = row.state in (Observed.LIVE, Observed.PENDING, Observed.PAUSED)
    if not ads:
        if believed:
            report.missing.append(code)
            _heal(row, state=Observed.UNKNOWN, sent_fingerprint="")
        return
    ad = ads[0]
    desired = effective(
        row.wanted,
        row.vehicle.state,
        reservation_keeps_ads=access.dealer.reservation_keeps_ads,
        can_pause=connector.traits.pause != "withdraw",
    )
    if desired == Wanted.ABSENT and not believed:
        report.unwanted.append(code)
        _heal(row, state=Observed.UNKNOWN, sent_fingerprint="")
    elif not believed:
        _heal(row, state=Observed.UNKNOWN, sent_fingerprint="")
        report.different.append(
            {"code": code, "field": "state", "ours": row.state, "theirs": ad.state}
        )
    else:
        _compare_fields(row, ad, report)


def _keep_one(connector: Connector, row: Listing, ads: list[ObservedListing]) -> ObservedListing:
    """Take doubles of our own code away; keep the one we know, else the first made."""
    kept = next((ad for ad in ads if ad.remote_id == row.remote_id), ads[0])
    for ad in ads:
        if ad is not kept and ad.remote_id:
            connector.withdraw(
                RemoteRef(
                    reference=row.vehicle.code,
                    category=row.vehicle.category,
                    remote_id=ad.remote_id,
                )
            )
    return kept


def _compare_fields(row: Listing, ad: ObservedListing, report: ReconcileReport) -> None:
    """Compare what the list tells with what we last asked for; a difference is sent again."""
    found = []
    theirs = _amount(ad.details.get("price"))
    ours = _amount(row.asked.get("price"))
    if theirs is not None and ours is not None and theirs != ours:
        found.append({"field": "price", "ours": str(ours), "theirs": str(theirs)})
    denied = any(warning["kind"] == "highlight_denied" for warning in row.warnings)
    highlight = ad.details.get("highlight")
    if highlight is not None and not denied and int(highlight) != row.asked.get("highlight", 0):
        found.append(
            {"field": "highlight", "ours": row.asked.get("highlight", 0), "theirs": highlight}
        )
    active = row.asked.get("active")
    if active is not None and ad.state in ("live", "paused") and active != (ad.state == "live"):
        found.append({"field": "state", "ours": "live" if active else "paused", "theirs": ad.state})
    if found:
        report.different += [{"code": row.vehicle.code, **difference} for difference in found]
        _heal(row, sent_fingerprint="")


def _amount(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "", "None") else Decimal(str(value))
    except InvalidOperation:
        return None


def _heal(row: Listing, **columns: Any) -> None:
    with transaction.atomic():
        Listing.objects.filter(pk=row.pk).update(
            **columns, **because(Cause.COMPARE), due_at=timezone.now(), version=F("version") + 1
        )
