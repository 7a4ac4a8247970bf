"""Tells people of notices by e-mail: what is due together in one mail, never the same twice.

A mail waits HOLD before it goes, so that what begins at the same time goes together and what was
over at once goes not at all; and nobody gets two within QUIET. It is sent outside any transaction
under a claim; a sender that dies leaves the claim to run out, and the mail is sent again under the
same Message-ID, by which mailboxes know it again.
"""

from __future__ import annotations

import hashlib
import logging
import time as time_module
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.models.dealer import Role
from config.lib.retry import backoff
from office.models import Notice, NoticeMail
from office.models.notice import Phase
from office.notice_words import URGENT, NoticeWords, words_of
from office.selectors.notices import MailChoice, mail_choice, may_see

logger = logging.getLogger(__name__)
HOLD = timedelta(minutes=2)
QUIET = timedelta(minutes=10)
CLAIM = timedelta(minutes=10)
BUDGET = 120.0  # seconds of one run
MORNING = time(8)  # at the dealer's
GIVE_UP = 12  # tries, farther and farther apart: about three days


@dataclass(slots=True, kw_only=True)
class MailReport:
    """How many mails went out, how many notices they told, how many could not be sent."""

    mails: int = 0
    told: int = 0
    failed: int = 0


def queue_mails(notices: Sequence[Notice], *, phase: str, now: datetime) -> None:
    """Note whom each notice is to be told, and when; call inside the transaction that made them.

    Only who was told that something began is told that it is over; who was not yet, of neither.
    """
    if not notices:
        return
    if phase == Phase.CLEARED:
        _queue_all_clear(notices, now=now)
        return
    members: dict[int, list[Membership]] = defaultdict(list)
    for member in _members().filter(dealer__in={each.dealer_id for each in notices}):
        members[member.dealer_id].append(member)
    rows = [
        NoticeMail(
            dealer_id=notice.dealer_id,
            notice=notice,
            user_id=member.user_id,
            phase=phase,
            due_at=due_for(member, notice, now=now),
        )
        for notice in notices
        for member in members[notice.dealer_id]
        if may_see(member, notice.kind) and mail_choice(member) != MailChoice.NEVER
    ]
    NoticeMail.objects.bulk_create(rows, ignore_conflicts=True)


def _queue_all_clear(notices: Sequence[Notice], *, now: datetime) -> None:
    began = NoticeMail.objects.filter(notice__in=notices, phase=Phase.OPENED)
    # One that is being sent just now counts as sent: its all-clear follows.
    began.filter(sent_at__isnull=True, claimed_until__isnull=True).delete()
    told = list(began.select_related("notice"))
    members = {
        (member.dealer_id, member.user_id): member
        for member in _members().filter(dealer__in={row.dealer_id for row in told})
    }
    rows = [
        NoticeMail(
            dealer_id=row.dealer_id,
            notice_id=row.notice_id,
            user_id=row.user_id,
            phase=Phase.CLEARED,
            due_at=due_for(members[row.dealer_id, row.user_id], row.notice, now=now),
        )
        for row in told
        if (row.dealer_id, row.user_id) in members
    ]
    NoticeMail.objects.bulk_create(rows, ignore_conflicts=True)


def due_for(member: Membership, notice: Notice, *, now: datetime) -> datetime:
    """Return when a member is to be told: what is urgent soon, the rest at the next morning."""
    if mail_choice(member) == MailChoice.URGENT and notice.kind in URGENT:
        return now + HOLD
    zone = member.dealer.tz
    local = now.astimezone(zone)
    morning = datetime.combine(local.date(), MORNING, tzinfo=zone)
    return morning if morning > local else morning + timedelta(days=1)


def send_mails(now: datetime) -> MailReport:
    """Send what is due, one mail per person and dealer; returns what was done. Never raises."""
    report = MailReport()
    due = NoticeMail.objects.filter(sent_at__isnull=True, due_at__lte=now)
    due = due.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    people: dict[tuple[int, int], list[NoticeMail]] = defaultdict(list)
    for row in due.select_related("notice").order_by("id"):
        people[row.dealer_id, row.user_id].append(row)
    quiet = _told_just_now(people, now=now)
    ends = time_module.monotonic() + BUDGET
    for person, rows in people.items():
        if time_module.monotonic() > ends:
            break  # the next run goes on: a claim must outlive the sending
        if person not in quiet:
            _send_one(person, rows, now=now, report=report)
    return report


