"""Every ad is told with all its keys, in one query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.command_line import run
from tests.factories.portals import ListingFactory

pytestmark = pytest.mark.django_db
NORTE = ("--dealer", "norte", "--portal", "fake")


def test_every_key_is_there(access):
    due = timezone.now() + timedelta(hours=1)
    problem = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
    warning = {"kind": "photo_limit", "asked": 25, "granted": 20, "message": "hidden"}
    ListingFactory(
        access=access, vehicle__code="Z9", wanted="paused", state="live", remote_id="77",
        url="https://portal.example/77", reduced=True, warnings=[warning], problems=[problem],
        failure_mode="transient", failures=3, due_at=due,
    )  # fmt: skip
    ListingFactory(access=access, vehicle__code="A0")
    ListingFactory()

    first, second = run("listings", *NORTE)

    assert (first["code"], first["not_before"], first["problems"]) == ("A0", None, [])
    message = second["problems"][0].pop("message")
    assert message
    assert second == {
        "code": "Z9",
        "wanted": "paused",
        "state": "live",
        "remote_id": "77",
        "url": "https://portal.example/77",
        "reduced": True,
        "warnings": [{"kind": "photo_limit", "asked": 25, "granted": 20}],
        "problems": [{"field": "plate"}],
        "failure_mode": "transient",
        "attempts": 3,
        "not_before": due.isoformat(),
    }


def test_one_query_however_many_ads(access, django_assert_num_queries):
    ListingFactory.create_batch(5, access=access)

    with django_assert_num_queries(4):  # dealer, portal, access, listings
        assert len(run("listings", *NORTE)) == 5
