"""Description templates of dealers: support helps writing them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest

from accounts.admin import by_support
from config.lib.admin import ServiceAdmin
from inventory.models import DescriptionTemplate
from inventory.services.descriptions import save_template

_FACTS = ("name", "text", "category", "is_default")


@admin.register(DescriptionTemplate)
class DescriptionTemplateAdmin(ServiceAdmin):
    """Texts with placeholders, written by save_template."""

    can_add = True
    editable = _FACTS
    addable = ("dealer",)
    list_display = ("name", "dealer", "category", "is_default", "updated_at")
    list_select_related = ("dealer",)
    list_filter = ("category", "dealer")
    search_fields = ("name", "dealer__name")

    def apply_addition(self, request: HttpRequest, form: Form) -> Model:
        """Write a new template."""
        return save_template(by=by_support(request), **form.cleaned_data)

    def apply_changes(self, request: HttpRequest, obj: DescriptionTemplate, form: Form) -> None:
        """Write what the form says of an existing one."""
        facts = {name: form.cleaned_data[name] for name in _FACTS}
        save_template(dealer=obj.dealer, by=by_support(request), template_id=obj.pk, **facts)