def _told_just_now(people: Collection[tuple[int, int]], *, now: datetime) -> set[tuple[int, int]]:
    if not people:
        return set()
    sent = NoticeMail.objects.filter(sent_at__gt=now - QUIET)
    return set(sent.values_list("dealer", "user").distinct())


def _members() -> QuerySet[Membership]:
    rows = Membership.objects.filter(
        is_active=True, dealer__is_active=True, user__is_active=True, user__email__isnull=False
    )
    return rows.exclude(role=Role.INTEGRATOR).select_related("dealer", "user")


def _send_one(
    person: tuple[int, int], rows: Sequence[NoticeMail], *, now: datetime, report: MailReport
) -> None:
    """Claim the rows, send them as one mail, note that it went; or when to try again."""
    mine = [row for row in rows if _claim(row, now=max(now, timezone.now()))]
    member = _members().filter(dealer=person[0], user=person[1]).first()
    if member is None or mail_choice(member) == MailChoice.NEVER:
        _rows(mine).delete()
        return
    told = [row for row in mine if may_see(member, row.notice.kind)]
    if not told:
        _rows(mine).delete()
        return
    try:
        compose(member, told).send()
    except Exception as err:  # noqa: BLE001 - one mail that cannot be made stops no other
        # The address stays out of the log; the kind of error says what support must look at.
        logger.warning("mail not sent", extra={"error": type(err).__name__, "rows": len(told)})
        _put_off(told, now=now)
        report.failed += len(told)
        return
    _rows(mine).update(sent_at=now, claimed_until=None)
    report.mails += 1
    report.told += len(told)


def compose(member: Membership, rows: Sequence[NoticeMail]) -> EmailMessage:
    """Return the mail that tells a member of these notices, in the member's language."""
    with (
        translation.override(member.user.language or member.dealer.language),
        timezone.override(member.dealer.tz),
    ):
        began = [words_of(row.notice) for row in rows if row.phase == Phase.OPENED]
        over = [words_of(row.notice) for row in rows if row.phase == Phase.CLEARED]
        context = {
            "member": member,
            "dealer": member.dealer,
            "began": began,
            "over": over,
            "base": settings.BASE_URL,
        }
        text = render_to_string("office/notice_mail.txt", context)
        subject = _subject(member, began=began, over=over)
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return EmailMessage(
        subject=subject,
        body=text,
        to=[member.user.email or ""],
        headers={"Message-ID": f"<notice-{member.pk}-{_digest(rows)}@{host}>"},
    )


def _subject(
    member: Membership, *, began: Sequence[NoticeWords], over: Sequence[NoticeWords]
) -> str:
    # One line and no more: a name with a line break would be a header of its own.
    name = " ".join(member.dealer.name.split())
    if len(began) == 1 and not over:
        return f"{name}: {' '.join(began[0].text.split())}"
    if not began:
        text = ngettext("%(number)s matter is over", "%(number)s matters are over", len(over))
        return f"{name}: {text % {'number': len(over)}}"
    text = ngettext("%(number)s matter needs you", "%(number)s matters need you", len(began))
    return f"{name}: {text % {'number': len(began)}}"


def _digest(rows: Sequence[NoticeMail]) -> str:
    told = ",".join(str(row.pk) for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _claim(row: NoticeMail, *, now: datetime) -> bool:
    free = NoticeMail.objects.filter(
        pk=row.pk, sent_at__isnull=True, claimed_until=row.claimed_until
    )
    return bool(free.update(claimed_until=now + CLAIM, tries=F("tries") + 1))


def _put_off(rows: Sequence[NoticeMail], *, now: datetime) -> None:
    for row in rows:
        if row.tries + 1 >= GIVE_UP:
            logger.error("mail given up", extra={"notice": row.notice_id, "mail": row.pk})
            _rows([row]).delete()
            continue
        later = now + timedelta(seconds=backoff(row.tries + 1))
        _rows([row]).update(due_at=later, claimed_until=None)


def _rows(rows: Sequence[NoticeMail]) -> QuerySet[NoticeMail]:
    return NoticeMail.objects.filter(pk__in=[row.pk for row in rows])
