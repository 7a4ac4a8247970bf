"""Mappings, and what they re-open."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By
from portals.models import FanOut, Mapping
from portals.services.mappings import delete_mapping, names_changed, save_mapping
from tests.factories.accounts import DealerFactory
from tests.factories.portals import PortalFactory
from tests.portals.catalogues import entry

pytestmark = pytest.mark.django_db

BY = By(source="test")


@pytest.fixture
def portal():
    """The portal."""
    return PortalFactory.create()


def save(portal, target, **changes):
    """Save a mapping of white."""
    values = {
        "environment": "sandbox",
        "vehicle_type": 1,
        "kind": "colour",
        "source_key": "value:white",
        "by": BY,
    }
    return save_mapping(portal=portal, entry=target, **{**values, **changes})


def stamp(portal):
    """Return the portal's stamp as stored."""
    portal.refresh_from_db()
    return portal.names_stamp


def test_mapping_is_saved_with_history_stamp_and_fan_out(portal):
    dealer = DealerFactory.create()
    before = stamp(portal)

    mapping = save(portal, entry(portal, "colour", "BRANCA"), dealer=dealer)

    assert (mapping.entry.name, mapping.dealer, mapping.body, mapping.year) == (
        *("BRANCA", dealer),
        *("", 0),
    )
    assert stamp(portal) == before + 1
    fan_out = FanOut.objects.get()
    assert (fan_out.portal, fan_out.dealer, fan_out.failure_mode) == (portal, dealer, "")
    change = Change.objects.get()
    assert (change.action, change.after["entry"]) == ("mapping.saved", "BRANCA")


def test_saving_the_same_again_changes_nothing(portal):
    target = entry(portal, "colour", "BRANCA")
    save(portal, target)
    before = stamp(portal)

    save(portal, target)

    assert (Mapping.objects.count(), Change.objects.count(), stamp(portal)) == (1, 1, before)


def test_saving_another_entry_replaces_it(portal):
    save(portal, entry(portal, "colour", "BRANCA"))

    save(portal, None)

    assert Mapping.objects.get().entry is None
    assert Change.objects.latest("id").before == {"entry": "BRANCA"}


def test_dealers_mapping_and_everyones_live_side_by_side(portal):
    target = entry(portal, "colour", "BRANCA")

    save(portal, target)
    save(portal, target, dealer=DealerFactory.create())

    assert Mapping.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "smell"}, "kind"),
        ({"source_key": ""}, "source_key"),
        ({"source_key": "x" * 201}, "source_key"),
        ({"vehicle_type": 2}, "entry"),
        ({"environment": "production"}, "entry"),
        ({"kind": "fuel"}, "entry"),
    ],
)
def test_bad_mapping_is_refused_by_name_and_changes_nothing(portal, changes, field):
    target = entry(portal, "colour", "BRANCA")
    before = stamp(portal)

    with pytest.raises(ValidationError) as caught:
        save(portal, target, **changes)

    assert list(caught.value.message_dict) == [field]
    assert (Mapping.objects.count(), FanOut.objects.count(), stamp(portal)) == (0, 0, before)


def test_entry_of_another_portal_is_refused(portal):
    other = PortalFactory.create(slug="other")

    with pytest.raises(ValidationError) as caught:
        save(portal, entry(other, "colour", "BRANCA"))

    assert list(caught.value.message_dict) == ["entry"]


def test_retired_entry_is_refused(portal):
    target = entry(portal, "colour", "BRANCA")
    target.retired_at = timezone.now()

    with pytest.raises(ValidationError):
        save(portal, target)


def test_deleted_mapping_is_remembered_and_reopens(portal):
    mapping = save(portal, entry(portal, "colour", "BRANCA"))
    before = stamp(portal)

    delete_mapping(mapping, by=BY)

    assert not Mapping.objects.exists()
    assert stamp(portal) == before + 1
    assert Change.objects.latest("id").before["entry"] == "BRANCA"


def test_many_changes_leave_one_fan_out_until_it_has_begun(portal):
    names_changed(portal.pk)
    names_changed(portal.pk)
    names_changed(portal.pk, failure_mode="mapping")
    assert FanOut.objects.count() == 2
    FanOut.objects.update(listing_after=5)

    names_changed(portal.pk)

    assert FanOut.objects.count() == 3
