"""How people like their pages. No history: it changes nothing for anybody but themselves."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import Membership


def save_preference(membership_id: int, *, key: str, value: Any) -> None:
    """Remember one choice of a member beside the others; raises Membership.DoesNotExist."""
    with transaction.atomic():
        row = Membership.objects.select_for_update(no_key=True).get(pk=membership_id)
        row.preferences = {**row.preferences, key: value}
        row.save(update_fields=["preferences"])
