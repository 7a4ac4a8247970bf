"""Leads mappings on to where a name is now, where nothing else can be meant; undone as one batch.

Two things are safe: a mapping whose entry was found again under another key, and a name of ours
that was found by its spelling alone, when the portal only writes it otherwise now. All else waits
for a person. Who decided a mapping stays its author: only the key changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.services.changes import Act, By, record_changes
from portals.models import (
    CatalogueChange,
    CatalogueEntry,
    CatalogueSnapshot,
    CatalogueTouch,
    Mapping,
    MappingBatch,
    MappingStep,
)
from portals.models.catalogue import MappingOrigin
from portals.models.decisions import BatchKind
from portals.models.snapshots import ChangeKind, Effect
from portals.services.deciding import grow_stamp, lock_portal
from portals.services.names import STRICT
from portals.services.places import label_of, place_of, state_of
from portals.services.spelling import is_alike

AT_ONCE = 200
BY = By(source="system", reason="catalogue changed")
_Key = tuple[str, str, int | None]  # kind, source key, dealer


def remap(snapshot: CatalogueSnapshot, *, late: Callable[[], bool]) -> bool:
    """Lead on what is safe in a snapshot; False = the time was over, go on later.

    Each transaction takes some hundred mappings, keeps the last one as the snapshot's cursor, and
    so moves none twice, not even where two entries took each other's keys.
    """
    while True:
        if late():
            return False
        with transaction.atomic():
            lock_portal(snapshot.portal_id)
            if not _move_some(snapshot):
                break
    pins = _pins(snapshot)
    for start in range(0, len(pins), AT_ONCE):
        if late():
            return False
        with transaction.atomic():
            lock_portal(snapshot.portal_id)
            _pin(snapshot, pins[start : start + AT_ONCE])
    return True


def _move_some(snapshot: CatalogueSnapshot) -> bool:
    """Lead the next mappings to the successors of their entries; False = there are none left."""
    heirs = CatalogueChange.objects.filter(snapshot=snapshot, successor__isnull=False)
    rows = (
        Mapping.objects.filter(
            Exists(heirs.filter(entry=OuterRef("entry"))),
            portal=snapshot.portal_id,
            environment=snapshot.environment,
            pk__gt=snapshot.cursor,
        )
        .select_related("entry", "portal", "dealer")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    mappings = list(rows[:AT_ONCE])
    if not mappings:
        return False
    found = heirs.filter(entry__in=[row.entry_id for row in mappings]).select_related("successor")
    successors = {change.entry_id: change.successor for change in found}
    moves = _Moves(snapshot)
    for mapping in mappings:
        before, label = state_of(mapping), label_of(mapping)
        mapping.entry = successors[mapping.entry_id or 0]
        moves.add(mapping, before=before, label=label)
    # Only the entry: the moment and the author of the decision stay.
    Mapping.objects.bulk_update(mappings, ["entry"], batch_size=AT_ONCE)
    moves.write()
    snapshot.cursor = mappings[-1].pk
    snapshot.save(update_fields=["cursor"])
    return True


@dataclass(slots=True)
class _Moves:
    """What one transaction did, gathered by dealer: each has a batch of their own to undo."""

    snapshot: CatalogueSnapshot
    steps: dict[int | None, list[MappingStep]] = field(default_factory=lambda: defaultdict(list))
    acts: dict[int | None, list[Act]] = field(default_factory=lambda: defaultdict(list))

    def add(self, mapping: Mapping, *, before: dict[str, object] | None, label: str = "") -> None:
        """Note a mapping as it is now, and how it was (None: it is new)."""
        about = {"source_key": mapping.source_key, "kind": mapping.kind}
        step = MappingStep(
            **place_of(mapping).step_columns(), before=before, after=state_of(mapping)
        )
        act = Act(
            subject=mapping,
            action="mapping.remapped",
            before={} if before is None else {"entry": label},
            after={"entry": label_of(mapping), **about},
        )
        self.steps[mapping.dealer_id].append(step)
        self.acts[mapping.dealer_id].append(act)

    def write(self) -> None:
        """Write steps and history."""
        for dealer_id, steps in self.steps.items():
            place: dict[str, Any] = {**_place_of(self.snapshot), "dealer_id": dealer_id}
            batch, _ = MappingBatch.objects.get_or_create(
                snapshot=self.snapshot, kind=BatchKind.RADAR, **place
            )
            for step in steps:
                step.batch = batch
            MappingStep.objects.bulk_create(steps, batch_size=AT_ONCE)
            record_changes(self.acts[dealer_id], by=BY, dealer=dealer_id)
        grow_stamp(self.snapshot.portal_id)


def _place_of(snapshot: CatalogueSnapshot) -> dict[str, Any]:
    return {"portal_id": snapshot.portal_id, "environment": snapshot.environment}


@dataclass(frozen=True, slots=True)
class _Pin:
    """A name of ours to be led to an entry it was found by spelling at."""

    key: _Key
    entry: CatalogueEntry


def _pins(snapshot: CatalogueSnapshot) -> list[_Pin]:
    """Return the names of ours that were found by spelling and can only be meant so now.

    None that anybody decided, and none that would have to lead to two places at once.
    """
    targets: dict[_Key, dict[object, CatalogueEntry]] = defaultdict(dict)
    for touch in _respelled(snapshot).iterator(chunk_size=1000):
        change = touch.change
        entry = change.successor or change.entry
        if not is_alike(str(change.before["name"]), str(change.after["name"])):
            continue
        # Free text is one dealer's own, and nobody else's to read.
        dealer_id = touch.dealer_id if touch.source_key.startswith("text:") else None
        same = entry.pk if touch.kind in STRICT else entry.remote_key
        targets[touch.kind, touch.source_key, dealer_id].setdefault(same, entry)
    return [
        _Pin(key, next(iter(entries.values())))
        for key, entries in targets.items()
        if len(entries) == 1
    ]


def _respelled(snapshot: CatalogueSnapshot) -> QuerySet[CatalogueTouch]:
    """Return the touches of names that nobody decided and that the portal writes otherwise now."""
    decided = Mapping.objects.filter(
        Q(dealer__isnull=True) | Q(dealer=OuterRef("dealer")),
        portal=snapshot.portal_id,
        environment=snapshot.environment,
        vehicle_type=snapshot.vehicle_type,
        kind=OuterRef("kind"),
        source_key=OuterRef("source_key"),
    )
    touches = CatalogueTouch.objects.filter(
        ~Exists(decided),
        change__snapshot=snapshot,
        change__what=ChangeKind.RENAMED,
        effect=Effect.FAILS,
    )
    return touches.select_related("change__entry", "change__successor").order_by("pk")


def _pin(snapshot: CatalogueSnapshot, pins: Sequence[_Pin]) -> None:
    """Make the mappings, unless somebody decided meanwhile."""
    moves = _Moves(snapshot)
    for pin in pins:
        kind, source_key, dealer_id = pin.key
        place: dict[str, Any] = {**_place_of(snapshot), "dealer_id": dealer_id}
        mapping, is_new = Mapping.objects.select_related("entry").get_or_create(
            **place,
            vehicle_type=snapshot.vehicle_type,
            kind=kind,
            source_key=source_key,
            body="",
            year=0,
            defaults={
                "entry": pin.entry,
                "origin": MappingOrigin.EXACT,
                "decided_at": timezone.now(),
            },
        )
        if is_new:
            moves.add(mapping, before=None)
    moves.write()
