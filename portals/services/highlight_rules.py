"""Highlights by a rule: what it would do, and doing exactly that, never anything else.

A dry run and a run are the same computation. A run that was confirmed carries the dry run's token;
if the world has changed since, nothing is done and the new dry run is given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.changes import Act, By, record_changes
from portals.connectors.registry import traits_of
from portals.models import HighlightRule, Listing, PortalAccess
from portals.models.highlight_rule import MOST_KEEP_DAYS, Criterion
from portals.models.listing import Cause, HighlightOrigin
from portals.services.highlight_facts import read_facts
from portals.services.highlight_plan import HighlightPlan, Seat, plan_highlights
from portals.services.marking import Marked, because

EVERY = timedelta(days=1)
_FIELDS = ("criterion", "keep_days", "is_active")


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a run would do now, with the ads it speaks of by id."""

    plan: HighlightPlan
    listings: Mapping[int, Listing]

    @property
    def token(self) -> str:
        """What a confirmation must carry."""
        return self.plan.token

    @property
    def moves(self) -> list[Seat]:
        """What would change."""
        return [seat for seat in self.plan.seats if seat.moves]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run did; `done` False = the world had changed, nothing was done, `dry_run` is new."""

    done: bool
    dry_run: DryRun
    marked: Marked = field(default_factory=Marked)


class _Changed(Exception):
    """An ad is no longer as the plan took it to be."""


def save_rule(
    *, access: PortalAccess, criterion: str, keep_days: int, is_active: bool, by: By
) -> HighlightRule:
    """Choose by what the highlights of an access are given; an active rule runs from tomorrow.

    Until then a person can look at the dry run and have it done. Raises ValidationError naming the
    field, and for a portal without highlights.
    """
    if criterion not in Criterion.values:
        raise ValidationError({"criterion": _("Choose by what highlights are given.")})
    if not 0 <= keep_days <= MOST_KEEP_DAYS:
        text = _("Enter 0 to %(most)d days.") % {"most": MOST_KEEP_DAYS}
        raise ValidationError({"keep_days": text})
    if not traits_of(access.portal.slug).highlights:
        raise ValidationError(_("This portal has no highlights that we can give."))
    wish = {"criterion": criterion, "keep_days": keep_days, "is_active": is_active}
    with transaction.atomic():
        # One after the other, also for the first time, when there is no row of the rule yet.
        PortalAccess.objects.select_for_update(no_key=True).get(pk=access.pk)
        rule = HighlightRule.objects.filter(access=access).first()
        old = {name: getattr(rule, name) if rule else None for name in _FIELDS}
        before = {name: old[name] for name in _FIELDS if old[name] != wish[name]}
        if rule is not None and not before:
            return rule
        rule = rule or HighlightRule(access=access, dealer_id=access.dealer_id)
        for name, value in wish.items():
            setattr(rule, name, value)
        rule.due_at = timezone.now() + EVERY if is_active else None
        rule.save()
        act = Act(
            subject=rule,
            action="highlight_rule.saved",
            before={name: value for name, value in before.items() if value is not None},
            after={name: wish[name] for name in before},
            label=access.portal.name,
        )
        record_changes([act], by=by, dealer=access.dealer_id)
    return rule


def dry_run(rule: HighlightRule, *, now: datetime) -> DryRun:
    """Return what a run would do now; the rule need not be saved. Changes nothing."""
    facts = read_facts(rule.access, rule.criterion, now=now)
    plan = plan_highlights(
        facts.candidates, facts.slots, criterion=rule.criterion, keep_days=rule.keep_days
    )
    return DryRun(plan=plan, listings=facts.listings)


def run_rule(rule_id: int, *, token: str | None, by: By, now: datetime) -> Ran:
    """Do what the dry run says; with a `token` only if it is still the one that was seen."""
    try:
        with transaction.atomic():
            rule = _locked(rule_id)
            found = dry_run(rule, now=now)
            if token is None and not rule.is_active:  # switched off while it waited for its turn
                return Ran(done=False, dry_run=found)
            if token is not None and token != found.token:
                return Ran(done=False, dry_run=found)
            _write(found, by=by, dealer_id=rule.dealer_id, now=now)
            due_at = now + EVERY if rule.is_active else None
            HighlightRule.objects.filter(pk=rule.pk).update(ran_at=now, due_at=due_at)
    except _Changed:
        return Ran(done=False, dry_run=dry_run(_found(rule_id), now=now))
    touched = frozenset([rule.access_id] if found.moves else [])
    return Ran(done=True, dry_run=found, marked=Marked(access_ids=touched))


def rules_due(*, now: datetime) -> Iterator[int]:
    """Yield the rules whose hour has come, of accesses and dealers in use."""
    rules = HighlightRule.objects.filter(
        is_active=True,
        due_at__lte=now,
        access__is_active=True,
        access__plans_fetched_at__isnull=False,  # of a new account nothing is known yet
        access__portal__is_active=True,
        dealer__is_active=True,
    )
    yield from rules.order_by("due_at", "pk").values_list("pk", flat=True)


def _found(rule_id: int) -> HighlightRule:
    return HighlightRule.objects.select_related("access__portal", "access__dealer").get(pk=rule_id)


def _locked(rule_id: int) -> HighlightRule:
    HighlightRule.objects.select_for_update().get(pk=rule_id)
    return _found(rule_id)


def _write(found: DryRun, *, by: By, dealer_id: int, now: datetime) -> None:
    moves = found.moves
    _hold(moves, found.listings)
    for after in sorted({seat.after for seat in moves}):
        ids = [seat.candidate.listing_id for seat in moves if seat.after == after]
        wish = (
            {"highlighted_at": now, "highlight_origin": HighlightOrigin.RULE}
            if after
            else {"highlighted_at": None, "unlit_at": now, "highlight_origin": HighlightOrigin.OPEN}
        )
        Listing.objects.filter(pk__in=ids).update(
            highlight=after,
            wished_at=now,
            due_at=now,
            version=F("version") + 1,
            **because(Cause.RULE),
            **wish,
        )
    # Who loses is sent first, so that its slot is free for who gains.
    losers = [seat.candidate.listing_id for seat in moves if seat.after < seat.before]
    Listing.objects.filter(pk__in=losers).update(urgent=True)
    acts = [
        Act(
            subject=found.listings[seat.candidate.listing_id],
            action="listing.highlighted",
            before={"highlight": seat.before},
            after={"highlight": seat.after, "why": f"highlight_{seat.why}"},
            label=found.listings[seat.candidate.listing_id].vehicle.code,
        )
        for seat in moves
    ]
    record_changes(acts, by=by, dealer=dealer_id)


def _hold(moves: Sequence[Seat], listings: Mapping[int, Listing]) -> None:
    """Lock the ads that change; raises _Changed if a person was faster with one of them."""
    ids = sorted(seat.candidate.listing_id for seat in moves)
    rows = Listing.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    same = 0
    for pk, *values in rows.values_list("pk", "highlight", "highlight_origin", "wanted"):
        seen = listings[pk]
        if values != [seen.highlight, seen.highlight_origin, seen.wanted]:
            raise _Changed
        same += 1
    if same != len(ids):
        raise _Changed
