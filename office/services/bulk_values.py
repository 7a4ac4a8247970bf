"""Touched fields of a vehicle as a bulk item keeps them in JSON, and back, without any loss."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from accounts.services.changes import json_safe
from inventory.services.restoring import MOMENTS, PRICES
from office.models import BulkItem


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON keeps them: money and moments as text."""
    return {name: json_safe(value) for name, value in values.items()}


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was kept as a vehicle's columns hold it."""
    return {name: _value(name, value) for name, value in values.items()}


def set_refusal(item: BulkItem, outcome: str, error: ValidationError | str) -> None:
    """Put on an item (unsaved) why its vehicle was not changed, by field where one is named."""
    item.outcome = outcome
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        item.field, problems = next(iter(error.message_dict.items()))
        text = " ".join(problems)
    elif isinstance(error, ValidationError):
        text = " ".join(error.messages)
    else:
        text = error
    longest = BulkItem._meta.get_field("message").max_length or 0  # noqa: SLF001 - Model API
    item.message = text[:longest]


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in PRICES:
        return Decimal(value)
    return parse_datetime(value) if name in MOMENTS else value
