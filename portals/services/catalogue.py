"""Reads a portal's catalogue into our tables, piece by piece, so that a stop loses nothing.

A piece is what lies below one brand or one model. What the dealer's stock needs is read first.
Requests are made outside transactions; every few dozen pieces are written in one short one.
Entries that vanish are retired, never deleted; if they come back they are taken up again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from config.lib.folding import fold
from config.lib.remote_errors import UnexpectedAnswer
from inventory.models import Vehicle
from inventory.models.vehicle import GONE
from portals.connectors.base import Connector, HasCatalogue
from portals.connectors.registry import CONNECTORS
from portals.connectors.types import CatalogueNode
from portals.models import CatalogueEntry, Portal, PortalAccess
from portals.models.catalogue import CatalogueKind
from portals.services.catalogue_writing import Piece, write_pieces
from portals.services.mappings import names_changed

PIECES_PER_WRITE = 40
# An access that never read the catalogue relies on what others read within this time.
SHARED_FOR = timedelta(days=1)
PARENTS = (CatalogueKind.BRAND, CatalogueKind.MODEL)


@dataclass(slots=True)
class CatalogueReport:
    """What a reading found: entries seen by kind, and what changed. `done` False = go on later."""

    counts: dict[str, int] = field(default_factory=dict)
    added: int = 0
    renamed: int = 0
    retired: int = 0
    done: bool = False

    @property
    def changes(self) -> int:
        """Return how many entries changed."""
        return self.added + self.renamed + self.retired


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
    last complete reading; a reading that was cut short goes on where it stopped. Raises
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
        self.report = CatalogueReport()
        self.counts: Counter[str] = Counter()
        self.told = 0

    def run(self) -> CatalogueReport:
        """Read roots, then what the stock needs, then the rest."""
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
        self.report.done = not self._late()
        return self.report

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
        try:
            for piece in self._pieces(parents):
                batch.append(piece)
                if len(batch) == PIECES_PER_WRITE:
                    full, batch = batch, []
                    self._write(full)
        finally:
            self._write(batch)

    def _pieces(self, parents: Iterable[CatalogueEntry]) -> Iterator[Piece]:
        for parent in parents:
            if self._late():
                return
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
        written = write_pieces(
            pieces, portal_id=self.portal_id, environment=self.environment, now=self.started
        )
        self.counts.update(node.kind for piece in pieces for node in piece.nodes)
        self.report.added += written.added
        self.report.renamed += written.renamed
        self.report.retired += written.retired
