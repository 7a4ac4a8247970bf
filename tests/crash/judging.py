"""What must be true in the end, whatever died on the way: needs a set-up Django."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from django.db.models import Count

from portals.connectors.registry import traits_of
from portals.models import Listing, Plan, PortalAccess
from portals.models.listing import Observed
from portals.services.next_step import effective
from tests.crash.grounds.base import HeldAd, Holdings

_OPEN = frozenset({Observed.PENDING, Observed.UNKNOWN})


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What is not as it should be, as stock codes with what is told; all empty is right."""

    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not any(asdict(self).values())


def judge(access: PortalAccess, held: Holdings, *, refused: Collection[str] = ()) -> Verdict:
    """Compare our tables with what the portal holds.

    doubled: two ads of one code; lost: an ad that should be there is not; wrong: one that should
    not be there is, or shows another state, price, highlight or id than ours, or the portal says
    no (`refused` are the codes) and ours does not tell why; unsettled: one of us still thinks that
    there is something to do, or our books of plan slots are wrong.
    """
    verdict = Verdict()
    ads = {ad.reference: ad for ad in held.ads}
    for row in Listing.objects.filter(access=access).select_related("vehicle", "access__dealer"):
        code = row.vehicle.code
        _judge_one(row, ads.pop(code, None), verdict, is_refused=code in refused)
    verdict.wrong += sorted(ads)
    verdict.unsettled += sorted(held.waiting)
    plans = Plan.objects.filter(access=access).annotate(
        ads=Count("holders", distinct=True), lights=Count("highlight_holders", distinct=True)
    )
    verdict.unsettled += [
        f"plan {plan.name}" for plan in plans if plan.ads + plan.lights != plan.reserved
    ]
    return verdict


def desired_of(row: Listing) -> str:
    """Return live, paused or absent: what should be there in the end."""
    return effective(
        row.wanted,
        row.vehicle.state,
        reservation_keeps_ads=row.access.dealer.reservation_keeps_ads,
        can_pause=traits_of(row.access.portal.slug).pause != "withdraw",
    )


def _judge_one(row: Listing, ad: HeldAd | None, verdict: Verdict, *, is_refused: bool) -> None:
    code, desired = row.vehicle.code, desired_of(row)
    if _is_open(row):
        verdict.unsettled.append(code)
    if ad is not None and ad.copies > 1:
        verdict.doubled.append(code)
    if desired == "absent":
        is_wrong = ad is not None or row.state not in (Observed.ABSENT, Observed.REFUSED)
    elif is_refused:
        is_shown = ad is not None and ad.state == "live"
        is_wrong = is_shown or (desired == "live" and not _explains(row))
    else:
        is_wrong = ad is not None and _differs(row, ad, desired)
        # An ad that was never there is not published only to be paused.
        if ad is None and (desired == "live" or row.state != Observed.ABSENT):
            verdict.lost.append(code)
    if is_wrong:
        verdict.wrong.append(f"{code} {desired}: {_told(row)} but {ad}")


def _told(row: Listing) -> str:
    facts = (
        row.state,
        row.vehicle.price,
        row.remote_id,
        row.failure_mode,
        row.asked,
        row.highlight,
    )
    return " ".join(map(str, facts))


def _is_open(row: Listing) -> bool:
    in_hand = row.due_at is not None or row.claim or row.intent
    return bool(in_hand or row.state in _OPEN or row.pending_ref)


def _explains(row: Listing) -> bool:
    return row.state != Observed.LIVE and bool(row.failure_mode and row.problems)


def _differs(row: Listing, ad: HeldAd, desired: str) -> bool:
    return (
        ad.state != desired
        or row.state != desired
        or ad.price != row.vehicle.price
        or row.remote_id != ad.remote_id
        or (ad.highlighted is not None and ad.highlighted != _lit(row, desired))
    )


def _lit(row: Listing, desired: str) -> bool:
    """Whether the ad should be highlighted: as wished, unless it is told that it is not."""
    denied = any(warning["kind"] == "highlight_denied" for warning in row.warnings)
    return desired == "live" and bool(row.highlight) and not denied
