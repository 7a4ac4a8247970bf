"""What a change of a portal's names as a whole re-opens."""

from __future__ import annotations

import pytest

from portals.models import FanOut
from portals.services.mappings import names_changed
from tests.factories.portals import PortalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal():
    """The portal."""
    return PortalFactory.create()


def test_many_changes_leave_one_fan_out_until_it_has_begun(portal):
    names_changed(portal.pk)
    names_changed(portal.pk)
    names_changed(portal.pk, failure_mode="mapping")
    assert FanOut.objects.count() == 2
    FanOut.objects.update(listing_after=5)

    names_changed(portal.pk)

    assert FanOut.objects.count() == 3
