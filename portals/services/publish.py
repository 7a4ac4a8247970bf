"""The wish: what people and rules want of ads. Nothing here talks to a portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_changes
from inventory.models import Vehicle, VehicleState
from inventory.services.vehicles import set_state
from portals.connectors.registry import connector_class
from portals.models import HighlightRule, Listing, Plan, PortalAccess
from portals.models.listing import Cause, HighlightOrigin, Wanted
from portals.models.plan import PlanKind
from portals.services import departures
from portals.services.highlight_facts import is_by_hand
from portals.services.marking import Marked, because

CHUNK = 200
KEEP: Any = object()  # "as it is"
BY_RULE: Any = object()  # "whatever the rule says", for a highlight


@dataclass(slots=True, kw_only=True)
class WishResult:
    """How many listings carry the wish now, how many of them changed, and whom to wake."""

    wanted: int = 0
    changed: int = 0
    marked: Marked = field(default_factory=Marked)

    def add(self, other: WishResult) -> None:
        """Count the result of another wish in."""
        self.wanted += other.wanted
        self.changed += other.changed
        self.marked = Marked(access_ids=self.marked.access_ids | other.marked.access_ids)


def set_wish(
    *,
    access: PortalAccess,
    vehicle_ids: Sequence[int],
    wanted: str,
    plan: Plan | None = KEEP,
    highlight: int = KEEP,
    by: By,
) -> WishResult:
    """Wish these vehicles of the access's dealer published, paused or not published.

    `plan` of kind highlight sets the highlight to its weight. A highlight said here, none as well,
    is by hand: no rule touches it before it is given back with BY_RULE. Unknown or foreign ids are
    ignored. Works in short transactions; a wish that is already so changes nothing. Raises
    ValidationError for a plan of another access or a highlight the portal does not have.
    """
    wish = _checked_wish(access, wanted, plan, highlight)
    result = WishResult()
    ids = sorted(set(vehicle_ids))
    for start in range(0, len(ids), CHUNK):
        _wish_chunk(access, ids[start : start + CHUNK], wish, by, result)
    if result.changed:
        result.marked = Marked(access_ids=frozenset([access.pk]))
    return result


def publish_everywhere(vehicle_id: int, *, dealer: Dealer, by: By) -> WishResult:
    """Wish a vehicle published at every active access of its dealer, as the last step of selling.

    A vehicle in preparation becomes available first: its ads would be held back otherwise. Raises
    Vehicle.DoesNotExist, and ValidationError for a vehicle that is sold or archived and where no
    portal is connected; nothing is changed then.
    """
    result = WishResult()
    with transaction.atomic():
        vehicle = Vehicle.objects.for_dealer(dealer).get(pk=vehicle_id)
        accesses = list(
            PortalAccess.objects.for_dealer(dealer)
            .filter(is_active=True)
            .select_related("portal")
            .order_by("pk")
        )
        if vehicle.is_gone:
            raise ValidationError(_("A vehicle that is sold or archived is not published."))
        if not accesses:
            raise ValidationError(_("No portal is connected yet."))
        if vehicle.state == VehicleState.IN_PREPARATION:
            set_state(vehicle.pk, dealer=dealer, by=by, state=VehicleState.AVAILABLE)
        for access in accesses:
            one = set_wish(access=access, vehicle_ids=[vehicle.pk], wanted=Wanted.LIVE, by=by)
            result.add(one)
    return result


def _checked_wish(
    access: PortalAccess, wanted: str, plan: Plan | None, highlight: int
) -> dict[str, Any]:
    if wanted not in Wanted.values:
        raise ValidationError({"wanted": _("Choose published, paused or not published.")})
    wish: dict[str, Any] = {"wanted": wanted}
    if plan is not KEEP and plan is not None and plan.access_id != access.pk:
        raise ValidationError({"plan": _("This plan belongs to another portal access.")})
    if plan is not KEEP and plan is not None and plan.kind == PlanKind.HIGHLIGHT:
        highlight = plan.weight
    elif plan is not KEEP:
        wish["plan_id"] = plan.pk if plan is not None else None
    if highlight is BY_RULE:
        wish["highlight_origin"] = HighlightOrigin.OPEN
    elif highlight is not KEEP:
        allowed = (0, *connector_class(access.portal.slug).traits.highlights)
        if highlight not in allowed:
            raise ValidationError({"highlight": _("This portal has no such highlight.")})
        wish["highlight"] = highlight
        wish["highlight_origin"] = HighlightOrigin.HAND
    return wish


def _wish_chunk(
    access: PortalAccess, ids: list[int], wish: dict[str, Any], by: By, result: WishResult
) -> None:
    now = timezone.now()
    with transaction.atomic():
        mine = Vehicle.objects.for_dealer(access.dealer_id).filter(pk__in=ids)
        vehicle_ids = list(mine.order_by("pk").values_list("pk", flat=True))
        if wish["wanted"] != Wanted.ABSENT:
            Listing.objects.bulk_create(
                (
                    Listing(dealer_id=access.dealer_id, access=access, vehicle_id=pk)
                    for pk in vehicle_ids
                ),
                ignore_conflicts=True,
            )
        rows = list(
            Listing.objects.filter(access=access, vehicle_id__in=vehicle_ids).select_related(
                "vehicle"
            )
        )
        rules = HighlightRule.objects.filter(access=access, is_active=True)
        ruled = "highlight_origin" in wish and rules.exists()
        wishes = {row.pk: _wish_for(row, wish, ruled=ruled) for row in rows}
        changed = [row for row in rows if _differs(row, wishes[row.pk])]
        result.wanted += len(rows)
        result.changed += len(changed)
        if not changed:
            return
        groups: dict[tuple[tuple[str, Any], ...], list[int]] = {}
        for row in changed:
            columns = {**wishes[row.pk], **_lit(row, wishes[row.pk], now=now)}
            groups.setdefault(tuple(columns.items()), []).append(row.pk)
        for columns_of_group, group in groups.items():
            Listing.objects.filter(pk__in=group).update(
                **dict(columns_of_group),
                **because(Cause.WISH),
                wished_at=now,
                due_at=now,
                urgent=wish["wanted"] != Wanted.LIVE,
                version=F("version") + 1,
            )
        departures.follow([row.pk for row in changed], now=now)
        if any("highlight_origin" in _changes(row, wishes[row.pk]) for row in changed):
            rules.update(due_at=now)
        acts = [_act(row, wishes[row.pk]) for row in changed]
        record_changes(acts, by=by, dealer=access.dealer_id)


def _wish_for(row: Listing, wish: dict[str, Any], *, ruled: bool) -> dict[str, Any]:
    """Return the wish as it is for one ad. `ruled`: a rule gives highlights here, so that one said
    by a person, even the same, is meant to stay."""
    origin = wish.get("highlight_origin")
    if origin is None:
        return wish
    by_hand = is_by_hand(row)
    if origin == HighlightOrigin.OPEN:
        # What the rule gave stays its own; what a person gave ends with the person's word.
        return {**wish, "highlight": 0} if by_hand else _without_highlight(wish)
    said_again = row.highlight == wish["highlight"] and (by_hand or not ruled)
    return _without_highlight(wish) if said_again else wish


def _without_highlight(wish: dict[str, Any]) -> dict[str, Any]:
    return {name: wish[name] for name in wish if name not in ("highlight", "highlight_origin")}


def _lit(row: Listing, wish: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return since when the highlight is wished, or when it ended, if that changes."""
    after = wish.get("highlight", row.highlight)
    if after == row.highlight:
        return {}
    return {"highlighted_at": now} if after else {"highlighted_at": None, "unlit_at": now}


