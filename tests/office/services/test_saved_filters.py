"""Filters are a person's own at one dealer, each name once, and leave a trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change
from accounts.services.changes import By
from office.models import SavedFilter
from office.services import saved_filters
from office.services.saved_filters import delete_filter, save_filter
from tests.factories.accounts import DealerFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def whose():
    """The person, the dealer, and who acts."""
    user = UserFactory()
    return {"dealer": DealerFactory(), "user_id": user.pk, "by": By(user_id=user.pk, source="web")}


def kept(**whose) -> list[tuple[str, str]]:
    """Return all names with their queries."""
    return list(SavedFilter.objects.values_list("name", "query"))


def test_a_name_used_again_takes_the_new_filter(whose):
    first = save_filter(**whose, name="  Old  cars ", query="days_from=60")
    again = save_filter(**whose, name="Old cars", query="days_from=90")

    assert again.pk == first.pk
    assert kept() == [("Old cars", "days_from=90")]
    assert [change.action for change in Change.objects.order_by("pk")] == ["created", "updated"]


def test_a_filter_gets_another_name(whose):
    saved = save_filter(**whose, name="A", query="q=a")
    save_filter(**whose, name="C", query="q=a", saved_id=saved.pk)

    assert kept() == [("C", "q=a")]


def test_what_cannot_be_kept_is_refused_by_field(whose, monkeypatch):
    saved = save_filter(**whose, name="A", query="q=a")
    save_filter(**whose, name="B", query="q=b")
    monkeypatch.setattr(saved_filters, "MOST", 2)
    refused: dict[str, dict[str, Any]] = {
        "query": {"name": "D", "query": ""},
        "name": {"name": "B", "query": "q=a", "saved_id": saved.pk},
    }

    for field, facts in refused.items():
        with pytest.raises(ValidationError) as caught:
            save_filter(**whose, **facts)
        assert list(caught.value.message_dict) == [field]
    for name in ("D", " ", "x" * 41):
        with pytest.raises(ValidationError, match="name"):
            save_filter(**whose, name=name, query="q=d")

    assert kept() == [("A", "q=a"), ("B", "q=b")]


def test_the_same_name_is_free_for_others_and_theirs_is_out_of_reach(whose):
    mine = save_filter(**whose, name="A", query="q=a")
    others = (
        {**whose, "dealer": DealerFactory()},
        {**whose, "user_id": UserFactory().pk},
    )

    for other in others:
        save_filter(**other, name="A", query="q=other")
        with pytest.raises(SavedFilter.DoesNotExist):
            save_filter(**other, name="X", query="q=x", saved_id=mine.pk)
        with pytest.raises(SavedFilter.DoesNotExist):
            delete_filter(mine.pk, **other)

    assert sorted(kept()) == [("A", "q=a"), ("A", "q=other"), ("A", "q=other")]


def test_deleting_leaves_what_it_was_in_the_history(whose):
    saved = save_filter(**whose, name="A", query="q=a")

    delete_filter(saved.pk, **whose)

    assert kept() == []
    assert Change.objects.latest("pk").before == {"name": "A", "query": "q=a"}
