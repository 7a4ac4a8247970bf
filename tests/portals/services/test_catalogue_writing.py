"""Two workers may read the same catalogue at once, each for another dealer."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from portals.connectors.types import CatalogueNode
from portals.models import CatalogueEntry, Portal
from portals.services.catalogue_snapshots import open_reading
from portals.services.catalogue_writing import Piece, write_pieces
from tests.factories.portals import PortalFactory

NODES = [
    CatalogueNode(vehicle_type=1, kind="colour", key=f"COR {number}", name=f"COR {number}")
    for number in range(800)
]


def write(portal: Portal) -> None:
    """Write the colours of the portal."""
    now = timezone.now()
    piece = Piece(parent=None, nodes=NODES, read_at=now)
    write_pieces([piece], reading=open_reading(portal.pk, "sandbox", now=now))


def in_thread(portal: Portal, barrier: Barrier, failures: list[Exception]) -> Callable[[], None]:
    """Return what one worker does; failures are collected."""

    def work() -> None:
        try:
            barrier.wait(timeout=10)
            write(portal)
        except Exception as err:  # noqa: BLE001 - whatever it is, the test must see it
            failures.append(err)
        finally:
            connection.close()

    return work


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writing_at_once_keeps_each_name_once():
    portal = PortalFactory.create()
    barrier = Barrier(3)
    failures: list[Exception] = []
    threads = [Thread(target=in_thread(portal, barrier, failures)) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert CatalogueEntry.objects.count() == len(NODES)


@pytest.mark.django_db
def test_writing_again_changes_nothing():
    portal = PortalFactory.create()
    write(portal)
    ids = set(CatalogueEntry.objects.values_list("pk", flat=True))

    write(portal)

    assert set(CatalogueEntry.objects.values_list("pk", flat=True)) == ids
