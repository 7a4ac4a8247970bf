"""The engine's own statements write exactly what they are told, and only what is still theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portals.models import Attempt, Listing
from portals.services.row_writing import RowWrite, insert_attempts, write_row
from tests.factories.portals import ListingFactory, PlanFactory

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)


@pytest.fixture
def listing(db: None) -> Listing:
    """A listing in the hand of a drain, due and urgent."""
    made: Listing = ListingFactory.create(claim="me", version=7, due_at=NOW, urgent=True)
    return made


def test_values_of_every_kind_arrive(listing: Listing):
    plan = PlanFactory.create(access=listing.access)
    columns = {
        "state": "live",
        "warnings": [{"kind": "photo_limit", "asked": 25, "granted": 20}],
        "asked": {"price": "45990.00"},
        "observed_at": NOW,
        "check_at": None,
        "reduced": True,
        "failures": 3,
        "slot_plan": plan.pk,
    }

    written = write_row(RowWrite(listing_id=listing.pk, version=7, columns=columns), claim="me")

    listing.refresh_from_db()
    assert written is True
    assert {name: getattr(listing, name) for name in columns} == {**columns, "slot_plan": plan}
    assert (listing.due_at, listing.urgent) == (None, False)


def test_a_change_marked_meanwhile_stays_due(listing: Listing):
    Listing.objects.filter(pk=listing.pk).update(version=8)

    written = write_row(RowWrite(listing_id=listing.pk, version=7, columns={"state": "live"}))

    listing.refresh_from_db()
    assert written is True
    assert (listing.state, listing.due_at, listing.urgent) == ("live", NOW, True)


def test_what_is_due_later_may_stay_urgent(listing: Listing):
    write_row(RowWrite(listing_id=listing.pk, version=7, due_at=LATER, calm=False))

    listing.refresh_from_db()
    assert (listing.due_at, listing.urgent) == (LATER, True)


def test_without_a_schedule_only_the_columns_are_written(listing: Listing):
    row = RowWrite(listing_id=listing.pk, version=7, columns={"state": "live"}, schedules=False)
    write_row(row)

    listing.refresh_from_db()
    assert (listing.state, listing.due_at, listing.urgent) == ("live", NOW, True)
    assert write_row(RowWrite(listing_id=listing.pk, version=7, schedules=False)) is True


def test_a_listing_in_another_hand_is_left_alone(listing: Listing):
    row = RowWrite(listing_id=listing.pk, version=7, columns={"state": "live", "claim": ""})

    assert write_row(row, claim="somebody else") is False

    listing.refresh_from_db()
    assert (listing.state, listing.claim, listing.due_at) == ("absent", "me", NOW)


def test_attempts_are_inserted_as_they_are(listing: Listing):
    rows = [
        Attempt(
            dealer_id=listing.dealer_id,
            access_id=listing.access_id,
            listing_id=listing.pk,
            step="create",
            outcome="created",
            method="POST",
            path=f"/carros?{number}",
            status=status,
            milliseconds=50,
            request_excerpt='{"Placa": "100%"}',
            answer_excerpt="ç",
            at=NOW,
        )
        for number, status in enumerate((200, None))
    ]

    insert_attempts(rows)
    insert_attempts([])

    stored = Attempt.objects.order_by("pk")
    names = [field.attname for field in Attempt._meta.concrete_fields if not field.primary_key]
    assert [[getattr(row, name) for name in names] for row in stored] == [
        [getattr(row, name) for name in names] for row in rows
    ]
