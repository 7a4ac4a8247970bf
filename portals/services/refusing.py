"""Refuses proposals for good: for a dealer, or for everyone when support does."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_change, record_changes
from portals.models import CatalogueEntry, MappingBatch, MappingRefusal, MappingStep
from portals.models.decisions import BatchKind
from portals.services.deciding import Decided, lock_portal
from portals.services.places import Place, check_entry, check_place


def refuse(
    place: Place, entries: Sequence[CatalogueEntry], *, by: By, dealer: Dealer | None = None
) -> Decided:
    """Have these entries never proposed again for a name, for a dealer or (None) for anyone.

    What was refused already is left alone. Can be undone like a decision. Raises ValidationError.
    """
    check_place(place)
    for entry in entries:
        check_entry(place, entry)
    columns = {name: value for name, value in place.columns().items() if name not in _NARROWING}
    with transaction.atomic():
        lock_portal(place.portal.pk)
        there = MappingRefusal.objects.filter(**columns, dealer=dealer)
        known = set(there.values_list("entry_id", flat=True))
        new = [
            MappingRefusal(**columns, dealer=dealer, entry=entry, refused_by_id=by.user_id)
            for entry in entries
            if entry.pk not in known
        ]
        if not new:
            return Decided(same=len(entries))
        MappingRefusal.objects.bulk_create(new)
        batch = MappingBatch.objects.create(
            portal=place.portal,
            environment=place.environment,
            dealer=dealer,
            kind=BatchKind.DECISION,
            made_by_id=by.user_id,
        )
        MappingStep.objects.bulk_create(
            MappingStep(batch=batch, **place.step_columns(), after={"refused": row.entry_id})
            for row in new
        )
        record_changes(
            (
                Act(
                    subject=row,
                    action="mapping.refused",
                    before={},
                    after={"entry": row.entry.name, "source_key": row.source_key},
                )
                for row in new
            ),
            by=by,
            dealer=dealer,
        )
        return Decided(batch=batch, changed=len(new), same=len(entries) - len(new))


def allow_again(refusals: QuerySet[MappingRefusal], *, by: By) -> int:
    """Take refusals back, so that they may be proposed again; returns how many there were."""
    with transaction.atomic():
        rows = list(refusals.select_related("entry", "dealer").order_by("pk"))
        for row in rows:
            record_change(
                subject=row,
                action="mapping.allowed",
                before={"entry": row.entry.name, "source_key": row.source_key},
                by=by,
                dealer=row.dealer,
            )
        MappingRefusal.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


_NARROWING = ("body", "year")
