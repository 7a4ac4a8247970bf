"""The portals' own names, and how ours lead to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin
from portals import tasks
from portals.models import CatalogueEntry, Mapping
from portals.models.catalogue import MappingOrigin
from portals.services.mappings import delete_mapping, save_mapping
from portals.services.marking import Marked


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(ReadOnlyAdmin):
    """Names of the portals; only reading a portal writes them."""

    list_display = ("name", "kind", "parent", "vehicle_type", "portal", "environment", "retired_at")
    list_select_related = ("portal", "parent")
    list_filter = ("portal", "environment", "kind", "vehicle_type")
    search_fields = ("folded", "=remote_key")
    folds_search = True


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
    list_display = ("source_key", "kind", "entry", "portal", "dealer", "origin", "decided_by")
    list_select_related = ("portal", "entry", "dealer", "decided_by")
    list_filter = ("portal", "environment", "kind", "origin")
    search_fields = ("source_key", "entry__folded")
    folds_search = True
    actions = ("take_back",)

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> Mapping:
        """Decide a name."""
        return _saved(save_mapping(by=by_support(request), **form.cleaned_data))

    def apply_changes(self, request: HttpRequest, obj: Mapping, form: forms.Form) -> None:
        """Decide it otherwise, as a person."""
        place: dict[str, Any] = {name: getattr(obj, name) for name in self.addable}
        entry = form.cleaned_data["entry"]
        by = by_support(request)
        _saved(save_mapping(entry=entry, origin=MappingOrigin.PERSON, by=by, **place))

    @admin.action(description=_("Take the decision back"), permissions=["change"])
    def take_back(self, request: HttpRequest, mappings: QuerySet[Mapping]) -> None:
        """Delete mappings; the same name, or another mapping, counts again."""
        chosen = list(mappings.select_related("entry", "dealer"))
        for mapping in chosen:
            delete_mapping(mapping, by=by_support(request))
        tasks.wake(Marked(fan_out=bool(chosen)))
        text = ngettext(
            "%(count)d decision taken back.", "%(count)d decisions taken back.", len(chosen)
        )
        self.message_user(request, text % {"count": len(chosen)})


def _saved(mapping: Mapping) -> Mapping:
    """Wake the worker for the listings that the decision touches."""
    tasks.wake(Marked(fan_out=True))
    return mapping
