"""Resolves names against a catalogue as it was before a reading: what ads were sent with until now.

Valid from the moment the reading is compared until mappings are led on.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from config.lib.folding import fold
from portals.models import CatalogueChange, CatalogueEntry, CatalogueSnapshot
from portals.models.snapshots import ChangeKind
from portals.services.catalogue_diff import lost_changes
from portals.services.catalogue_writing import NAME_LENGTH
from portals.services.names import NameResolver


class WorldBefore:
    """What a snapshot's entries were called and which are lost; read once for all dealers."""

    def __init__(self, snapshot: CatalogueSnapshot) -> None:
        self.snapshot = snapshot
        changed = CatalogueChange.objects.filter(snapshot=snapshot)
        rows = changed.exclude(what=ChangeKind.ADDED).values_list("entry", "before__name")
        self.names = {pk: fold(str(name))[:NAME_LENGTH] for pk, name in rows.iterator()}
        self.lost = set(lost_changes(snapshot).values_list("entry", flat=True))

    def resolver(self, dealer_id: int) -> NameResolver:
        """Return a resolver of a dealer's names as they were."""
        return _NamesBefore(self, dealer_id)


class _NamesBefore(NameResolver):
    """A resolver for which a snapshot's changes have not happened."""

    def __init__(self, world: WorldBefore, dealer_id: int) -> None:
        super().__init__(world.snapshot.portal, world.snapshot.environment, dealer_id)
        self.world = world

    def _called(self, pk: int, folded: str) -> str:
        return self.world.names.get(pk, folded)

    def _is_in_use(self, entry: CatalogueEntry) -> bool:
        return entry.retired_at is None or entry.pk in self.world.lost

    def _entries(self) -> QuerySet[CatalogueEntry]:
        mine = CatalogueChange.objects.filter(entry=OuterRef("pk"))
        added = mine.filter(snapshot=self.world.snapshot, what=ChangeKind.ADDED)
        lost = lost_changes(self.world.snapshot).filter(entry=OuterRef("pk"))
        return CatalogueEntry.objects.filter(
            Q(retired_at__isnull=True) | Q(Exists(lost)),
            ~Exists(added),
            portal=self.portal,
            environment=self.environment,
        ).order_by("id")
