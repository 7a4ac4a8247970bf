"""Support corrects a kept filter through the service, and adds or deletes none."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Change
from tests.factories.accounts import UserFactory
from tests.factories.office import SavedFilterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Client:
    """A logged-in support person."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def test_a_correction_stands_in_the_history(support):
    saved = SavedFilterFactory(name="A", query="q=a")

    support.post(f"/admin/office/savedfilter/{saved.pk}/change/", {"name": "B", "query": "q=b"})

    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("B", "q=b")
    assert Change.objects.get().source == "admin"


def test_what_the_service_refuses_is_said_and_changes_nothing(support):
    saved = SavedFilterFactory(name="A")
    SavedFilterFactory(name="B", dealer=saved.dealer, user=saved.user)

    answer = support.post(
        f"/admin/office/savedfilter/{saved.pk}/change/", {"name": "B", "query": "q=b"}
    )

    saved.refresh_from_db()
    assert saved.name == "A"
    assert "You use this name for another filter." in answer.text
    assert support.get("/admin/office/savedfilter/add/").status_code == 403
    assert support.get(f"/admin/office/savedfilter/{saved.pk}/delete/").status_code == 403
