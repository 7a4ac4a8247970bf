"""The form of a description template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, DescriptionTemplate

if TYPE_CHECKING:
    _TemplateModelForm = forms.ModelForm[DescriptionTemplate]
else:  # Django's forms take type arguments only in the eyes of the type checker
    _TemplateModelForm = forms.ModelForm


class TemplateForm(_TemplateModelForm):
    """Name, text, kind, and whether it is offered first; save_template writes it."""

    class Meta:
        model = DescriptionTemplate
        fields = ("name", "category", "text", "is_default")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("Every kind of vehicle"))
        self.fields["category"].choices = [everything, *Category.choices]  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["rows"] = 10

    def _post_clean(self) -> None:
        """Leave the rules of the table to the service, which names the field of each."""
