"""Factories of the top floor: what people keep for its pages."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from office.models import Notice, NoticeMail, SavedFilter
from office.models.notice import NoticeKind, Phase
from tests.factories.accounts import DealerFactory, UserFactory

AT = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)


class SavedFilterFactory(DjangoModelFactory[SavedFilter]):
    """A filter of the stock list that somebody keeps."""

    class Meta:
        model = SavedFilter

    dealer = factory.SubFactory(DealerFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Filter {n}")
    query = "days_from=60"


class NoticeFactory(DjangoModelFactory[Notice]):
    """Reservations of a dealer that are past their end."""

    class Meta:
        model = Notice

    dealer = factory.SubFactory(DealerFactory)
    kind = NoticeKind.OVERDUE
    facts = factory.LazyFunction(lambda: {"number": 2})
    opened_at = AT
    seen_at = AT


class NoticeMailFactory(DjangoModelFactory[NoticeMail]):
    """Somebody is to be told that a notice began."""

    class Meta:
        model = NoticeMail

    notice = factory.SubFactory(NoticeFactory)
    dealer = factory.SelfAttribute("notice.dealer")
    user = factory.SubFactory(UserFactory)
    phase = Phase.OPENED
    due_at = AT
