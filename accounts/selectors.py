"""Reads of the ground floor: for whom a user works, and the history of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from accounts.models import Change, Dealer, Membership, User


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a change as a person may read it; personal text is empty once erased."""

    name: str
    before: Any
    after: Any


def active_memberships(user: User) -> list[Membership]:
    """Return for which active dealers a user works, dealers loaded, by dealer name."""
    return list(
        user.memberships.filter(is_active=True, dealer__is_active=True)
        .select_related("dealer")
        .order_by("dealer__name", "dealer_id")
    )


def changes_of(subject: models.Model, *, dealer: Dealer | int) -> QuerySet[Change]:
    """Return the history of one row of a dealer, newest first, actors loaded."""
    return (
        Change.objects.for_dealer(dealer)
        .filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)  # noqa: SLF001
        .select_related("actor")
    )


def field_changes(change: Change) -> list[FieldChange]:
    """Return the fields of a change with the personal text put back where it is not erased."""
    names = sorted(set(change.before) | set(change.after))
    return [
        FieldChange(
            name=name,
            before=_readable(change, name, side="before"),
            after=_readable(change, name, side="after"),
        )
        for name in names
    ]


def erased_fields(change: Change) -> set[str]:
    """Return the fields whose personal text stood in this change and was erased."""
    return {
        name
        for values in (change.before, change.after)
        for name, value in values.items()
        if _is_digest(value) and name not in change.personal
    }


def _is_digest(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"digest"}


def _readable(change: Change, name: str, *, side: str) -> Any:
    value = getattr(change, side).get(name)
    if _is_digest(value):
        return change.personal.get(name, {}).get(side, {}).get("text", "")
    return value
