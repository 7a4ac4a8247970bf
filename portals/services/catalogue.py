"""Reads a portal's catalogue into our tables, piece by piece, so that a stop loses nothing.

A piece is what lies below one brand or one model. What the dealer's stock needs is read first.
Requests are made outside transactions; every few dozen pieces are written in one short one.
Entries that vanish are retired, never deleted, and only once all is read; if they come back they
are taken up again.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from config.lib.folding import fold
from config.lib.remote_errors import UnexpectedAnswer
from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from portals.connectors.base import Connector, HasCatalogue
from portals.connectors.registry import CONNECTORS
from portals.connectors.types import CatalogueNode
from portals.models import CatalogueEntry, CatalogueSnapshot, Portal, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.services.catalogue_finishing import finish
from portals.services.catalogue_snapshots import left_over, note_emptied, open_reading
from portals.services.catalogue_writing import Piece, write_pieces
from portals.services.mappings import names_changed

_log = logging.getLogger(__name__)
PIECES_PER_WRITE = 40
# An access that never read the catalogue relies on what others read within this time.
SHARED_FOR = timedelta(days=1)
PARENTS = (CatalogueKind.BRAND, CatalogueKind.MODEL)
MANY = 3  # names of one kind below one parent that do not vanish all at once


@dataclass(slots=True)
class CatalogueReport:
    """What a reading found: entries seen by kind, and what changed. `done` False = go on later.

    `emptied` are the brands and models whose lists were suddenly empty, which was not believed.
    """

    counts: dict[str, int] = field(default_factory=dict)
    added: int = 0
    renamed: int = 0
    retired: int = 0
    renumbered: int = 0
    done: bool = False
    emptied: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """Return how many entries changed."""
        return self.added + self.renamed + self.retired + self.renumbered


def upsert_portals() -> int:
    """Bring the table of portals to what the registry says; returns how many there are.

    What people decide about a portal (active, rate) is left alone.
    """
    for slug, connector in CONNECTORS.items():
        Portal.objects.update_or_create(
            slug=slug,
            defaults={"name": connector.label, "categories": list(connector.traits.categories)},
        )
    return len(CONNECTORS)


def sync_catalogue(
    access: PortalAccess, *, connector: Connector, deadline: float
) -> CatalogueReport:
    """Read the catalogue of an access's portal and environment until done or `deadline`.

    `deadline` is a moment of time.monotonic(). Read again is what was last read before the access's
    last complete reading; a reading that was cut short goes on where it stopped. Once all is read,
    it is compared with what was known, and the ads it touches are marked as due. Raises
    RemoteError; what was read until then is kept.
    """
    return _Reading(access, cast(HasCatalogue, connector), deadline).run()


class _Reading:
    """One run of reading for one access."""

    def __init__(self, access: PortalAccess, connector: HasCatalogue, deadline: float) -> None:
        self.access, self.connector, self.deadline = access, connector, deadline
        self.environment, self.portal_id = access.environment, access.portal_id
        self.started = timezone.now()
        self.stale_before = access.catalogue_fetched_at or self.started - SHARED_FOR
        self.reading = open_reading(self.portal_id, self.environment, now=self.started)
        self.report = CatalogueReport()
        self.counts: Counter[str] = Counter()
        self.told = 0
        self.doubted: set[int] = set()  # parents whose answer was not believed

    def run(self) -> CatalogueReport:
        """Work through what an earlier reading left, then read: roots, the stock's needs, the rest.

        Names that vanished stay until all is read, and so do the ads that use them.
        """
        if not self._finish(left_over(self.portal_id, self.environment)):
            return self.report
        try:
            self._read_roots()
            for kind in PARENTS:
                self._read_below(self._stale(kind, used=True))
            self._tell()
            for kind in PARENTS:
                self._read_below(self._stale(kind, used=False))
        finally:
            self._tell()
            self.report.counts = dict(sorted(self.counts.items()))
        if not self._late():
            snapshots = [self.reading.snapshots[each] for each in sorted(self.reading.snapshots)]
            self.report.done = self._finish(snapshots)
        return self.report

    def _finish(self, snapshots: Sequence[CatalogueSnapshot]) -> bool:
        """Work readings through; False = the time was over, go on later."""
        for snapshot in snapshots:
            found = finish(snapshot, late=self._late)
            if not found.is_done:
                return False
            self.report.retired += found.retired
            self.report.renamed += found.renamed
            self.report.renumbered += found.renumbered
            self.report.added = max(0, self.report.added - found.renumbered - found.renamed)
        return True

    def _late(self) -> bool:
        return time.monotonic() >= self.deadline

    def _tell(self) -> None:
        """Let running drains notice that names changed, and re-open what waits for a name."""
        if self.report.changes == self.told:
            return
        self.told = self.report.changes
        with transaction.atomic():
            names_changed(self.portal_id, failure_mode="mapping")

    def _read_roots(self) -> None:
        nodes = list(self.connector.catalogue_roots())
        self._refuse_emptied(nodes)
        for vehicle_type in sorted({node.vehicle_type for node in nodes}):
            self.reading.snapshot(vehicle_type)
        self._write([Piece(parent=None, nodes=nodes, read_at=self.started)])

    def _refuse_emptied(self, nodes: list[CatalogueNode]) -> None:
        """A list that is suddenly empty is a fault of the portal, not its new catalogue."""
        told = {(node.vehicle_type, node.kind) for node in nodes}
        known = self._entries().filter(parent__isnull=True, retired_at__isnull=True)
        for pair in known.order_by().values_list("vehicle_type", "kind").distinct():
            if pair not in told:
                raise UnexpectedAnswer(f"empty list of {pair[1]}")

    def _read_below(self, parents: Sequence[CatalogueEntry]) -> None:
        """Read what lies below these entries, writing every so many, and also if it fails."""
        batch: list[Piece] = []
        many = self._many(parents)
        try:
            for piece in self._pieces(parents):
                if self._is_doubtful(piece, many):
                    continue
                batch.append(piece)
                if len(batch) == PIECES_PER_WRITE:
                    full, batch = batch, []
                    self._write(full)
        finally:
            self._write(batch)

    def _many(self, parents: Sequence[CatalogueEntry]) -> dict[int, set[str]]:
        """Return the kinds of which there are many names below these parents; one query."""
        if not parents:
            return {}
        rows = self._entries().filter(parent__kind=parents[0].kind, retired_at__isnull=True)
        counts = rows.order_by().values("parent", "kind").annotate(number=Count("pk"))
        found: dict[int, set[str]] = defaultdict(set)
        for parent, kind in counts.filter(number__gte=MANY).values_list("parent", "kind"):
            found[parent or 0].add(kind)
        return found

    def _is_doubtful(self, piece: Piece, many: dict[int, set[str]]) -> bool:
        """Tell whether many names of a kind are missing all at once below a parent still there.

        That is a fault of the portal: they stay, the parent counts as not read, and the next
        reading asks again. A person is told, since only a person can say that it is true.
        """
        parent = piece.parent
        if parent is None:
            return False
        missing = many.get(parent.pk, set()) - {node.kind for node in piece.nodes}
        snapshot = self.reading.snapshot(parent.vehicle_type)
        is_noted = any(each["entry"] == parent.pk for each in snapshot.emptied)
        if not missing and not is_noted:
            return False  # the rule, which must not cost a query for every parent
        name = f"{parent.parent.name} {parent.name}" if parent.parent is not None else parent.name
        # Below a parent that this reading did not meet nothing is missing: it is gone as a whole.
        if is_noted or parent.snapshot >= snapshot.number:
            note_emptied(snapshot, parent, name=name, kinds=missing)
        if not missing:
            return False
        self.doubted.add(parent.pk)
        self.report.emptied.append(name)
        _log.warning(
            "catalogue_list_emptied",
            extra={"portal_id": self.portal_id, "entry_id": parent.pk},
        )
        return True

    def _pieces(self, parents: Iterable[CatalogueEntry]) -> Iterator[Piece]:
        for parent in parents:
            if self._late():
                return
            if parent.pk in self.doubted:
                continue
            read_at = timezone.now()
            path: tuple[str, ...] = (parent.remote_key,)
            if parent.parent is not None:
                path = (parent.parent.remote_key, parent.remote_key)
            nodes = list(self.connector.catalogue_children(parent.vehicle_type, path))
            yield Piece(parent=parent, nodes=nodes, read_at=read_at)

    def _entries(self) -> QuerySet[CatalogueEntry]:
        return CatalogueEntry.objects.filter(portal_id=self.portal_id, environment=self.environment)

    def _stale(self, kind: str, *, used: bool) -> list[CatalogueEntry]:
        """Return the entries of a kind whose children are to be read, of used names or all."""
        rows = self._entries().filter(
            Q(children_read_at__isnull=True) | Q(children_read_at__lte=self.stale_before),
            kind=kind,
            retired_at__isnull=True,
        )
        rows = rows.exclude(parent__retired_at__isnull=False).select_related("parent")
        found = list(rows.order_by("id"))
        if not used:
            return found
        names = self._used_names(kind)
        return [entry for entry in found if (entry.vehicle_type, entry.folded) in names]

    def _used_names(self, kind: str) -> set[tuple[int, str]]:
        """Return (category, folded name) of the brands or models in the dealer's stock."""
        stock = Vehicle.objects.for_dealer(self.access.dealer).exclude(state__in=GONE)
        columns = {
            CatalogueKind.BRAND: ("version__model__brand__name", "brand_text"),
            CatalogueKind.MODEL: ("version__model__name", "model_text"),
        }[CatalogueKind(kind)]
        rows = stock.order_by().values_list("category", *columns).distinct()
        return {(row[0], fold(name)) for row in rows for name in row[1:] if name}

    def _write(self, pieces: Sequence[Piece]) -> None:
        if not pieces:
            return
        written = write_pieces(pieces, reading=self.reading)
        self.counts.update(node.kind for piece in pieces for node in piece.nodes)
        self.report.added += written.added
        self.report.renamed += written.renamed
