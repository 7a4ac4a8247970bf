"""The radar of a changed catalogue: exact, by looking every ad's names up before and after."""

from __future__ import annotations

import random
from typing import Any

import pytest

from accounts.services.changes import By
from portals.connectors import registry
from portals.models import CatalogueChange, CatalogueSnapshot, Listing, Mapping, MappingBatch
from portals.models.snapshots import ChangeKind
from portals.services import remapping
from portals.services.mapping_undo import undo
from portals.services.marking import spread
from tests.portals.fake import connect
from tests.portals.radar_world import (
    KINDS,
    answers,
    decide_some,
    differing,
    payloads,
    shelf,
    stock,
    sync,
    touched,
)
from tests.portals.shelves import Name, Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def accesses(connected, fake, monkeypatch):
    """Two dealers with ads at a portal that demands names."""
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(fake, demands=KINDS))
    both = [connected(), connected()]
    for access in both:
        stock(access)
    return both


@pytest.fixture
def unled(monkeypatch, fake_row):
    """What every ad's names led to, and what it would be sent as, before mappings were led on."""
    seen: dict[str, Any] = {}
    real = remapping.remap

    def remember(snapshot, *, late):
        seen["answers"], seen["payloads"] = answers(fake_row), payloads(fake_row)
        return real(snapshot, late=late)

    monkeypatch.setattr(remapping, "remap", remember)
    return seen


def mutate(shelf: Shelf, chance: random.Random) -> None:
    """Rename, retire, renumber and add names at random, on every level; a quarter of them."""
    changes = {
        0: lambda names, name: names.remove(name),
        1: lambda _, name: setattr(name, "key", f"9{name.key}"),
        2: lambda _, name: setattr(name, "key", f"6{name.key}"),
        3: lambda _, name: setattr(name, "name", " ".join(reversed(name.name.split()))),
        4: lambda _, name: setattr(name, "name", f"{name.name} NOVO"),
        5: lambda names, name: names.append(Name(name.kind, name.name, f"8{name.key}")),
        6: lambda names, name: names.append(
            Name(name.kind, f"{name.name} X", f"7{name.key}", name.below)
        ),
        7: lambda names, name: swap_keys(name, chance.choice(names)),
    }
    for names, name in list(shelf.walk()):
        change = changes.get(chance.randrange(32))
        if change is not None and name in names:
            change(names, name)


def swap_keys(one: Name, other: Name) -> None:
    """Give two names of a kind each other's key."""
    if one.kind == other.kind:
        one.key, other.key = other.key, one.key


@pytest.mark.parametrize("seed", range(8))
def test_radar_is_exact_and_undo_gives_the_same_bytes(accesses, fake, fake_row, unled, seed):
    chance = random.Random(seed)
    catalogue = shelf(start=100 if seed % 3 else 0)
    catalogue.put(fake)
    sync(accesses[0])
    decide_some(fake_row, accesses, chance)
    before = answers(fake_row)
    Listing.objects.update(due_at=None)
    mutate(catalogue, chance)
    catalogue.put(fake)

    sync(accesses[0])
    spread()

    expected = differing(before, unled["answers"])
    found = touched()
    assert expected <= found
    assert found - expected <= moved_under_the_same_key(found - expected)
    due = set(Listing.objects.filter(due_at__isnull=False).values_list("pk", flat=True))
    assert found == due
    for batch in MappingBatch.objects.order_by("-pk"):
        assert undo(batch, by=By()).kept == ()
    assert payloads(fake_row) == unled["payloads"]


def moved_under_the_same_key(ads: set[int]) -> set[int]:
    """Return the ads that a name took away the key of another one from."""
    swapped = CatalogueChange.objects.filter(
        what=ChangeKind.RENUMBERED, entry__retired_at__isnull=True, touches__listing__in=ads
    )
    return set(swapped.values_list("touches__listing", flat=True))


def test_renumbering_of_everything_leads_every_mapping_on(accesses, fake, fake_row, unled):
    shelf(start=100).put(fake)
    sync(accesses[0])
    decide_some(fake_row, accesses, random.Random(1))
    before = answers(fake_row)
    shelf(start=5000).put(fake)

    sync(accesses[0])

    snapshot = CatalogueSnapshot.objects.latest("number")
    assert snapshot.retired == snapshot.added == snapshot.renamed == 0
    assert snapshot.renumbered == len(list(shelf().walk()))
    assert not Mapping.objects.filter(entry__retired_at__isnull=False).exists()
    after = answers(fake_row)
    for pk, own in before.items():
        for place, (key, missing) in own.items():
            expected = None if key is None else str(int(key) + 4900)
            assert after[pk][place] == (expected, missing), place
