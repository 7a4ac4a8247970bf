"""The portals' own names, and how ours lead to them."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin
from portals import tasks
from portals.models import (
    CatalogueChange,
    CatalogueEntry,
    CatalogueSnapshot,
    CatalogueTouch,
    Mapping,
)
from portals.services.deciding import Decision, accept, take_back
from portals.services.places import Place, Scope, place_of, rows_at


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(ReadOnlyAdmin):
    """Names of the portals; only reading a portal writes them."""

    list_display = ("name", "kind", "parent", "vehicle_type", "portal", "environment", "retired_at")
    list_select_related = ("portal", "parent")
    list_filter = ("portal", "environment", "kind", "vehicle_type")
    search_fields = ("folded", "=remote_key")
    folds_search = True


@admin.register(CatalogueSnapshot)
class CatalogueSnapshotAdmin(ReadOnlyAdmin):
    """Readings of catalogues: how far each is, and what it found changed."""

    list_display = (
        *("started_at", "portal", "environment", "vehicle_type", "stage", "is_baseline"),
        *("added", "renamed", "retired", "renumbered", "lists_emptied", "finished_at"),
    )
    list_select_related = ("portal",)
    list_filter = ("portal", "environment", "vehicle_type", "stage")
    date_hierarchy = "started_at"

    @admin.display(description=_("empty lists"))
    def lists_emptied(self, obj: CatalogueSnapshot) -> int:
        """How many lists came back empty and were not believed."""
        return len(obj.emptied)


@admin.register(CatalogueChange)
class CatalogueChangeAdmin(ReadOnlyAdmin):
    """What readings found changed."""

    list_display = ("entry", "what", "before", "after", "snapshot")
    list_select_related = ("entry", "snapshot")
    list_filter = ("what", "entry__kind", "snapshot__portal")
    search_fields = ("entry__folded", "=entry__remote_key")
    folds_search = True


@admin.register(CatalogueTouch)
class CatalogueTouchAdmin(ReadOnlyAdmin):
    """Ads that a change of a catalogue touches, and what became of them."""

    list_display = ("listing", "dealer", "kind", "ours", "key_before", "key_after", "effect")
    list_select_related = ("listing", "dealer")
    list_filter = ("effect", "kind")
    search_fields = ("=source_key", "=listing__vehicle__code")


@admin.register(Mapping)
class MappingAdmin(ServiceAdmin):
    """Which of our names leads to which of theirs; an empty entry means: on purpose to none."""

    can_add = True
    editable = ("entry",)
    addable = (
        *("portal", "environment", "vehicle_type", "kind", "source_key", "body", "year"),
        "dealer",
    )
    raw_id_fields = ("entry", "dealer")
    list_display = ("source_key", "kind", "entry", "portal", "dealer", "origin", "probability")
    list_select_related = ("portal", "entry", "dealer", "decided_by")
    list_filter = ("portal", "environment", "kind", "origin")
    search_fields = ("source_key", "entry__folded")
    folds_search = True
    actions = ("take_back",)

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> Mapping:
        """Decide a name."""
        columns = dict(form.cleaned_data)
        dealer, entry = columns.pop("dealer"), columns.pop("entry")
        place = Place(**columns)
        decided = accept(Decision(place=place, entry=entry), by=by_support(request), dealer=dealer)
        tasks.wake(decided.marked)
        scope = Scope(portal=place.portal, environment=place.environment, dealer=dealer)
        return rows_at(scope, [place])[place.key]

    def apply_changes(self, request: HttpRequest, obj: Mapping, form: forms.Form) -> None:
        """Decide it otherwise, as a person."""
        decision = Decision(place=place_of(obj), entry=form.cleaned_data["entry"])
        tasks.wake(accept(decision, by=by_support(request), dealer=obj.dealer).marked)

    @admin.action(description=_("Take the decision back"), permissions=["change"])
    def take_back(self, request: HttpRequest, mappings: QuerySet[Mapping]) -> None:
        """Delete mappings; the same name, or another mapping, counts again."""
        chosen = list(mappings.select_related("portal", "dealer"))
        for mapping in chosen:
            decided = take_back([place_of(mapping)], by=by_support(request), dealer=mapping.dealer)
            tasks.wake(decided.marked)
        text = ngettext(
            "%(count)d decision taken back.", "%(count)d decisions taken back.", len(chosen)
        )
        self.message_user(request, text % {"count": len(chosen)})
