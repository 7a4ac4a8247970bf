"""Two people on one queue, on a real server: no decision is lost, and the second is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from portals.models import Listing, Mapping, MappingBatch, MappingStep, Portal
from portals.services.deciding import Decision, accept_many
from portals.services.mapping_undo import undo
from portals.services.places import state_of
from tests.factories.portals import ListingFactory, PortalAccessFactory, PortalFactory
from tests.portals.catalogues import entry
from tests.portals.naming import BY, decide, made, place

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
COLOURS = ("white", "grey", "black", "blue", "red", "green", "silver", "gold")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment; return what each came to, an exception if it raised one."""
    ready = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait(timeout=10)
            results[number] = act()
        except Exception as error:  # noqa: BLE001 - what a page would answer 500 to
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture
def portal() -> Portal:
    """The portal, and ads of every colour at two dealers."""
    portal: Portal = PortalFactory.create()
    for _ in range(2):
        access = PortalAccessFactory(portal=portal)
        for colour in COLOURS:
            ListingFactory(access=access, vehicle__colour=colour)
    return portal


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_decide_one_name_the_second_is_told(portal, turn):
    white, snow = entry(portal, "colour", "BRANCA"), entry(portal, "colour", "NEVE")

    first, second = at_once(
        lambda: decide(portal, white, seen="none"), lambda: decide(portal, snow, seen="none")
    )

    assert sorted((first.changed, second.changed)) == [0, 1]
    lost = first if first.changed == 0 else second
    [conflict] = lost.conflicts
    assert conflict.mapping.entry == Mapping.objects.get().entry
    assert (MappingBatch.objects.count(), MappingStep.objects.count()) == (1, 1)


def test_bulks_that_overlap_lose_nothing_and_block_nobody(portal):
    white, snow = entry(portal, "colour", "BRANCA"), entry(portal, "colour", "NEVE")

    def bulk(target: Any, order: int) -> Callable[[], Any]:
        names = COLOURS[::order]
        decisions = [
            Decision(place=place(portal, source_key=f"value:{name}"), entry=target, seen="none")
            for name in names
        ]
        return lambda: accept_many(decisions, by=BY)

    def sends() -> int:
        """Mark listings as a change of vehicles does, in another order."""
        return sum(
            Listing.objects.filter(pk=pk).update(failures=1)
            for pk in Listing.objects.order_by("-pk").values_list("pk", flat=True)
        )

    results = at_once(bulk(white, 1), bulk(snow, -1), bulk(white, -1), sends)

    assert not [each for each in results if isinstance(each, Exception)]
    assert sum(each.changed for each in results[:3]) == len(COLOURS)
    assert Mapping.objects.count() == len(COLOURS)
    assert not Listing.objects.filter(due_at=None).exists()
    assert Portal.objects.get().names_stamp == 2


def test_an_undo_and_a_decision_at_once_end_in_one_of_both(portal):
    white, snow = entry(portal, "colour", "BRANCA"), entry(portal, "colour", "NEVE")
    batch = made(decide(portal, white))
    token = Mapping.objects.get()

    report, decided = at_once(lambda: undo(batch, by=BY), lambda: decide(portal, snow))

    assert not isinstance(report, Exception)
    assert not isinstance(decided, Exception)
    [mapping] = Mapping.objects.all()
    assert mapping.entry == snow
    assert state_of(mapping) != state_of(token)
    assert report.restored == 1 or report.kept[0].mapping.entry == snow


def test_a_batch_is_undone_once_by_two(portal):
    batch = made(decide(portal, entry(portal, "colour", "BRANCA")))

    reports = at_once(lambda: undo(batch, by=BY), lambda: undo(batch, by=BY))

    assert sorted(report.already for report in reports) == [False, True]
    assert not Mapping.objects.exists()
