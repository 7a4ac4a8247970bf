"""Catalogue and plans are read now, or one sentence says why not."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError

from portals.models import CatalogueEntry
from tests.command_line import run

pytestmark = pytest.mark.django_db(transaction=True)
NORTE = ("--dealer", "norte", "--portal", "fake")


def test_it_counts_what_was_read(access, fake):
    fake.catalogue = {(1, ()): [("brand", "FIAT"), ("colour", "AZUL"), ("colour", "PRETO")]}

    result = run("sync_portal", *NORTE)

    assert result == {"plans": 0, "entries": 3, "catalogue": {"brand": 1, "colour": 2}}
    assert run("sync_portal", *NORTE) == result
    assert CatalogueEntry.objects.count() == 3


def test_a_portal_that_is_down_is_a_sentence(access, fake):
    fake.outage = True

    with pytest.raises(CommandError, match="could not be read: unreachable"):
        run("sync_portal", *NORTE)
