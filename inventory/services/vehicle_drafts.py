"""Keep what somebody is typing into a vehicle's form until it is saved, and no longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Dealer, User
from inventory.models import Vehicle, VehicleDraft

KEEP = timedelta(days=30)
MOST_CHARACTERS = 60_000
MOST_VALUES = 600
# What the page adds for itself is no part of what was typed.
NOT_KEPT = frozenset(
    {"csrfmiddlewaretoken", "act", "copy_from", "find_version", "enter", "text_before"}
)


def find_draft(
    dealer: Dealer, *, user: User, vehicle: Vehicle | None, category: int
) -> VehicleDraft | None:
    """Return what this person left unsaved in this form, if anything."""
    return _drafts(dealer, user=user, vehicle=vehicle, category=category).first()


def save_draft(
    dealer: Dealer,
    *,
    user: User,
    vehicle: Vehicle | None,
    category: int,
    fields: Mapping[str, Sequence[str]],
) -> VehicleDraft:
    """Keep the form as it is now, in place of what was kept before.

    Raises ValidationError if that is nothing, more than any person types, or another dealer's
    vehicle.
    """
    kept = {name: list(values) for name, values in fields.items() if name not in NOT_KEPT}
    if not kept:  # no form at all: what was typed before stays
        raise ValidationError(_("There is nothing to keep as a draft."))
    texts = [*kept, *(text for values in kept.values() for text in values)]
    too_much = len(texts) > MOST_VALUES or sum(map(len, texts)) > MOST_CHARACTERS
    if too_much or any("\x00" in text for text in texts):  # no database keeps a NUL
        raise ValidationError(_("This is too much to keep as a draft."))
    if vehicle is not None and vehicle.dealer_id != dealer.pk:
        raise ValidationError(_("This vehicle does not exist."))
    mine = _drafts(dealer, user=user, vehicle=vehicle, category=category)
    for _try in range(2):
        with transaction.atomic():
            draft = mine.select_for_update(no_key=True).first()
            if draft is not None:
                draft.fields = kept
                draft.save(update_fields=["fields", "updated_at"])
                return draft
        try:
            with transaction.atomic():
                return VehicleDraft.objects.create(
                    dealer=dealer, user=user, vehicle=vehicle, category=category, fields=kept
                )
        except IntegrityError:  # the same form in another tab was first
            continue
    raise ValidationError(_("The draft could not be kept; please try again."))


def discard_draft(dealer: Dealer, *, user: User, vehicle: Vehicle | None, category: int) -> None:
    """Forget what this person left unsaved in this form."""
    _drafts(dealer, user=user, vehicle=vehicle, category=category).delete()


def purge_drafts(*, now: datetime) -> int:
    """Delete the drafts nobody came back to; returns how many."""
    return VehicleDraft.objects.filter(updated_at__lt=now - KEEP).delete()[0]


def _drafts(
    dealer: Dealer, *, user: User, vehicle: Vehicle | None, category: int
) -> QuerySet[VehicleDraft]:
    drafts = VehicleDraft.objects.for_dealer(dealer).filter(user=user)
    if vehicle is not None:
        return drafts.filter(vehicle=vehicle)
    return drafts.filter(vehicle__isnull=True, category=category)
