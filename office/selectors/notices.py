"""Which notices a person may see, which are new to them, and when they want mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, Membership
from office.models import Notice
from office.models.notice import NoticeKind

MAIL_KEY = "notice_mail"
SEEN_KEY = "notices_seen"
SHOWN_FOR = timedelta(days=30)
SHOWN = 100  # of those that are over
# What only those can act on who may change accounts, plans and names.
FOR_MANAGERS = (NoticeKind.STOPPED, NoticeKind.PLAN, NoticeKind.NAMES)
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class MailChoice(models.TextChoices):
    """When a person is told by e-mail."""

    URGENT = "urgent", _("What is urgent at once, the rest each morning")
    DAILY = "daily", _("Everything in one mail each morning")
    NEVER = "never", _("No e-mail, only here")


def mail_choice(membership: Membership) -> MailChoice:
    """Return when a member wants mail; those who manage a store are told unless they say no."""
    chosen = membership.preferences.get(MAIL_KEY)
    if chosen in MailChoice.values:
        return MailChoice(chosen)
    return MailChoice.URGENT if membership.manages else MailChoice.NEVER


def may_see(membership: Membership, kind: str) -> bool:
    """Tell whether notices of that kind are for this member."""
    return membership.manages or kind not in FOR_MANAGERS


def notices_for(dealer: Dealer, membership: Membership | None) -> QuerySet[Notice]:
    """Return the notices of a dealer that are for a member, newest first."""
    rows = Notice.objects.for_dealer(dealer)
    if membership is None or not membership.manages:
        rows = rows.exclude(kind__in=FOR_MANAGERS)
    return rows.order_by("-opened_at", "-id")


def open_notices(dealer: Dealer, membership: Membership | None) -> list[Notice]:
    """Return what stands now, newest first."""
    return list(notices_for(dealer, membership).filter(cleared_at__isnull=True))


def ended_notices(dealer: Dealer, membership: Membership | None, *, now: datetime) -> list[Notice]:
    """Return what was over within the last month, the last first; at most SHOWN."""
    rows = notices_for(dealer, membership).filter(cleared_at__gte=now - SHOWN_FOR)
    return list(rows.order_by("-cleared_at", "-id")[:SHOWN])


def seen_until(membership: Membership | None) -> datetime:
    """Return up to when a member has looked at the notices."""
    text = membership.preferences.get(SEEN_KEY, "") if membership else ""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return EVER
    return moment if moment.tzinfo else EVER


def unseen_number(dealer: Dealer, membership: Membership | None) -> int:
    """Return how many notices stand that the member has not looked at; one query."""
    rows = notices_for(dealer, membership).filter(cleared_at__isnull=True)
    return rows.filter(created_at__gt=seen_until(membership)).count()