def _differs(row: Listing, wish: dict[str, Any]) -> bool:
    return bool(_changes(row, wish))


def _changes(row: Listing, wish: dict[str, Any]) -> dict[str, Any]:
    """Return what of the wish is not so yet, with its value before."""
    return {name: getattr(row, name) for name, value in wish.items() if getattr(row, name) != value}


def _act(row: Listing, wish: dict[str, Any]) -> Act:
    before = _changes(row, wish)
    return Act(
        subject=row,
        action="listing.wished",
        before=before,
        after={column: wish[column] for column in before},
        label=row.vehicle.code,
    )


def set_overrides(*, listing: Listing, overrides: dict[str, str], by: By) -> Marked:
    """Say what this ad shows instead of the vehicle's own (`price`, `description`)."""
    with transaction.atomic():
        row = Listing.objects.select_for_update().select_related("vehicle").get(pk=listing.pk)
        if row.overrides == overrides:
            return Marked()
        now = timezone.now()
        Listing.objects.filter(pk=row.pk).update(
            overrides=overrides,
            due_at=now,
            version=F("version") + 1,
            **because(Cause.TEXTS),
        )
        act = Act(
            subject=row,
            action="listing.overridden",
            before={"overrides": row.overrides},
            after={"overrides": overrides},
            label=row.vehicle.code,
        )
        record_changes([act], by=by, dealer=row.dealer_id)
    return Marked(access_ids=frozenset([row.access_id]))


def retry_listings(*, access: PortalAccess, listing_ids: Sequence[int], by: By) -> Marked:
    """Decide these listings anew, refusals included, as a person asked."""
    with transaction.atomic():
        rows = Listing.objects.filter(access=access, pk__in=listing_ids).select_related("vehicle")
        acts = [
            Act(
                subject=row,
                action="listing.retried",
                before={"failure_mode": row.failure_mode},
                after={},
                label=row.vehicle.code,
            )
            for row in rows
        ]
        if not acts:
            return Marked()
        Listing.objects.filter(pk__in=[act.subject.pk for act in acts]).update(
            refused_fingerprint="",
            failures=0,
            due_at=timezone.now(),
            version=F("version") + 1,
            **because(Cause.RETRY),
        )
        record_changes(acts, by=by, dealer=access.dealer_id)
    return Marked(access_ids=frozenset([access.pk]))
