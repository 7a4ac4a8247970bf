"""Reads of everything that ever happened to a vehicle: its own acts, its photos, its papers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Change, Dealer
from inventory.history import HIDDEN, PAPERS
from inventory.history_words import label_of
from inventory.models import Contract, Quote, Reservation, Vehicle
from inventory.services.vehicle_facts import FACTS

PAGE = 40  # acts
KINDS = {
    "facts": _("Facts and price"),
    "state": _("State"),
    "photos": _("Photos"),
    "papers": _("Reservations and sales"),
}
_SUBJECT = "inventory.vehicle"
_MOST_PAPERS = 500  # whose acts are looked for, the newest of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """What of the history is wanted; '' and None = no restriction. `before` is a change's id."""

    kind: str = ""
    field: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Some acts, newest first, and the id to go on from (None: there are no older ones)."""

    changes: list[Change]
    older: int | None


def history_page(vehicle: Vehicle, chosen: HistoryFilter, *, dealer: Dealer) -> HistoryPage:
    """Return a page of the whole history, its papers' acts among them; a bounded set of queries."""
    changes = Change.objects.for_dealer(dealer).select_related("actor")
    changes = changes.filter(subjects_of(vehicle, dealer)).filter(_of_kind(chosen.kind))
    if chosen.field:
        changes = changes.filter(Q(after__has_key=chosen.field) | Q(before__has_key=chosen.field))
    if chosen.before is not None:
        changes = changes.filter(pk__lt=chosen.before)
    found = list(changes.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return HistoryPage(changes=shown, older=shown[-1].pk if len(found) > PAGE else None)


def fields_to_choose(*, hides_cost: bool) -> list[tuple[str, str]]:
    """Return the fields by which the history can be filtered, by their label."""
    hidden = HIDDEN | {"cost"} if hides_cost else HIDDEN
    names = (FACTS | {"state", "optionals", "code"}) - hidden
    return sorted(((name, label_of(name)) for name in names), key=lambda pair: pair[1])


def subjects_of(vehicle: Vehicle, dealer: Dealer) -> Q:
    """Return the condition of the acts that tell of a vehicle: its own and those of its papers."""
    wanted = Q(subject_type=_SUBJECT, subject_id=vehicle.pk)
    for model in (Reservation, Quote, Contract):
        papers = model.objects.for_dealer(dealer).filter(vehicle=vehicle).order_by("-pk")
        ids = list(papers.values_list("pk", flat=True)[:_MOST_PAPERS])
        if ids:
            label = model._meta.label_lower  # noqa: SLF001 - the documented Model API
            wanted |= Q(subject_type=label, subject_id__in=ids)
    return wanted


def _of_kind(kind: str) -> Q:
    papers, photos = Q(subject_type__in=list(PAPERS)), Q(action__startswith="photo")
    state = Q(subject_type=_SUBJECT, after__has_key="state") & ~Q(action="created")
    if kind == "papers":
        return papers
    if kind == "photos":
        return photos
    if kind == "state":
        return state
    if kind == "facts":
        return Q(subject_type=_SUBJECT, action__in=("created", "imported", "updated"))
    return Q()
