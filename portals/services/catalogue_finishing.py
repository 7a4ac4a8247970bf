"""Works a complete reading through, stage by stage: compare, retire, find the ads, lead on, wake.

Each stage goes in short transactions and may be repeated; the stage reached is kept, so that a
stop anywhere loses nothing and doubles nothing. Until names are retired, ads keep using them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from portals.models import CatalogueChange, CatalogueEntry, CatalogueSnapshot
from portals.models.catalogue import CatalogueKind
from portals.models.snapshots import ChangeKind, Stage
from portals.services import catalogue_diff, radar_touches, remapping
from portals.services.deciding import grow_stamp
from portals.services.mappings import names_changed

RETIRED_AT_ONCE = 500
Work = Callable[..., bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What working a reading through found; `is_done` False = the time was over."""

    is_done: bool = False
    retired: int = 0
    renumbered: int = 0
    renamed: int = 0  # those that were found again under another spelling


def finish(snapshot: CatalogueSnapshot, *, late: Callable[[], bool]) -> Finished:
    """Go on with a snapshot of which all was read until it is complete or `late` says stop.

    A reading that relied on others' and found nothing, nor anything doubtful, is not kept.
    """
    if snapshot.is_baseline:
        return Finished(is_done=True, retired=_finish_first(snapshot))
    if snapshot.stage == Stage.READING and _is_idle(snapshot):
        snapshot.delete()
        return Finished(is_done=True)
    stages: dict[int, Work] = {
        Stage.COMPARING: catalogue_diff.compare,
        Stage.RETIRING: _retire,
        Stage.TOUCHING: radar_touches.find_touches,
        Stage.REMAPPING: remapping.remap,
        Stage.WAKING: radar_touches.wake_touched,
    }
    for stage, work in stages.items():
        if snapshot.stage > stage:
            continue
        if snapshot.stage < stage:
            snapshot.stage, snapshot.cursor = stage, 0
            snapshot.save(update_fields=["stage", "cursor"])
        if not work(snapshot, late=late):
            return Finished()
        if not snapshot.changes.exists():
            break
    return _complete(snapshot)


def _finish_first(snapshot: CatalogueSnapshot) -> int:
    """Count a first reading; what it did not see is no change of the portal."""
    retired = 0
    for kind in (None, CatalogueKind.BRAND, CatalogueKind.MODEL):
        below = Q(parent__isnull=True) if kind is None else Q(parent__kind=kind)
        rows = catalogue_diff.entries_of(snapshot).filter(below, retired_at__isnull=True)
        gone = catalogue_diff.vanished(snapshot) | Q(parent__retired_at__isnull=False)
        ids = list(rows.filter(gone).values_list("pk", flat=True))
        retired += _retire_ids(ids)
    if retired:
        names_changed(snapshot.portal_id, failure_mode="mapping")
    _complete(snapshot)
    return retired


def _is_idle(snapshot: CatalogueSnapshot) -> bool:
    """Whether a reading read nothing but the roots, and found nothing new or gone among them."""
    entries = catalogue_diff.entries_of(snapshot)
    return not (
        snapshot.emptied
        or snapshot.changes.exists()
        or entries.filter(children_read_at__gte=snapshot.started_at).exists()
        or entries.filter(catalogue_diff.vanished(snapshot), retired_at__isnull=True).exists()
    )


def _retire(snapshot: CatalogueSnapshot, *, late: Callable[[], bool]) -> bool:
    """Take what vanished out of use, parents first."""
    lost = catalogue_diff.lost_changes(snapshot).filter(entry=OuterRef("pk"))
    for kind in (None, CatalogueKind.BRAND, CatalogueKind.MODEL):
        below = Q(parent__isnull=True) if kind is None else Q(parent__kind=kind)
        rows = catalogue_diff.entries_of(snapshot).filter(
            below,
            Exists(lost),
            Q(snapshot__lt=snapshot.number) | Q(parent__retired_at__isnull=False),
            retired_at__isnull=True,
        )
        while ids := list(rows.values_list("pk", flat=True)[:RETIRED_AT_ONCE]):
            if late():
                return False
            _retire_ids(ids)
    grow_stamp(snapshot.portal_id)
    return True


def _retire_ids(ids: list[int]) -> int:
    retired = 0
    for start in range(0, len(ids), RETIRED_AT_ONCE):
        part = ids[start : start + RETIRED_AT_ONCE]
        retired += CatalogueEntry.objects.filter(pk__in=part).update(retired_at=timezone.now())
    return retired


def _complete(snapshot: CatalogueSnapshot) -> Finished:
    """Count what there is and what changed; a reading's new names without those it paired."""
    with transaction.atomic():
        changes = CatalogueChange.objects.filter(snapshot=snapshot)
        paired = changes.filter(successor__isnull=False).values("successor")
        changes.filter(what=ChangeKind.ADDED, entry__in=paired).delete()
        again = changes.filter(what=ChangeKind.RENAMED, successor__isnull=False).count()
        counts = dict(changes.order_by().values_list("what").annotate(Count("pk")))
        entries = catalogue_diff.entries_of(snapshot).filter(retired_at__isnull=True)
        kinds = entries.order_by("kind").values_list("kind").annotate(Count("pk"))
        snapshot.counts = dict(kinds)
        snapshot.added = counts.get(ChangeKind.ADDED, 0)
        snapshot.renamed = counts.get(ChangeKind.RENAMED, 0)
        snapshot.retired = counts.get(ChangeKind.RETIRED, 0)
        snapshot.renumbered = counts.get(ChangeKind.RENUMBERED, 0)
        snapshot.stage, snapshot.finished_at = Stage.DONE, timezone.now()
        snapshot.save()
    return Finished(
        is_done=True, retired=snapshot.retired, renumbered=snapshot.renumbered, renamed=again
    )
