"""The history of a store as the audit page shows it: filtered, a page at a time, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Change, Dealer, Membership, User
from accounts.selectors import erased_fields, field_changes
from inventory.models import Contract, Quote, Reservation, Vehicle, Version
from office import audit_words
from portals.models import Listing, Plan

PER_PAGE = 40
EXPORTED = 2000  # acts in one file, the newest
VEHICLES_FOUND = 50  # of those whose code or plate was typed
HIDDEN = frozenset({"source_facts", "source_reference", "dealer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What of the history is wanted; '' and None = no restriction. `person` 0 = the machine."""

    vehicle: str = ""
    person: int | None = None
    subject: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A field before and after, in words; `erased` where the person's data is no more."""

    label: str
    before: str
    after: str
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One act. `vehicle_id` is where the subject can be looked at, None for no vehicle."""

    change: Change
    subject: str
    label: str
    action: str
    source: str
    vehicle_id: int | None
    fields: Sequence[FieldLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """A page of the history, newest first; `older` continues it, None at the end."""

    lines: Sequence[AuditLine]
    older: int | None


def audit_page(dealer: Dealer, chosen: AuditFilter, *, before: int | None = None) -> AuditPage:
    """Return the acts the filter lets through, continued below the act `before`."""
    changes = changes_found(dealer, chosen)
    if before is not None:
        last = Change.objects.for_dealer(dealer).filter(pk=before).values_list("at", flat=True)
        moment = last.first()
        if moment is not None:
            changes = changes.filter(at__lte=moment).exclude(at=moment, pk__gte=before)
    rows = list(changes.select_related("actor").order_by("-at", "-id")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    older = shown[-1].pk if len(rows) > PER_PAGE else None
    return AuditPage(lines=lines_of(dealer, shown), older=older)


def audit_lines(dealer: Dealer, chosen: AuditFilter) -> list[AuditLine]:
    """Return the newest acts the filter lets through, as many as one file may hold."""
    changes = changes_found(dealer, chosen).select_related("actor").order_by("-at", "-id")
    return lines_of(dealer, list(changes[:EXPORTED]))


def changes_found(dealer: Dealer, chosen: AuditFilter) -> QuerySet[Change]:
    """Return the history the filter lets through, in no order."""
    changes: QuerySet[Change] = Change.objects.for_dealer(dealer)
    if chosen.vehicle:
        changes = changes.filter(_of_vehicles(dealer, chosen.vehicle))
    if chosen.person is not None:
        changes = changes.filter(actor=chosen.person or None)
    exact = {
        "subject_type": chosen.subject,
        "action": chosen.action,
        "request_id": chosen.request,
        "at__gte": chosen.since,
        "at__lt": chosen.until,
    }
    return changes.filter(**{name: value for name, value in exact.items() if value})


def people_of(dealer: Dealer) -> list[tuple[int, str]]:
    """Return who has ever worked for the dealer, by name."""
    members = Membership.objects.filter(dealer=dealer).select_related("user")
    return sorted(((each.user_id, str(each.user)) for each in members), key=lambda one: one[1])


def _of_vehicles(dealer: Dealer, text: str) -> Q:
    """Return the condition of everything about the vehicles of that code or plate."""
    plate = "".join(letter for letter in text if letter.isalnum())
    named = Q(code__iexact=text) | (Q(plate__iexact=plate) if plate else Q())
    vehicles = Vehicle.objects.for_dealer(dealer).filter(named)
    ids = list(vehicles.order_by("-id").values_list("pk", flat=True)[:VEHICLES_FOUND])
    condition = Q(subject_type="inventory.vehicle", subject_id__in=ids)
    if ids:
        for model in (Listing, Reservation, Quote, Contract):
            rows = model.objects.for_dealer(dealer).filter(vehicle__in=ids).values("pk")
            condition |= Q(subject_type=model._meta.label_lower, subject_id__in=rows)  # noqa: SLF001
    return condition


def lines_of(
    dealer: Dealer, changes: Sequence[Change], *, hidden: Collection[str] = HIDDEN
) -> list[AuditLine]:
    """Return acts of a dealer in words, without the fields of the names in `hidden`."""
    names = _names(dealer, _ids_in(changes))
    ads = _ads_in(dealer, changes)
    return [
        AuditLine(
            change=change,
            subject=audit_words.subject_word(change.subject_type),
            label=_label(change, names, ads),
            action=audit_words.action_word(change.action),
            source=audit_words.source_word(change.source),
            vehicle_id=_vehicle_of(change, ads),
            fields=_fields(change, names, currency=dealer.currency, hidden=hidden),
        )
        for change in changes
    ]


def _fields(
    change: Change,
    names: dict[tuple[str, int], str],
    *,
    currency: str,
    hidden: Collection[str],
) -> list[FieldLine]:
    gone = erased_fields(change)

    def word(name: str, value: Any) -> str:
        return audit_words.value_word(
            change.subject_type, name, value, names=names, currency=currency
        )

    return [
        FieldLine(
            label=audit_words.field_word(change.subject_type, each.name),
            before=word(each.name, each.before),
            after=word(each.name, each.after),
            erased=each.name in gone,
        )
        for each in field_changes(change)
        if each.name not in hidden
    ]


def _vehicle_of(change: Change, ads: dict[int, tuple[int, str]]) -> int | None:
    if change.subject_type == "inventory.vehicle":
        return change.subject_id
    return ads[change.subject_id][0] if _is_ad(change) and change.subject_id in ads else None


def _label(
    change: Change, names: dict[tuple[str, int], str], ads: dict[int, tuple[int, str]]
) -> str:
    """Return how the row is called; people stand in the history by number only."""
    if _is_ad(change) and change.subject_id in ads:
        return f"{change.subject_label} · {ads[change.subject_id][1]}"
    person = _person_in(change)
    if person is None:
        return change.subject_label
    return names.get(("accounts.user", person), change.subject_label)


def _person_in(change: Change) -> int | None:
    digits = change.subject_label.removeprefix("#")
    about_a_person = change.subject_type in ("accounts.user", "accounts.membership")
    return int(digits) if about_a_person and digits.isdecimal() else None


def _ids_in(changes: Iterable[Change]) -> dict[str, set[int]]:
    """Collect which rows the changes name by id, by the kind of row."""
    ids: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        for values in (change.before, change.after):
            for name, value in values.items():
                related = audit_words.related_model(change.subject_type, name)
                if related and isinstance(value, int):
                    ids[related].add(value)
        person = _person_in(change)
        if person is not None:
            ids["accounts.user"].add(person)
    return ids


def _names(dealer: Dealer, ids: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    """Look the named rows up: one query for each kind, the dealer's own rows only."""
    wanted: dict[str, QuerySet[Any]] = {
        "accounts.user": User.objects.filter(memberships__dealer=dealer),
        "inventory.vehicle": Vehicle.objects.for_dealer(dealer).only("code"),
        "inventory.version": Version.objects.select_related("model__brand"),
        "portals.plan": Plan.objects.for_dealer(dealer),
    }
    names: dict[tuple[str, int], str] = {}
    for kind, rows in wanted.items():
        if not ids.get(kind):
            continue
        for row in rows.filter(pk__in=ids[kind]):
            names[kind, row.pk] = row.code if kind == "inventory.vehicle" else str(row)
    return names


def _is_ad(change: Change) -> bool:
    return change.subject_type == "portals.listing"


def _ads_in(dealer: Dealer, changes: Iterable[Change]) -> dict[int, tuple[int, str]]:
    """Return of which vehicle and on which portal the changed ads are, in one query."""
    ads = [each.subject_id for each in changes if _is_ad(each)]
    if not ads:
        return {}
    rows = Listing.objects.for_dealer(dealer).filter(pk__in=ads)
    found = rows.values_list("pk", "vehicle_id", "access__portal__name")
    return {pk: (vehicle, portal) for pk, vehicle, portal in found}
