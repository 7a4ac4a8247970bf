"""Keeps filters of the stock list under names of a person's own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Dealer, User
from accounts.services.changes import By, record_change
from office.models import SavedFilter

MOST = 30


def save_filter(
    *,
    dealer: Dealer,
    user_id: int,
    by: By,
    name: str,
    query: str,
    saved_id: int | None = None,
) -> SavedFilter:
    """Keep a filter; under a name the person uses already it takes the place of the old one.

    `saved_id` names the one to change, its name too. Raises SavedFilter.DoesNotExist, and
    ValidationError by field: nothing to keep, a name taken by another, too many.
    """
    facts = {"name": " ".join(name.split()), "query": query}
    if not query:
        raise ValidationError({"query": _("No filter is set: there is nothing to save.")})
    with transaction.atomic():
        # One save of a person at a time, so that two cannot both be the last that is allowed.
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        mine = SavedFilter.objects.for_dealer(dealer).filter(user=user_id)
        row = _row(dealer, user_id, facts["name"], saved_id)
        is_new = row._state.adding  # noqa: SLF001 - the documented Model API
        if is_new and mine.count() >= MOST:
            message = _("There are %(number)s saved filters. Delete one first.")
            raise ValidationError({"name": message % {"number": MOST}})
        before = {key: getattr(row, key) for key in facts} if not is_new else {}
        for key, value in facts.items():
            setattr(row, key, value)
        row.full_clean(exclude=["dealer", "user"], validate_constraints=False)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as err:
            raise ValidationError({"name": _("You use this name for another filter.")}) from err
        if before != facts:
            action = "updated" if before else "created"
            record_change(subject=row, action=action, before=before, after=facts, by=by)
    return row


def delete_filter(saved_id: int, *, dealer: Dealer, user_id: int, by: By) -> SavedFilter:
    """Delete a filter of the person; raises SavedFilter.DoesNotExist."""
    with transaction.atomic():
        row = SavedFilter.objects.for_dealer(dealer).get(pk=saved_id, user=user_id)
        before = {"name": row.name, "query": row.query}
        record_change(subject=row, action="deleted", before=before, by=by)
        row.delete()
    return row


def _row(dealer: Dealer, user_id: int, name: str, saved_id: int | None) -> SavedFilter:
    rows = SavedFilter.objects.for_dealer(dealer).filter(user=user_id)
    rows = rows.select_for_update(no_key=True)
    if saved_id is not None:
        return rows.get(pk=saved_id)
    return rows.filter(name=name).first() or SavedFilter(dealer=dealer, user_id=user_id)
