"""Opens a reading of a catalogue, or goes on with one that was cut short."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from portals.models import CatalogueEntry, CatalogueSnapshot
from portals.models.snapshots import Stage


@dataclass(slots=True, kw_only=True)
class Reading:
    """One reading of a portal's catalogue in one environment: a snapshot per vehicle type.

    `number` and `started_at` are those of its beginning, however often it was cut short since.
    """

    portal_id: int
    environment: str
    number: int
    started_at: datetime
    snapshots: dict[int, CatalogueSnapshot] = field(default_factory=dict)

    def snapshot(self, vehicle_type: int) -> CatalogueSnapshot:
        """Return the snapshot of a vehicle type; it is opened when the type is first seen."""
        if vehicle_type not in self.snapshots:
            rows = _snapshots(self.portal_id, self.environment)
            complete = rows.filter(vehicle_type=vehicle_type, finished_at__isnull=False)
            self.snapshots[vehicle_type], _ = CatalogueSnapshot.objects.get_or_create(
                portal_id=self.portal_id,
                environment=self.environment,
                vehicle_type=vehicle_type,
                number=self.number,
                defaults={
                    "started_at": self.started_at,
                    "is_baseline": not complete.exists(),
                },
            )
        return self.snapshots[vehicle_type]


def note_emptied(
    snapshot: CatalogueSnapshot, parent: CatalogueEntry, *, name: str, kinds: Collection[str]
) -> None:
    """Note on a reading which kinds of names are missing below a parent; none: it is told again.

    A reading that goes on after a stop asks once more, so that the last answer counts.
    """
    others = [each for each in snapshot.emptied if each.get("entry") != parent.pk]
    noted = [{"entry": parent.pk, "name": name, "kinds": sorted(kinds)}] if kinds else []
    if [*others, *noted] != snapshot.emptied:
        snapshot.emptied = [*others, *noted]
        snapshot.save(update_fields=["emptied"])


def open_reading(portal_id: int, environment: str, *, now: datetime) -> Reading:
    """Return the reading that was cut short, else a new one that begins now."""
    rows = _snapshots(portal_id, environment)
    started = list(rows.filter(stage=Stage.READING, finished_at__isnull=True))
    if started:
        first = min(started, key=lambda snapshot: snapshot.number)
        number, started_at = first.number, first.started_at
    else:
        last = rows.aggregate(last=Max("number"))["last"] or 0
        seen = CatalogueEntry.objects.filter(portal_id=portal_id, environment=environment)
        last = max(last, seen.aggregate(last=Max("snapshot"))["last"] or 0)
        # Two readings within a second are two all the same.
        number, started_at = max(int(now.timestamp()), last + 1), now
    return Reading(
        portal_id=portal_id,
        environment=environment,
        number=number,
        started_at=started_at,
        snapshots={row.vehicle_type: row for row in started if row.number == number},
    )


def left_over(portal_id: int, environment: str) -> list[CatalogueSnapshot]:
    """Return the snapshots that were read to the end but not worked through."""
    rows = _snapshots(portal_id, environment).filter(finished_at__isnull=True)
    return list(rows.exclude(stage=Stage.READING).order_by("number", "vehicle_type"))


def state_of(entry: CatalogueEntry) -> dict[str, Any]:
    """Return how an entry is called, as changes keep it."""
    return {
        "name": entry.name,
        "remote_key": entry.remote_key,
        "years": [entry.year_first, entry.year_last],
    }


def _snapshots(portal_id: int, environment: str) -> QuerySet[CatalogueSnapshot]:
    return CatalogueSnapshot.objects.filter(portal_id=portal_id, environment=environment)
