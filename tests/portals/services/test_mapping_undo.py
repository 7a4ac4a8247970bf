"""Undo: exactly what was, down to the byte of a payload, and nothing of what others did since."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Change
from accounts.services.changes import By
from portals.connectors.registry import connector_class
from portals.models import Mapping, MappingBatch
from portals.services.deciding import Decision, accept_many, take_back
from portals.services.drafts import build_drafts
from portals.services.mapping_undo import undo
from portals.services.names import NameResolver
from tests.factories.accounts import DealerFactory, UserFactory
from tests.factories.inventory import VersionFactory
from tests.factories.portals import (
    ListingFactory,
    MappingFactory,
    PortalAccessFactory,
    PortalFactory,
)
from tests.portals.catalogues import entry, onix
from tests.portals.naming import BY, decide, made, place

pytestmark = pytest.mark.django_db
COLUMNS = ("entry", "origin", "probability", "reasons", "decided_by", "decided_at", "dealer")


@pytest.fixture
def portal():
    """The portal."""
    return PortalFactory.create()


@pytest.fixture
def colours(portal):
    """Three colours of the portal."""
    return [entry(portal, "colour", name) for name in ("BRANCA", "NEVE", "GELO")]


def rows():
    """Return all mappings as stored, without their ids."""
    return sorted(Mapping.objects.values_list("kind", "source_key", *COLUMNS))


def test_what_was_is_restored_to_the_last_column(portal, colours):
    person, dealer = UserFactory(), DealerFactory()
    old = MappingFactory(
        portal=portal,
        entry=colours[0],
        kind="colour",
        source_key="value:white",
        dealer=dealer,
        origin="confirmed",
        probability=0.875,
        reasons=[{"fact": "text", "ours": "a", "theirs": "b", "agrees": True}],
        decided_by=person,
    )
    Mapping.objects.filter(pk=old.pk).update(decided_at=datetime(2026, 1, 2, 3, 4, 5, 6, UTC))
    before = rows()
    decisions = [
        Decision(place=place(portal), entry=colours[1]),
        Decision(place=place(portal, source_key="value:grey"), entry=colours[2]),
    ]
    batch = made(accept_many(decisions, by=BY, dealer=dealer))

    report = undo(batch, by=By(user_id=person.pk, source="web"))

    assert rows() == before
    assert (report.restored, report.kept, report.already) == (2, (), False)
    batch.refresh_from_db()
    assert (batch.undone_by, batch.undone_at is not None) == (person, True)
    assert set(Change.objects.order_by("-id").values_list("action", flat=True)[:2]) == {
        "mapping.undone"
    }


def test_a_withdrawal_is_undone_as_well(portal, colours):
    decide(portal, colours[0])
    before = rows()
    batch = made(take_back([place(portal)], by=BY))

    undo(batch, by=BY)

    assert rows() == before


def test_a_second_undo_is_harmless(portal, colours):
    batch = made(decide(portal, colours[0]))
    undo(batch, by=BY)
    decide(portal, colours[1])
    changes, before = Change.objects.count(), rows()

    report = undo(batch, by=BY)

    assert (report.already, report.restored) == (True, 0)
    assert (rows(), Change.objects.count()) == (before, changes)


def test_what_somebody_decided_since_is_kept_and_named(portal, colours):
    decisions = [
        Decision(place=place(portal, source_key=f"value:{name}"), entry=colours[0])
        for name in ("white", "grey")
    ]
    batch = made(accept_many(decisions, by=BY))
    decide(portal, colours[1])

    report = undo(batch, by=BY)

    assert {row[1]: row[2] for row in rows()} == {"value:white": colours[1].pk}
    assert report.restored == 1
    [kept] = report.kept
    assert kept.place.source_key == "value:white"
    assert kept.mapping == Mapping.objects.get(entry=colours[1])


def test_undoing_backwards_leads_back_to_the_start(portal, colours):
    states, batches = [rows()], []
    for colour in (*colours, None):
        batches.append(made(decide(portal, colour)))
        states.append(rows())

    for batch in reversed(batches):
        states.pop()
        undo(batch, by=BY)
        assert rows() == states[-1]


def test_an_undo_wakes_what_the_decision_touched(portal, colours):
    listing = ListingFactory(access=PortalAccessFactory(portal=portal), vehicle__colour="white")
    batch = made(decide(portal, colours[0]))
    listing.due_at = None
    listing.save()
    stamp = type(portal).objects.get().names_stamp

    report = undo(batch, by=BY)

    listing.refresh_from_db()
    assert listing.due_at is not None
    assert report.marked.access_ids == {listing.access_id}
    assert type(portal).objects.get().names_stamp == stamp + 1


def payload(listing):
    """Return the body that would be sent for a listing now."""
    access = listing.access
    resolver = NameResolver(access.portal, access.environment, access.dealer_id)
    draft = build_drafts(access, [listing], resolver)[listing.pk]
    return connector_class(access.portal.slug).payload(draft)


def test_a_payload_is_the_same_to_the_byte_after_an_undo(portal):
    entries = onix(portal)
    other = entry(portal, "model", "PRISMA", parent=entries["brand"])
    entry(portal, "version", "1.0 LT", parent=other)
    entry(portal, "style", "HATCHBACK", parent=other)
    listing = ListingFactory(
        access=PortalAccessFactory(portal=portal),
        vehicle__complete=True,
        vehicle__version=VersionFactory.create(name="1.0 LT"),
    )
    before = payload(listing)
    model = listing.vehicle.version.model_id
    batch = made(
        accept_many(
            [
                Decision(
                    place=place(portal, kind="model", source_key=f"model:{model}"), entry=other
                ),
                Decision(place=place(portal), entry=entry(portal, "colour", "NEVE")),
            ],
            by=BY,
        )
    )
    assert payload(listing).fingerprint() != before.fingerprint()

    undo(batch, by=BY)

    after = payload(listing)
    assert (after.body, after.fingerprint()) == (before.body, before.fingerprint())


def test_the_batch_stays_for_the_record(portal, colours):
    undo(made(decide(portal, colours[0])), by=BY)

    assert MappingBatch.objects.get().steps.count() == 1
