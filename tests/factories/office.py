"""Factories of the top floor: what people keep for its pages."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from office.models import SavedFilter
from tests.factories.accounts import DealerFactory, UserFactory


class SavedFilterFactory(DjangoModelFactory[SavedFilter]):
    """A filter of the stock list that somebody keeps."""

    class Meta:
        model = SavedFilter

    dealer = factory.SubFactory(DealerFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Filter {n}")
    query = "days_from=60"
