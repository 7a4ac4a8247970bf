"""The support floor's grammar: tables are read, and changed only through services.

No encrypted column ever becomes part of a page, nothing is deleted, and a page saves nothing by
itself: whoever lets fields be edited says in `apply_changes` which service writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config.lib.encryption import EncryptedJSONField
from config.lib.folding import fold
from config.lib.ops import sentence_of
from config.lib.typed_ids import whole_number

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Any]
    ModelFormBase = forms.ModelForm[Any]
else:
    ModelAdminBase = admin.ModelAdmin
    ModelFormBase = forms.ModelForm


class ServiceAdmin(ModelAdminBase):
    """A table of which only the fields in `editable` can be changed, by `apply_changes`.

    `addable` fields may be filled in when a row is added. What a service refuses is shown as a
    message and changes nothing.
    """

    editable: Sequence[str] = ()
    addable: Sequence[str] = ()
    can_add = False
    folds_search = False  # the columns searched hold folded names
    show_full_result_count = False
    list_per_page = 50

    def apply_changes(self, request: HttpRequest, obj: Any, form: forms.Form) -> None:
        """Write `form.changed_data` of an existing row through a service."""

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> Model:
        """Create the row through a service and return it."""
        raise NotImplementedError

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave every encrypted column out, whatever else is shown."""
        fields = self.model._meta.concrete_fields  # noqa: SLF001 - the documented Model API
        secret = [field.name for field in fields if isinstance(field, EncryptedJSONField)]
        return [*(super().get_exclude(request, obj) or ()), *secret]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return every field that no service of this page writes."""
        open_fields = {*self.editable} if obj is not None else {*self.editable, *self.addable}
        meta = self.model._meta  # noqa: SLF001 - the documented Model API
        own = [field.name for field in (*meta.concrete_fields, *meta.many_to_many)]
        excluded = set(self.get_exclude(request, obj))
        return [
            *super().get_readonly_fields(request, obj),
            *(name for name in own if name not in open_fields and name not in excluded),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Rows come from services; few pages add them."""
        return self.can_add and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nothing is deleted by hand."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find names whatever their case and accents, where folded names are searched."""
        term = fold(search_term) if self.folds_search else search_term
        return super().get_search_results(request, queryset, term)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own signature
        """Hand the change to the service; the page itself writes nothing."""
        if not change:
            created = self.apply_addition(request, form)
            obj.__dict__.update(created.__dict__)
        elif form.changed_data:
            self.apply_changes(request, obj, form)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's own signature
        """Write nothing: what belongs to a row is written by the same service."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the whole list when a filter or a chosen id is nothing a column can hold."""
        if not _is_readable(request):
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what a service refused as a message instead of failing."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as err:
            self.message_user(request, sentence_of(err), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def _is_readable(request: HttpRequest) -> bool:
    """Tell whether a database can be asked for what a list was asked for."""
    values = [each for found in request.GET.lists() for each in found[1]]
    numbers = [number for each in values if (number := each.lstrip("-")).isdecimal()]
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    return not any("\x00" in each for each in values) and all(
        whole_number(each) is not None for each in (*numbers, *chosen)
    )


class ReadOnlyAdmin(ServiceAdmin):
    """A table that support looks at and that only code writes."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Looking is enough."""
        return False
