"""Decides where our names lead in a portal's catalogue, and re-opens what that decision touches."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from inventory.models import Category
from portals.models import CatalogueEntry, FanOut, Mapping, Portal
from portals.models.catalogue import CatalogueKind, MappingOrigin
from portals.services.marking import Marked, mark_scope


def save_mapping(
    *,
    portal: Portal,
    environment: str,
    vehicle_type: int,
    kind: str,
    source_key: str,
    entry: CatalogueEntry | None,
    by: By,
    dealer: Dealer | None = None,
    body: str = "",
    year: int = 0,
    origin: str = MappingOrigin.PERSON,
) -> Mapping:
    """Lead one of our names to an entry (None: deliberately to nothing), for a dealer or everyone.

    Listings that the decision may touch are decided anew. Saving the same again changes nothing.
    Raises ValidationError naming `kind`, `vehicle_type`, `source_key` or `entry`.
    """
    _check(portal, environment, vehicle_type, kind, source_key, entry)
    with transaction.atomic():
        place = {
            "portal": portal,
            "environment": environment,
            "vehicle_type": vehicle_type,
            "kind": kind,
            "source_key": source_key,
            "body": body,
            "year": year,
            "dealer": dealer,
        }
        mapping, created = Mapping.objects.select_related("entry").get_or_create(
            **place,
            defaults={"entry": entry, "origin": origin, "decided_by_id": by.user_id},
        )
        before = None if created else _label(mapping.entry)
        if not created and mapping.entry_id == (entry.pk if entry else None):
            return mapping
        if not created:
            mapping.entry, mapping.origin = entry, origin
            mapping.decided_by_id = by.user_id
            mapping.decided_at = timezone.now()
            mapping.save(update_fields=["entry", "origin", "decided_by", "decided_at"])
        record_change(
            subject=mapping,
            action="mapping.saved",
            before={} if created else {"entry": before},
            after={"entry": _label(entry), "source_key": source_key, "kind": kind},
            by=by,
            dealer=dealer,
        )
        names_changed(portal.pk, dealer=dealer)
    return mapping


def delete_mapping(mapping: Mapping, *, by: By) -> None:
    """Take a decision back: the same name, or another mapping, counts again."""
    with transaction.atomic():
        record_change(
            subject=mapping,
            action="mapping.deleted",
            before={
                "entry": _label(mapping.entry),
                "source_key": mapping.source_key,
                "kind": mapping.kind,
            },
            by=by,
            dealer=mapping.dealer,
        )
        portal_id, dealer = mapping.portal_id, mapping.dealer
        mapping.delete()
        names_changed(portal_id, dealer=dealer)


def names_changed(
    portal_id: int, *, dealer: Dealer | None = None, failure_mode: str = ""
) -> Marked:
    """Let running drains drop the names they loaded and have listings decided anew.

    Call it inside the transaction of the change. `failure_mode` "mapping" limits it to listings
    that wait for a name. Many changes in a row leave one fan-out, as long as it has not begun.
    """
    Portal.objects.filter(pk=portal_id).update(names_stamp=F("names_stamp") + 1)
    waiting = FanOut.objects.filter(
        Q(dealer__isnull=True) if dealer is None else Q(dealer=dealer),
        portal_id=portal_id,
        access__isnull=True,
        failure_mode=failure_mode,
        listing_after=0,
        vehicle_ids=[],
    )
    # Locked, so that it cannot begin before this change is there to be seen.
    if waiting.select_for_update().first() is not None:
        return Marked(fan_out=True)
    dealer_id = None if dealer is None else dealer.pk
    return mark_scope(portal_id=portal_id, dealer_id=dealer_id, failure_mode=failure_mode)


def _check(
    portal: Portal,
    environment: str,
    vehicle_type: int,
    kind: str,
    source_key: str,
    entry: CatalogueEntry | None,
) -> None:
    if kind not in CatalogueKind.values:
        raise ValidationError({"kind": _("This kind of name does not exist.")})
    if vehicle_type not in Category.values:
        raise ValidationError({"vehicle_type": _("This choice does not exist.")})
    if not 0 < len(source_key) <= 200 or "\x00" in source_key:
        raise ValidationError({"source_key": _("Say which of our names is meant.")})
    if entry is None:
        return
    place = (portal.pk, environment, vehicle_type, kind)
    if (entry.portal_id, entry.environment, entry.vehicle_type, entry.kind) != place:
        raise ValidationError(
            {"entry": _("This name belongs to another portal, environment or kind.")}
        )
    if entry.retired_at is not None:
        raise ValidationError({"entry": _("The portal no longer has this name.")})


def _label(entry: CatalogueEntry | None) -> str:
    return "" if entry is None else entry.name
