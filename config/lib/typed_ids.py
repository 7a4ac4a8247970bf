"""Ids and other whole numbers as strangers type them: hostile until read here.

`int()` takes minutes, or fails, over thousands of digits; a database fails over a number that does
not fit its column; and `isdigit()` is true of “²”, which is no number at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    _RowsField = forms.ModelMultipleChoiceField[Any]
else:  # Django's fields take type arguments only in the eyes of the type checker
    _RowsField = forms.ModelMultipleChoiceField

HIGHEST = 2**63 - 1  # what an id's column holds
_MOST_DIGITS = len(str(HIGHEST))


def whole_number(text: object, *, highest: int = HIGHEST) -> int | None:
    """Return a number from 0 to `highest` written in plain digits, None for anything else."""
    digits = str(text)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MOST_DIGITS:
        return None
    number = int(digits)
    return number if number <= highest else None


class RowsField(_RowsField):
    """Choose any number of rows by id; an id that no table can hold is no valid choice."""

    def clean(self, value: Iterable[Any] | None) -> QuerySet[Model]:
        """Return the rows; raise ValidationError for an id that is not among them."""
        for given in value if isinstance(value, list | tuple) else ():
            if whole_number(given) is None:
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": _cut(given)})
        return super().clean(value)


def _cut(given: object) -> str:
    return str(given)[:40]
