"""The support floor's grammar: tables are read, and changed only through services.

No encrypted column ever becomes part of a page, nothing is deleted, and a page saves nothing by
itself: whoever lets fields be edited says in `apply_changes` which service writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

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


_REFUSED = "refused_by_service"


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

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        # A relation is looked up by its id: a list of all rows would have no end.
        relations = [field for field in self.opts.concrete_fields if field.related_model]
        self.raw_id_fields = tuple(  # type: ignore[misc]  # Django reads it of the instance
            field.name for field in relations if field.name not in self.autocomplete_fields
        )

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
            # Nothing was written; the same form is shown again, with what the service said in it.
            setattr(request, _REFUSED, err)
            messages.error(request, sentence_of(err))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's own signature
        **kwargs: Any,
    ) -> Any:
        """Return the form; after a service refused it, one that says why at the fields."""
        base = super().get_form(request, obj, change, **kwargs)
        refused: ValidationError | None = getattr(request, _REFUSED, None)
        return base if refused is None else _refusing(base, refused)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Offer the dealer as a filter wherever a row has one."""
        found = list(super().get_list_filter(request))
        names = {each.name for each in self.model._meta.concrete_fields}  # noqa: SLF001 - the documented Model API
        return found if "dealer" not in names or "dealer" in found else [*found, "dealer"]

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's own signature
    ) -> HttpResponse:
        """Lead to the one history, which services write, instead of the admin's own notes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        kind = self.opts.label_lower
        query = urlencode({"subject_type": kind, "subject_id": row.pk})
        return HttpResponseRedirect(f"{reverse('admin:accounts_change_changelist')}?{query}")


def _refusing(base: Any, refused: ValidationError) -> Any:
    """Return a form like `base` that is refused for the reasons of a service."""

    class Refused(base):  # type: ignore[misc]
        def _post_clean(self) -> None:
            super()._post_clean()
            by_field = getattr(refused, "error_dict", {NON_FIELD_ERRORS: [refused]})
            for name, errors in by_field.items():
                known = name in self.fields
                text = errors if known else sentence_of(ValidationError({name: errors}))
                self.add_error(name if known else None, text)

    return Refused


def _is_readable(request: HttpRequest) -> bool:
    """Tell whether a database can be asked for what a list was asked for."""
    values = [each for found in request.GET.lists() for each in found[1]]
    numbers = [number for each in values if (number := each.lstrip("-")).isdecimal()]
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    return not any("\x00" in each for each in values) and all(
        whole_number(each) is not None for each in (*numbers, *chosen)
    )


def each_one(
    page: ServiceAdmin, request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object]
) -> None:
    """Do something to every chosen row and tell how many; one that is refused stops no other."""
    done = 0
    for row in rows:
        try:
            act(row)
        except ValidationError as err:
            said = {"row": row, "reason": sentence_of(err)}
            text = gettext("%(row)s: %(reason)s") % said
            page.message_user(request, text, messages.ERROR)
        else:
            done += 1
    text = ngettext("%(count)d row done.", "%(count)d rows done.", done) % {"count": done}
    page.message_user(request, text)


class ReadOnlyAdmin(ServiceAdmin):
    """A table that support looks at and that only code writes."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Looking is enough."""
        return False
