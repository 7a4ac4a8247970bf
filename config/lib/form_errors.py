"""Puts what a service refused where whoever typed it looks: beside the field of the form."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def show_refusal(form: BaseForm, error: ValidationError) -> None:
    """Add a service's errors to a validated form, by field; what has no field there goes on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
