"""A portal that renumbers everything in one night: chunk by chunk, at the same cost per name."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portals.connectors import registry
from portals.models import CatalogueEntry, CatalogueSnapshot, Mapping, MappingStep
from tests.portals.fake import connect
from tests.portals.radar_world import KINDS, sync
from tests.portals.shelves import Name, Shelf, numbered

pytestmark = pytest.mark.django_db


def large(brands: int) -> Shelf:
    """Return a catalogue of so many brands with fifty names each."""
    return Shelf(
        [
            Name("brand", f"B{brand}", below=[_model(brand, model) for model in range(7)])
            for brand in range(brands)
        ]
    )


def _model(brand: int, model: int) -> Name:
    versions = [Name("version", f"{model}.{each} V{brand}") for each in range(6)]
    return Name("model", f"M{model}", below=versions)


@pytest.fixture
def renumbered(access, fake, fake_row, monkeypatch):
    """Read a catalogue with a mapping to every version, then all of it with other keys."""
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(fake, demands=KINDS))

    def renumber(brands: int) -> int:
        CatalogueEntry.objects.all().delete()
        CatalogueSnapshot.objects.all().delete()
        type(access).objects.update(catalogue_fetched_at=None)
        numbered(large(brands), start=100).put(fake)
        sync(access)
        versions = CatalogueEntry.objects.filter(kind="version").iterator()
        Mapping.objects.bulk_create(
            Mapping(
                portal=fake_row,
                environment="sandbox",
                vehicle_type=1,
                kind="version",
                source_key=f"fipe:{number}",
                entry=version,
            )
            for number, version in enumerate(versions)
        )
        numbered(large(brands), start=100_000).put(fake)
        with CaptureQueriesContext(connection) as queries:
            sync(access, seconds=600.0)
        # The token is looked up for every call; that is the session's business.
        return sum("portaltoken" not in each["sql"] for each in queries)

    return renumber


def test_what_a_name_costs_does_not_grow_with_the_catalogue(renumbered):
    few, many = renumbered(4), renumbered(24)

    snapshot = CatalogueSnapshot.objects.latest("number")
    assert (snapshot.renumbered, snapshot.retired, snapshot.added) == (24 * 50, 0, 0)
    assert MappingStep.objects.filter(batch__snapshot=snapshot).count() == 24 * 42
    assert not Mapping.objects.filter(entry__retired_at__isnull=False).exists()
    assert (many - few) / (20 * 50) < 0.25
