"""Keeps the notices of all dealers in line with what stands: one when it begins, one all-clear.

Found again is the same notice; not found for CALM it is over. What comes back within a day has to
stay away longer each time before its all-clear, so that a portal that flaps tells nobody ten times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from accounts.models.dealer import Membership
from accounts.services.preferences import save_preference
from office.models import Notice
from office.models.notice import Phase
from office.selectors.conditions import Condition, conditions
from office.selectors.notices import MAIL_KEY, SEEN_KEY, MailChoice
from office.services.notice_mails import queue_mails

CALM = timedelta(minutes=10)  # how long it must be away before it is over
LONGEST_CALM = timedelta(hours=2)
DAY = timedelta(days=1)
KEPT = timedelta(days=90)
Key = tuple[int, str, str]


@dataclass(slots=True, kw_only=True)
class LookReport:
    """How many notices began, are over, and are known still."""

    opened: int = 0
    cleared: int = 0
    open: int = 0


def look_around(now: datetime) -> LookReport:
    """Compare what stands with the notices; begin and end them, and have people told.

    Safe to run twice and at once: a notice is open once by constraint, and ended by a conditional
    UPDATE, so that nobody is told twice.
    """
    found = {each.key: each for each in conditions(now)}
    known = {_key(row): row for row in Notice.objects.filter(cleared_at__isnull=True)}
    report = LookReport()
    with transaction.atomic():
        again = [row for key, row in known.items() if key in found]
        _see_again(again, found, now=now)
        fresh = [each for key, each in found.items() if key not in known]
        report.opened = len(_open(fresh, now=now))
        for key, row in known.items():
            if key not in found and row.seen_at <= now - calm_of(row.returns):
                report.cleared += _clear(row, now=now)
    report.open = len(again) + report.opened
    return report


def calm_of(returns: int) -> timedelta:
    """Return how long something that came back so often must be away before it is over."""
    doubled: timedelta = CALM * 2 ** min(returns, 10)
    return min(doubled, LONGEST_CALM)


def purge_notices(now: datetime) -> int:
    """Delete notices that were over long ago, with their mails; returns how many rows."""
    return Notice.objects.filter(cleared_at__lt=now - KEPT).delete()[0]


def mark_seen(membership: Membership, *, now: datetime) -> None:
    """Remember that a member has looked at the notices up to now."""
    save_preference(membership.pk, key=SEEN_KEY, value=now.isoformat())


def choose_mail(membership: Membership, *, choice: MailChoice) -> None:
    """Remember when a member wants to be told by e-mail."""
    save_preference(membership.pk, key=MAIL_KEY, value=choice.value)


def _key(row: Notice) -> Key:
    return row.dealer_id, row.kind, row.subject


def _see_again(rows: Sequence[Notice], found: dict[Key, Condition], *, now: datetime) -> None:
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(seen_at=now)
    for row in rows:
        facts = found[_key(row)].facts
        if facts != row.facts:
            Notice.objects.filter(pk=row.pk).update(facts=facts)


def _open(fresh: Sequence[Condition], *, now: datetime) -> list[Notice]:
    if not fresh:
        return []
    before = Notice.objects.filter(opened_at__gte=now - DAY, cleared_at__isnull=False)
    before = before.filter(dealer__in={each.dealer_id for each in fresh}).order_by()
    returns = {
        (row["dealer"], row["kind"], row["subject"]): row["number"]
        for row in before.values("dealer", "kind", "subject").annotate(number=Count("id"))
    }
    rows = [
        Notice(
            dealer_id=each.dealer_id,
            kind=each.kind,
            subject=each.subject,
            facts=each.facts,
            returns=min(returns.get(each.key, 0), 1000),
            opened_at=each.since or now,
            seen_at=now,
            created_at=now,
        )
        for each in fresh
    ]
    # Whoever looked at the same time was first: their rows stand, ours are ignored.
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    opened = list(Notice.objects.filter(cleared_at__isnull=True, created_at=now))
    queue_mails(opened, phase=Phase.OPENED, now=now)
    return opened


def _clear(row: Notice, *, now: datetime) -> int:
    ended = Notice.objects.filter(pk=row.pk, cleared_at__isnull=True, seen_at=row.seen_at)
    if not ended.update(cleared_at=row.seen_at):
        return 0
    queue_mails([row], phase=Phase.CLEARED, now=now)
    return 1
